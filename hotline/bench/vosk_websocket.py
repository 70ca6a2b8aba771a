"""The peer of ``hotline bench asr``: Vosk behind a WebSocket, spoken as alphacep's vosk-server speaks it.

``python -m hotline.bench.vosk_websocket MODEL``: prints its port, then serves until it is ended. Protocol: a message
``{"config": {"sample_rate": R}}``, then binary messages of s16le, each answered by a partial or final result; ``{"eof":
1}`` is answered by the last one. As there, one thread a core decodes.
"""

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from websockets.asyncio.server import serve


def _decode(recognizer: Any, message: bytes) -> str:
    if recognizer.AcceptWaveform(message):
        return str(recognizer.Result())
    return str(recognizer.PartialResult())


async def _serve(folder: str) -> None:
    import vosk

    vosk.SetLogLevel(-1)
    model = vosk.Model(folder)
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    loop = asyncio.get_running_loop()

    async def talk(connection: Any) -> None:
        recognizer: Any = None
        async for message in connection:
            if isinstance(message, str) and "config" in message:
                recognizer = vosk.KaldiRecognizer(model, float(json.loads(message)["config"]["sample_rate"]))
                recognizer.SetWords(True)
            elif isinstance(message, str):
                await connection.send(recognizer.FinalResult())
                return
            else:
                await connection.send(await loop.run_in_executor(pool, _decode, recognizer, message))

    async with serve(talk, "127.0.0.1", 0) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
