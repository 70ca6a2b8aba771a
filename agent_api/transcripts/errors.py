"""What can be wrong with a wish to find something that was said."""

from common.errors import HotlineError


class NothingToSearch(HotlineError):
    """Nothing was given that could be found in what people say."""

    code = "nothing-to-search"
    status = 422
    zh = "请输入要查找的字、词或拼音。"
    en = "Give the characters, words or pinyin to look for."
