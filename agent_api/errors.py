"""What the API refuses, and why."""

from common.errors import HotlineError


class NotLoggedIn(HotlineError):
    """No valid session."""

    code = "not-logged-in"
    status = 401
    zh = "请先登录。"
    en = "Please log in."


class WrongPassword(HotlineError):
    """The name or the password is wrong."""

    code = "wrong-password"
    status = 401
    zh = "用户名或密码不正确。"
    en = "The user name or the password is wrong."


class TooManyTries(HotlineError):
    """Too many failed log-ins."""

    code = "too-many-tries"
    status = 429
    zh = "登录失败次数过多，请 {seconds} 秒后再试。"
    en = "Too many failed log-ins; try again in {seconds} s."


class NotAllowed(HotlineError):
    """The role may not do this."""

    code = "not-allowed"
    status = 403
    zh = "您的角色不能执行此操作。"
    en = "Your role may not do this."


class NotFound(HotlineError):
    """No such thing, or not for you."""

    code = "not-found"
    status = 404
    zh = "没有找到{what}。"
    en = "There is no such {what}."


class EditedMeanwhile(HotlineError):
    """Someone else changed it since it was read."""

    code = "edited-meanwhile"
    status = 412
    zh = "该案件已被他人修改。"
    en = "The case was changed by someone else meanwhile."
    remedy_zh = "请对照两个版本后再保存。"
    remedy_en = "Compare both versions, then save."


class ETagMissing(HotlineError):
    """A change must say which version it is of."""

    code = "if-match-required"
    status = 428
    zh = "修改必须带 If-Match。"
    en = "A change needs If-Match."


class NotInThisState(HotlineError):
    """The flow does not allow this now."""

    code = "not-in-this-state"
    status = 409
    zh = "案件处于 {status}，不能执行 {action}。"
    en = "A case that is {status} cannot be {action}."


class Incomplete(HotlineError):
    """Required fields are empty."""

    code = "incomplete"
    status = 422
    zh = "登记前请填写：{fields}"
    en = "Fill in before registering: {fields}"


class TelephonyUnavailable(HotlineError):
    """The link to Asterisk is down."""

    code = "telephony-unavailable"
    status = 503
    zh = "与 Asterisk 的连接已断开。"
    en = "The link to Asterisk is down."
    remedy_zh = "连接恢复后会自动重试；请稍候。"
    remedy_en = "It is being re-established; try again shortly."
