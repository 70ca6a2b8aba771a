"""The fallback: what callers hear while the gateway is away. A process of its own, so that it is never away with it.

pyst2 speaks AGI; each call runs in a child process, as pyst2 takes over a process's signals.
"""

import contextlib
import io
import json
import logging
import os
import socketserver
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asterisk import agi

from common.caller_id import number_told

log = logging.getLogger(__name__)

#: A peer that says nothing for this long is no call, s; longer than the longest message.
PATIENCE_S = 300
#: Longest line of AGI, bytes.
LINE_BYTES = 8192
#: Longest message and the silence that ends one.
MESSAGE_MS = 180_000
SILENCE_S = 8
#: Prompts, by their names in the channel's language.
APOLOGY = "fallback/apology"
THANKS = "fallback/thanks"
PERSON_KEY = "0"


@dataclass(frozen=True)
class FallbackConfig:
    """Where the fallback listens and keeps what callers leave."""

    port: int
    spool: Path
    queue: str


class _Lines:
    """A text stream whose lines have a longest length: pyst2 would read one without end."""

    def __init__(self, raw: Any):
        self._raw = raw

    def readline(self) -> str:
        line: bytes = self._raw.readline(LINE_BYTES)
        if len(line) == LINE_BYTES:
            raise ConnectionError("a line longer than a line may be")
        if not line:
            raise ConnectionError("end of file")
        return line.decode("utf-8", "replace")


class Note:
    """What is kept of a caller: a file that becomes visible to the gateway once the caller is done."""

    def __init__(self, spool: Path, environment: dict[str, str], sip_call_id: str):
        unique = environment["agi_uniqueid"]
        self.stem = spool / f"{time.strftime('%Y%m%d-%H%M%S')}-{unique}"
        self._draft = self.stem.with_name(self.stem.name + ".json.part")
        self._left = {
            "unique": unique, "sip_call_id": sip_call_id, "number": number_told(environment.get("agi_callerid", "")),
            "called": environment.get("agi_dnid", ""), "gone": True,
        }  # fmt: skip
        self._draft.write_text(json.dumps(self._left), "utf-8")

    def close(self, gone: bool) -> None:
        """The caller hung up or was thanked (``gone``), or went on to a person."""
        self._draft.write_text(json.dumps({**self._left, "gone": gone}), "utf-8")
        self._draft.replace(self.stem.with_name(self.stem.name + ".json"))


def publish_drafts(spool: Path) -> None:
    """Notes of callers whose child process died with the fallback."""
    for draft in spool.glob("*.json.part"):
        draft.replace(draft.with_name(draft.name.removesuffix(".part")))


class _Handler(socketserver.StreamRequestHandler):
    server: "FallbackServer"
    timeout = PATIENCE_S

    def handle(self) -> None:
        out = io.TextIOWrapper(self.wfile, "utf-8", write_through=True)  # type: ignore[type-var]
        with contextlib.suppress(ConnectionError, TimeoutError):
            channel = agi.AGI(stdin=_Lines(self.rfile), stdout=out, stderr=io.StringIO())
            if "agi_uniqueid" in channel.env:
                self._answer(channel)

    def _answer(self, channel: Any) -> None:
        config = self.server.config
        note = Note(config.spool, channel.env, channel.get_variable("HOTLINE_SIP_CALL_ID"))
        wants_person = False
        try:
            wants_person = self._talk(channel, note)
        except (agi.AGIException, ConnectionError, TimeoutError) as error:
            log.info("caller %s is gone: %s", channel.env["agi_channel"], error)
        finally:
            note.close(gone=not wants_person)

    def _talk(self, channel: Any, note: Note) -> bool:
        """True when the caller goes on to a person."""
        key = channel.stream_file(APOLOGY, PERSON_KEY)
        if not key:
            key = channel.record_file(str(note.stem), "wav", f"#{PERSON_KEY}", MESSAGE_MS, 0, "beep", SILENCE_S)
        if key == PERSON_KEY:
            channel.set_variable("HOTLINE_QUEUE", self.server.config.queue)
            channel.set_variable("HOTLINE_QUEUE_TIMEOUT", "1800")
            channel.set_variable("HOTLINE_NEXT", "queue")
            return True
        channel.stream_file(THANKS, "")
        channel.set_variable("HOTLINE_NEXT", "hangup")
        return False


class FallbackServer(socketserver.ForkingTCPServer):
    """Takes calls on loopback, each in a process of its own."""

    allow_reuse_address = True
    #: A call in its child process outlives the end of this one.
    block_on_close = False
    #: More callers than this at once go to the queue without a word.
    max_children = 500

    def __init__(self, config: FallbackConfig):
        self.config = config
        config.spool.mkdir(parents=True, exist_ok=True)
        publish_drafts(config.spool)
        super().__init__(("127.0.0.1", config.port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A call that failed ends its child alone; Asterisk goes on with the queue."""
        log.exception("the fallback failed for %s (process %s)", client_address, os.getpid())
