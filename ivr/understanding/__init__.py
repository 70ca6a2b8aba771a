"""What a caller wants, from their words and their sound. Pure."""

from ivr.understanding.meanings import Meaning, Understood
from ivr.understanding.understanding import INTENTS, Understanding, understand, understanding_of

__all__ = ["INTENTS", "Meaning", "Understanding", "Understood", "understand", "understanding_of"]
