"""``hotline call``: what is said and pressed comes in the order given."""

from hotline.tester.cli import in_order


def test_steps_of_different_kinds_keep_their_order() -> None:
    given = {"--wav": [{"wav": "a"}, {"wav": "b"}], "--say": [], "--dtmf": [{"dtmf": "5"}, {"dtmf": "1#"}]}
    words = ["hotline", "call", "--dtmf", "5", "--wav=a", "--json", "--dtmf", "1#", "--wav", "b"]
    assert in_order(given, words) == [{"dtmf": "5"}, {"wav": "a"}, {"dtmf": "1#"}, {"wav": "b"}]
