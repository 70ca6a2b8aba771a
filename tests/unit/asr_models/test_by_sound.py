"""Characters put right by what was heard."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_models.by_sound.alignment import Sound, aligned, letters
from asr_models.by_sound.correction import SpeltOut, put_right
from asr_models.by_sound.distance import distance, near
from asr_models.by_sound.heard_syllables import Doubting
from asr_models.by_sound.lexicon import carried, is_chinese, syllables_of
from asr_models.by_sound.mandarin import TRIGRAMS, spoken_words, trigrams
from asr_models.catalogue import LIBIME_ZH
from asr_models.domain_words import CARRIED_WORDS, likely, read_words, told
from asr_models.engines.base import Reading
from asr_models.errors import ModelUnreadable
from asr_models.frames import Word
from common.pinyin import split, toneless
from hotline.setup.models import store

SYLLABLES = ("wo3", "shi4", "zhi4", "zi4", "lan2", "nan2", "lang2", "hua1", "fa1", "er2", "yuan2")


def written_as(text: str, confidence: float = 0.5) -> Reading:
    words = tuple(Word(c, 100 * place, 100 * place + 100, confidence) for place, c in enumerate(text))
    return Reading(text, confidence, words)


def heard(sounds: str, sure: float = 0.8) -> Reading:
    each = tuple(sounds.split())
    return Reading("", sure, (), each, (sure,) * len(each))


@pytest.mark.parametrize(
    ("sounds", "words", "text"),
    [
        ("wo3 yao4 tou2 su4 zuo2 tian1 mai3 de5 dian4 fan4 bao1", (), "我要投诉昨天买的电饭煲"),
        ("zai4 hong2 xing1 chao1 shi4", ("红星超市",), "在红星超市"),
        ("", (), ""),
    ],
)
def test_syllables_alone_become_characters(sounds: str, words: tuple[str, ...], text: str) -> None:
    known = trigrams(store().path(LIBIME_ZH.name))
    found = SpeltOut(words, known).read(heard(sounds))
    assert found.text == text
    assert found.confidence == (pytest.approx(0.8) if sounds else 0.0)


@given(st.lists(st.sampled_from(SYLLABLES), max_size=12), st.lists(st.integers(0, 12), max_size=4), st.booleans())
def test_syllables_that_came_bit_by_bit_become_the_characters_of_the_whole(
    syllables: list[str], lengths: list[int], changes: bool
) -> None:
    known = trigrams(store().path(LIBIME_ZH.name))
    growing = SpeltOut(("红星超市", "电饭煲"), known)
    for length in sorted(lengths):
        growing.read(heard(" ".join(("wo3", *syllables[1:length]) if changes else syllables[:length])))
    whole = heard(" ".join(syllables))
    assert growing.read(whole) == SpeltOut(("红星超市", "电饭煲"), known).read(whole)


@given(st.sampled_from(SYLLABLES), st.sampled_from(SYLLABLES))
def test_distance_is_a_distance(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


def test_what_a_telephone_confuses_is_near() -> None:
    assert distance("zhi4", "zi4") < distance("zhi4", "li4")
    assert distance("lan2", "lang2") < distance("lan2", "lei2")
    assert {"lan", "nan", "lang"} <= set(near("lan2", carried().syllables))
    assert "shi" not in near("lan2", carried().syllables)
    assert (split("zhuan3"), split("er2")) == (("zh", "uan3"), ("", "er2"))


def test_each_character_gets_its_syllable() -> None:
    sounds = [Sound(each, 1) for each in ("wo3", "jia1", "ran2", "qi4", "zao4")]
    slots = aligned(letters(written_as("我家的气造").words), sounds)
    pairs = [(slot.letter and slot.letter.text, slot.sound and slot.sound.syllable) for slot in slots]
    assert ("家", "jia1") in pairs and ("气", "qi4") in pairs and ("造", "zao4") in pairs


@pytest.mark.parametrize(
    ("text", "sounds", "words", "right"),
    [
        ("海尔热水漆漏水", "hai3 er3 re4 shui3 qi4 lou4 shui3", (), "海尔热水器漏水"),
        ("加游战的加油集", "jia1 you2 zhan4 de5 jia1 you2 ji1", (), "加油站的加油机"),
        ("我家的人气造起火", "wo3 jia1 de5 ran2 qi4 zao4 qi3 huo3", ("燃气灶",), "我家的燃气灶起火"),
        ("在冒名买的", "zai4 mao4 ming2 mai3 de5", ("茂名",), "在茂名买的"),
        ("广州市佛地产", "guang3 zhou1 shi4 fang2 di4 chan3", (), "广州市房地产"),
        ("有什么可以帮您", "you3 shen2 me5 ke3 yi3 bang1 ni3", (), "有什么可以帮您"),
        ("花了300块，漏电", "hua1 le5 san1 bai3 kuai4 lou4 dian4", (), "花了300块，漏电"),
        ("Microsoft的电饭包", "mai3 ke4 luo2 so3 de5 dian4 fan4 bao1", (), "Microsoft的电饭煲"),
    ],
)
def test_words_are_put_right_by_their_sound(text: str, sounds: str, words: tuple[str, ...], right: str) -> None:
    assert put_right(written_as(text), heard(sounds), words).text == right


@pytest.mark.parametrize(
    ("text", "sounds", "right"),
    [
        ("的的的的", "wo3 yao4 tou2 su4", "我要投诉"),
        ("的的的的的的", "shang1 jia1 bu4 gei3 tui4 qian2", "商家不给退钱"),
        # 下 without its hiss, as a telephone carries it; the words' own frequencies make 我检查 of it.
        ("我想查一亚进度", "wo3 xiang3 cha2 yi2 ya4 jin4 du4", "我想查一下进度"),
    ],
)
def test_what_stands_before_tells_characters_that_nobody_wrote_surely(text: str, sounds: str, right: str) -> None:
    known = trigrams(store().get(LIBIME_ZH.name))
    assert put_right(written_as(text, 0.1 if text[0] == "的" else 0.4), heard(sounds), (), known).text == right


def test_what_the_network_doubted_counts_before_what_is_confused_in_general() -> None:
    sounds, text = heard("wo3 de5 dian4 fan4 wo1 lou4 dian4"), "我的电饭我漏电"
    surely: list[dict[str, float]] = [{each: 0.0} for each in sounds.sounds]
    assert put_right(written_as(text), replace(sounds, doubts=tuple(surely)), ()).text == text
    surely[4]["bao1"] = 0.5
    assert put_right(written_as(text), replace(sounds, doubts=tuple(surely)), ()).text == "我的电饭煲漏电"


@given(st.dictionaries(st.sampled_from(SYLLABLES), st.floats(0, 9)), st.sampled_from(SYLLABLES))
def test_a_doubt_is_never_further_with_a_tone_left_out(doubts: dict[str, float], syllable: str) -> None:
    ear = Doubting("wo3", {"wo3": 0.0, **doubts})
    assert 0 <= ear.bare(toneless(syllable)) <= ear.toned(syllable)
    assert ear.bare(toneless(syllable)) <= min([far for each, far in doubts.items() if each == syllable], default=9)
    assert "wo" in ear.near(carried().syllables)
    assert set(ear.near(carried().syllables)) <= set(carried().syllables)


def test_a_model_s_words_have_every_reading_and_one_without_words_is_refused(tmp_path: Path) -> None:
    model = tmp_path / TRIGRAMS
    model.write_bytes(b"packed" + "<unk>\0了\0投诉\0iPhone\0吐槽\0</s>".encode())
    assert spoken_words(model) == [
        ("了", ("le5",), 0), ("了", ("liao3",), 0), ("了", ("liao4",), 0), ("投诉", ("tou2", "su4"), 0),
        ("吐槽", ("tu3", "cao2"), 0),
    ]  # fmt: skip
    model.write_bytes(b"packed")
    with pytest.raises(ValueError, match="no vocabulary"):
        spoken_words(model)
    with pytest.raises(ModelUnreadable):
        trigrams(tmp_path)


def test_what_was_written_surely_and_heard_alike_stays() -> None:
    text = "我要投诉，上个月买的电动车充电器爆炸了。"
    sounds = "wo3 yao4 tou2 su4 shang4 ge4 yue4 mai3 de5 dian4 dong4 che1 chong1 dian4 qi4 bao4 zha4 le5"
    assert put_right(written_as(text, 0.95), heard(sounds), ("投诉",)).text == text


def test_a_loop_ends_where_it_begins_again() -> None:
    sounds = "bai2 yun2 qu1 de5 yao4 fang2"
    assert put_right(written_as("白云区的药房。白云区的药房。白云"), heard(sounds), ()).text == "白云区的药房。"
    twice = "zhuan3 ren2 gong1 wo3 yao4 zhuan3 ren2 gong1 wo3 yao4"
    assert put_right(written_as("转人工我要转人工我要", 0.9), heard(twice), ()).text == "转人工我要转人工我要"


def test_without_sounds_or_characters_nothing_changes() -> None:
    assert put_right(written_as("海耳热水漆"), heard(""), ("海尔",)) == written_as("海耳热水漆")
    assert put_right(written_as("hello"), heard("ha1 lou2"), ()) == written_as("hello")


def test_times_stay_with_their_characters() -> None:
    found = put_right(written_as("加游战"), heard("jia1 you2 zhan4"), ()).words
    assert [(word.text, word.start_ms, word.end_ms) for word in found] == [
        ("加", 0, 100), ("油", 100, 200), ("站", 200, 300),
    ]  # fmt: skip
    assert put_right(Reading("加游战", 0.4), heard("jia1 you2 zhan4"), ()) == Reading("加油站", 0.4)


@given(
    st.text("我要投诉加油站漏电，。", max_size=8), st.integers(0, 8), st.lists(st.sampled_from(SYLLABLES), max_size=8)
)
def test_any_text_and_sound_are_taken_and_a_figure_stays(text: str, place: int, sounds: list[str]) -> None:
    # One of each: what comes again may be a loop, and is then left out.
    text = f"{text[:place]}1a{text[place:]}"
    found = put_right(written_as(text), heard(" ".join(sounds)), ("漏电",))
    assert [c for c in found.text if c in "1a"] == ["1", "a"]


def test_only_words_that_sound_like_a_part_are_told_to_the_engine() -> None:
    words = ("电饭煲", "茅台酒", "假冒伪劣", "iPhone")
    assert likely(words, ["wo3", "mai3", "de5", "dian4", "fan4", "bao3", "huai4", "le5"]) == ("电饭煲", "iPhone")
    assert likely(words, ("jiu3",)) == ("iPhone",)
    assert likely(words, ["dian4", "fan4", "bao1", "mao2", "tai2", "jiu3"], most=1) == ("电饭煲",)


def test_likely_words_are_those_that_comparing_each_with_each_place_finds() -> None:
    words = (*read_words(CARRIED_WORDS), "iPhone", "茅台酒", "格兰仕微波炉", "老板")
    heard = syllables_of("我在红星超市买的电饭煲漏电了差点起火要求按三包规定退货")
    # As an ear confuses them.
    muddled = [{"bao1": "bao3", "lou4": "nou4", "chao1": "cao1", "shi4": "si4"}.get(each, each) for each in heard]

    def apart(word: str, said: Sequence[str]) -> float:
        if not is_chinese(word):
            return 0.22
        own = syllables_of(word)
        places = [said[at : at + len(own)] for at in range(len(said) - len(own) + 1)]
        return min((round(sum(map(distance, own, there)) / len(own), 9) for there in places), default=1.0)

    for said in (heard, tuple(muddled), heard[:2], ()):
        ranked = sorted((apart(word, said), place) for place, word in enumerate(words))
        near = tuple(words[place] for far, place in ranked if far <= 0.22)
        assert likely(words, said, most=100) == near
        assert likely(words, said) == near[:12]
    assert {"电饭煲", "iPhone", "起火"} <= set(likely(words, muddled, most=100))
    assert told(("电饭煲", "茅台酒")) == "电饭煲。茅台酒。"
