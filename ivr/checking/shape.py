"""What the model refuses, told as mistakes of the text."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypeAliasType

from common.errors import ValueUnfit
from ivr.checking.draft import Draft, nearest
from ivr.nodes.branch import AnyCondition
from ivr.nodes.kinds import AnyNode
from ivr.nodes.parts import Text
from ivr.tree import Tree

#: What may be written where it is missing, by the field that tells pieces apart.
_CHOICES = {
    field: tuple(get_args(each.model_fields[field].annotation)[0] for each in get_args(get_args(union)[0]))
    for field, union in (("kind", AnyNode), ("test", AnyCondition))
}
#: A variable's value fits none of the types that it may have; and where a node is drawn is no such pair.
_VALUE, _PLACE = "value_type", "place_type"
#: What is expected, by pydantic's type of error: Chinese, English.
_EXPECTED = {
    "string_type": ("文字；数字要加引号", "a text; put digits into quotes"),
    "bool_type": ("true 或 false", "true or false"),
    "bool_parsing": ("true 或 false", "true or false"),
    "int_type": ("整数", "a whole number"),
    "int_parsing": ("整数", "a whole number"),
    "int_from_float": ("整数", "a whole number"),
    "float_type": ("数字", "a number"),
    "float_parsing": ("数字", "a number"),
    "dict_type": ("名称和值的列表", "names with values"),
    "model_type": ("名称和值的列表", "names with values"),
    "model_attributes_type": ("名称和值的列表", "names with values"),
    "tuple_type": ("列表", "a list"),
    "invalid_key": ("名称；数字要加引号", "a name; put digits into quotes"),
    _VALUE: ("文字、数字、true 或 false", "a text, a number, true or false"),
    _PLACE: ("两个整数，像 [120, 40]", "two whole numbers like [120, 40]"),
    "greater_than_equal": ("{ge:g} 或更大", "{ge:g} or more"),
    "less_than_equal": ("{le:g} 或更小", "{le:g} or less"),
    "too_short": ("至少 {min_length} 项", "{min_length} of them at least"),
    "too_long": ("最多 {max_length} 项", "{max_length} of them at most"),
    "string_too_short": ("至少 {min_length} 个字", "{min_length} characters at least"),
    "string_too_long": ("最多 {max_length} 个字", "{max_length} characters at most"),
    "literal_error": ("{expected}", "{expected}"),
    "date_from_datetime_parsing": ("像 2027-02-06 的日期", "a day like 2027-02-06"),
    "date_parsing": ("像 2027-02-06 的日期", "a day like 2027-02-06"),
}
#: What is expected, by the pattern that a text did not meet.
_PATTERNS = {
    r"^[\w.-]{1,60}$": ("最多 60 个字母、数字、汉字、点、横线，不含空格", "up to 60 letters, digits, dots and hyphens"),
    r"^[a-z]{2,3}(-[A-Z]{2})?$": ("像 zh-CN 或 en 的语言代码", "a language's code like zh-CN or en"),
    r"^[a-z][a-z0-9_.]*$": ("小写英文字母开头的变量名", "a variable's name: small letters, digits, _ and dots"),
    r"^[a-z][a-z0-9_-]*$": ("小写英文字母开头的名称", "a name of small letters, digits, _ and hyphens"),
    r"^[a-z][a-z0-9_]*$": ("小写英文字母开头的名称", "a name of small letters, digits and _"),
    r"^[0-9*#]$": ("一个按键：0 到 9、* 或 #，加引号", "one key in quotes: 0 to 9, * or #"),
    r"^([0-9]{1,8}|[*#])$": ("按键：一到八位数字，或 *、#，加引号", "keys in quotes: one to eight digits, or * or #"),
    r"^[1-9*#]$": ("一个按键：1 到 9、* 或 #，加引号", "one key in quotes: 1 to 9, * or #"),
    r"^[0-9*#]{1,32}$": ("按键，加引号", "keys in quotes: 0 to 9, * and #"),
    r"^\+?[0-9]*\*?$": ("电话号码，末尾可写 *，加引号", "a number in quotes, a * at its end for any more digits"),
    r"^https?://[A-Za-z0-9.:-]+(/\S*)?$": ("像 https://crm.example.cn/path 的网址", "an address like https://crm.example.cn/path"),
    r"^\+?[0-9]{2,20}$": ("分机号或电话号码，只含数字，加引号", "an extension or number in quotes: digits alone"),
}  # fmt: skip


def tell(error: ValidationError, draft: Draft, root: type[BaseModel] = Tree) -> None:
    """Note what the model refused; of several refusals of one place the first counts."""
    refused: dict[tuple[Any, ...], ErrorDetails] = {}
    for each in error.errors(include_url=False):
        place = (*_path(draft.document, each["loc"]), _missing(each))
        refused[place] = _as_one(refused[place], each) if place in refused else each
    for (*path, missing), each in refused.items():
        # A list whose items are wrong is said to be too short, too: the items tell enough.
        within = any(other[: len(path)] == tuple(path) and len(other) > len(path) + 1 for other in refused)
        if missing or not within:
            _tell(each, tuple(path), draft, root)


def _as_one(first: ErrorDetails, other: ErrorDetails) -> ErrorDetails:
    """A value of several types is refused once for each of them."""
    return {**first, "type": _VALUE} if {first["type"], other["type"]} == {"bool_type", "int_type"} else first


def _missing(error: ErrorDetails) -> str:
    """The field that is missing; a mapping may lack several."""
    return str(error["loc"][-1]) if error["type"] == "missing" else ""


def _path(document: Any, loc: tuple[Any, ...]) -> tuple[str | int, ...]:
    """Pydantic's way to a value without what is not in the text: kinds of a union, ``[key]``."""
    path: list[str | int] = []
    for part in loc:
        inside = isinstance(document, dict) and part in document
        if inside or (isinstance(document, list) and isinstance(part, int) and part < len(document)):
            document = document[part]
            path.append(part)
    return tuple(path)


def _tell(error: ErrorDetails, path: tuple[str | int, ...], draft: Draft, root: type[BaseModel]) -> None:
    match error["type"]:
        case _ if path[:1] == ("layout",) and len(path) > 1 and path[1] in draft.document["layout"]:
            whole = draft.document["layout"][path[1]]
            _tell_value({**error, "type": _PLACE, "input": whole}, path[:2], draft)
        case "missing":
            field = str(error["loc"][-1])
            draft.add(path, "field-missing", field=field, **_meaning(_model(path, draft, root), field))
        case "extra_forbidden":
            known = sorted(_model(path[:-1], draft, root).model_fields)
            draft.add_key(path, "field-unknown", field=path[-1], known=", ".join(known), **nearest(path[-1], known))
        case "union_tag_invalid":
            tag = error["ctx"]["discriminator"].strip("'")
            known = [each.strip(" '") for each in error["ctx"]["expected_tags"].split(",")]
            found = error["ctx"]["tag"]
            draft.add((*path, tag), "kind-unknown", found=found, known=", ".join(known), **nearest(found, known))
        case "union_tag_not_found":
            field = error["ctx"]["discriminator"].strip("'")
            draft.add(path, "field-missing", field=field, **_meaning(root, field))
        case _:
            _tell_value(error, path, draft)


def _tell_value(error: ErrorDetails, path: tuple[str | int, ...], draft: Draft) -> None:
    add = draft.add_key if error["loc"][-1] == "[key]" else draft.add
    zh, en = _EXPECTED.get(error["type"], (error["msg"], error["msg"]))
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        zh, en = _PATTERNS[context["pattern"]]
    elif error["type"] == "value_error":
        wrong = context["error"]
        zh, en = (wrong.zh, wrong.en) if isinstance(wrong, ValueUnfit) else (str(wrong), str(wrong))
        context = {}
    names = [part for part in path if isinstance(part, str)]
    add(
        path, "value-wrong", field=names[-1] if names else "YAML", found=_short(error["input"]),
        expected_zh=zh.format(**context), expected_en=en.format(**context),
    )  # fmt: skip


def _short(value: Any) -> str:
    text = str(value) if not isinstance(value, dict | list) else type(value).__name__
    kinds = {"CommentedMap": "{…}", "CommentedSeq": "[…]"}
    text = kinds.get(text, text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _model(path: tuple[str | int, ...], draft: Draft, root: type[BaseModel]) -> type[BaseModel]:
    """The model of what ``path`` leads to."""
    model: Any = root
    document = draft.document
    for part in path:
        document = document[part]
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = model.model_fields[str(part)].annotation
        elif getattr(model, "__origin__", None) is dict:
            model = get_args(model)[-1]
        model = _chosen(model, document)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else root


def _chosen(annotation: Any, document: Any) -> Any:
    """Of a union, the model that the document's tag names, or else that has most of what is written; a list's is
    chosen from once one of its items is come to."""
    models = list(_models(annotation))
    if not isinstance(document, dict) or not models:
        return annotation
    for tag in ("kind", "test"):
        for model in models:
            field = model.model_fields.get(tag)
            if field is not None and document.get(tag) in get_args(field.annotation):
                return model
    # Of prompts, what fits none is read as words.
    return max(models, key=lambda model: (len(set(document) & set(model.model_fields)), model is Text))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif isinstance(annotation, TypeAliasType):
        yield from _models(annotation.__value__)
    elif getattr(annotation, "__origin__", None) is not dict:
        for each in get_args(annotation):
            yield from _models(each)


def _meaning(model: type[BaseModel], field: str) -> dict[str, str]:
    """What is to be written for a field that is missing, as details of a message; its meaning is told in English alone,
    as in its description."""
    if field in _CHOICES:
        known = ", ".join(_CHOICES[field])
        return {"meaning_zh": f"，可写：{known}", "meaning_en": f", one of: {known}"}
    found = model.model_fields.get(field)
    told = (found.description if found else None) or ""
    return {"meaning_zh": "", "meaning_en": f": {told.rstrip('.')}" if told else ""}
