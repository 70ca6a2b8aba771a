"""What a tree's text names of prompts, whatever is wrong with it."""

from agent_api.prompts.named import named_in


def test_it_names_what_is_read_out_and_every_text_value() -> None:
    named = named_in("{language: yue, voice: calm, nodes: {a: {prompt: [{text: 您好}, hello], next: b}}}")
    assert (named.language, named.voice, named.texts) == ("yue", "calm", ("您好",))
    assert {"您好", "hello", "b"} <= named.values and len(named.rendered) == 1


def test_a_text_that_leads_back_into_itself_is_read_to_its_end() -> None:
    named = named_in("a: &x [*x, {text: again}]")
    assert (named.texts, named.values) == (("again",), frozenset({"again"}))


def test_a_text_that_cannot_be_read_names_nothing() -> None:
    assert named_in("a: [") == named_in("") == ("", named_in("").voice, (), frozenset())
