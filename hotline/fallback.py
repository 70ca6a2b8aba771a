"""What callers meet while the gateway is away: ``python -m hotline.fallback``."""

from gateway.fallback_agi import FallbackConfig, FallbackServer
from hotline.part_process import begin
from hotline.settings import load


def main() -> None:
    """Entry point."""
    begin()
    settings = load()
    config = FallbackConfig(settings.gateway.fallback_port, settings.spool_dir, settings.asterisk.number)
    with FallbackServer(config) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
