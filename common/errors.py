"""Errors as a vocabulary: a stable code, a message for people in two languages, details for machines."""

from typing import Any, ClassVar, Literal, get_args

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class HotlineError(Exception):
    """Base of every error this product raises on purpose.

    Subclasses set ``code`` (stable, kebab-case), ``status`` (the HTTP status it maps to) and the two
    message templates, filled with ``details`` through :meth:`str.format`. ``remedy_*`` say what to do.
    """

    code: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500
    zh: ClassVar[str] = "内部错误。"
    en: ClassVar[str] = "Internal error."
    remedy_zh: ClassVar[str] = ""
    remedy_en: ClassVar[str] = ""

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        """What went wrong, for a person."""
        return (self.zh if language == "zh-CN" else self.en).format(**self.details)

    def remedy(self, language: Language) -> str:
        """What that person can do about it; empty where nothing can be said."""
        return (self.remedy_zh if language == "zh-CN" else self.remedy_en).format(**self.details)


class ValueUnfit(ValueError):
    """A value that cannot be taken: what is expected instead, in two languages."""

    def __init__(self, zh: str, en: str):
        super().__init__(en)
        self.zh = zh
        self.en = en
