"""What a caller wants, from their words: by key words, and by likeness to examples in characters and in sound."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin
from ruamel.yaml import YAML

EXAMPLES = Path(__file__).parent / "examples.zh-CN.yaml"

#: Said outright, these decide; the first that stands in the words wins, so the more telling come first.
KEY_WORDS = (
    ("agent", ("转人工", "人工", "客服", "坐席")),
    ("status", ("进度", "处理结果", "我的案件", "办得怎么样")),
    ("report", ("举报",)),
    ("complaint", ("投诉",)),
    ("consultation", ("咨询", "请问")),
    ("praise", ("表扬", "锦旗")),
    ("suggestion", ("建议", "提意见")),
)
#: A score from here on is taken; below it, and above the lower bound, the caller is asked back.
SURE = 0.55
UNSURE = 0.25


@dataclass(frozen=True)
class Understood:
    """A decision with its score (0 to 1) and its reason."""

    intent: str | None
    score: float
    reason: str

    @property
    def sure(self) -> bool:
        """Whether it can be acted on without asking back."""
        return self.intent is not None and self.score >= SURE


def by_sound(text: str) -> str:
    """Toneless pinyin, one syllable a word: what a recogniser's wrong characters still have right."""
    return " ".join(lazy_pinyin(text, errors="ignore"))


@functools.cache
def _model() -> Any:
    """Characters and pinyin n-grams into a logistic regression; trained from the examples in a fraction of a second."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    examples = YAML(typ="safe").load(EXAMPLES)
    texts = [text for many in examples.values() for text in many]
    labels = [intent for intent, many in examples.items() for _ in many]
    features = make_union(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3)),
        TfidfVectorizer(analyzer="word", ngram_range=(1, 3), preprocessor=by_sound, token_pattern=r"\S+"),
    )
    return make_pipeline(features, LogisticRegression(C=20, max_iter=500)).fit(texts, labels)


def understand(text: str, among: frozenset[str]) -> Understood:
    """The intent of ``text`` among the options of a node."""
    if not text.strip():
        return Understood(None, 0.0, "nothing was said")
    sound = f" {by_sound(text)} "
    for intent, words in KEY_WORDS:
        for word in words:
            if intent not in among:
                continue
            if word in text:
                return Understood(intent, 1.0, f"said {word}")
            if f" {by_sound(word)} " in sound:
                return Understood(intent, 0.9, f"sounds like {word}")
    model = _model()
    chances = dict(zip(map(str, model.classes_), model.predict_proba([text])[0], strict=True))
    intent, score = max(
        ((name, float(chance)) for name, chance in chances.items() if name in among), key=lambda x: x[1]
    )
    if score < UNSURE:
        return Understood(None, score, f"nearest was {intent}")
    return Understood(intent, score, "like the examples")
