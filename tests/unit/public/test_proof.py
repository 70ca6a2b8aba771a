"""Proofs of work: ours, in time, solved, once."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_api.public.proof import GOOD_FOR_S, Proofs, solves


def solved(challenge: str, bits: int) -> str:
    """A nonce."""
    return next(str(nonce) for nonce in count() if solves(challenge, str(nonce), bits))


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_solved_challenge_serves_once() -> None:
    proofs = Proofs(8, Clock())
    challenge = proofs.give()
    nonce = solved(challenge, 8)
    found = proofs.check(challenge, nonce)
    assert found is not None
    proofs.use(found)
    assert proofs.check(challenge, nonce) is None


def test_an_old_or_unsolved_challenge_or_one_of_another_hotline_is_refused() -> None:
    clock = Clock()
    proofs = Proofs(8, clock)
    challenge = proofs.give()
    nonce = solved(challenge, 8)
    wrong = next(str(n) for n in count() if not solves(challenge, str(n), 8))
    assert proofs.check(challenge, wrong) is None
    assert Proofs(8, clock).check(challenge, nonce) is None
    clock.now += GOOD_FOR_S + 1
    assert proofs.check(challenge, nonce) is None


@given(st.text(max_size=250), st.text(max_size=40))
def test_anything_else_is_refused(challenge: str, nonce: str) -> None:
    assert Proofs(1, Clock()).check(challenge, nonce) is None


@pytest.mark.parametrize("change", ["bits", "expires"])
def test_a_challenge_cannot_be_made_easier_or_longer_lived(change: str) -> None:
    proofs = Proofs(8, Clock())
    name, expires, bits, signature = proofs.give().split(".")
    parts = [name, expires, "0", signature] if change == "bits" else [name, str(int(expires) + 9), bits, signature]
    forged = ".".join(parts)
    assert proofs.check(forged, solved(forged, 8)) is None
