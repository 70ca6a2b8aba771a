"""Which answers are readings of personal data, and of whom they tell."""

import pytest

from agent_api.app import api as describe
from agent_api.audit.reading import is_noted, kind_of, told
from agent_api.routing import PREFIX

#: Every endpoint whose answer is not written down as a reading: all others are, new ones among them.
SILENT = {
    # Nothing of the public.
    "/me", "/me/contact", "/agents", "/centres", "/centres/{centre_id}/handlers", "/centres/{centre_id}/limits",
    "/trees", "/trees/schema", "/trees/{name}",
    "/trees/{name}/versions", "/trees/{name}/versions/{number}", "/trees/{name}/diff",
    "/trees/{name}/export", "/trees/{name}/draft", "/trees/{name}/figures", "/trees/{name}/figures.csv",
    "/trees/{name}/figures.parquet", "/quality", "/quality/answering", "/quality/marks.csv",
    "/prompts", "/prompts/voices", "/prompts/{language}/{name}", "/words",
    "/words/trials/{trial_id}", "/system/status", "/system/speech", "/public/challenge", "/public/evidence",
    "/risk/rules", "/work", "/webhooks", "/audit/chain", "/cases/{case_id}/actions", "/cases/{case_id}/clocks",
    "/cases/{case_id}/recordings/hold", "/cases/{case_id}/documents/forms",
    # On record by themselves.
    "/live/desk", "/calls/{call_id}/recordings/{speaker}", "/calls/{call_id}/transcript",
    "/cases/{case_id}/evidence/{evidence_id}", "/cases/export", "/trees/{name}/phrases/{phrase_id}/sound",
}  # fmt: skip


def test_each_endpoint_that_is_not_named_here_is_noted() -> None:
    paths = describe().openapi()["paths"]
    read = {path.removeprefix(PREFIX) for path, methods in paths.items() if "get" in methods}
    assert {path for path in read if not is_noted(path)} == SILENT & read
    assert read >= SILENT
    for path in read - SILENT:
        # As long as the column is.
        assert len(kind_of(path)) <= 32, path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/cases", "read.cases"),
        ("/cases/{case_id}", "read.cases"),
        ("/cases/{case_id}/documents/{document_id}/{file_format}", "read.cases.documents"),
    ],
)
def test_a_reading_is_called_by_its_path(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "answer", "cases", "calls"),
    [
        ("/cases", [{"id": 1}, {"id": 2}, {"id": 1}], [1, 2], []),
        ("/work/{name}", {"items": [{"id": 4, "centre_id": 1}], "next": None}, [4], []),
        ("/calls/{call_id}", {"call": {"id": 7, "case_id": 3}, "case": {"id": 3}, "earlier_cases": [{"id": 9}]}, [3, 9],
         [7]),
        ("/transcripts", {"lines": [{"call_id": 5, "pieces": [{"id": 8}]}]}, [], [5]),
        ("/staff", [{"id": 1}], [], []),
        ("/callbacks", [{"id": 1, "case_id": 2, "call_id": None}], [2], []),
        ("/cases/{case_id}/documents", None, [], []),
        ("/cases/{case_id}/history", [{"id": 9, "call_id": 2}, {"id": 10, "call_id": None}], [], [2]),
        ("/cases/{case_id}/evidence", [{"id": 4}], [], []),
        ("/cases/{case_id}/links", [{"case": {"id": 6}, "relation": "related"}], [6], []),
        ("/cases/number/{number}", {"id": 3}, [3], []),
    ],
)  # fmt: skip
def test_an_answer_tells_of_cases_and_calls(path: str, answer: object, cases: list[int], calls: list[int]) -> None:
    assert told(path, answer) == (cases, calls)
