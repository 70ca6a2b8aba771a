"""Text in its usual written form. Pure."""

import re
from collections.abc import Iterable

from asr_models.numbers import written_numbers

_HAN = r"\u3400-\u9fff"
_BLANK = re.compile(rf"(?<=[{_HAN}，。？！、；：])\s+|\s+(?=[{_HAN}，。？！、；：])")
#: A mark that stands after a Chinese character, or between two, takes its full width.
_AFTER = re.compile(rf"(?<=[{_HAN}])[,.?!;:]+|[,?!;:]+(?=[{_HAN}])")
_WIDE = str.maketrans(",.?!;:", "，。？！；：")
_AGAIN = re.compile(r"([，。？！；：、])[，。？！；：、]+")

#: Where two texts that follow one another meet without a Chinese character or mark.
_MEETING = re.compile(rf"(?<=[^{_HAN}，。？！、；：])\n(?=[^{_HAN}，。？！、；：])")


def joined(texts: Iterable[str]) -> str:
    """Texts that follow one another as one: a blank between words of a script that has them, none beside Chinese."""
    return _MEETING.sub(" ", "\n".join(filter(None, texts))).replace("\n", "")


def written(text: str) -> str:
    """No blanks beside Chinese characters, full-width marks after them, figures; other scripts as they are."""
    wide = _AFTER.sub(lambda mark: mark[0].translate(_WIDE), _BLANK.sub("", text.strip()))
    return written_numbers(_AGAIN.sub(r"\1", wide))
