"""Notices that the gateway is gone: ``python -m hotline.watch``."""

from gateway.fallback_watch import Watch
from hotline.part_process import begin, run
from hotline.settings import load


async def watch() -> None:
    """Watch until the process is ended."""
    settings = load()
    a, g = settings.asterisk, settings.gateway
    await Watch(g.heartbeat_port, g.agi_port, a.ami_port, settings.secrets.ami.get_secret_value()).run()


def main() -> None:
    """Entry point."""
    begin()
    run(watch())


if __name__ == "__main__":
    main()
