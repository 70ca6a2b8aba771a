"""What can be wrong with the rules."""

from common.errors import HotlineError


class RulesInvalid(HotlineError):
    """The rules of risk cannot be used; says where and why."""

    code = "risk-rules-invalid"
    zh = "{file} 第 {line} 行：{problem}"
    en = "{file}:{line}: {problem}"
    remedy_zh = "改正后运行 hotline risk check {file}。"
    remedy_en = "Correct it, then run `hotline risk check {file}`."
