"""Key phrases heard by sound."""

import pytest

from asr_models.phrases import with_phrases


@pytest.mark.parametrize(
    ("text", "confidence", "phrases", "syllables", "right"),
    [
        ("退引工。", 0.4, ("人工",), 3, "人工"),
        ("", 0.0, ("投诉",), 2, "投诉"),
        ("转人工。", 0.4, ("人工",), 3, "转人工。"),
        ("我昨天买的电饭煲坏了。", 0.4, ("人工",), 10, "我昨天买的电饭煲坏了。"),
        ("退款。", 0.9, ("投诉",), 2, "退款。"),
        ("退引工。", 0.4, (), 3, "退引工。"),
    ],
)
def test_a_short_doubtful_text_gives_way_to_the_phrase(
    text: str, confidence: float, phrases: tuple[str, ...], syllables: int, right: str
) -> None:
    assert with_phrases(text, confidence, phrases, syllables)[0] == right
