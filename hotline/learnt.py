"""What was learnt from examples, kept in files: a start, and a tree that was in force before, need not learn it again.

Learning takes seconds of a processor, most of them with Python's lock held, while calls wait. A file is found by all
that what is learnt depends on: examples, phrases, the code that makes features of them, and the libraries under it.
"""

import contextlib
import hashlib
import json
import logging
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

import ivr
from common.files import put_in_place
from ivr.understanding import Learnt

log = logging.getLogger(__name__)

#: What is kept at most; what was used longest ago goes first.
_KEPT = 12
_IVR = Path(ivr.__file__).parent
_CODE = (*sorted((_IVR / "understanding").glob("*.py")), _IVR / "sounds.py")
_LIBRARIES = ("numpy", "pypinyin", "scikit-learn")


class Memory:
    """A folder of files."""

    def __init__(self, folder: Path):
        self._folder = folder
        code = hashlib.sha256("".join(f"{name} {version(name)}\n" for name in _LIBRARIES).encode())
        for path in _CODE:
            code.update(path.read_bytes())
        self._code = code.hexdigest()

    def of(self, told: object, learn: Callable[[], Sequence[Learnt]]) -> Sequence[Learnt]:
        """What was learnt from ``told``, which JSON can hold; ``learn`` is asked where it is not here, or unreadable.

        A folder that cannot be written to is told of in the log: the next start learns again.
        """
        key = hashlib.sha256(json.dumps([self._code, told]).encode()).hexdigest()
        path = self._folder / f"{key[:32]}.npz"
        try:
            found = _read(path)
            path.touch()
            return found
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            log.warning("what was learnt cannot be read of %s, and is learnt again: %s", path, error)
        learnt = learn()
        try:
            self._keep(path, learnt)
        except OSError as error:
            log.warning("what was learnt cannot be kept in %s, and the next start learns it again: %s", path, error)
        return learnt

    def _keep(self, path: Path, learnt: Sequence[Learnt]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, npt.NDArray[np.generic]] = {}
        for place, each in enumerate(learnt):
            names = json.dumps([each.labels, each.features], ensure_ascii=False).encode()
            arrays |= {
                f"names{place}": np.frombuffer(names, np.uint8), f"rarity{place}": each.rarity,
                f"weights{place}": each.weights, f"base{place}": each.base,
            }  # fmt: skip
        with put_in_place(path) as draft, draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        # Another process may tidy up at the same time.
        with contextlib.suppress(FileNotFoundError):
            files = sorted(self._folder.glob("*.npz"), key=lambda each: each.stat().st_mtime)
            for old in files[:-_KEPT]:
                old.unlink()


def _read(path: Path) -> list[Learnt]:
    with np.load(path, allow_pickle=False) as file:
        count = sum(1 for name in file.files if name.startswith("names"))
        return [_one(file, place) for place in range(count)]


def _one(file: "np.lib.npyio.NpzFile", place: int) -> Learnt:
    labels, features = json.loads(file[f"names{place}"].tobytes())
    return Learnt(tuple(labels), tuple(features), file[f"rarity{place}"], file[f"weights{place}"], file[f"base{place}"])
