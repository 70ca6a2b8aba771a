"""``hotline call``: what is said and pressed comes in the order given."""

import pytest
import typer

from hotline.tester.cli import in_order, keys_alone


def test_steps_of_different_kinds_keep_their_order() -> None:
    given = {"--wav": [{"wav": "a"}, {"wav": "b"}], "--say": [], "--dtmf": [{"dtmf": "5"}, {"dtmf": "1#"}]}
    words = ["hotline", "call", "--dtmf", "5", "--wav=a", "--json", "--dtmf", "1#", "--wav", "b"]
    assert in_order(given, words) == [{"dtmf": "5"}, {"wav": "a"}, {"dtmf": "1#"}, {"wav": "b"}]


@pytest.mark.parametrize("keys", ["abc", "1 2", "", "+86"])
def test_what_no_telephone_has_is_no_key(keys: str) -> None:
    assert keys_alone(["5", "0571*#"]) == ["5", "0571*#"]
    with pytest.raises(typer.BadParameter, match="0 to 9"):
        keys_alone(["1", keys])
