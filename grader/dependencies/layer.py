"""Finished layers in the cache folder: shared between submissions, checked by digest, never half there."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GradingFailed

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Layer:
    """Installed packages as an uncompressed tar whose members lie under `packages/`."""

    key: str
    path: Path
    sha256: str
    size_bytes: int
    packages: tuple[str, ...]

    def read(self) -> bytes:
        """Return the tar. Raises `GradingFailed` where it changed since it was looked up."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise GradingFailed(f"{self.path}: the cached packages cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise GradingFailed(f"{self.path}: the cached packages have changed; grade again")
        return content


class Layers:
    """The layers of one cache folder. A layer's description is written last: without it there is no layer."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / "layers"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextlib.contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Hold a key: whoever else wants the same layer waits, in this process or another."""
        with (self._folder / f"{key}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def workplace(self, key: str) -> Iterator[Path]:
        """Lend a folder for a build (the key must be held); what a killed build left of an earlier one goes."""
        for left in self._folder.glob(f"{key}.build-*"):
            _remove(left)
        with tempfile.TemporaryDirectory(prefix=f"{key}.build-", dir=self._folder) as folder:
            yield Path(folder)

    def find(self, key: str) -> Layer | None:
        """Return a layer that is complete and as it was written; one that is not is removed."""
        try:
            said = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
            layer = Layer(key, self._tar(key), said["sha256"], said["bytes"], tuple(said["packages"]))
            if _digest(layer.path) == layer.sha256:
                return layer
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            pass
        (self._folder / f"{key}.json").unlink(missing_ok=True)
        return None

    def keep(self, key: str, finished: Path, packages: tuple[str, ...]) -> Layer:
        """Take a finished tar in (the key must be held)."""
        layer = Layer(key, self._tar(key), _digest(finished), finished.stat().st_size, packages)
        (self._folder / f"{key}.json").unlink(missing_ok=True)
        finished.replace(layer.path)
        said = {"sha256": layer.sha256, "bytes": layer.size_bytes, "packages": list(packages)}
        description = finished.with_suffix(".json")
        description.write_text(json.dumps(said), encoding="utf-8")
        description.replace(self._folder / f"{key}.json")
        return layer

    def _tar(self, key: str) -> Path:
        return self._folder / f"{key}.tar"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if not path.is_dir() else path.rmdir()
    folder.rmdir()
