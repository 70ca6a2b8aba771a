"""Phrases in the words of a model's vocabulary, and by sound where it lacks them."""

import pytest

from asr_models.by_sound.spelling import sounds_in, spelt

VOCABULARY = {"转", "人工", "投诉", "我", "要", "我要", "进度", "사용자", "포털", "에서"}


def test_phrases_are_told_in_as_few_words_as_the_model_has() -> None:
    found = spelt(("转人工", "我要投诉", "포털에서 사용자"), VOCABULARY.__contains__)
    assert found.known == {"转 人工": "转人工", "我要 投诉": "我要投诉", "포털 에서 사용자": "포털에서 사용자"}
    assert found.unknown == ()


def test_a_phrase_with_a_word_that_the_model_lacks_is_not_told_without_it() -> None:
    found = spelt(("查进度", "投诉", "포털로"), VOCABULARY.__contains__)
    assert found.known == {"投诉": "投诉"}
    assert found.unknown == ("查进度", "포털로")


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("格兰仕", "我买的格兰士坏了", True),
        ("格兰仕", "我买的电视坏了", False),
        ("포털에셔", "사용자 포탈 에서", True),
        ("포털에셔", "모든 오디오 데이터", False),
        ("Philips", "我的 philip s 剃须刀", True),
        ("投诉", "", False),
    ],
)
def test_a_phrase_is_found_by_its_sound(phrase: str, text: str, there: bool) -> None:
    assert sounds_in(phrase, text) is there
