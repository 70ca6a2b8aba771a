"""Mistakes and warnings as a vocabulary: a stable code, what is wrong and what would be right, in two languages."""

from dataclasses import dataclass
from typing import Any, Literal

from common.errors import Language

#: An error stops the publish; a warning is told and stops nothing.
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Wording:
    """A kind of mistake: what is wrong, and what would be right."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Problem:
    """One mistake in a tree."""

    file: str
    #: From 1.
    line: int
    column: int
    code: str
    details: dict[str, Any]
    #: The keys and list positions that lead to it from the top of the document.
    path: tuple[str | int, ...]

    def message(self, language: Language) -> str:
        """What is wrong."""
        wording = WORDINGS[self.code]
        return (wording.zh if language == "zh-CN" else wording.en).format(**self.details)

    def remedy(self, language: Language) -> str:
        """What would be right."""
        wording = WORDINGS[self.code]
        return (wording.remedy_zh if language == "zh-CN" else wording.remedy_en).format(**self.details)

    @property
    def severity(self) -> Severity:
        """Whether it stops the publish."""
        return WORDINGS[self.code].severity

    @property
    def node(self) -> str | None:
        """The node that it is in."""
        return str(self.path[1]) if len(self.path) > 1 and self.path[0] == "nodes" else None

    def as_json(self) -> dict[str, Any]:
        """For machines: ``{file, line, column, severity, code, node, path, message, remedy}``; of the last two each
        is ``{zh-CN, en}``."""
        return {
            "file": self.file, "line": self.line, "column": self.column, "severity": self.severity, "code": self.code,
            "node": self.node, "path": list(self.path),
            "message": {"zh-CN": self.message("zh-CN"), "en": self.message("en")},
            "remedy": {"zh-CN": self.remedy("zh-CN"), "en": self.remedy("en")},
        }  # fmt: skip


WORDINGS: dict[str, Wording] = {
    # --- the text ---
    "yaml-invalid": Wording(
        "不是正确的 YAML：{problem_zh}。", "this is not YAML: {problem_en}.",
        "检查此处的缩进、引号和括号。", "Look at indentation, quotes and brackets here.",
    ),
    "tree-empty": Wording(
        "文件中没有菜单树。", "there is no tree in the file.",
        "至少写出 name、start、person 和 nodes。", "Write name, start, person and nodes at least.",
    ),
    # --- the shape ---
    "field-missing": Wording(
        "缺少 {field}。", "{field} is missing.", "加上 {field}{meaning_zh}。", "Add {field}{meaning_en}.",
    ),
    "field-unknown": Wording(
        "此处没有名为 {field} 的项。", "there is no {field} here.",
        "{nearest_zh}可写的有：{known}。", "{nearest_en}These can be written: {known}.",
    ),
    "kind-unknown": Wording(
        "没有名为 {found} 的种类。", "there is no kind {found}.",
        "{nearest_zh}可写的有：{known}。", "{nearest_en}There are: {known}.",
    ),
    "value-wrong": Wording(
        "{field} 的值不能是 {found}。", "{field} cannot be {found}.",
        "应为：{expected_zh}。", "It should be: {expected_en}.",
    ),
    # --- names ---
    "node-missing": Wording(
        "指向的节点 {found} 不存在。", "this leads to {found}, a node that does not exist.",
        "{nearest_zh}或者添加这个节点。", "{nearest_en}Or add that node.",
    ),
    "node-unreachable": Wording(
        "没有任何路径通到节点 {node}。", "nothing leads to the node {node}.",
        "从别的节点接过来，或者删除它。", "Lead to it from another node, or delete it.",
    ),
    "prompt-missing": Wording(
        "提示音 {found} 没有 {language} 的录音。", "the prompt {found} is not recorded in {language}.",
        "{nearest_zh}或者录制、上传、合成这个提示音。", "{nearest_en}Or record, upload or render that prompt.",
    ),
    "voice-unknown": Wording(
        "没有名为 {found} 的合成音。", "there is no voice {found}.",
        "{nearest_zh}可写的有：{known}。", "{nearest_en}There are: {known}.",
    ),
    "variable-unset": Wording(
        "变量 {found} 从未被赋值。", "nothing sets the variable {found}.",
        "{nearest_zh}先用 collect、set 或选项的 set 赋值。",
        "{nearest_en}Set it before by collect, set or an option's `set`.",
    ),
    "field-of-case-unknown": Wording(
        "案件草稿没有 {found} 这一项。", "a case draft has no field {found}.",
        "可写的有：{known}；不写 case. 就是普通变量。", "There are: {known}; without `case.` it is a plain variable.",
    ),
    "queue-missing": Wording(
        "没有名为 {found} 的队列。", "there is no queue {found}.", "现有的队列：{known}。", "The queues are: {known}.",
    ),
    "host-not-allowed": Wording(
        "菜单树不能访问 {found}。", "trees may not ask {found}.",
        "允许的主机：{known}；由设置 ivr.http_hosts 决定。", "Allowed are: {known}; see the setting ivr.http_hosts.",
    ),
    "tree-missing": Wording(
        "没有名为 {found} 的菜单树。", "there is no tree {found}.",
        "把 {found}.yaml 放在同一文件夹，或先发布它。", "Put {found}.yaml into the same folder, or publish it first.",
    ),
    "tree-broken": Wording(
        "菜单树 {found} 第 {line} 行有错误：{zh}", "the tree {found} has a mistake in line {line}: {en}",
        "先改正它。", "Correct it first.",
    ),
    # --- ways ---
    "loop-without-input": Wording(
        "来电人什么都不做时会一直绕圈：{loop}。", "a caller who does nothing goes round for ever: {loop}.",
        "让其中一处（next、no_input、no_match 或 failure）通向别处。",
        "Lead one of them (next, no_input, no_match or failure) elsewhere.",
    ),
    "person-unreachable": Wording(
        "person 指向的 {found} 不通向任何坐席。", "{found}, named by person, leads to no person.",
        "指向 queue 或 transfer，或通向它们的 branch。", "Name a queue or a transfer, or a branch that leads to one.",
    ),
    "zero-taken": Wording(
        "按 0 应当转人工，这里却通向 {found}。", "0 should lead to a person; here it leads to {found}.",
        "通向 {person}，或换一个键。", "Lead to {person}, or take another key.",
    ),
    "key-twice": Wording(
        "按键 {pressed} 用了两次，{other} 也用它。", "the key {pressed} is taken twice: {other} has it, too.",
        "换一个键。", "Take another key.",
    ),
    "option-unreachable": Wording(
        "选项 {option} 没有办法选到。", "the option {option} cannot be chosen.",
        "写上 key、phrases、examples 或 intent。", "Give it a key, phrases, examples or an intent.",
    ),
    "guesses-too-few": Wording(
        "which 要在两个猜测之后播放，这里只有 {count} 个选项写了 either。",
        "`which` is said behind two guesses, and only {count} options have `either`.",
        "至少给两个选项写上 either，或者去掉 which。", "Give two options at least an `either`, or leave `which` out.",
    ),
    "guesses-without-keys": Wording(
        "选项 {option} 写了 either，但节点没有写 which，永远不会播放。",
        "the option {option} has an `either` that is never said: the node has no `which`.",
        "给节点写上 which，告诉来电人按哪个键。", "Give the node a `which` that tells which key is which.",
    ),
    "options-too-many": Wording(
        "这里要报 {count} 个选项，超过 {limit} 个。", "{count} options are read out here, more than {limit}.",
        "合并选项，或分成两层菜单。", "Join some of them, or ask in two steps.",
    ),
    "times-too-many": Wording(
        "问了 {count} 次才放行，超过 {limit} 次。", "a caller is asked {count} times, more than {limit}.",
        "写 {limit} 或更少。", "Write {limit} or less.",
    ),
    "too-long-unstoppable": Wording(
        "来电人要听 {seconds} 秒无法打断的录音，超过 {limit} 秒。",
        "callers hear {seconds} s here that they cannot stop, more than {limit} s.",
        "缩短录音，或把 barge_in 改为 both。", "Shorten it, or let callers stop it: barge_in: both.",
    ),
    "hang-up-heard": Wording(
        "来电人挂机后不能再到 {found}：它需要来电人。", "who hung up cannot come to {found}: it needs the caller.",
        "只能通向 set、branch 或不带提示音的 hangup。", "Lead to set, branch or a hangup without a prompt.",
    ),
    "layout-unknown": Wording(
        "layout 中的 {found} 不是节点。", "layout has {found}, which is no node.", "删除这一项。", "Delete it.",
    ),
    # --- days ---
    "holidays-unannounced": Wording(
        "{year} 年的节假日安排还不知道，该年只按周末和公历节日判断。",
        "the holidays of {year} are not known yet: that year goes by weekends and the holidays on fixed days.",
        "公布后更新 chinesecalendar，或先在“中心”页面填写该年的例外日期。",
        "Update chinesecalendar once they are announced, or enter that year's exceptions under Centres.",
        "warning",
    ),
}  # fmt: skip
