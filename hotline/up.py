"""The whole life of a hotline in the foreground."""

import asyncio
import os

from rich.console import Console

from hotline.paths import config_file
from hotline.preflight import check_data_dir, check_disk, check_ports
from hotline.progress import Steps
from hotline.runfile import RunFile
from hotline.settings import ensure_secrets, load
from hotline.setup.commands import interruptible
from hotline.supervisor import python_part


def run(public: str | None) -> None:
    """Bring it up; it ends with Ctrl-C or a termination signal."""
    if public:
        # The parts read the same settings as this process does, from the environment they inherit.
        os.environ["HOTLINE_ASTERISK__HOST"] = os.environ["HOTLINE_API__HOST"] = "0.0.0.0"
        os.environ["HOTLINE_ASTERISK__PUBLIC_ADDRESS"] = public
    settings = load()
    RunFile.require_none(settings.data_dir)
    ensure_secrets(config_file())
    console = Console(highlight=False, soft_wrap=True)
    steps = Steps(9, console)
    with steps.step("Data folder, disk, ports"):
        check_data_dir(settings.data_dir)
        check_disk(settings.data_dir)
        check_ports(settings)
    gateway = python_part("gateway", "hotline.serve", settings.data_dir / "log", waits=True)
    with interruptible():
        # It imports for as long as this process imports and prepares.
        gateway.launch()
        from hotline.start import prepare, serve

        asyncio.run(serve(prepare(steps, load()), gateway, steps, console))
