"""Somebody who asks the API in this process, at next to no cost of their own."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from agent_api.routing import PREFIX


@dataclass(frozen=True)
class Asker:
    """Holds a log-in. An HTTP client library takes longer than most of what is measured."""

    app: FastAPI
    token: str

    async def get(self, path: str) -> Any:
        """What the endpoint answers. Raises RuntimeError for a refusal."""
        return await self._ask("GET", path, b"", {})

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        """What the endpoint answers to ``body``. Raises RuntimeError for a refusal."""
        return await self._ask("POST", path, json.dumps(body).encode(), headers)

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        sent = {"host": "bench", "authorization": f"Bearer {self.token}", "content-type": "application/json"}
        sent |= {"content-length": str(len(body))} | {name.replace("_", "-"): each for name, each in headers.items()}
        plain, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": PREFIX + plain, "raw_path": (PREFIX + plain).encode(), "root_path": "", "client": ("bench", 1),
            "server": ("bench", 80), "query_string": quote(query, safe="=&+").encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }  # fmt: skip
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        answer = b"".join(each.get("body", b"") for each in said)
        if said[0]["status"] >= 400:
            raise RuntimeError(f"{method} {path}: {said[0]['status']} {answer.decode()}")
        return json.loads(answer)
