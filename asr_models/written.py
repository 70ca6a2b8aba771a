"""Text in its usual written form. Pure."""

import re

from asr_models.numbers import written_numbers

_HAN = r"\u3400-\u9fff"
_BLANK = re.compile(rf"(?<=[{_HAN}，。？！、；：])\s+|\s+(?=[{_HAN}，。？！、；：])")
#: A mark that stands after a Chinese character, or between two, takes its full width.
_AFTER = re.compile(rf"(?<=[{_HAN}])[,.?!;:]+|[,?!;:]+(?=[{_HAN}])")
_WIDE = str.maketrans(",.?!;:", "，。？！；：")
_AGAIN = re.compile(r"([，。？！；：、])[，。？！；：、]+")


def written(text: str) -> str:
    """No blanks beside Chinese characters, full-width marks after them, figures; other scripts as they are."""
    wide = _AFTER.sub(lambda mark: mark[0].translate(_WIDE), _BLANK.sub("", text.strip()))
    return written_numbers(_AGAIN.sub(r"\1", wide))
