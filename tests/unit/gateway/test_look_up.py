"""Whoever asks for a case is told of their own, and of nobody else's."""

import pytest

from agent_api.calls.ledger import Progress
from gateway.look_up import answer
from ivr import effects as fx

NUMBER = "202611300001"
OWN, OTHER = "13800138000", "13912345678"
#: As an agent typed it.
TYPED = "138 0013-8000"
COMPLAINT, REPORT = Progress(f"TS{NUMBER}", "registered", TYPED), Progress(f"JB{NUMBER}", "closed", OTHER)
UNREACHABLE = Progress(f"ZX{NUMBER}", "registered", "")


@pytest.mark.parametrize(("own", "number", "stage"), [(OWN, "TS", "registered"), (OTHER, "JB", "closed")])
def test_of_two_cases_with_the_same_digits_it_is_the_callers_own(own: str, number: str, stage: str) -> None:
    for guarded in (True, False):
        told = answer(fx.LookUpCase(NUMBER, guarded), [COMPLAINT, REPORT], own)
        assert told == fx.CaseFound(number + NUMBER, stage, "")


@pytest.mark.parametrize(("digits", "number"), [("8000", "TS"), ("5678", "JB")])
def test_from_another_telephone_the_last_digits_choose(digits: str, number: str) -> None:
    assert answer(fx.LookUpCase(NUMBER, True), [COMPLAINT, REPORT], "4001") == fx.CaseGuarded(NUMBER)
    told = answer(fx.LookUpCase(NUMBER, True, digits), [COMPLAINT, REPORT], "4001")
    assert isinstance(told, fx.CaseFound) and told.number == number + NUMBER


def test_wrong_digits_and_a_wrong_number_are_answered_alike() -> None:
    missing = fx.CaseMissing(NUMBER)
    assert answer(fx.LookUpCase(NUMBER, True, "0000"), [COMPLAINT, REPORT, UNREACHABLE], "4001") == missing
    assert answer(fx.LookUpCase(NUMBER, True), [], OWN) == missing


@pytest.mark.parametrize("own", ["", "4001"])
def test_a_case_without_a_telephone_is_not_told_where_the_telephone_is_the_proof(own: str) -> None:
    assert answer(fx.LookUpCase(NUMBER, True), [UNREACHABLE], own) == fx.CaseMissing(NUMBER)
    assert answer(fx.LookUpCase(NUMBER, True, ""), [UNREACHABLE], own) == fx.CaseMissing(NUMBER)


def test_unguarded_digits_that_mean_one_case_are_enough() -> None:
    assert isinstance(answer(fx.LookUpCase(NUMBER), [UNREACHABLE], "4001"), fx.CaseFound)
    assert answer(fx.LookUpCase(NUMBER), [COMPLAINT, REPORT], "4001") == fx.CaseGuarded(NUMBER)
