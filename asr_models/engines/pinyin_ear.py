"""A whole utterance's pinyin, and what each syllable may have been instead.

sherpa-onnx tells one row of syllables, and how sure it is of it, but not what came second. Here the network of its
small model (a streaming zipformer transducer, three ONNX files) is asked itself. A search as sherpa-onnx's own finds
the row; then, where each initial and final was said, the network is asked how likely every other one would have been.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pypinyin.contrib.tone_convert import to_tone3

from asr_models.engines.base import Reading, Samples
from asr_models.engines.sherpa import MODEL_RATE, TAIL_S, doubled, to_syllables
from asr_models.errors import ModelUnreadable
from asr_models.frames import RATE
from common.pinyin import INITIALS

Floats = npt.NDArray[np.float32]
#: Of the network's features.
_BANDS, _HIGHEST_HZ = 80, -400
#: Rows of tokens that are followed, as many as sherpa-onnx follows.
_ROWS = 4
#: So many initials, and finals behind each, are thought of.
_OTHER_INITIALS, _OTHER_FINALS = 8, 14
#: What is less likely than this is not told, natural logarithm.
_LEAST = 9.0
#: An initial that nobody heard may have stood so many frames (40 ms) before its final.
_BEFORE = 4
_NOTHING, _START = 0, -1


@dataclass(frozen=True)
class _Syllable:
    """Where a syllable was said; frames of 40 ms."""

    #: The two tokens before it.
    behind: tuple[int, int]
    initial: tuple[int, int] | None
    final: tuple[int, int]
    #: The frame of the token before it, and of the one after.
    after: int
    before: int


class PinyinEar:
    """The loaded network; shared by threads."""

    def __init__(self, folder: Path):
        import kaldi_native_fbank
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as told

        self._fbank: Any = kaldi_native_fbank
        self._bands = kaldi_native_fbank.FbankOptions()
        self._bands.frame_opts.dither = 0
        self._bands.frame_opts.samp_freq = MODEL_RATE
        self._bands.frame_opts.snip_edges = False
        self._bands.mel_opts.num_bins, self._bands.mel_opts.high_freq = _BANDS, _HIGHEST_HZ
        broken = (told.Fail, told.InvalidArgument, told.InvalidGraph, told.InvalidProtobuf, told.NoSuchFile)
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        try:
            self._encoder, self._decoder, self._joiner = (
                onnxruntime.InferenceSession(
                    str(next(folder.glob(f"{part}*.onnx"))), options, providers=["CPUExecutionProvider"]
                )
                for part in ("encoder", "decoder", "joiner")
            )
            lines = (folder / "tokens.txt").read_text("utf-8").splitlines()
            names = {int(number): name for name, number in (line.rsplit(None, 1) for line in lines)}
            about = self._encoder.get_modelmeta().custom_metadata_map
            self._window, self._step = int(about["T"]), int(about["decode_chunk_len"])
            size = int(self._decoder.get_modelmeta().custom_metadata_map["vocab_size"])
        except (*broken, StopIteration, KeyError, ValueError, OSError) as error:
            raise ModelUnreadable(name=folder.name, problem=str(error) or "files are missing") from error
        self._told = [each.name for each in self._encoder.get_outputs()]
        self._before_any_sound = {
            each.name: np.zeros(each.shape, np.int64 if "int64" in each.type else np.float32)
            for each in self._encoder.get_inputs()
            if each.name != "x"
        }
        self._tokens = [names[number] for number in range(size)]
        spoken = [number for number, name in enumerate(self._tokens) if not name.startswith("<")]
        self._initials = [number for number in spoken if self._tokens[number] in INITIALS]
        self._finals = [number for number in spoken if self._tokens[number] not in INITIALS]
        self._silent = [number for number in range(size) if number not in spoken]
        #: What the decoder makes of two tokens: as many as there are pairs of an initial and a final.
        self._decoded: dict[tuple[int, int], Floats] = {}

    def hear(self, samples: Samples) -> Reading:
        """Sounds, their sureness and their doubts; no text."""
        frames = self._encoded(self._features(samples))
        tokens, times, odds = self._search(frames)
        heard = to_syllables([self._tokens[each] for each in tokens], odds)
        doubts = [self._doubts(frames, each) for each in self._syllables(tokens, times, len(frames))]
        return Reading(
            confidence=float(np.mean(odds)) if odds else 0.0,
            sounds=tuple(syllable for syllable, _ in heard),
            sureness=tuple(sure for _, sure in heard),
            doubts=tuple(doubts),
        )

    def _features(self, samples: Samples) -> Floats:
        """A row of bands for each 10 ms."""
        bands = self._fbank.OnlineFbank(self._bands)
        tail = np.zeros(int(TAIL_S * RATE), np.float32)
        bands.accept_waveform(MODEL_RATE, doubled(np.concatenate((samples, tail)), np.float32(0)).tolist())
        bands.input_finished()
        rows = [bands.get_frame(number) for number in range(bands.num_frames_ready)]
        return np.array(rows, np.float32).reshape(len(rows), _BANDS)

    def _encoded(self, features: Floats) -> Floats:
        """A row for each 40 ms, piece by piece as the network was trained to hear."""
        state = self._before_any_sound
        rows: list[Floats] = []
        for at in range(0, len(features) - self._window + 1, self._step):
            piece = features[None, at : at + self._window]
            found = dict(zip(self._told, self._encoder.run(None, {"x": piece, **state}), strict=True))
            rows.append(found["encoder_out"][0])
            state = {name: found[f"new_{name}"] for name in state}
        return np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)

    def _likely(self, frame: Floats, behind: Sequence[tuple[int, int]]) -> Floats:
        """How likely each token is at a frame behind each pair of tokens, natural logarithm: pairs by tokens."""
        for pair in behind:
            if pair not in self._decoded:
                (self._decoded[pair],) = self._decoder.run(None, {"y": np.array([pair], np.int64)})[0]
        inputs = {
            "encoder_out": np.repeat(frame[None], len(behind), 0),
            "decoder_out": np.stack([self._decoded[pair] for pair in behind]),
        }
        scores: Floats = self._joiner.run(None, inputs)[0]
        scores = scores - scores.max(1, keepdims=True)
        likely: Floats = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        return likely

    def _search(self, frames: Floats) -> tuple[tuple[int, ...], tuple[int, ...], tuple[float, ...]]:
        """The likeliest row: tokens, their frames, and how likely each was there (0 to 1).

        A token a frame at most; rows that say the same are one (the modified beam search of k2's icefall).
        """
        rows: dict[tuple[int, ...], _Row] = {(): _Row(0.0, (), ())}
        for at, frame in enumerate(frames):
            likely = self._likely(frame, [_last(tokens) for tokens in rows])
            grown: dict[tuple[int, ...], _Row] = {}
            for (tokens, row), odds in zip(rows.items(), likely, strict=True):
                for number in np.argpartition(-odds, _ROWS)[:_ROWS].tolist():
                    score = row.score + float(odds[number])
                    if number in self._silent:
                        longer, new = tokens, _Row(score, row.times, row.odds)
                    else:
                        longer = (*tokens, number)
                        new = _Row(score, (*row.times, at), (*row.odds, float(np.exp(odds[number]))))
                    grown[longer] = new.joined(grown.get(longer))
            rows = dict(sorted(grown.items(), key=lambda each: -each[1].score)[:_ROWS])
        # Longer rows are not held back for their length.
        tokens, best = max(rows.items(), key=lambda each: each[1].score / (len(each[0]) + 2))
        return tokens, best.times, best.odds

    def _syllables(self, tokens: Sequence[int], times: Sequence[int], end: int) -> list[_Syllable]:
        """Finals with the initials before them; an initial that no final follows is none."""
        found: list[_Syllable] = []
        whole, after = (_START, _NOTHING, *tokens), -1
        for place, (token, at) in enumerate(zip(tokens, times, strict=True)):
            if token in self._initials:
                continue
            has = place > 0 and tokens[place - 1] in self._initials
            first = place - 1 if has else place
            initial = (tokens[first], times[first]) if has else None
            before = times[place + 1] if place + 1 < len(times) else end
            found.append(_Syllable((whole[first], whole[first + 1]), initial, (token, at), after, before))
            after = at
        return found

    def _doubts(self, frames: Floats, said: _Syllable) -> dict[str, float]:
        """Each syllable that it may have been: how much less likely that is, natural logarithm."""
        begun = self._begun(frames, said)
        final, at = said.final
        places = [each for each in (at - 1, at, at + 1) if each == at or said.after < each <= said.before]
        behind = [said.behind if initial is None else (said.behind[1], initial) for initial, _ in begun]
        likely = np.max([self._likely(frames[each], behind) for each in places if each < len(frames)], 0)
        scores: dict[str, float] = {}
        for (initial, score), odds in zip(begun, likely, strict=True):
            for number in sorted(self._finals, key=odds.__getitem__, reverse=True)[:_OTHER_FINALS]:
                name = self._name(initial, number)
                scores[name] = max(scores.get(name, -np.inf), score + float(odds[number]))
        heard = self._name(said.initial[0] if said.initial else None, final)
        best = scores.get(heard, max(scores.values()))
        return {name: max(0.0, best - score) for name, score in scores.items() if best - score <= _LEAST}

    def _begun(self, frames: Floats, said: _Syllable) -> list[tuple[int | None, float]]:
        """The initials that it may have begun with, None for none of them, and how likely each is."""
        at = said.final[1]
        if said.initial is not None:
            first, last = max(said.after, said.initial[1] - 1, 0), min(said.initial[1] + 1, at)
        else:
            first, last = max(said.after, at - _BEFORE, 0), at
        likely = np.concatenate([self._likely(frame, [said.behind]) for frame in frames[first : last + 1]])
        highest = likely.max(0)
        without = 0.0
        if said.initial is not None:
            without = float(likely[said.initial[1] - first][_NOTHING])
        elif last > first:
            without = float(likely[:-1, _NOTHING].max())
        tried = sorted(self._initials, key=highest.__getitem__, reverse=True)[:_OTHER_INITIALS]
        return [*((each, float(highest[each])) for each in tried), (None, without)]

    def _name(self, initial: int | None, final: int) -> str:
        return _syllable("" if initial is None else self._tokens[initial], self._tokens[final])


@dataclass(frozen=True, slots=True)
class _Row:
    """Tokens on their way through the frames."""

    score: float
    times: tuple[int, ...]
    odds: tuple[float, ...]

    def joined(self, other: "_Row | None") -> "_Row":
        """Both ways of saying the same: as likely as both, at the times of the likelier."""
        if other is None:
            return self
        likelier = self if self.score > other.score else other
        return _Row(float(np.logaddexp(self.score, other.score)), likelier.times, likelier.odds)


def _last(tokens: tuple[int, ...]) -> tuple[int, int]:
    first, second = (_START, _NOTHING, *tokens)[-2:]
    return first, second


@lru_cache(1 << 13)
def _syllable(initial: str, final: str) -> str:
    return str(to_tone3(initial + final, neutral_tone_with_five=True))
