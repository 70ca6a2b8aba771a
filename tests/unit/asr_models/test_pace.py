"""What was lost on its way is missing from the stream, not from the clock."""

from collections.abc import Iterable

import pytest

from asr_models.frames import RATE
from asr_models.pace import JITTER_S, Pace

PIECE_S = 0.06


def heard_s(pieces: Iterable[tuple[float, float, bool]]) -> tuple[float, float]:
    """Length of what (came at, length, quiet) becomes, and how much of it was put in, s."""
    pace, whole, put_in = Pace(), 0.0, 0.0
    for at, length, quiet in pieces:
        samples = round(length * RATE)
        missing = pace.missing(at, samples, quiet) / RATE
        whole += missing + length
        put_in += missing
    return whole, put_in


def steady(seconds: float, *, quiet: bool = True) -> list[tuple[float, float, bool]]:
    return [(n * PIECE_S, PIECE_S, quiet) for n in range(1, round(seconds / PIECE_S) + 1)]


def test_steady_sound_and_sound_that_comes_unevenly_are_left_alone() -> None:
    assert heard_s(steady(30))[1] == 0
    uneven = [(at + (n * 7 % 5) * JITTER_S / 5, length, quiet) for n, (at, length, quiet) in enumerate(steady(30))]
    assert heard_s(uneven)[1] == 0


def test_sound_that_was_held_up_and_then_came_all_at_once_is_left_alone() -> None:
    held_up = [(max(at, 8.0) if at > 6 else at, length, quiet) for at, length, quiet in steady(20)]
    joined = [piece for piece in held_up if piece[0] != 8.0]
    burst = sum(length for at, length, _ in held_up if at == 8.0)
    assert heard_s(sorted([*joined, (8.0, burst, True)]))[1] == 0


@pytest.mark.parametrize("every", [5, 10, 100])
def test_lost_pieces_keep_their_time(every: int) -> None:
    kept = [piece for n, piece in enumerate(steady(60)) if n % every]
    whole, put_in = heard_s(kept)
    assert put_in > 0
    assert whole == pytest.approx(60, abs=0.3)


def test_while_someone_speaks_only_a_second_is_let_run_up() -> None:
    kept = [piece for n, piece in enumerate(steady(20, quiet=False)) if n % 3]
    whole, _ = heard_s(kept)
    assert 20 - 1.0 - 2 * PIECE_S <= whole <= 20


def test_after_a_long_gap_the_first_sound_has_its_time_at_once() -> None:
    pieces = [*steady(5), (12.06, PIECE_S, False)]
    whole, put_in = heard_s(pieces)
    assert put_in == pytest.approx(12.06 - 5, abs=0.06)
    assert whole == pytest.approx(12.06, abs=0.02)
