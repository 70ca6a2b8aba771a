"""Numbers said digit by digit: plain digits, telephone numbers, case numbers."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date

import phonenumbers

from common.chinese_numbers import plain_number
from ivr.sounds import folded, syllables, toneless

#: Read over the telephone, 1 is also 幺, 0 also 洞, 7 also 拐, 9 also 勾 (the usual radio alphabet), 2 also 两.
_DIGITS = dict(zip("零〇洞一幺二两俩三叁四五六七拐八九勾", "000112223345677899", strict=True))
#: By sound, as far as no two digits share it; what is left of 十 among single digits is a misheard 四.
_SOUNDS = {
    folded(sound): digit
    for sound, digit in (
        ("ling", "0"), ("dong", "0"), ("yi", "1"), ("yao", "1"), ("er", "2"), ("liang", "2"), ("san", "3"), ("si", "4"),
        ("wu", "5"), ("liu", "6"), ("qi", "7"), ("guai", "7"), ("ba", "8"), ("jiu", "9"), ("gou", "9"),
    )
}  # fmt: skip
#: The caller corrects what came before.
_CORRECTED = re.compile("不对|说错|错了|搞错|不是|更正|sorry|no,? wait", re.IGNORECASE)
#: Said or written between digits without meaning anything.
_BETWEEN = r"[\s，。,.、·:：_—–-]|嗯|呃|啊|那个|然后|杠|空格"
_JOIN = re.compile(rf"(?<=\d)(?:{_BETWEEN})+(?=\d)")
_DIGIT = r"[零〇洞一幺二两三四五六七拐八九勾\d]"
#: 三个零, 三连八, 叁连八, 双零: how often, and which digit.
_REPEATED = re.compile(rf"(?:([两二三叁四五六七八\d])[个連连]|(双))({_DIGIT})")
_TENS = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?(?=[年月日号，。,. 零〇洞\d]|$)")
#: English digits; 0 is also oh.
_ENGLISH = {
    "ZERO": "0", "OH": "0", "ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4", "FIVE": "5", "SIX": "6", "SEVEN": "7",
    "EIGHT": "8", "NINE": "9",
}  # fmt: skip
_ENGLISH_DIGIT = re.compile(rf"\b(?:(DOUBLE|TRIPLE)\s+)?({'|'.join(_ENGLISH)})\b", re.ASCII)
_TIMES = {None: 1, "DOUBLE": 2, "TRIPLE": 3}
_PREFIX = re.compile(r"(TS|JB|ZX|JY|BY|CG)(?=\D{0,4}\d)")
_SPELT = re.compile(r"\b([A-Z])[\s.。-]*([A-Z])\b")
_DATED = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})[日号]?\D{0,4}?(\d{1,6})(?:号)?")
#: TS, then year, month and day, then the number of that day.
_CASE_DIGITS = 12
#: A telephone number without area code.
_LOCAL = re.compile(r"[2-8]\d{6,7}")


def _written(text: str) -> str:
    """Digits for spoken digits, one way of writing for all others; 十 among them is 10 or a ten's digit."""
    text = unicodedata.normalize("NFKC", text).upper()
    text = _ENGLISH_DIGIT.sub(lambda found: _ENGLISH[found[2]] * _TIMES[found[1]], text)
    text = _TENS.sub(lambda found: str(plain_number(found[0])), text)
    text = _REPEATED.sub(lambda found: _digit(found[3]) * (2 if found[2] else int(_digit(found[1]))), text)
    return "".join(_DIGITS.get(c, c) for c in text)


def _digit(character: str) -> str:
    return _DIGITS.get(character, character)


def _corrected(text: str) -> Iterator[str]:
    """What follows the last correction first, then all."""
    pieces = _CORRECTED.split(text)
    if len(pieces) > 1:
        yield pieces[-1]
    yield text


def _runs(text: str) -> list[str]:
    """Rows of digits, those of one number joined; the last first."""
    return re.findall(r"\d+", _JOIN.sub("", _written(text)))[::-1]


def _runs_by_sound(heard: tuple[str, ...]) -> list[str]:
    """Rows of syllables that sound like digits; the last first."""
    row = "".join(_SOUNDS.get(folded(each), " ") for each in heard)
    return row.split()[::-1]


def _first(runs: list[str], right: Callable[[str], bool], lengths: tuple[int, ...]) -> str | None:
    """The first row of digits that is right, whole or with other digits at its ends."""
    for run in runs:
        if right(run):
            return run
    for run in runs:
        for length in lengths:
            for place in range(len(run) - length, -1, -1):
                if right(run[place : place + length]):
                    return run[place : place + length]
    return None


def _by_sound(text: str, sounds: tuple[str, ...]) -> Iterator[list[str]]:
    """Readings of misheard digits: by the sound of the text's characters, then by what the pinyin engine heard."""
    spelt = "".join(next((han for han, digit in _DIGITS.items() if digit == c), c) for c in _written(text))
    yield _runs_by_sound(syllables(spelt))
    yield _runs_by_sound(toneless(sounds))


def read_digits(text: str, sounds: tuple[str, ...] = (), count: int | None = None) -> str:
    """Digits said one by one: 幺, 洞, 两, 三个八; oh, double two. The longest row that was said; "" without any.

    With ``count``, a row of that many is preferred, if need be by sound.
    """
    for part in _corrected(text):
        runs = _runs(part)
        if count is None and runs:
            return max(runs, key=len)
        if count is not None and (found := _first(runs, lambda run: len(run) == count, ())):
            return found
    if count is not None:
        for runs in _by_sound(text, sounds):
            if found := _first(runs, lambda run: len(run) == count, (count,)):
                return found
    return max(_runs(text), key=len, default="")


def _is_case_number(digits: str) -> bool:
    if len(digits) < _CASE_DIGITS or not digits.startswith("20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def read_case_number(text: str, sounds: tuple[str, ...] = ()) -> str | None:
    """A case number such as TS202611240001, its letters where they were said; a part of one as it was said.

    The date in it may be said as a date: 二零二六年十一月二十四号第一号.
    """
    upper = _SPELT.sub(r"\1\2", unicodedata.normalize("NFKC", text).upper())
    found = _PREFIX.search(_written(upper))
    prefix = found[1] if found else ""
    for part in _corrected(upper):
        if dated := _DATED.search(_written(part)):
            number = f"{dated[1]}{int(dated[2]):02d}{int(dated[3]):02d}{dated[4].zfill(4)}"
            if _is_case_number(number):
                return prefix + number
        if number := _first(_runs(part), _is_case_number, (_CASE_DIGITS,)) or "":
            return prefix + number
    for runs in _by_sound(text, sounds):
        if number := _first(runs, _is_case_number, (_CASE_DIGITS,)) or "":
            return prefix + number
    return prefix + read_digits(text) or None


def _is_phone_number(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "CN"))
    except phonenumbers.NumberParseException:
        return False


def read_phone_number(text: str, sounds: tuple[str, ...] = ()) -> str | None:
    """A telephone number of China, mobile or with its area code, as digits; without area code only where no other is.

    What numbers there are: libphonenumber's data.
    """
    lengths = (12, 11, 10)
    for part in _corrected(text):
        if found := _first(_runs(part), _is_phone_number, lengths):
            return found
    for runs in _by_sound(text, sounds):
        if found := _first(runs, _is_phone_number, lengths):
            return found
    return next((run for run in _runs(text) if _LOCAL.fullmatch(run)), None)
