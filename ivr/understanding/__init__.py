"""What a caller wants, from their words and their sound. Pure."""

from ivr.understanding.classifier import Learnt
from ivr.understanding.meanings import Meaning, Understood
from ivr.understanding.understanding import INTENTS, Understanding, recall_by, understand, understanding_of

__all__ = ["INTENTS", "Learnt", "Meaning", "Understanding", "Understood", "recall_by", "understand", "understanding_of"]
