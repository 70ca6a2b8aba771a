"""What a token may be for, and which endpoint each scope opens; pure.

An endpoint that is not named here is closed to tokens: a new one is closed from its first day. A scope opens no more
than a token's role may do at its centre.
"""

from collections.abc import Collection
from typing import Literal, get_args

from agent_api.errors import ClosedToTokens, ScopeMissing

Scope = Literal[
    "cases:read", "cases:write", "calls:read", "recordings:read", "risk:read", "figures:read", "events:read",
    "audit:read", "webhooks:write",
]  # fmt: skip
#: The WebSocket of live events, as it is named here.
LIVE = "WS /live/events"
SCOPES: tuple[Scope, ...] = get_args(Scope)
#: Scope → what it opens: the method and the path's template after the API's prefix.
OPENS: dict[Scope, tuple[str, ...]] = {
    "cases:read": (
        "GET /cases", "GET /cases/export", "GET /cases/number/{number}", "GET /cases/{case_id}",
        "GET /cases/{case_id}/actions", "GET /cases/{case_id}/tasks", "GET /cases/{case_id}/clocks",
        "GET /cases/{case_id}/links", "GET /cases/{case_id}/history", "GET /cases/{case_id}/similar",
        "GET /cases/{case_id}/evidence", "GET /cases/{case_id}/evidence/{evidence_id}",
        "GET /cases/{case_id}/documents", "GET /cases/{case_id}/documents/forms",
        "GET /cases/{case_id}/documents/{document_id}/{file_format}",
        "GET /work", "GET /work/{name}", "GET /centres", "GET /centres/{centre_id}/handlers",
        "GET /centres/{centre_id}/limits",
    ),
    "cases:write": (
        "POST /cases", "POST /cases/import", "PATCH /cases/{case_id}", "POST /cases/{case_id}/register",
        "POST /cases/{case_id}/actions", "POST /cases/{case_id}/seal", "POST /cases/{case_id}/evidence",
        "POST /cases/{case_id}/documents", "PATCH /cases/{case_id}/documents/{document_id}",
        "PUT /cases/{case_id}/risk/facts", "POST /cases/{case_id}/risk/reported",
    ),
    "calls:read": (
        "GET /calls", "GET /calls/{call_id}", "GET /calls/{call_id}/transcript", "GET /transcripts", "GET /callbacks",
    ),
    "recordings:read": ("GET /calls/{call_id}/recordings/{speaker}",),
    "risk:read": ("GET /risk/rules", "GET /risk/cases", "GET /risk/warnings", "GET /cases/{case_id}/risk"),
    "figures:read": (
        "GET /trees/{name}/figures", "GET /trees/{name}/figures.csv", "GET /trees/{name}/figures.parquet",
        "GET /quality", "GET /quality/answering", "GET /quality/low", "GET /quality/marks.csv",
    ),
    "events:read": (LIVE,),
    "audit:read": ("GET /audit", "GET /audit/chain"),
    "webhooks:write": (
        "GET /webhooks", "POST /webhooks", "PATCH /webhooks/{webhook_id}", "DELETE /webhooks/{webhook_id}",
        "POST /webhooks/{webhook_id}/test",
    ),
}  # fmt: skip
#: The same by endpoint.
SCOPE_OF: dict[str, Scope] = {endpoint: scope for scope, endpoints in OPENS.items() for endpoint in endpoints}


def require(scopes: Collection[str] | None, endpoint: str) -> None:
    """Whether who has ``scopes`` may ask ``endpoint``; None: a person, whom scopes do not concern.

    Raises :class:`ClosedToTokens`, :class:`ScopeMissing`.
    """
    if scopes is None:
        return
    scope = SCOPE_OF.get(endpoint)
    if scope is None:
        raise ClosedToTokens()
    if scope not in scopes:
        raise ScopeMissing(scope=scope)
