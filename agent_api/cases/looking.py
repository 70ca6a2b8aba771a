"""How somebody says which cases they want to see."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from agent_api.asking import Before, Cursor, Limit
from agent_api.cases.schemas import CaseFilter, Sort
from agent_api.ids import Id
from case_flow.clocks import Light
from case_flow.vocabulary import Channel, Kind

_WORDS = (
    "Words that must all be in the case: in a number, the company, the product, the place, the category, the "
    "description or the caller's name; or where the caller can be reached, whole."
)


async def _looking(
    q: Annotated[str, Query(max_length=200, description=_WORDS, examples=["充电器 起火"])] = "",
    kind: Annotated[Kind | None, Query(description="Only those of this kind.")] = None,
    channel: Annotated[Channel | None, Query(description="Only those that came in so.")] = None,
    status: Annotated[str | None, Query(max_length=16, description="Only those in this stage.")] = None,
    centre_id: Annotated[Id | None, Query(description="Only those that are with this centre.")] = None,
    light: Annotated[Light | None, Query(description="Only those whose nearest limit is so near.")] = None,
    category: Annotated[str | None, Query(max_length=64, description="Only those of this category.")] = None,
    risk_grade: Annotated[str | None, Query(max_length=32, description="Only those of this grade of risk.")] = None,
    company: Annotated[str | None, Query(max_length=200, description="Only those about this company.")] = None,
    product: Annotated[str | None, Query(max_length=200, description="Only those about this product.")] = None,
    brand: Annotated[str | None, Query(max_length=100, description="Only those about this brand.")] = None,
    credit_code: Annotated[str | None, Query(max_length=18, description="Only those about the company's code.")] = None,
    division: Annotated[
        str | None, Query(pattern=r"^\d{6}$", description="Only those in this division or one below it.")
    ] = None,
    open: Annotated[bool | None, Query(description="Only those that are open; or only those that are not.")] = None,
    since: Annotated[datetime | None, Query(description="Only those made at this moment or later.")] = None,
    until: Annotated[datetime | None, Query(description="Only those made before this moment.")] = None,
    before: Before = None,
    cursor: Cursor = None,
    sort: Annotated[Sort, Query(description="The order; `-`: the latest first. With `q` only newest first.")] = "-id",
    limit: Limit = 50,
) -> CaseFilter:
    return CaseFilter(
        q.strip(), kind, channel, status, centre_id, light, category, risk_grade, company, product, brand, credit_code,
        division, open, since, until, before, cursor, sort, limit,
    )  # fmt: skip


#: Which cases the asker wants to see.
Looking = Annotated[CaseFilter, Depends(_looking)]
