"""Which engine reads what."""

from asr_models.catalogue import LIBIME_ZH, SHERPA_KWS, VOSK_KO, VOSK_SMALL_CN, VOSK_SMALL_EN, WHISPER_BASE
from asr_models.choice import choose, wanted

CN, EN, KO = VOSK_SMALL_CN.name, VOSK_SMALL_EN.name, VOSK_KO.name
WHISPER, SHERPA, LIBIME = WHISPER_BASE.name, SHERPA_KWS.name, LIBIME_ZH.name


def test_vosk_streams_where_a_model_for_the_language_is_here_and_whisper_betters_it() -> None:
    chosen = choose("auto", "zh-CN", frozenset({CN, EN, WHISPER, SHERPA, LIBIME}))
    assert chosen.partial and chosen.partial.model == CN
    assert chosen.final and chosen.final.model == WHISPER
    assert chosen.sounds and chosen.sounds.model == SHERPA
    assert chosen.words and chosen.words.model == LIBIME and chosen.words in chosen.uses()
    assert chosen.advice == ""


def test_trigrams_are_for_whisper_and_pinyin_together_and_missed_where_they_are_not_here() -> None:
    without = choose("auto", "zh-CN", frozenset({CN, WHISPER, SHERPA})).describe()
    assert without["words"] == "none" and f"hotline asr models get {LIBIME}" in without["advice"]
    assert choose("auto", "zh-CN", frozenset({CN, SHERPA, LIBIME})).words is None
    assert choose("auto", "ko-KR", frozenset({KO, WHISPER, SHERPA, LIBIME})).words is None


def test_without_vosk_whisper_rereads_and_the_advice_says_what_is_better() -> None:
    chosen = choose("auto", "zh-CN", frozenset({WHISPER, SHERPA, EN}))
    assert chosen.partial and chosen.partial.model == WHISPER
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
    assert "speech.engine" in choose("sherpa", "ko-KR", frozenset()).advice


def test_set_up_gets_whisper_first_and_never_the_tests_model() -> None:
    assert wanted("auto", "zh-CN") == (WHISPER, CN, SHERPA, LIBIME)
    assert wanted("auto", "ko") == (WHISPER,)
    assert wanted("none", "zh-CN") == ()
