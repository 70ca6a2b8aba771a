"""What callers want, from text and sound as the recognisers give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import effects as fx
from ivr.sounds import folded, restored
from ivr.understanding import INTENTS, Meaning, Understanding, understand
from ivr.understanding.hearing import hear
from ivr.wishes import wants_person

ALL = frozenset(INTENTS)


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("我不是要投诉，我想咨询一下", "consultation"),
        ("我不投诉，就问个问题", "consultation"),
        ("不是咨询，我要举报", "report"),
        ("我不要人工，我查进度", "status"),
        ("我不是偷诉，我要资询", "consultation"),
        ("我之前投诉过，想知道结果", "status"),
        ("表扬一下处理我案子的同志", "praise"),
        ("请问怎么投诉", "consultation"),
    ],
)
def test_what_is_denied_or_only_mentioned_is_not_the_wish(said: str, intent: str) -> None:
    assert understand(said, ALL).intent == intent


@pytest.mark.parametrize(
    ("heard", "intent"),
    [("我要头诉", "complaint"), ("我要局报", "report"), ("转仁工", "agent"), ("我想紫询一下", "consultation"),
     ("我想提个见议", "suggestion"), ("查一下静度", "status")],
)  # fmt: skip
def test_wrong_characters_of_the_right_sound(heard: str, intent: str) -> None:
    found = understand(heard, ALL)
    assert found.intent == intent and found.sure, found


def test_the_pinyin_engine_tells_what_the_text_lost() -> None:
    sounds = ("wo3", "yao4", "ju3", "bao4", "yi1", "jia1", "gong1", "chang3")
    assert understand("试试试试", ALL, sounds, 0.2).intent == "report"
    assert not understand("试试试试", ALL, sounds, 0.2).sure


def test_a_text_that_the_pinyin_engine_did_not_hear_is_never_acted_on_unasked() -> None:
    assert not understand("转人工。", ALL, ("suan4", "le5", "suan4", "le5"), 0.8).sure
    assert understand("转人工。", ALL, ("zhuan4", "ren2", "gong1"), 0.8).sure


def test_two_syllables_are_acted_on_unasked_only_where_they_tell_an_answer() -> None:
    found = understand("有油。", ALL, ("you3", "you3"), 0.9)
    assert not found.sure, found
    assert all(understand(said, ALL).sure for said in ("举报", "咨询", "表扬"))


@pytest.mark.parametrize(
    ("said", "wished"),
    [("转人工", True), ("我要找客服", True), ("转仁工", True), ("我不要人工，我查进度", False), ("不要转人工", False),
     ("买的座椅有味道，客服说正常，我不接受", False), ("我要投诉", False), ("接线员", True),
     ("你们的接线员服务真好，值得表扬", False), ("我不想说了，给我转到你们坐席", True), ("不要机器，我要真人", True)],
)  # fmt: skip
def test_a_person_is_wished_for_or_only_spoken_of(said: str, wished: bool) -> None:
    assert wants_person(fx.Said(said), "zh-CN", told_freely=False) is wished


@pytest.mark.parametrize(
    ("said", "wished"),
    [("麻烦你帮我转一下人工服务", True), ("喂，你好，请帮我转接人工客服可以吗？", True),
     ("能不能给我找一个接线员来接电话", True), ("麻烦帮我转一下仁工服务", True), ("转人工", True),
     ("我打过一次，叫我转人工，等了半个小时没人接", False), ("店里的人工服务费太贵了我要投诉", False),
     ("请你们不要再给我转人工服务了", False), ("我要投诉他家人工费乱收", False)],
)  # fmt: skip
def test_a_person_is_wished_for_in_a_story_only_where_nothing_else_is_told(said: str, wished: bool) -> None:
    assert wants_person(fx.Said(said), "zh-CN", told_freely=True) is wished


@pytest.mark.parametrize(
    ("said", "wished"),
    [("I want to speak to an agent", True),
     ("The person at the shop told me to come back a week later and then refused to pay", False)],
)  # fmt: skip
def test_an_english_story_may_speak_of_a_person(said: str, wished: bool) -> None:
    assert wants_person(fx.Said(said), "en", told_freely=True) is wished


def test_a_person_that_the_recogniser_may_have_made_up_is_no_wish() -> None:
    assert not wants_person(fx.Said("转人工", (), 0.3), "zh-CN", told_freely=False)
    heard_twice = ("chuan1", "ren2", "gong1")
    assert wants_person(fx.Said("穿人工。", heard_twice, 0.39), "zh-CN", told_freely=False)
    assert not wants_person(fx.Said("不要人工。", ("bu2", "yao4", "ren2", "gong1"), 0.39), "zh-CN", told_freely=False)


def test_a_text_that_the_recogniser_doubts_is_never_acted_on_unasked() -> None:
    assert understand("转人工。", ALL).sure
    assert not understand("转人工。", ALL, (), 0.3).sure


@pytest.mark.parametrize("said", ["", "。", "喂，你好", "嗯", "打错了"])
def test_what_is_no_wish(said: str) -> None:
    found = understand(said, ALL)
    assert found.intent is None and found.reason


def test_an_intent_that_the_question_does_not_offer_is_not_taken_for_another() -> None:
    assert understand("我要投诉，我买的手机坏了", frozenset({"suggestion", "praise"})).intent is None


def test_a_question_of_its_own() -> None:
    asked = Understanding(
        [
            Meaning("yes", phrases=("匿名", "需要")),
            Meaning("no", phrases=("不匿名", "不需要", "实名")),
            Meaning("dialect", examples=("我说不来普通话", "有没有人会讲本地话", "我要讲方言")),
        ]
    )
    assert asked.understand("我要匿名").intent == "yes"
    assert asked.understand("不匿名").intent == "no"
    assert asked.understand("我要尼名").intent == "yes"
    assert asked.understand("有人会讲方言吗").intent == "dialect"
    assert asked.understand("我要投诉，我买的手机坏了").intent is None


def test_a_question_in_another_language_has_its_own_words_only() -> None:
    asked = Understanding([Meaning("agent", phrases=("agent",)), Meaning("status", phrases=("status",))], "en")
    assert asked.understand("Agent, please.").intent == "agent"
    assert Understanding([Meaning("agent", phrases=("agent",))], "en").understand("hello").intent is None


def test_every_decision_has_a_score_and_a_reason() -> None:
    found = understand("我买的冰箱坏了，商家不给退", ALL)
    assert 0 < found.score <= 1
    assert all(word in "我买的冰箱坏了商家不给退" for word in found.reason.removeprefix("by ").split(", "))


def test_denial_takes_out_the_wish_and_nothing_else() -> None:
    assert hear("我不是要投诉，我想咨询").characters == "我我想咨询"
    assert hear("我不投诉").characters == "我"
    assert hear("商家不给退").characters == "商家不给退"
    assert hear("", ("bu2", "shi4", "tou2", "su4", "zi1", "xun2")).sounds == ("zi", "xun")


@pytest.mark.parametrize(
    ("one", "other"),
    [("zhang", "zan"), ("shi", "si"), ("lan", "nan"), ("ling", "nin"), ("huang", "fan"), ("chuang", "cuan")],
)
def test_near_sounds_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("heard", "right"),
    [
        ("电饭煲楼店了", "电饭煲漏电了"),
        ("我的店饭包坏了", "我的电饭煲坏了"),
        ("拿在手上", "拿在手上"),
        ("去书店买书", "去书店买书"),
        ("自然就坏了", "自然就坏了"),
        ("要花十万块", "要花十万块"),
        ("我的眼睛", "我的眼睛"),
    ],
)
def test_words_are_put_right_by_their_sound_unless_the_characters_are_a_word(heard: str, right: str) -> None:
    assert restored(heard, ("漏电", "电饭煲", "受伤", "触电", "自燃", "死亡", "眼镜")) == right


@given(
    st.text(max_size=30), st.lists(st.sampled_from(["bu4", "shi4", "tou2", "su4", "ren2", "gong1", "x"]), max_size=8)
)
def test_whatever_is_heard_is_decided(text: str, sounds: list[str]) -> None:
    found = understand(text, ALL, tuple(sounds))
    assert found.intent in {*INTENTS, None} and 0 <= found.score <= 1 and found.reason
