"""The columns of a sheet of cases: what they are called, and what may stand in them; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from annotated_types import MaxLen

from agent_api.cases.schemas import NewCase
from case_flow.vocabulary import CHANNEL_NAMES, FIELDS, KIND_NAMES
from common.errors import Language
from common.identifiers import is_barcode, is_credit_code, is_division

#: Columns that are taken in: field → its Chinese heading. The English one is the field's name.
TAKEN: dict[str, str] = FIELDS | {
    "channel": "渠道", "anonymous": "匿名", "brand": "品牌", "model": "型号", "batch": "批次", "barcode": "条码",
}  # fmt: skip
#: Columns that are only given out; a sheet that was exported may be taken in again without removing them.
GIVEN: dict[str, str] = {
    "number": "案件编号", "draft_number": "草稿编号", "status": "状态", "risk_grade": "风险等级",
    "centre_id": "中心编号",
    "due_at": "到期时间", "light": "时限状态", "sealed": "已密封", "created_at": "创建时间", "updated_at": "更新时间",
    "closed_at": "结束时间",
}  # fmt: skip
#: Columns that hold one of a few words: code → what it is called. In English sheets it is what the API calls it.
CODES: dict[str, dict[str, dict[Language, str]]] = {"kind": KIND_NAMES, "channel": CHANNEL_NAMES}
_YES, _NO = {"是", "yes", "true", "1"}, {"", "否", "no", "false", "0"}
_CHECKS: dict[str, Callable[[str], bool]] = {
    "credit_code": is_credit_code, "barcode": is_barcode, "division": is_division,
}  # fmt: skip
_BY_HEADING = {
    heading: name for name, zh in {**TAKEN, **GIVEN}.items() for heading in (zh, name, name.replace("_", " "))
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one cell; rows count from 1, the headings' row."""

    row: int
    column: str
    zh: str
    en: str

    def told(self, language: Language) -> str:
        """For a person."""
        return self.zh if language == "zh-CN" else self.en


def headings(names: Sequence[str], language: Language) -> list[str]:
    """What columns are called."""
    return [{**TAKEN, **GIVEN}[name] if language == "zh-CN" else name for name in names]


def fields_of(rows: Sequence[Sequence[str]]) -> tuple[list[dict[str, Any]], list[Wrong]]:
    """A sheet's cases, and every cell that is wrong; the first row has the headings, empty rows are left out."""
    heads = [each.strip() for each in rows[0]]
    names = [_BY_HEADING.get(each.lower()) for each in heads]
    wrong = [
        Wrong(1, head, "没有这一列。", "There is no such column.")
        for head, name in zip(heads, names, strict=True)
        if name is None and head
    ]
    twice = {name for name in names if name is not None and names.count(name) > 1}
    wrong += [Wrong(1, head, "这一列出现了不止一次。", "The column is there more than once.")
              for head, name in zip(heads, names, strict=True) if name in twice]  # fmt: skip
    if "kind" not in names:
        wrong.append(Wrong(1, TAKEN["kind"], "缺少“类型”列。", "The column `kind` is missing."))
    if wrong:
        return [], wrong
    found = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        case: dict[str, Any] = {}
        for place, cell in enumerate(row):
            name = names[place] if place < len(names) else None
            if name is None and cell.strip():
                wrong.append(Wrong(number, str(place + 1), "这一列没有标题。", "The column has no heading."))
            elif name in TAKEN:
                _cell(case, wrong, number, heads[place], name, cell.strip())
        if "kind" not in case and not any(each.row == number for each in wrong):
            wrong.append(Wrong(number, heads[names.index("kind")], "必须填写类型。", "The kind must be given."))
        found.append(case)
    return found, wrong


def _cell(case: dict[str, Any], wrong: list[Wrong], row: int, column: str, name: str, value: str) -> None:
    if name in CODES:
        codes = CODES[name]
        code = next((each for each, names in codes.items() if value.lower() in (each, names["zh-CN"])), None)
        if code is not None:
            case[name] = code
        elif value:
            known = "、".join(names["zh-CN"] for names in codes.values())
            told = f"The {name} is one of {', '.join(codes)}."
            wrong.append(Wrong(row, column, f"{TAKEN[name]}只能是{known}。", told))
        return
    if name == "anonymous":
        if value.lower() not in _YES | _NO:
            wrong.append(Wrong(row, column, "只能填“是”或“否”。", "Only yes or no."))
        elif value:
            case[name] = value.lower() in _YES
        return
    if not value:
        return
    most = _longest(name)
    if len(value) > most:
        wrong.append(Wrong(row, column, f"最多 {most} 个字。", f"At most {most} characters."))
    elif name in _CHECKS and not _CHECKS[name](value):
        wrong.append(Wrong(row, column, "代码有误。", "The code is wrong."))
    else:
        case[name] = value


def _longest(name: str) -> int:
    return next(each.max_length for each in NewCase.model_fields[name].metadata if isinstance(each, MaxLen))
