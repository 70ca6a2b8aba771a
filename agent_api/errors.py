"""What the API refuses, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from common.errors import HotlineError, Language

if TYPE_CHECKING:
    from agent_api.cases.sheets.columns import Wrong

#: What a detail is called on a Chinese screen.
_ZH = {
    "call": "通话", "recording": "录音", "hold": "录音保全", "case": "案件", "call-back": "回拨记录",
    "person": "人员", "endpoint": "接口",
    "page": "页面", "tree": "菜单树", "version": "版本", "prompt": "提示音", "phrase": "语句", "warning": "预警",
    "token": "令牌", "notice": "通知", "document": "文书", "word": "词语", "trial": "词表试听", "centre": "中心",
    "webhook": "事件订阅", "credit_code": "统一社会信用代码",
    "barcode": "条码", "division": "行政区划", "clock": "时限", "evidence": "证据", "national": "国家",
    "provincial": "省", "municipal": "市", "county": "县",
}  # fmt: skip


class ApiError(HotlineError):
    """An error whose details are words of the API; on a Chinese screen they are said in Chinese."""

    def message(self, language: Language) -> str:
        """See :meth:`HotlineError.message`."""
        if language == "en":
            return super().message(language)
        return self.zh.format(**{name: _in_chinese(value) for name, value in self.details.items()})


def _in_chinese(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "、".join(_ZH.get(word, word) for word in value.split(", "))


class NotLoggedIn(HotlineError):
    """No valid session."""

    code = "not-logged-in"
    status = 401
    zh = "请先登录。"
    en = "Please log in."


class ClosedToTokens(HotlineError):
    """This is for people only."""

    code = "closed-to-tokens"
    status = 403
    zh = "该接口不对令牌开放。"
    en = "This endpoint is not open to tokens."
    remedy_zh = "请由人员登录后操作。"
    remedy_en = "It is for people who log in."


class ScopeMissing(HotlineError):
    """The token is not for this."""

    code = "scope-missing"
    status = 403
    zh = "令牌没有权限范围 {scope}。"
    en = "The token does not have the scope {scope}."
    remedy_zh = "请向系统管理员申请含该范围的令牌。"
    remedy_en = "Ask a system admin for a token that has it."


class TokenNameTaken(HotlineError):
    """A token's name is never given twice: what it did is on record under it."""

    code = "token-name-taken"
    status = 409
    zh = "令牌名称 {name} 已被使用过。"
    en = "The token name {name} was used before."
    remedy_zh = "请换一个名称，例如加上序号。"
    remedy_en = "Choose another, for example with a number."


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


class NotFound(ApiError):
    """No such thing, or not for you."""

    code = "not-found"
    status = 404
    zh = "没有找到{what}。"
    en = "There is no such {what}."


class EditedMeanwhile(HotlineError):
    """Someone else changed it since it was read."""

    code = "edited-meanwhile"
    status = 412
    zh = "内容已被他人修改。"
    en = "It was changed by someone else meanwhile."
    remedy_zh = "请对照两个版本后再保存。"
    remedy_en = "Compare both versions, then save."


class ETagMissing(HotlineError):
    """A change must say which version it is of."""

    code = "if-match-required"
    status = 428
    zh = "修改必须带 If-Match。"
    en = "A change needs If-Match."
    remedy_zh = "请先读取，并带上其 etag。"
    remedy_en = "Read it first and send its etag."


class TelephonyUnavailable(HotlineError):
    """The link to Asterisk is down."""

    code = "telephony-unavailable"
    status = 503
    zh = "与 Asterisk 的连接已断开。"
    en = "The link to Asterisk is down."
    remedy_zh = "连接恢复后会自动重试；请稍候。"
    remedy_en = "It is being re-established; try again shortly."


class PhoneNotRegistered(HotlineError):
    """An agent cannot be ready without a phone that can ring."""

    code = "phone-not-registered"
    status = 409
    zh = "话机尚未注册，不能就绪。"
    en = "The phone is not registered, so nothing could ring."
    remedy_zh = "网页电话请允许麦克风并刷新页面；桌面话机请检查其服务器、账号和密码。"
    remedy_en = "Allow the page the microphone and reload it, or check the desk phone's server, user and secret."


class InvalidRequest(HotlineError):
    """The request is not of the form that the API describes."""

    code = "invalid-request"
    status = 422
    zh = "请求内容不正确：{fields}"
    en = "The request is not valid: {fields}"
    remedy_zh = "请按 errors 中的说明更正后重试。"
    remedy_en = "Correct what `errors` lists, then try again."


class MethodNotAllowed(HotlineError):
    """The path exists, the method does not."""

    code = "method-not-allowed"
    status = 405
    zh = "该接口不支持此方法。"
    en = "This endpoint does not have that method."


class HttpProblem(HotlineError):
    """The request cannot be read as HTTP allows."""

    code = "http-error"
    status = 400
    zh = "请求无法处理：{problem}"
    en = "The request cannot be handled: {problem}"


class CrossOrigin(HotlineError):
    """A page of another site may not act for a person who is logged in here."""

    code = "cross-origin"
    status = 403
    zh = "拒绝来自其他网站的请求。"
    en = "Requests from other sites are refused."


class WrongCurrentPassword(HotlineError):
    """Whoever changes a password must know the present one."""

    code = "wrong-current-password"
    status = 422
    zh = "当前密码不正确。"
    en = "The current password is wrong."


class WeakPassword(HotlineError):
    """The new password is the old one or the user name."""

    code = "weak-password"
    status = 422
    zh = "新密码不能与当前密码或用户名相同。"
    en = "The new password must be neither the current one nor the user name."


class UsernameTaken(HotlineError):
    """Log-in names are one person's each."""

    code = "username-taken"
    status = 409
    zh = "用户名 {username} 已被使用。"
    en = "The user name {username} is taken."


class ExtensionTaken(HotlineError):
    """Extensions are one person's each."""

    code = "extension-taken"
    status = 409
    zh = "分机号 {extension} 已被使用。"
    en = "The extension {extension} is taken."


class AlreadyDone(HotlineError):
    """Someone else was quicker."""

    code = "already-done"
    status = 409
    zh = "该回拨已由他人完成。"
    en = "Someone else has already called back."


class CentreUnfit(ApiError):
    """A centre lies below one of a higher level."""

    code = "centre-unfit"
    status = 422
    zh = "{level} 级中心不能在 {above} 级中心之下。"
    en = "A {level} centre cannot lie below a {above} one."


class CentreInactive(HotlineError):
    """Nothing new may come to this centre."""

    code = "centre-inactive"
    status = 409
    zh = "该中心已停用，不再接收案件和人员。"
    en = "The centre is closed: no new cases and people come to it."
    remedy_zh = "请选择其他中心，或先启用该中心。"
    remedy_en = "Choose another centre, or open this one again first."


class StillInFlight(HotlineError):
    """The first request with this key has not been answered."""

    code = "still-in-flight"
    status = 409
    zh = "使用该 Idempotency-Key 的首次请求尚无结果。"
    en = "The first request with this Idempotency-Key has not been answered."
    remedy_zh = "请稍后用同一键重试；若一直如此，首次请求可能中断，请先查看是否已创建，再换新键。"
    remedy_en = (
        "Send it again shortly. If it stays so, the first was cut off: look whether it was created, then use a new key."
    )


class KeyUsedBefore(HotlineError):
    """The key came with another request before."""

    code = "key-used-before"
    status = 422
    zh = "该 Idempotency-Key 已用于另一请求。"
    en = "This Idempotency-Key was used for another request."
    remedy_zh = "请为每个新建内容使用新的键。"
    remedy_en = "Use a new key for each thing to be created."


class SheetUnreadable(HotlineError):
    """The file is no sheet that can be read."""

    code = "sheet-unreadable"
    status = 422
    zh = "无法读取该表格：{problem}。"
    en = "The sheet cannot be read: {problem}."
    remedy_zh = "请上传首行为列标题的 CSV 或 XLSX；可先导出一份作为样例。"
    remedy_en = "Send CSV or XLSX whose first row has the headings; an export is an example."


class SheetTooLong(HotlineError):
    """The sheet has too many rows, or is too large."""

    code = "sheet-too-long"
    status = 413
    zh = "表格过大：一次最多 {most} 行、10 MB。"
    en = "The sheet is too large: at most {most} rows and 10 MB at once."
    remedy_zh = "请分成几个文件。"
    remedy_en = "Split it into several files."


class SheetWrong(HotlineError):
    """Cells of the sheet are wrong; nothing was taken in."""

    code = "sheet-wrong"
    status = 422
    zh = "表格有 {count} 处错误，未导入任何案件。"
    en = "{count} cells of the sheet are wrong; no case was created."
    remedy_zh = "请按所列行列改正后重新导入。"
    remedy_en = "Correct them by row and column, then send the sheet again."

    def __init__(self, cells: Sequence["Wrong"]):
        super().__init__(count=len(cells))
        self.cells = cells


class NotSortable(HotlineError):
    """What is found by words comes newest first only."""

    code = "not-sortable"
    status = 422
    zh = "按词语查找的结果只能按最新在前排列。"
    en = "What is found by words comes newest first only."
    remedy_zh = "请去掉 sort，或去掉 q。"
    remedy_en = "Leave out `sort`, or `q`."


class CursorInvalid(HotlineError):
    """A cursor that no page gave out."""

    code = "cursor-invalid"
    status = 422
    zh = "cursor 无效。"
    en = "That is no cursor that a page gave out."
    remedy_zh = "请从第一页重新开始，并原样带上 next。"
    remedy_en = "Begin with the first page again and send its `next` as it is."


class FieldWrong(ApiError):
    """A code's check digit or form is wrong."""

    code = "field-wrong"
    status = 422
    zh = "{field} 不正确：{value}"
    en = "{field} is not right: {value}"
    remedy_zh = "请核对每一位；校验位与前面的数字不符。"
    remedy_en = "Compare each digit: the check digit does not fit the others."


class EvidenceRefused(HotlineError):
    """A file that may not be evidence."""

    code = "evidence-refused"
    status = 422
    zh = "文件未被接收：{zh}"
    en = "The file is not taken: {en}"
    remedy_zh = "可上传图片、录音、视频、PDF、Office 文档或纯文本。"
    remedy_en = "Pictures, sound, film, PDF, Office documents and plain text are taken."


class TooManyFiles(HotlineError):
    """A citizen has sent as many files to one case as they may."""

    code = "too-many-files"
    status = 409
    zh = "一个案件最多可以从公众页面上传 {most} 个文件。"
    en = "A case takes {most} files from the public page and no more."
    remedy_zh = "还有其它材料请拨打 12365，由工作人员添加。"
    remedy_en = "If there is more, call 12365 and have it added."


class NoUploadPass(HotlineError):
    """The upload pass is missing, old or not ours."""

    code = "no-upload-pass"
    status = 403
    zh = "上传许可已过期或不正确。"
    en = "The permission to add files has expired, or is not right."
    remedy_zh = "请用编号和电话末四位查询一次进度，再上传。"
    remedy_en = "Ask for the case's progress with its number and last four digits, then send the files."


class CaseSettled(HotlineError):
    """Nothing more is taken for a case that is closed."""

    code = "case-settled"
    status = 409
    zh = "案件已办结，不再接收文件。"
    en = "The case is settled and takes no more files."
    remedy_zh = "如有新的证据，请拨打 12365 或重新提交。"
    remedy_en = "If there is new evidence, call 12365, or send a new case."


class NotSealed(HotlineError):
    """There is nothing to unseal."""

    code = "not-sealed"
    status = 409
    zh = "案件没有密封。"
    en = "The case is not sealed."


class ColleagueNotFree(HotlineError):
    """A caller is sent to a colleague only who is ready, with a phone, and in no call."""

    code = "colleague-not-free"
    status = 409
    zh = "{name}现在不能接听。"
    en = "{name} cannot take a call now."
    remedy_zh = "请选择就绪的同事，或转回队列。"
    remedy_en = "Choose a colleague who is ready, or send the caller back to the queue."


class NumberUnreachable(HotlineError):
    """No extension of ours, and no trunk to call outside over."""

    code = "number-unreachable"
    status = 409
    zh = "{number} 不是分机号，本热线也没有外呼中继。"
    en = "{number} is no extension, and the line has no trunk to call outside over."
    remedy_zh = "请核对分机号；外线号码需先设置 asterisk.trunk_out。"
    remedy_en = "Check the extension; for a number outside, set asterisk.trunk_out."


class CallNotLive(HotlineError):
    """The call is over."""

    code = "call-not-live"
    status = 409
    zh = "通话已结束。"
    en = "The call is over."


class UnknownGrade(HotlineError):
    """The rules in force have no such grade."""

    code = "unknown-grade"
    status = 422
    zh = "没有风险等级 {grade}。"
    en = "There is no grade {grade}."
    remedy_zh = "可用的等级：{grades}。"
    remedy_en = "The grades are: {grades}."


class LoweringNotAllowed(HotlineError):
    """Only those who supervise lower a grade of risk."""

    code = "lowering-not-allowed"
    status = 403
    zh = "只有班长及以上人员可以调低风险等级。"
    en = "Only supervisors may lower a grade of risk."
    remedy_zh = "请把理由告诉班长，由班长调整。"
    remedy_en = "Tell a supervisor why; they can set it."


class NothingToReport(HotlineError):
    """The case's grade need not be reported."""

    code = "nothing-to-report"
    status = 409
    zh = "该案件当前的风险等级不需要上报。"
    en = "The case's grade need not be reported."


class TextsInvalid(HotlineError):
    """The texts of notices cannot be used; says where and why."""

    code = "notice-texts-invalid"
    zh = "{file} {where}：{problem}"
    en = "{file} {where}: {problem}"
    remedy_zh = "改正后运行 hotline notices check {file}。"
    remedy_en = "Correct it, then run `hotline notices check {file}`."


class WebhookTargetRefused(HotlineError):
    """A subscription may not lead there."""

    code = "webhook-target-refused"
    status = 422
    zh = "不能订阅到该地址：{problem_zh}。"
    en = "A subscription cannot lead there: {problem}."
    remedy_zh = "请使用其他系统的公网 http(s) 地址；内部网络的地址须由管理员打开设置 notices.webhook_private。"
    remedy_en = (
        "Give the public http(s) address of another system; for one in a private network an admin sets "
        "notices.webhook_private."
    )


class NotGivenUp(HotlineError):
    """Only a notice that was given up is sent again by hand."""

    code = "not-given-up"
    status = 409
    zh = "该通知处于 {state} 状态，系统会自行处理。"
    en = "The notice is {state}; the hotline sees to it by itself."


class WordTaken(ApiError):
    """The word is on the list already."""

    code = "word-taken"
    status = 409
    zh = "词表里已有“{word}”。"
    en = "“{word}” is on the list already."


class TemplateInvalid(HotlineError):
    """A document's template cannot be used; says where and why."""

    code = "template-invalid"
    status = 500
    zh = "{file} 第 {line} 行：{problem}"
    en = "{file}:{line}: {problem}"
    remedy_zh = "改正文书模板后重试。"
    remedy_en = "Correct the template, then try again."


class DocumentDamaged(HotlineError):
    """A document is not as it was made."""

    code = "document-damaged"
    status = 500
    zh = "文书 {number} 与生成时不一致，不能使用。"
    en = "Document {number} is not as it was made and cannot be used."
    remedy_zh = "从备份恢复，或重新生成。"
    remedy_en = "Restore it from the backup, or make it anew."


class PublicClosed(HotlineError):
    """The public page is for this machine only."""

    code = "public-closed"
    status = 404
    zh = "公众页面未对外开放。"
    en = "The public page is not open to other machines."
    remedy_zh = "管理员可在设置中打开 public.beyond_loopback。"
    remedy_en = "An admin can open it with the setting public.beyond_loopback."


class NotProved(HotlineError):
    """The proof against robots is missing, old, used or wrong."""

    code = "not-proved"
    status = 403
    zh = "验证已过期或不正确。"
    en = "The check against robots has expired or failed."
    remedy_zh = "请再提交一次，填写的内容仍在。"
    remedy_en = "Send it once more; what you wrote is still there."


class TooOften(HotlineError):
    """Asked more often than the public may."""

    code = "too-often"
    status = 429
    zh = "操作过于频繁，请 {seconds} 秒后再试。"
    en = "Too often; try again in {seconds} s."
    remedy_zh = "情况紧急请直接拨打 12365。"
    remedy_en = "If it is urgent, call 12365."


class NoSuchProgress(HotlineError):
    """No case has this number and these digits."""

    code = "no-such-progress"
    status = 404
    zh = "没有编号和电话末四位都相符的案件。"
    en = "No case has this number together with these last digits."
    remedy_zh = "请核对编号和登记时留的电话；匿名举报不能凭电话查询。"
    remedy_en = "Check the number, and the telephone number that was left; an anonymous report cannot be asked for."
