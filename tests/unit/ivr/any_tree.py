"""Trees and callers at random, for properties that hold for all of them."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from ivr import effects as fx

PROMPTS = st.sampled_from([
    "greeting", "ask-need", ["goodbye", "recorded"], {"text": "今天放假"}, [{"digits": "v"}],
    [{"recorded": "greeting", "barge_in": "none"}, {"text": "今天放假", "barge_in": "keys"}, "ask-need"],
])  # fmt: skip
KINDS = (
    "say", "ask", "menu", "collect", "look-up", "branch", "set", "voicemail", "http", "callback", "survey", "hangup",
)  # fmt: skip
RETRIES = ("no_input", "no_match")


@st.composite
def forests(draw: st.DrawFn) -> dict[str, str]:
    """The tree ``any`` as YAML, and the sub-tree ``side`` that most of them lead to, which leads back."""
    sides = ["side"] if draw(st.integers(0, 2)) else []
    texts = {"any": draw(_tree_texts("any", sides))}
    return texts | {name: draw(_tree_texts(name, ["any"])) for name in sides}


@st.composite
def _tree_texts(draw: st.DrawFn, name: str, others: list[str]) -> str:
    """A tree as YAML (JSON is YAML): names are right; most of what happens by itself leads on, some of it anywhere."""
    count = draw(st.integers(1, 7))
    names = [f"n{number}" for number in range(count)] + ["agents"]
    nodes: dict[str, Any] = {each: draw(_nodes(number, names)) for number, each in enumerate(names[:-1])}
    for other in others:
        nodes["other"] = {"kind": "sub-tree", "tree": other}
        nodes["n0"] = {
            "kind": "menu", "prompt": draw(PROMPTS),
            "keys": {"1": {"next": "other"}, "2": {"next": draw(st.sampled_from(names))}},
        }  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            nodes["n0"]["no_input"] = {"times": 1, "next": "other"}
    nodes["agents"] = draw(
        st.sampled_from(
            [
                {"kind": "queue", "queue": "12365"},
                {"kind": "transfer", "to": "01012345"},
                {
                    "kind": "queue",
                    "queue": "12365",
                    "keys": {"1": {"next": "n0"}, "#": {"phrases": ["好的"], "next": "agents"}},
                },
            ]
        )
    )
    nodes["start"] = {"kind": "set", "values": {"v": "12", "w": 3}, "next": "n0"}
    person = "agents"
    if draw(st.booleans()):
        person = "office"
        nodes["office"] = {
            "kind": "branch", "ways": [{"test": "hours", "hours": ["mon-fri 08:30-17:30"], "next": "agents"}],
            "otherwise": "night",
        }  # fmt: skip
        nodes["night"] = {"kind": "voicemail", "prompt": "out-of-hours", "thanks": "goodbye", "next": "bye"}
        nodes["bye"] = {"kind": "hangup"}
    tree: dict[str, Any] = {"name": name, "start": "start", "person": person, "nodes": nodes}
    if draw(st.booleans()):
        tree["defaults"] = {"no_input": {"times": draw(st.integers(1, 3))}, "hang_up": "note"}
        nodes["note"] = {"kind": "set", "values": {"told": True}, "next": "gone"}
        nodes["gone"] = {"kind": "hangup", "outcome": "left"}
    _drop_unreached(tree)
    return json.dumps(tree, ensure_ascii=False)


def _drop_unreached(tree: dict[str, Any]) -> None:
    """A node that nothing leads to is a mistake of its own; the others are looked for here."""
    seen: set[str] = set()
    waiting = [tree["start"], tree["person"], tree.get("defaults", {}).get("hang_up", tree["start"])]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [each for each in _texts(tree["nodes"][name]) if each in tree["nodes"]]
    tree["nodes"] = {name: node for name, node in tree["nodes"].items() if name in seen}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@st.composite
def _nodes(draw: st.DrawFn, number: int, names: list[str]) -> dict[str, Any]:
    later = st.sampled_from(names[number + 1 :])
    anywhere = st.sampled_from(names)
    onward = later if draw(st.integers(0, 19)) else anywhere
    kind = draw(st.sampled_from(KINDS))
    node: dict[str, Any] = {"kind": kind}
    if kind not in ("branch", "set", "http", "hangup"):
        node["prompt"] = draw(PROMPTS)
    match kind:
        case "ask":
            node["options"] = {
                "one": {"key": "1", "phrases": ["一", "好"], "next": draw(anywhere)},
                "two": {"key": "2", "intent": "complaint", "confirm": "confirm-complaint", "next": draw(anywhere)},
                "three": {"examples": ["随便说说"], "set": {"v": 5}, "next": draw(anywhere)},
            }
            if draw(st.booleans()):
                node["which"] = "which-of-two"
                node["options"]["four"] = {"intent": "report", "next": draw(anywhere)}
                for name, guess in (("two", "complaint"), ("four", "report")):
                    node["options"][name]["either"] = {"as_first": f"guess-{guess}", "as_second": f"or-{guess}"}
        case "menu":
            node["keys"] = {"1": {"next": draw(anywhere)}, "23": {"set": {"case.product": "x"}, "next": draw(anywhere)}}
        case "collect":
            what = draw(st.sampled_from(["case_number", "phone", "digits", "date", "amount", "place", "text"]))
            node |= {"what": what, "into": "case.description", "next": draw(onward)}
            node |= draw(st.sampled_from([{}, {"confirm": "confirm-status"}, {"enough": 2}]))
        case "look-up":
            node |= {"stages": {"registered": "stage-registered"}, "other": "case-missing", "next": draw(anywhere)}
        case "branch":
            test = draw(
                st.sampled_from([
                    {"test": "variable", "variable": "v", "equals": ["12", 5]},
                    {"test": "variable", "variable": "w", "at_least": 4},
                    {"test": "day", "works": True},
                    {"test": "dates", "first": "2026-11-01", "last": "2026-12-01"},
                    {"test": "queue", "queue": "12365", "waiting_at_least": 2},
                    {"test": "caller", "numbers": ["139*", ""]},
                    {"test": "region", "regions": ["浙江"]},
                    {"test": "language", "languages": ["en"]},
                ])
            )  # fmt: skip
            node |= {"ways": [{**test, "next": draw(onward)}], "otherwise": draw(onward)}
        case "set":
            node |= {"values": {"v": "{w}{v}"}, "next": draw(onward)}
        case "say" | "voicemail":
            node["next"] = draw(onward)
        case "http":
            node |= {"url": "https://crm.example.cn/{v}", "keep": {"v": "a.0"}, "next": draw(onward)}
            node["failure"] = draw(onward)
        case "callback":
            node |= {"next": draw(anywhere), "declined": draw(anywhere), "number": draw(st.sampled_from(["", "{v}"]))}
            node["failure"] = draw(onward)
        case "survey":
            questions = [{"name": "first", "prompt": draw(PROMPTS)}, {"name": "second", "prompt": draw(PROMPTS)}]
            node |= {"questions": questions, "marks": {"1": ["好"], "2": []}, "next": draw(onward)}
    if kind in ("voicemail", "callback", "survey"):
        node["thanks"] = "voicemail-thanks"
    if kind in ("ask", "collect", "look-up", "callback", "survey"):
        node["input"] = draw(st.sampled_from(["both", "both", "speech", "keys"]))
    if kind in ("ask", "menu", "collect", "look-up", "callback", "survey"):
        for retry in draw(st.sets(st.sampled_from(RETRIES))):
            node[retry] = {"times": draw(st.integers(1, 3)), "next": draw(onward)}
    return node


#: What a caller may do whenever they are waited for.
DOINGS = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=4).map(fx.Pressed),
    st.sampled_from(
        ["投诉", "有家店卖给我假酒", "后一个", "是", "不是", "人工", "谢谢", "一", "三百块", "昨天", "北京", "",
         "幺三九一二三四五六七八", "好的"]
    ).map(fx.Said),
    st.just(fx.NoInput()),
)  # fmt: skip

#: What the line may answer when a node asks it for something.
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))
ANSWERS = st.sampled_from([fx.HttpResult(False), fx.HttpResult(True, 200, {"a": ["x"]}), fx.HttpResult(True, 200, [1])])
