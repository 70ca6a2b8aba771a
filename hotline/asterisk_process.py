"""Asterisk as a part of the hotline."""

import asyncio
import contextlib

from asterisk_conf.render import AsteriskSettings
from hotline.children import Child
from hotline.errors import ChildFailed
from hotline.setup.asterisk import AsteriskInstall

#: How long Asterisk may take to load its modules, s.
BOOT_PATIENCE_S = 30.0


class AsteriskProcess(Child):
    """Asterisk in the foreground; ``start`` returns once it is fully booted."""

    def __init__(self, install: AsteriskInstall, settings: AsteriskSettings):
        super().__init__(
            "asterisk", install.command(settings.conf_file, "-f", "-n"), settings.folder / "log" / "console"
        )
        self._install = install
        self._settings = settings

    async def start(self) -> None:
        """Start it and wait until it takes calls. Raises :class:`ChildFailed` with its last line."""
        self._settings.control_socket.unlink(missing_ok=True)
        await super().start()
        booted = asyncio.create_task(self._until_booted())
        ended = asyncio.create_task(self.wait())
        done, _ = await asyncio.wait({booted, ended}, timeout=BOOT_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        for task in (booted, ended):
            task.cancel()
        await asyncio.gather(booted, ended, return_exceptions=True)
        if booted not in done:
            await self.stop()
            raise ChildFailed(name="Asterisk", problem=self.last_line() or "no answer in time", log=str(self.log))

    async def _until_booted(self) -> None:
        while True:
            if self._settings.control_socket.exists():
                answer = await self.command("core waitfullybooted")
                if "fully booted" in answer:
                    return
            await asyncio.sleep(0.05)

    async def command(self, line: str) -> str:
        """What Asterisk's command line answers."""
        process = await asyncio.create_subprocess_exec(
            *self._install.command(self._settings.conf_file, "-r", "-x", line),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise
        return output.decode("utf-8", "replace")
