"""Key phrases, and what one that was heard by sound adds to a text. Pure."""

#: What callers say to the menu, spotted by sound; the longer of two that begin alike wins.
KEY_PHRASES = ("转人工", "人工", "我要投诉", "投诉", "我要举报", "举报", "咨询", "建议", "表扬", "查进度")
#: A text of more syllables than this says more than a key phrase.
_SHORT = 5
#: A text that the engine is this sure of is left alone.
_SURE = 0.75


def with_phrases(text: str, confidence: float, phrases: tuple[str, ...], syllables: int) -> tuple[str, float]:
    """A short, doubtful or missing text gives way to the key phrases spotted in it; gives text and confidence."""
    if not phrases or any(phrase in text for phrase in phrases):
        return text, confidence
    if text and (confidence >= _SURE or syllables > _SHORT):
        return text, confidence
    return "，".join(phrases), max(confidence, _SURE)
