"""The words that flows are written in: actions, roles, fields; each with its Chinese and English name."""

from dataclasses import dataclass
from typing import Literal, get_args

from common.errors import Language

Kind = Literal["complaint", "report", "consultation", "suggestion", "praise"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: What people call them.
KIND_NAMES: dict[str, dict[Language, str]] = {
    "complaint": {"zh-CN": "投诉", "en": "complaint"},
    "report": {"zh-CN": "举报", "en": "report"},
    "consultation": {"zh-CN": "咨询", "en": "question"},
    "suggestion": {"zh-CN": "建议", "en": "suggestion"},
    "praise": {"zh-CN": "表扬", "en": "praise"},
}

#: How a case came in; ``transfer``: from another line.
Channel = Literal["phone", "voice_message", "web", "mail", "sms", "fax", "letter", "visit", "transfer"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
CHANNEL_NAMES: dict[str, dict[Language, str]] = {
    "phone": {"zh-CN": "电话", "en": "telephone"},
    "voice_message": {"zh-CN": "语音留言", "en": "voice message"},
    "web": {"zh-CN": "网络", "en": "web form"},
    "mail": {"zh-CN": "电子邮件", "en": "mail"},
    "sms": {"zh-CN": "短信", "en": "SMS"},
    "fax": {"zh-CN": "传真", "en": "fax"},
    "letter": {"zh-CN": "信函", "en": "letter"},
    "visit": {"zh-CN": "来访", "en": "visit"},
    "transfer": {"zh-CN": "其他热线转来", "en": "transfer from another line"},
}

Role = Literal[
    "agent", "dispatcher", "handler", "supervisor", "centre_admin", "ivr_admin", "auditor", "system_admin"
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)

#: What someone is to one case: a role held there; the handler who leads a joint task; or the line itself.
Standing = Literal[
    "agent", "dispatcher", "handler", "lead", "supervisor", "centre_admin", "system_admin", "line",
]  # fmt: skip
#: Roles that count for every centre below their own.
FROM_ABOVE = frozenset({"supervisor", "centre_admin", "system_admin"})

Action = Literal[
    "edit", "take_call", "abandon", "take_message", "register", "accept", "refuse", "classify", "assign", "take",
    "handle", "supervise", "answer", "feed_back", "inform", "call_back", "redo", "archive", "return", "split",
    "merge", "link", "transfer", "suspend", "resume", "extend", "approve_extension", "decline_extension", "withdraw",
    "reopen",
]  # fmt: skip

#: What an action may be given.
Argument = Literal[
    "reason", "basis", "advice", "category", "targets", "result", "done", "reached", "rating", "parts", "into", "to",
    "relation", "centre", "clock", "days",
]  # fmt: skip

#: Fields of a case that a flow may ask to be filled.
FIELDS: dict[str, str] = {
    "kind": "类型", "category": "分类", "description": "内容", "caller_name": "姓名", "caller_number": "电话",
    "product": "产品", "company": "企业", "place": "地点", "occurred_on": "时间", "amount": "金额",
    "division": "行政区划", "credit_code": "统一社会信用代码",
}  # fmt: skip

#: Whom a notice may be for.
Recipient = Literal["complainant", "centre", "handlers", "lead", "dispatchers", "supervisors", "superior"]
#: Documents that may be made from templates.
Form = Literal["acceptance", "refusal", "transfer", "supervision", "result", "company"]
FORM_NAMES: dict[str, dict[Language, str]] = {
    "acceptance": {"zh-CN": "受理通知书", "en": "acceptance"},
    "refusal": {"zh-CN": "不予受理通知书", "en": "refusal"},
    "transfer": {"zh-CN": "转办单", "en": "transfer"},
    "supervision": {"zh-CN": "督办单", "en": "supervision notice"},
    "result": {"zh-CN": "办理结果告知书", "en": "result"},
    "company": {"zh-CN": "被投诉方告知书", "en": "result for the company"},
}


@dataclass(frozen=True)
class Word:
    """What an action is called, the event that tells of it, what it must be given, and what it can be given besides."""

    zh: str
    en: str
    event: str
    needs: tuple[Argument, ...] = ()
    may: tuple[Argument, ...] = ()


ACTIONS: dict[Action, Word] = {
    "edit": Word("修改", "edit", "case.updated"),
    "take_call": Word("接收来电", "take a call", "case.call_attached"),
    "abandon": Word("中途挂断", "abandon", "case.abandoned"),
    "take_message": Word("接收留言", "take a message", "case.message_taken"),
    "register": Word("登记", "register", "case.registered"),
    "accept": Word("受理", "accept", "case.accepted"),
    "refuse": Word("不予受理", "refuse", "case.refused", ("reason",), ("basis", "advice")),
    "classify": Word("分类", "classify", "case.classified", ("category",)),
    "assign": Word("转办（交办）", "assign", "case.assigned", ("targets",)),
    "take": Word("签收", "take", "case.taken"),
    "handle": Word("处置", "handle", "case.handled", ("result",), ("done",)),
    "supervise": Word("督办", "supervise", "case.supervised", ("reason",)),
    "answer": Word("答复", "answer", "case.answered", ("result",)),
    "feed_back": Word("反馈", "feed back", "case.fed_back", ("result",)),
    "inform": Word("告知被投诉方", "tell the company", "case.company_told", ("result",)),
    "call_back": Word("回访", "call back", "case.called_back", ("reached",), ("rating", "result")),
    "redo": Word("发回重办", "send back to be redone", "case.redone", ("reason",)),
    "archive": Word("归档", "archive", "case.archived"),
    "return": Word("退回", "return", "case.returned", ("reason",)),
    "split": Word("拆分", "split", "case.split", ("parts", "reason")),
    "merge": Word("合并", "merge", "case.merged", ("into", "reason")),
    "link": Word("关联", "link", "case.linked", ("to", "relation")),
    "transfer": Word("移送", "transfer", "case.transferred", ("centre", "reason")),
    "suspend": Word("中止", "suspend", "case.suspended", ("reason",)),
    "resume": Word("恢复", "resume", "case.resumed"),
    "extend": Word("申请延期", "ask for an extension", "case.extension_asked", ("clock", "days", "reason")),
    "approve_extension": Word("批准延期", "approve the extension", "case.extended"),
    "decline_extension": Word("不批准延期", "decline the extension", "case.extension_declined", ("reason",)),
    "withdraw": Word("撤回", "withdraw", "case.withdrawn", ("reason",)),
    "reopen": Word("重新办理", "reopen", "case.reopened", ("reason",)),
}

ROLE_WORDS: dict[str, tuple[str, str]] = {
    "agent": ("坐席", "agent"),
    "dispatcher": ("派单员", "dispatcher"),
    "handler": ("承办人", "handler"),
    "lead": ("主办人", "lead handler"),
    "supervisor": ("班长", "supervisor"),
    "centre_admin": ("中心管理员", "centre admin"),
    "ivr_admin": ("语音菜单管理员", "IVR admin"),
    "auditor": ("审计员", "auditor"),
    "system_admin": ("系统管理员", "system admin"),
    "line": ("热线", "the line itself"),
}

#: Names of the shipped flows' stages, short.
STAGE_WORDS = {
    "draft": "草稿", "abandoned": "中途挂断", "registered": "已登记", "accepted": "已受理", "assigned": "已转办",
    "handling": "处置中", "suspended": "已中止", "fed_back": "已反馈", "called_back": "已回访", "answered": "已答复",
    "refused": "不予受理", "withdrawn": "已撤回", "archived": "已归档", "merged": "已并入",
}  # fmt: skip
_ARGUMENT_WORDS = {
    "reason": "理由", "basis": "依据", "advice": "其他途径", "category": "分类", "targets": "承办单位",
    "result": "结果", "done": "是否办结", "reached": "是否接通", "rating": "满意度", "parts": "拆分内容",
    "into": "合并到的案件", "to": "关联的案件", "relation": "关联关系", "centre": "中心", "clock": "时限",
    "days": "天数",
}  # fmt: skip


def in_chinese(word: str) -> str:
    """A word of the flow, or several with commas between, as a Chinese screen says it; others stay as they are."""
    return "、".join(_one_in_chinese(each) for each in word.split(", "))


def _one_in_chinese(word: str) -> str:
    return _CHINESE.get(word, word)


_CHINESE: dict[str, str] = {
    **STAGE_WORDS, **_ARGUMENT_WORDS, **FIELDS, **{role: words[0] for role, words in ROLE_WORDS.items()},
    **{name: word.zh for name, word in ACTIONS.items()},
}  # fmt: skip
