"""What can be wrong with a tree."""

from common.errors import HotlineError


class TreeInvalid(HotlineError):
    """A tree cannot be used; says where and why, and how many mistakes more there are (``more``)."""

    code = "tree-invalid"
    zh = "{file} 第 {line} 行第 {column} 列：{problem_zh}"
    en = "{file}:{line}:{column}: {problem}"
    remedy_zh = "{right_zh} 全部错误：hotline ivr check {file}"
    remedy_en = "{right} All mistakes: `hotline ivr check {file}`."
