"""Errors as RFC 9457 problems: how they are answered, and how OpenAPI tells of them."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from agent_api.asking import language_of
from agent_api.errors import (
    CrossOrigin,
    FieldWrong,
    HttpProblem,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    SheetWrong,
)
from common.errors import HotlineError, Language

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(description="Where: `body.username`, `query.limit`.", examples=["body.username"])
    problem: str = Field(description="What is wrong with it.", examples=["Field required"])


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="The code as a URN.", examples=["urn:hotline12365:not-found"])
    title: str = Field(description="What went wrong, in the language of Accept-Language.")
    status: int = Field(description="The HTTP status.", examples=[404])
    code: str = Field(description="Stable, for machines.", examples=["not-found"])
    message: str = Field(description="The same as `title`.")
    remedy: str = Field(description="What can be done about it; empty where nothing can be said.")
    details: dict[str, str] = Field(description="What the message is about.", examples=[{"what": "case"}])
    errors: list[FieldProblem] = Field(
        [], description="Each wrong field; only with `invalid-request`, `field-wrong` and `sheet-wrong`."
    )


def as_problem(error: HotlineError, language: Language, errors: list[FieldProblem] | None = None) -> Problem:
    """An error as it is told."""
    message = error.message(language)
    details = {name: str(value) for name, value in error.details.items()}
    return Problem(
        type=f"urn:hotline12365:{error.code}", title=message, status=error.status, code=error.code, message=message,
        remedy=error.remedy(language), details=details, errors=errors or [],
    )  # fmt: skip


def answer(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The response that tells of a problem."""
    return JSONResponse(problem.model_dump(), problem.status, headers, MEDIA_TYPE)


def _of_http(error: HTTPException) -> HotlineError:
    if error.status_code == 404:
        return NotFound(what="endpoint")
    if error.status_code == 405:
        return MethodNotAllowed()
    if error.status_code == 400:
        # The body is no JSON, or no text at all.
        return InvalidRequest(fields="body")
    return HttpProblem(problem=error.detail)


def install(app: FastAPI) -> None:
    """Answer every refusal of ``app`` as a problem; what nobody foresaw is :mod:`agent_api.guard`'s."""

    @app.exception_handler(HotlineError)
    async def refused(request: Request, error: HotlineError) -> JSONResponse:
        if error.status >= 500:
            log.warning("%s %s: %s", request.method, request.url.path, error)
        language = language_of(request)
        return answer(as_problem(error, language, _fields(error, language)))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent is not repeated: it may be a password.
        errors = [FieldProblem(field=".".join(map(str, e["loc"])), problem=e["msg"]) for e in error.errors()]
        fields = ", ".join(dict.fromkeys(e.field for e in errors))
        return answer(as_problem(InvalidRequest(fields=fields), language_of(request), errors))

    @app.exception_handler(HTTPException)
    async def refused_by_http(request: Request, error: HTTPException) -> JSONResponse:
        problem = as_problem(_of_http(error), language_of(request))
        return answer(problem, dict(error.headers or {}))


def _fields(error: HotlineError, language: Language) -> list[FieldProblem]:
    if isinstance(error, FieldWrong):
        return [FieldProblem(field=f"body.{error.details['field']}", problem=error.remedy(language))]
    if not isinstance(error, SheetWrong):
        return []
    return [FieldProblem(field=f"body.{each.row}.{each.column}", problem=each.told(language)) for each in error.cells]


def documented(*errors: type[HotlineError]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of an endpoint that can raise these; what :func:`describe` adds needs no mention."""
    by_status: defaultdict[int | str, list[type[HotlineError]]] = defaultdict(list)
    for error in errors:
        by_status[error.status].append(error)
    return {status: _response(several) for status, several in by_status.items()}


def merged(some: Mapping[int | str, Any], more: Mapping[int | str, Any]) -> dict[int | str, Any]:
    """The ``responses`` of an endpoint that can raise what either tells of."""
    both = {**more, **some}
    for status in some.keys() & more.keys():
        one, other = some[status], more[status]
        examples = {**_examples(other), **_examples(one)}
        content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
        told = "; ".join(dict.fromkeys((*one["description"].split("; "), *other["description"].split("; "))))
        both[status] = {"description": told, "content": {MEDIA_TYPE: content}}
    return both


def _examples(response: Mapping[str, Any]) -> dict[str, Any]:
    examples: dict[str, Any] = response["content"][MEDIA_TYPE]["examples"]
    return examples


def _response(kinds: list[type[HotlineError]]) -> dict[str, Any]:
    examples = {kind.code: {"value": _example(kind)} for kind in kinds}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    told = "; ".join(f"`{kind.code}`: {(kind.__doc__ or '').splitlines()[0].rstrip('.')}" for kind in kinds)
    return {"description": told, "content": {MEDIA_TYPE: content}}


def _example(kind: type[HotlineError]) -> dict[str, Any]:
    message = kind.en
    return {
        "type": f"urn:hotline12365:{kind.code}", "title": message, "status": kind.status, "code": kind.code,
        "message": message, "remedy": kind.remedy_en, "details": {}, "errors": [],
    }  # fmt: skip


def _can_be_wrong(operation: Mapping[str, Any]) -> bool:
    """Whether a request can fail to be of the form described: any text is one, where a text is asked for."""
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        return True
    return any(
        (parameter["required"] and parameter["in"] != "path") or not _is_any_text(parameter["schema"])
        for parameter in operation.get("parameters", [])
    )


def _is_any_text(schema: Mapping[str, Any]) -> bool:
    forms = [form for form in schema.get("anyOf", [schema]) if form != {"type": "null"}]
    told = {"title", "description", "examples", "default"}
    return all({key: form[key] for key in form.keys() - told} == {"type": "string"} for form in forms)


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """Put the problem's own schema into an OpenAPI description, and what is refused in every endpoint alike.

    That is :class:`InvalidRequest` where a request can be of a wrong form, and :class:`CrossOrigin` where something
    changes.
    """
    for methods in schema["paths"].values():
        for method, operation in methods.items():
            # FastAPI's own word for a wrong request, where the endpoint has none with that status.
            told = {s: r for s, r in operation["responses"].items() if s < "400" or MEDIA_TYPE in r["content"]}
            everywhere = documented(
                *((InvalidRequest,) if _can_be_wrong(operation) else ()), *(() if method == "get" else (CrossOrigin,))
            )
            operation["responses"] = merged(told, {str(status): each for status, each in everywhere.items()})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return schema
