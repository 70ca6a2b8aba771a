"""Which engine reads what."""

import re
from typing import get_args

import pytest

from asr_models.catalogue import LIBIME_ZH, SHERPA_KWS, VOSK_KO, VOSK_SMALL_CN, VOSK_SMALL_EN, WHISPER_BASE
from asr_models.choice import Passes, Setting, choose, wanted
from asr_models.errors import EngineMissing

CN, EN, KO = VOSK_SMALL_CN.name, VOSK_SMALL_EN.name, VOSK_KO.name
WHISPER, SHERPA, LIBIME = WHISPER_BASE.name, SHERPA_KWS.name, LIBIME_ZH.name


def test_vosk_streams_where_a_model_for_the_language_is_here_and_whisper_betters_it() -> None:
    chosen = choose("auto", "zh-CN", frozenset({CN, EN, WHISPER, SHERPA, LIBIME}))
    assert chosen.partial and chosen.partial.model == CN
    assert chosen.final and chosen.final.model == WHISPER
    assert chosen.sounds and chosen.sounds.model == SHERPA
    assert chosen.words and chosen.words.model == LIBIME and chosen.words in chosen.uses()
    assert chosen.advice == ("", "")


def test_trigrams_are_for_whisper_and_pinyin_together_and_missed_where_they_are_not_here() -> None:
    without = choose("auto", "zh-CN", frozenset({CN, WHISPER, SHERPA})).describe()
    assert without["words"] == "none" and f"hotline asr models get {LIBIME}" in without["advice"]
    assert choose("auto", "zh-CN", frozenset({CN, SHERPA, LIBIME})).words is None
    assert choose("auto", "ko-KR", frozenset({KO, WHISPER, SHERPA, LIBIME})).words is None


def test_without_vosk_the_heard_pinyin_is_written_in_characters_or_whisper_rereads() -> None:
    chosen = choose("auto", "zh-CN", frozenset({WHISPER, SHERPA, EN}))
    assert chosen.partial and chosen.partial.model == SHERPA and chosen.final and chosen.final.model == WHISPER
    for passes in (Passes(partial=f"sherpa:{SHERPA}"), Passes(partial=f"whisper:{WHISPER}")):
        named = choose("auto", "zh-CN", frozenset({WHISPER, SHERPA, CN}), passes).partial
        assert named and named.engine == passes.engine("partial")
    alone = choose("auto", "zh-CN", frozenset({WHISPER})).partial
    assert alone and alone.model == WHISPER
    assert f"hotline asr models get {CN}" in chosen.describe()["advice"]


def test_another_language_takes_its_own_models_only() -> None:
    chosen = choose("auto", "ko-KR", frozenset({CN, KO, WHISPER, SHERPA}))
    assert chosen.partial and chosen.partial.model == KO
    assert chosen.sounds is None


def test_one_engine_alone() -> None:
    everything = frozenset({CN, WHISPER, SHERPA})
    assert {use.engine for use in choose("vosk", "zh-CN", everything).uses()} == {"vosk"}
    assert {use.engine for use in choose("whisper", "zh-CN", everything).uses()} == {"whisper"}
    spotting = choose("sherpa", "zh-CN", everything)
    assert spotting.partial is None and spotting.final and spotting.final.engine == "sherpa"
    assert choose("none", "zh-CN", everything).uses() == ()


def test_nothing_installed_is_told_with_what_to_do() -> None:
    told = choose("auto", "zh-CN", frozenset()).describe()
    assert told["final"] == "none" and f"hotline asr models get {WHISPER}" in told["advice"]
    assert "speech.engine" in choose("sherpa", "ko-KR", frozenset()).advice.en


def test_set_up_gets_whisper_first_and_never_the_tests_model() -> None:
    assert wanted("auto", "zh-CN") == (WHISPER, CN, SHERPA, LIBIME)
    assert wanted("auto", "ko") == (WHISPER,)
    assert wanted("none", "zh-CN") == ()


LARGER = "/srv/models/vosk-model-cn-0.22"


def test_what_is_named_is_used_and_the_rest_is_chosen() -> None:
    installed = frozenset({CN, WHISPER, SHERPA, LIBIME})
    chosen = choose("auto", "zh-CN", installed, Passes(partial=f"vosk:{LARGER}"))
    assert chosen.partial and chosen.partial.model == LARGER and "settings" in chosen.describe()["partial"]
    assert chosen.final and chosen.final.model == WHISPER
    assert wanted("auto", "zh-CN", Passes(partial=f"vosk:{LARGER}")) == (LARGER, WHISPER, SHERPA, LIBIME)


def test_final_text_by_vosk_is_its_growing_text_ended_and_growing_text_by_whisper_streams_nothing() -> None:
    installed = frozenset({CN, WHISPER, SHERPA, LIBIME})
    by_vosk = choose("auto", "zh-CN", installed, Passes(final=f"vosk:{LARGER}"))
    assert by_vosk.partial == by_vosk.final and by_vosk.final and by_vosk.final.model == LARGER
    by_whisper = choose("auto", "zh-CN", installed, Passes(partial=f"whisper:{WHISPER}"))
    assert {use.engine for use in by_whisper.uses()} == {"whisper", "sherpa", "kenlm"}
    # An engine alone does not forbid what is named.
    assert choose("whisper", "zh-CN", installed, Passes(sounds=f"sherpa:{SHERPA}")).sounds


@pytest.mark.parametrize(
    ("passes", "says"),
    [
        ({"partial": "vosk"}, "vosk:MODEL"),
        ({"final": "sherpa:./m"}, "whisper:MODEL"),
        ({"sounds": "vosk:./m"}, "sherpa:MODEL"),
        ({"final": f"vosk:{WHISPER}"}, CN),
        ({"partial": f"vosk:{CN}", "final": "vosk:./m"}, "two models"),
        ({"partial": "whisper:./w", "final": "vosk:./m"}, "partial cannot be whisper"),
    ],
)
def test_what_cannot_be_used_is_refused(passes: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Passes(**passes)


def test_engines_that_are_not_installed_are_passed_over_and_told_with_their_command() -> None:
    everything = frozenset({CN, WHISPER, SHERPA, LIBIME})
    chosen = choose("auto", "zh-CN", everything, missing={"vosk", "sherpa"})
    assert {use.engine for use in chosen.uses()} == {"whisper"}
    assert all(f"ENGINES={each} scripts/bootstrap.sh" in chosen.advice.en for each in ("vosk", "sherpa"))
    # Nobody fetches a model that nothing can load.
    assert wanted("auto", "zh-CN", missing={"vosk", "sherpa"}) == (WHISPER, LIBIME)
    assert choose("vosk", "zh-CN", everything, missing={"vosk"}).final is None
    with pytest.raises(EngineMissing, match="whisper"):
        choose("auto", "zh-CN", everything, Passes(final=f"whisper:{WHISPER}"), {"whisper"})


@pytest.mark.parametrize("setting", get_args(Setting))
@pytest.mark.parametrize("installed", [{CN, WHISPER, SHERPA, LIBIME}, {WHISPER, SHERPA}, {SHERPA}, set()])
def test_what_is_chosen_and_why_is_told_in_chinese(setting: Setting, installed: set[str]) -> None:
    told = choose(setting, "zh-CN", frozenset(installed)).describe("zh-CN")
    for words in told.values():
        assert re.search("[一-龥]", words) and not re.search(r"\b(?:is|with|no|run)\b", words), words
