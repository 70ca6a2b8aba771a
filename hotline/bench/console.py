"""The API of a bench's own hotline, as a person uses it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from hotline.settings import Settings

_PATIENCE_S = 60.0


def client(settings: Settings) -> httpx.Client:
    """Nobody's yet."""
    url = f"http://{settings.api.host}:{settings.api.port}/api/v1"
    return httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=False)


def log_in(nobody: httpx.Client, username: str, password: str) -> str:
    """Their token. Raises ``httpx.HTTPStatusError``."""
    answer = nobody.post("/auth/login", json={"username": username, "password": password})
    answer.raise_for_status()
    # Whose it is, the header says: a cookie would be the last one's who logged in.
    nobody.cookies.clear()
    return str(answer.json()["token"])


@contextmanager
def as_person(settings: Settings, username: str, password: str) -> Iterator[httpx.Client]:
    """Their client. Raises ``httpx.HTTPStatusError``."""
    with client(settings) as theirs:
        theirs.headers["Authorization"] = f"Bearer {log_in(theirs, username, password)}"
        yield theirs


def passwords(folder: Path) -> dict[str, str]:
    """Of those who were made at the first start, by user name."""
    made = json.loads((folder / "first-logins.json").read_text("utf-8"))
    return {each["username"]: each["password"] for each in made}
