"""Brings a database to the newest form."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def config(url: str) -> Config:
    """Alembic's configuration for an async URL."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.set_main_option("sqlalchemy.url", url.replace("+aiosqlite", "").replace("%", "%%"))
    return settings


def upgrade(url: str) -> None:
    """Apply every migration that is missing; SQLite's file is made where there is none."""
    command.upgrade(config(url), "head")
