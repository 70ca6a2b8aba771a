"""What can be wrong with a tree."""

from common.errors import HotlineError


class TreeInvalid(HotlineError):
    """A tree cannot be used; says where and why."""

    code = "tree-invalid"
    zh = "{file} 第 {line} 行：{problem}"
    en = "{file}:{line}: {problem}"
    remedy_zh = "改正后运行 hotline ivr check {file}。"
    remedy_en = "Correct it, then run `hotline ivr check {file}`."
