"""What can be wrong with a wish to hear a recording."""

from common.errors import HotlineError


class RangeNotSatisfiable(HotlineError):
    """The place asked for lies behind the end."""

    code = "range-not-satisfiable"
    status = 416
    zh = "请求的位置超出了文件末尾（共 {size} 字节）。"
    en = "The place asked for lies behind the end; the file has {size} bytes."
