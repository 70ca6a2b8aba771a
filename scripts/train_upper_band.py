"""Trains the network of :mod:`asr_models.upper_band` on wide-band speech of many voices.

``python scripts/train_upper_band.py WEIGHTS.npz FOLDER…``: all sound files below the folders, of 16 kHz or more. Needs
PyTorch beside the product, and some minutes of a core for an hour of speech. Of which language is no matter.
"""

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from scipy.signal import butter, firwin2, lfilter, resample_poly, sosfilt

from asr_models.engines.base import Samples
from asr_models.frames import RATE
from asr_models.upper_band import (
    AHEAD,
    EDGES_HZ,
    HEARD,
    HOP,
    WINDOW,
    frame_powers,
    heard_db,
    loudest_db,
    power_db,
    relative,
)
from hotline.sound import read_sound

_WIDE = 2 * RATE
_FFT = 512
#: Numbers in the network's state.
_WIDTH = 64
#: Times that each recording is taken, each time by another line.
_LINES = 2
_EPOCHS, _BATCH, _RATE = 20, 48, 4e-3
#: Frames of a piece, and those by which the network does not know the speaker yet: they teach nothing.
_FRAMES, _NEW = 400, 30
#: Recordings that reach up to 7 kHz only are not rare.
_COUNTS = (1.0, 1.0, 1.0, 1.0, 0.5)
_CHANCE = np.random.default_rng(7)


def recordings(folder: Path) -> Iterator[Samples]:
    """At 16000 Hz, at most ten seconds each."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        sound = np.frombuffer(read_sound(path, _WIDE), "<i2").astype(np.float32) / 32768
        yield from (sound[place : place + 10 * _WIDE] for place in range(0, len(sound), 10 * _WIDE))


def by_a_microphone(wide: Samples) -> Samples:
    """The recording by another microphone, at another level."""
    tilt = _CHANCE.normal(0, 4)
    gains = [10 ** (part * tilt / 20) for part in (0, 0.25, 0.6, 1)]
    heard = lfilter(firwin2(129, [0, 0.25, 0.5, 1], gains), 1, wide)
    level = 10 ** (_CHANCE.uniform(-38, -18) / 20)
    return np.asarray(heard / (np.sqrt(np.mean(heard**2)) + 1e-9) * level, np.float32)


def by_a_line(wide: Samples) -> Samples:
    """The recording as some telephone line brings it, 8000 Hz: cut, noisy, in A-law."""
    narrow = resample_poly(wide, 1, 2, window=("kaiser", 5 + 6 * _CHANCE.random()))
    if _CHANCE.random() < 0.4:
        narrow = sosfilt(butter(4, _CHANCE.uniform(150, 320), "high", fs=RATE, output="sos"), narrow)
    if _CHANCE.random() < 0.3:
        narrow = sosfilt(butter(6, _CHANCE.uniform(3300, 3800), "low", fs=RATE, output="sos"), narrow)
    if _CHANCE.random() < 0.6:
        noise = _CHANCE.standard_normal(len(narrow))
        if _CHANCE.random() < 0.5:
            noise = lfilter([1], [1, -0.9], noise)
        under = 10 ** (-_CHANCE.uniform(15, 45) / 20)
        narrow = narrow + noise / noise.std() * np.sqrt(np.mean(narrow**2)) * under
    narrow = np.clip(narrow, -1, 1)
    return np.asarray(a_law(narrow) if _CHANCE.random() < 0.7 else narrow, np.float32)


def a_law(sound: Samples) -> Samples:
    """The sound after ITU-T G.711's A-law: eight bits a sample."""
    steep = 87.6
    whole, loud = 1 + np.log(steep), np.abs(sound)
    code = np.where(loud < 1 / steep, steep * loud, 1 + np.log(np.maximum(steep * loud, 1))) / whole
    code = np.round(code * 128) / 128
    back = np.where(code < 1 / whole, code * whole / steep, np.exp(code * whole - 1) / steep)
    return np.asarray(np.sign(sound) * back, np.float32)


def upper_db(wide: Samples) -> Samples:
    """What the network is to tell: (frames, 5), dB."""
    power = frame_powers(wide, 2 * WINDOW, 2 * HOP, _FFT)
    hertz = np.fft.rfftfreq(_FFT, 1 / _WIDE)
    bands = [(hertz >= low) & (hertz < high) for low, high in pairwise(EDGES_HZ)]
    return power_db(np.stack([power[:, band].mean(1) for band in bands], axis=1))


def examples(folders: list[Path]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces of what the network is told, and of what it is to tell."""
    told, wanted = [], []
    sounds = [sound for folder in folders for sound in recordings(folder) if len(sound) >= _WIDE]
    for sound in sounds * _LINES:
        wide = by_a_microphone(sound)
        heard, upper = heard_db(by_a_line(wide)), upper_db(wide)
        count = min(len(heard), len(upper)) - AHEAD
        loudest = loudest_db(heard)
        near = relative(heard, loudest)
        seen = np.concatenate([near[ahead : ahead + count] for ahead in range(AHEAD + 1)], axis=1)
        levels = relative(upper[:count], loudest[:count])
        for place in range(0, count - _FRAMES + 1, _FRAMES):
            told.append(seen[place : place + _FRAMES])
            wanted.append(levels[place : place + _FRAMES])
    return torch.tensor(np.stack(told)), torch.tensor(np.stack(wanted))


class Network(torch.nn.Module):
    """As :mod:`asr_models.upper_band` runs it."""

    def __init__(self) -> None:
        super().__init__()
        self.into = torch.nn.Linear(HEARD * (AHEAD + 1), _WIDTH)
        self.gru = torch.nn.GRU(_WIDTH, _WIDTH, batch_first=True)
        self.out = torch.nn.Linear(_WIDTH, len(EDGES_HZ) - 1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Levels of each frame."""
        return self.out(self.gru(torch.relu(self.into(frames)))[0])

    def weights(self) -> dict[str, Samples]:
        """By their names in the product."""
        gru = self.gru
        found = {
            "into": self.into.weight, "into_bias": self.into.bias,
            "told": gru.weight_ih_l0, "told_bias": gru.bias_ih_l0,
            "kept": gru.weight_hh_l0, "kept_bias": gru.bias_hh_l0, "out": self.out.weight, "out_bias": self.out.bias,
        }  # fmt: skip
        return {name: each.detach().numpy() for name, each in found.items()}


def main() -> None:
    """Entry point."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    path, *folders = map(Path, sys.argv[1:])
    told, wanted = examples(folders)
    print(f"{len(told) * _FRAMES / 100 / 3600:.1f} hours")
    network, counts = Network(), torch.tensor(_COUNTS)
    steps = _EPOCHS * -(-len(told) // _BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    for epoch in range(_EPOCHS):
        losses = []
        for chosen in torch.randperm(len(told)).split(_BATCH):
            frames = told[chosen] + 0.05 * torch.randn(len(chosen), 1, 1)
            loss = ((network(frames) - wanted[chosen]) ** 2 * counts)[:, _NEW:].mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: {20 * np.sqrt(np.mean(losses)):.2f} dB")
    np.savez_compressed(path, **network.weights())


if __name__ == "__main__":
    main()
