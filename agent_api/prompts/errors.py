"""What is refused about prompts, and why."""

from common.errors import HotlineError


class PromptInUse(HotlineError):
    """Callers, or a draft, need the prompt."""

    code = "prompt-in-use"
    status = 409
    zh = "提示音 {name} 正被使用：{trees}。"
    en = "The prompt {name} is used by: {trees}."
    remedy_zh = "请先在这些菜单树中换用其他提示音。"
    remedy_en = "Have those trees use another prompt first."


class PromptShipped(HotlineError):
    """What came with the product stays."""

    code = "prompt-shipped"
    status = 409
    zh = "提示音 {name} 随产品提供，不能删除。"
    en = "The prompt {name} came with the product and cannot be deleted."
    remedy_zh = "可以上传同名提示音代替它。"
    remedy_en = "Upload another under the same name to take its place."


class PromptNameWrong(HotlineError):
    """The name cannot be a prompt's."""

    code = "prompt-name-wrong"
    status = 422
    zh = "提示音名称 {name} 不合规范。"
    en = "{name} cannot be the name of a prompt."
    remedy_zh = "请用字母、数字、汉字、- 和 _，各级以 / 分隔；不能以 text/ 或 kept/ 开头。"
    remedy_en = "Use letters, digits, - and _, with / between levels; it may not begin with text/ or kept/."
