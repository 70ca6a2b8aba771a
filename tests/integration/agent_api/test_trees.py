"""Trees as drafts and published versions: one editor at a time, nothing overwritten unseen, back in one step."""

import asyncio
import io
import wave
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from agent_api.app import create_app
from agent_api.centres.tables import LINE_CENTRE, Centre
from agent_api.trees import repository
from agent_api.trees.service import set_up
from hotline.hearing import Hearing
from hotline.settings import load as load_settings
from hotline.setup.speech import load_speech
from ivr.checking import names
from ivr.effects import sound_of
from ivr.tree import VOICE
from tests.integration.agent_api.api_under_test import ApiUnderTest

SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")
#: The shipped tree, a little different.
NEXT = SHIPPED.replace("prompt: no-input }", "prompt: no-input, times: 3 } # patience")
#: 我要举报，有人在人民路卖假茅台酒…
REPORT = Path("tests/speech/callers/report-1.wav").read_bytes()
BROKEN = SHIPPED.replace("next: need", "next: nowhere")


def _wav(rate: int, samples: int) -> bytes:
    """Silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * samples))
    return file.getvalue()


@pytest.fixture
async def ivr(api: ApiUnderTest) -> httpx.AsyncClient:
    """An admin of what callers hear, with the shipped tree in force."""
    await set_up(api.database, "12365", SHIPPED, "")
    admin = await api.as_("admin")
    new = {"username": "menu", "display_name": "菜单管理员", "role": "ivr_admin"}
    assert (await admin.post("/staff", json=new)).status_code == 201
    return await api.as_("menu")


async def _save(client: httpx.AsyncClient, text: str, etag: str) -> httpx.Response:
    return await client.put("/trees/12365/draft", json={"text": text}, headers={"If-Match": etag})


async def _publish(client: httpx.AsyncClient, etag: str, note: str = "why") -> httpx.Response:
    return await client.post("/trees/12365/publish", json={"note": note}, headers={"If-Match": etag})


async def test_queues_of_a_language_are_known_where_the_line_has_them_and_all_names_are_offered(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    services = api.app.state.services
    rules = replace(services.settings.tree_rules, queues=frozenset({"line", "line-yue"}))
    seated = create_app(
        api.database, api.ledger, api.bell, api.line, replace(services.settings, tree_rules=rules)
    ).state.services.judge
    text = SHIPPED.replace("queue: line }", "queue: line-yue }")
    assert text != SHIPPED
    assert [each.problem for each in await seated.problems(text, "en") if each.severity == "error"] == []
    assert "line-yue" in str(await services.judge.problems(text, "en"))
    assert (await seated.names())["queue-name"] == ["line", "line-yue"]
    schema = (await ivr.get("/trees/schema")).json()
    fields = [kind["properties"] for kind in schema["$defs"].values() if "properties" in kind]
    assert {tuple(each["queue"]["examples"]) for each in fields if "queue" in each} == {("12365", "line")}
    assert [each["tree"]["examples"] for each in fields if "tree" in each] == [["12365"]]


async def _kinds(api: ApiUnderTest) -> list[str]:
    return [event.kind for event in await api.events() if event.kind.startswith("tree.")]


async def test_what_came_with_the_product_is_the_first_version(ivr: httpx.AsyncClient) -> None:
    (shown,) = (await ivr.get("/trees")).json()
    assert (shown["name"], shown["current"], shown["published_by"]) == ("12365", 1, "hotline")
    assert (await ivr.get("/trees/12365")).json()["text"] == SHIPPED


async def test_a_newer_product_brings_its_tree_unless_somebody_published_another(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    await set_up(api.database, "12365", SHIPPED, "")
    assert (await ivr.get("/trees/12365")).json()["number"] == 1
    await set_up(api.database, "12365", NEXT, "")
    assert (await ivr.get("/trees/12365")).json()["number"] == 2
    draft = (await _save(ivr, SHIPPED, (await ivr.get("/trees/12365/draft")).headers["etag"])).headers["etag"]
    assert (await _publish(ivr, draft)).status_code == 201
    await set_up(api.database, "12365", NEXT, "")
    assert (await ivr.get("/trees/12365")).json()["number"] == 3


async def test_agents_and_supervisors_may_not(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    agent = await api.as_("agent1")
    assert (await agent.get("/trees")).json()["code"] == "not-allowed"
    assert (await agent.post("/trees/12365/rollback", json={"version": 1})).status_code == 403


async def test_a_draft_is_kept_published_and_rolled_back(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    before = await ivr.get("/trees/12365/draft")
    assert before.json() | {"etag": ""} == {
        "text": SHIPPED, "tests": "", "base": 1, "saved_by": "", "saved_at": None, "editor": None, "etag": "",
    }  # fmt: skip
    saved = await _save(ivr, NEXT, before.headers["etag"])
    assert saved.json()["saved_by"] == "menu"
    assert (await ivr.get("/trees/12365")).json()["text"] == SHIPPED
    difference = (await ivr.get("/trees/12365/diff", params={"older": "1", "newer": "draft"})).json()["unified"]
    assert "-  no_input: { prompt: no-input }" in difference and "times: 3 } # patience" in difference

    made = await _publish(ivr, saved.headers["etag"], "more patience")
    assert made.status_code == 201, made.text
    assert (made.json()["number"], made.json()["parent"], made.json()["author"]) == (2, 1, "menu")
    assert (await ivr.get("/trees/12365")).json()["text"] == NEXT
    assert (await ivr.get("/trees/12365/draft")).json()["saved_by"] == ""

    back = await ivr.post("/trees/12365/rollback", json={"version": 1, "note": "too patient"})
    assert (back.json()["version"], back.json()["kind"]) == (1, "rollback")
    history = (await ivr.get("/trees/12365/versions")).json()
    assert [(v["number"], v["in_force"], v["added"], v["removed"]) for v in history["versions"]] == [
        (2, False, 1, 1), (1, True, len(SHIPPED.splitlines()), 0),
    ]  # fmt: skip
    assert [(r["version"], r["kind"]) for r in history["releases"]] == [(1, "rollback"), (2, "publish"), (1, "set_up")]
    assert await _kinds(api) == ["tree.draft_saved", "tree.published", "tree.rolled_back"]
    again = await ivr.post("/trees/12365/rollback", json={"version": 1})
    assert again.json()["code"] == "already-in-force"


async def test_what_someone_else_saved_is_not_overwritten_unseen(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    other = await api.as_("admin")
    assert (await _save(other, NEXT, etag)).status_code == 200
    refused = await _save(ivr, SHIPPED, etag)
    assert refused.status_code == 412
    assert refused.json()["details"]["username"] == "admin"
    # Nor after that draft is gone: its number is never given again.
    seen = (await ivr.get("/trees/12365/draft")).headers["etag"]
    gone = await other.request("DELETE", "/trees/12365/draft", headers={"If-Match": seen})
    assert gone.status_code == 204
    assert (await _save(ivr, SHIPPED, seen)).status_code == 412
    assert (await ivr.get("/trees/12365/draft")).json()["text"] == SHIPPED


async def test_the_second_who_opens_it_is_told_who_is_editing_and_may_take_over(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    other = await api.as_("admin")
    assert (await ivr.post("/trees/12365/editor", json={})).json()["me"] is True
    assert (await ivr.post("/trees/12365/editor", json={})).status_code == 200
    refused = await other.post("/trees/12365/editor", json={})
    assert (refused.status_code, refused.json()["details"]) == (409, {"username": "menu"})
    shown = (await other.get("/trees/12365/draft")).json()
    assert (shown["editor"]["display_name"], shown["editor"]["me"]) == ("菜单管理员", False)
    assert (await _save(other, NEXT, shown["etag"])).json()["code"] == "tree-being-edited"
    assert (await other.post("/trees/12365/editor", json={"take_over": True})).json()["me"] is True
    assert (await _save(other, NEXT, shown["etag"])).status_code == 200
    assert (await _save(ivr, SHIPPED, shown["etag"])).json()["code"] == "tree-being-edited"
    assert (await other.delete("/trees/12365/editor")).status_code == 204
    assert (await ivr.post("/trees/12365/editor", json={})).status_code == 200
    assert (await _kinds(api)).count("tree.editing") == 4


async def test_who_is_silent_for_long_has_left(
    api: ApiUnderTest, ivr: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ivr.post("/trees/12365/editor", json={})
    monkeypatch.setattr(repository, "EDITING_S", 0)
    other = await api.as_("admin")
    assert (await other.get("/trees/12365/draft")).json()["editor"] is None
    etag = (await other.get("/trees/12365/draft")).headers["etag"]
    assert (await _save(other, NEXT, etag)).status_code == 200


async def test_a_warning_is_told_and_stops_no_publish(ivr: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "announced", lambda year: False)
    text = SHIPPED.replace("{ test: hours, next", "{ test: day, works: true, next")
    checked = (await ivr.post("/trees/check", json={"text": text})).json()
    assert checked["publishable"]
    assert [(each["severity"], each["code"]) for each in checked["problems"]] == [("warning", "holidays-unannounced")]
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    saved = await _save(ivr, text, etag)
    assert (await _publish(ivr, saved.headers["etag"])).status_code == 201


async def test_a_draft_with_mistakes_is_kept_but_not_published(ivr: httpx.AsyncClient) -> None:
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    saved = await _save(ivr, BROKEN, etag)
    assert saved.status_code == 200
    refused = await _publish(ivr, saved.headers["etag"])
    assert refused.json()["code"] == "tree-refused"
    assert "nowhere" in refused.json()["message"]
    checked = (await ivr.post("/trees/check", json={"text": BROKEN})).json()
    assert checked["publishable"] is False
    assert checked["problems"][0]["line"] == SHIPPED.splitlines().index("    next: need") + 1
    assert (await ivr.post("/trees/check", json={"text": SHIPPED})).json() == {"problems": [], "publishable": True}
    assert (await ivr.get("/trees/12365")).json()["number"] == 1
    assert (await ivr.get("/trees/12365/draft")).json()["text"] == BROKEN


async def test_a_version_needs_a_reason_and_an_etag(ivr: httpx.AsyncClient) -> None:
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    assert (await _publish(ivr, etag)).status_code == 404
    saved = (await _save(ivr, NEXT, etag)).headers["etag"]
    assert (await _publish(ivr, saved, "  ")).json()["code"] == "note-missing"
    assert (await ivr.post("/trees/12365/publish", json={"note": "why"})).status_code == 428
    assert (await _publish(ivr, etag)).status_code == 412


async def test_a_draft_of_an_older_version_is_not_published_unseen(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    saved = (await _save(ivr, NEXT, etag)).headers["etag"]
    await set_up(api.database, "12365", SHIPPED + "# newer\n", "")
    refused = await _publish(ivr, saved)
    assert (refused.status_code, refused.json()["code"]) == (409, "published-meanwhile")
    aware = await ivr.put("/trees/12365/draft", json={"text": NEXT, "base": 2}, headers={"If-Match": saved})
    assert (await _publish(ivr, aware.headers["etag"])).json()["number"] == 3


async def test_import_makes_a_draft_and_export_gives_the_text_back(ivr: httpx.AsyncClient) -> None:
    other = SHIPPED.replace('name: "12365"', 'name: "night"')
    made = await ivr.post("/trees/import", json={"text": other})
    assert (made.status_code, made.json()["name"], made.json()["current"]) == (201, "night", None)
    etag = (await ivr.get("/trees/night/draft")).headers["etag"]
    published = await ivr.post("/trees/night/publish", json={"note": "new"}, headers={"If-Match": etag})
    assert published.status_code == 201, published.text
    exported = await ivr.get("/trees/night/export")
    assert exported.text == other
    assert "attachment" in exported.headers["content-disposition"]
    assert (await ivr.post("/trees/import", json={"text": "name: ["})).json()["code"] == "tree-refused"


async def test_an_import_replaces_no_draft(ivr: httpx.AsyncClient) -> None:
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    await _save(ivr, NEXT, etag)
    assert (await ivr.post("/trees/import", json={"text": SHIPPED})).json()["code"] == "draft-exists"
    assert (await ivr.post("/trees/import", json={"text": NEXT})).status_code == 201


async def test_an_import_that_is_given_up_is_gone(ivr: httpx.AsyncClient) -> None:
    await ivr.post("/trees/import", json={"text": SHIPPED.replace('name: "12365"', 'name: "night"')})
    await ivr.post("/trees/night/editor", json={})
    etag = (await ivr.get("/trees/night/draft")).headers["etag"]
    assert (await ivr.request("DELETE", "/trees/night/draft", headers={"If-Match": etag})).status_code == 204
    assert [t["name"] for t in (await ivr.get("/trees")).json()] == ["12365"]


async def test_a_tree_made_again_is_not_the_one_that_was_given_up(ivr: httpx.AsyncClient) -> None:
    night = SHIPPED.replace('name: "12365"', 'name: "night"')
    read = []
    for _ in range(3):
        await ivr.post("/trees/import", json={"text": night})
        for stale in read:
            refused = await ivr.put("/trees/night/draft", json={"text": NEXT}, headers={"If-Match": stale})
            assert (refused.status_code, refused.json()["code"]) == (412, "draft-changed")
        etag = (await ivr.get("/trees/night/draft")).headers["etag"]
        read.append(etag)
        assert (await ivr.request("DELETE", "/trees/night/draft", headers={"If-Match": etag})).status_code == 204


async def test_a_text_of_another_tree_is_not_published_here(ivr: httpx.AsyncClient) -> None:
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    saved = await _save(ivr, SHIPPED.replace('name: "12365"', 'name: "night"'), etag)
    assert (await _publish(ivr, saved.headers["etag"])).json()["code"] == "tree-names-differ"


@pytest.mark.parametrize(
    "path",
    ["/trees/none", "/trees/none/draft", "/trees/none/versions", "/trees/12365/versions/9",
     "/trees/12365/diff?older=1&newer=9", "/trees/12365/diff?older=1&newer=draft"],
)  # fmt: skip
async def test_what_is_not_there_is_not_found(ivr: httpx.AsyncClient, path: str) -> None:
    assert (await ivr.get(path)).json()["code"] == "not-found"


async def test_a_text_in_a_tree_is_rendered_before_it_is_published(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    text = SHIPPED.replace("prompt: goodbye", "prompt: { text: 10月1日放假。 }")
    assert (await ivr.post("/trees/check", json={"text": text})).json() == {"problems": [], "publishable": True}
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    saved = await _save(ivr, text, etag)
    assert (await _publish(ivr, saved.headers["etag"])).status_code == 201
    ((name, sha256),) = (await ivr.get("/trees/12365")).json()["sounds"].items()
    assert name == sound_of("10月1日放假。", VOICE)
    assert (await ivr.get(f"/prompts/zh-CN/{name}")).status_code == 200
    assert sorted(path.name for path in (api.folder / "prompts").iterdir()) == [f"{sha256}.wav"]


async def test_a_caller_is_simulated_to_the_end_or_as_far_as_they_went(ivr: httpx.AsyncClient) -> None:
    trial = {"text": SHIPPED, "steps": [{"press": "1"}, {"say": "我昨天买的电饭煲漏电"}], "number": "13800138000"}
    call = (await ivr.post("/trees/simulate", json=trial)).json()
    assert call["path"] == ["greeting", "need", "describe-complaint", "recorded", "to-agent", "waiting"]
    assert (call["intent"], call["outcome"], call["variables"]["caller.region"]) == ("complaint", "queue", "北京市")
    assert call["said"][0] == {
        "who": "hotline", "node": "greeting", "sound": "zh-CN/greeting", "barge_in": "none",
        "text": "您好，欢迎致电一二三六五质量热线。为保证服务质量，本次通话将被录音。",
    }  # fmt: skip
    waiting = (await ivr.post("/trees/simulate", json=trial | {"steps": [], "goes_on": True})).json()
    assert (waiting["path"], waiting["outcome"]) == (["greeting", "need"], None)
    wrong = await ivr.post("/trees/simulate", json={"text": BROKEN})
    assert wrong.json()["code"] == "tree-refused"
    assert (await ivr.post("/trees/simulate", json=trial | {"steps": [{"shout": "x"}]})).status_code == 422


async def test_a_simulated_call_goes_by_what_is_around_it_and_by_the_centres_own_days(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    url = "https://crm.example.cn/a"
    text = f"""
name: around
start: days
person: agents
nodes:
  days: {{ kind: branch, ways: [{{ test: day, works: true, next: region }}], otherwise: agents }}
  region: {{ kind: branch, ways: [{{ test: region, regions: [浙江], next: load }}], otherwise: agents }}
  load:
    kind: branch
    ways: [{{ test: queue, queue: "12365", waiting_at_least: 3, next: ask }}]
    otherwise: agents
  ask: {{ kind: http, url: "{url}", keep: {{ level: level }}, next: case, failure: agents }}
  case:
    kind: look-up
    prompt: ask-case-number
    stages: {{ closed: stage-closed }}
    other: stage-registered
    check: ask-last-digits
    next: bye
  bye: {{ kind: hangup, prompt: goodbye }}
  agents: {{ kind: queue, queue: "12365" }}
"""
    trial = {
        "text": text, "at": "2026-10-01T10:00", "region": "浙江省", "queues": {"12365": {"waiting": 3}},
        "answers": {url: {"level": 2}}, "cases": {"202611240001": "closed"}, "telephones": {"202611240001": "8000"},
        "steps": [{"press": "202611240001#"}, {"press": "8000"}],
    }  # fmt: skip
    assert (await ivr.post("/trees/simulate", json=trial)).json()["path"] == ["days", "agents"]
    async with api.database.transaction() as session:
        (await session.get_one(Centre, LINE_CENTRE)).exceptions = {"2026-10-01": True}
    call = (await ivr.post("/trees/simulate", json=trial)).json()
    assert call["path"] == ["days", "region", "load", "ask", "case", "bye"] and call["variables"]["level"] == 2
    assert "zh-CN/stage-closed" in [line["sound"] for line in call["said"]]
    guessed = trial | {"steps": [{"press": "202611240001#"}, {"press": "1234"}]}
    assert (await ivr.post("/trees/simulate", json=guessed)).json()["path"][-1] == "agents"


async def test_what_is_said_to_the_microphone_is_heard_as_a_call_hears_it(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    missing = await ivr.post("/trees/hear", content=REPORT)
    assert (missing.status_code, missing.json()["code"]) == (409, "speech-to-text-missing")
    speech = await asyncio.to_thread(load_speech, load_settings())
    try:
        api.app.state.services.settings.hearing.by = Hearing(speech)
        heard = (await ivr.post("/trees/hear", content=REPORT)).json()
        quiet = (await ivr.post("/trees/hear", content=_wav(8000, 8000))).json()
    finally:
        await speech.close()
    assert "举报" in heard["say"] and "bao4" in heard["sounds"] and 0 < heard["confidence"] <= 1
    assert (quiet["say"], quiet["sounds"]) == ("", [])
    call = (await ivr.post("/trees/simulate", json={"text": SHIPPED, "steps": [heard], "goes_on": True})).json()
    assert (call["intent"], call["path"][-1]) == ("report", "ask-anonymous")
    # Characters that mean something else, sounding right.
    alike = {"say": "巨宝", "sounds": ["wo3", "yao4", "ju3", "bao4"]}
    call = (await ivr.post("/trees/simulate", json={"text": SHIPPED, "steps": [alike], "goes_on": True})).json()
    assert call["intent"] == "report"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"ID3 no sound", "no WAV file"),
        (b"", "no WAV file"),
        (_wav(44100, 44100), "44100 Hz"),
        (_wav(8000, 0), "no sound in it"),
        (_wav(8000, 8000 * 30 + 1), "longer than 30 s"),
        (_wav(8000, 8000 * 60), "longer than 30 s"),
    ],
)
async def test_what_is_no_sound_of_a_telephone_is_refused(ivr: httpx.AsyncClient, content: bytes, problem: str) -> None:
    answer = await ivr.post("/trees/hear", content=content, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "spoken-unusable")
    assert problem in str(answer.json())


async def test_a_failing_test_stops_the_publish(ivr: httpx.AsyncClient) -> None:
    tests = "tests:\n  - name: 按零转人工\n    steps: [{ press: '0' }]\n    expect: { outcome: OUTCOME }\n"
    right, wrong = tests.replace("OUTCOME", "queue"), tests.replace("OUTCOME", "transfer")
    ran = (await ivr.post("/trees/test", json={"text": SHIPPED, "tests": wrong})).json()
    assert (ran["passed"], ran["results"][0]["line"]) == (False, 2)
    assert ran["results"][0]["differences"] == [{"what": "outcome", "expected": "transfer", "found": "queue"}]
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    for text, code in ((wrong, "tree-tests-failed"), ("tests: 1", "tree-tests-failed")):
        saved = await ivr.put("/trees/12365/draft", json={"text": NEXT, "tests": text}, headers={"If-Match": etag})
        etag = saved.headers["etag"]
        refused = await _publish(ivr, etag)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    saved = await ivr.put("/trees/12365/draft", json={"text": NEXT, "tests": right}, headers={"If-Match": etag})
    assert (await _publish(ivr, saved.headers["etag"])).status_code == 201
    assert (await ivr.get("/trees/12365")).json()["tests"] == right


async def test_a_sub_tree_that_would_break_the_tree_that_leads_into_it_is_refused(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    leading = "name: main\nstart: on\nperson: to-agent\nnodes:\n  on: { kind: sub-tree, tree: '12365' }\n"
    leading += '  to-agent: { kind: queue, prompt: to-agent, queue: "12365" }\n'
    tests = "tests: [{ name: 投诉, steps: [{ press: '1' }], expect: { intent: complaint } }]\n"
    await set_up(api.database, "main", leading, tests)

    async def publish(text: str) -> httpx.Response:
        etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
        return await _publish(ivr, (await _save(ivr, text, etag)).headers["etag"])

    refused = await publish(
        SHIPPED.replace('key: "1"\n        intent: complaint', 'key: "9"\n        intent: complaint')
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "leading-tree-refused")
    assert refused.json()["details"]["tree"] == "main" and "投诉" in refused.json()["details"]["first"]
    assert (await ivr.get("/trees/12365")).json()["number"] == 1
    assert (await publish(NEXT)).status_code == 201
    # Taking back is not held up by a test.
    await set_up(api.database, "main", leading, tests.replace("complaint", "report"))
    assert (await ivr.post("/trees/12365/rollback", json={"version": 1, "note": "back"})).status_code == 200
