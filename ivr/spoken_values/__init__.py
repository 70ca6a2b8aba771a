"""Values as callers say them, in words, to their written form. Pure; None (or "") where nothing was said.

Each function takes the recogniser's text and, where a wrong character would spoil it, the pinyin engine's syllables.
"""

from ivr.spoken_values.amounts import read_amount
from ivr.spoken_values.dates import read_date
from ivr.spoken_values.numbers import read_case_number, read_digits, read_phone_number
from ivr.spoken_values.places import read_place
from ivr.spoken_values.which import Which, read_which
from ivr.spoken_values.yes_no import read_yes_no

__all__ = [
    "Which", "read_amount", "read_case_number", "read_date", "read_digits", "read_phone_number", "read_place",
    "read_which", "read_yes_no",
]  # fmt: skip
