"""What the flow refuses, and what is wrong with a flow."""

from collections.abc import Iterable
from typing import Any

from case_flow.vocabulary import FORM_NAMES, in_chinese
from common.errors import HotlineError, Language


class FlowError(HotlineError):
    """A refusal whose details are words of the flow; on a Chinese screen they are said in Chinese."""

    def message(self, language: Language) -> str:
        """See :meth:`HotlineError.message`."""
        return (self.en if language == "en" else self.zh).format(**self._told(language))

    def remedy(self, language: Language) -> str:
        """See :meth:`HotlineError.remedy`."""
        return (self.remedy_en if language == "en" else self.remedy_zh).format(**self._told(language))

    def _told(self, language: Language) -> dict[str, Any]:
        if language == "en":
            return self.details
        return {name: in_chinese(value) if isinstance(value, str) else value for name, value in self.details.items()}


class NotInThisState(FlowError):
    """The flow does not allow this now."""

    code = "not-in-this-state"
    status = 409
    zh = "案件处于 {status}，不能执行 {action}。"
    en = "A case in state {status} does not allow: {action}."
    remedy_zh = "您现在可以执行：{allowed}"
    remedy_en = "What you may do now: {allowed}"

    def __init__(self, status: str, action: str, allowed: str = "-"):
        super().__init__(status=status, action=action, allowed=allowed or "-")


class FormNotInThisStage(FlowError):
    """The flow has no such document in this stage."""

    code = "form-not-in-this-stage"
    status = 409
    zh = "案件处于 {status}，不能制作{form}。"
    en = "A case in state {status} has no document: {form}."
    remedy_zh = "现在可以制作：{forms}"
    remedy_en = "What can be made now: {forms}"

    def __init__(self, status: str, form: str, forms: Iterable[str]):
        super().__init__(status=status, form=form, forms=", ".join(forms) or "-")

    def _told(self, language: Language) -> dict[str, Any]:
        named = {
            name: "、".join(FORM_NAMES[each][language] if each in FORM_NAMES else each for each in text.split(", "))
            for name, text in self.details.items()
            if name != "status"
        }
        return {**super()._told(language), **named}


class NotForRole(FlowError):
    """The flow gives this to other roles."""

    code = "not-for-your-role"
    status = 403
    zh = "该案件的 {action} 由 {roles} 执行。"
    en = "On this case, {action} is for: {roles}."


class Incomplete(FlowError):
    """Required fields are empty."""

    code = "incomplete"
    status = 422
    zh = "请先填写：{fields}"
    en = "Fill in first: {fields}"


class Unfit(FlowError):
    """The action is allowed, but not like this."""

    code = "action-unfit"
    status = 422
    zh = "{zh}"
    en = "{en}"


class FlowInvalid(HotlineError):
    """A flow cannot be used; says where and why."""

    code = "flow-invalid"
    zh = "{file} 第 {line} 行第 {column} 列：{problem}"
    en = "{file}:{line}:{column}: {problem}"
    remedy_zh = "改正后运行 hotline flow check {file}。"
    remedy_en = "Correct it, then run `hotline flow check {file}`."
