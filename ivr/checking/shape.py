"""What the model refuses, told as mistakes of the text."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypeAliasType

from ivr.checking.draft import Draft, nearest
from ivr.nodes.kinds import AnyNode
from ivr.tree import Tree

_KINDS: dict[str, type[BaseModel]] = {
    get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(get_args(AnyNode)[0])
}
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
    "greater_than_equal": ("{ge} 或更大", "{ge} or more"),
    "less_than_equal": ("{le} 或更小", "{le} or less"),
    "too_short": ("至少 {min_length} 项", "{min_length} of them at least"),
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
        refused.setdefault((*_path(draft.document, each["loc"]), _missing(each)), each)
    for (*path, missing), each in refused.items():
        # A list whose items are wrong is said to be too short, too: the items tell enough.
        within = any(other[: len(path)] == tuple(path) and len(other) > len(path) + 1 for other in refused)
        if missing or not within:
            _tell(each, tuple(path), draft, root)


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
        case "missing":
            field = str(error["loc"][-1])
            draft.add(path, "field-missing", field=field, meaning=_meaning(_model(path, draft, root), field))
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
            draft.add(path, "field-missing", field=field, meaning=", ".join(_KINDS) if field == "kind" else "")
        case _:
            _tell_value(error, path, draft)


def _tell_value(error: ErrorDetails, path: tuple[str | int, ...], draft: Draft) -> None:
    add = draft.add_key if error["loc"][-1] == "[key]" else draft.add
    zh, en = _EXPECTED.get(error["type"], (error["msg"], error["msg"]))
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        zh, en = _PATTERNS[context["pattern"]]
    elif error["type"] == "value_error":
        zh = en = str(context["error"])
        context = {}
    add(
        path, "value-wrong", field=path[-1] if path else "", found=_short(error["input"]),
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
        else:
            model = next(_inside(model))
        model = _chosen(model, document)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else root


def _inside(annotation: Any) -> Iterator[Any]:
    """What a list or mapping of this type holds."""
    arguments = [each for each in get_args(annotation) if each is not Ellipsis]
    yield arguments[-1]


def _chosen(annotation: Any, document: Any) -> Any:
    """Of a union, the model that the document's tag names."""
    models = list(_models(annotation))
    if not isinstance(document, dict) or not models:
        return annotation
    for tag in ("kind", "test"):
        for model in models:
            field = model.model_fields.get(tag)
            if field is not None and document.get(tag) in get_args(field.annotation):
                return model
    return max(models, key=lambda model: len(set(document) & set(model.model_fields)))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif isinstance(annotation, TypeAliasType):
        yield from _models(annotation.__value__)
    elif getattr(annotation, "__origin__", None) is not dict:
        for each in get_args(annotation):
            yield from _models(each)


def _meaning(model: type[BaseModel], field: str) -> str:
    found = model.model_fields.get(field)
    if field == "kind" or found is None:
        return ", ".join(_KINDS)
    return found.description or ""
