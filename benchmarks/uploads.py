"""Our uploader beside what a user would take instead, on loopback, over TLS, on a limited link."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.link import LIMITED, LOOPBACK, TLS, opened
from benchmarks.row import Goal
from benchmarks.shapes import FULL, GIB, MIB, QUICK, Shape
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.link import Link
    from benchmarks.row import Row
    from benchmarks.timing import Timing

CURLS_AT_ONCE = 4
CURL_GOAL, RAW_GOAL, GUIDE_GOAL = 1.5, 0.9, 4.0
OURS, HASHED = "ours", "ours, sha256 pinned"
GUIDE, CURL, CURLS = "the guide's script", "curl -T", "curl --parallel-max 4"
RAW_AT_ONCE = 8  # connections, as many as ours has
# Senders that hash and check nothing; what the kernel sends by itself, nobody could hash.
RAW = {LOOPBACK: ("sendfile", "http_client"), TLS: ("http_client",)}


@dataclass(frozen=True, slots=True)
class Trial:
    """Some files over one link, so many times."""

    link: Link
    shape: Shape
    rounds: int


def trials(*, quick: bool) -> list[Trial]:
    """A limited link's wall time is set by its limits: one round says it, and few bytes do."""
    shapes, rounds = (QUICK if quick else FULL), 3
    free = [Trial(link, shape, rounds) for link in (LOOPBACK, TLS) for shape in shapes]
    slow = QUICK if quick else (Shape(1, 128 * MIB), Shape(8, 128 * MIB), Shape(128, MIB))
    return [*free, *(Trial(LIMITED, shape, 1) for shape in slow)]


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(what, ours, beside, ratios) for each link, shape and peer."""
    for trial in trials(quick=quick):
        found = measure(trial)
        ours = found.pop(OURS)
        what = f"{trial.link.name}, {trial.shape.name}"
        for name, other in found.items():
            shown, beside = (_shown(timing, trial.shape) for timing in (ours, other))
            yield f"{what}: {name}", shown, beside, _ratios(trial, name, ours, other)


def measure(trial: Trial) -> dict[str, Timing]:
    """Each sender's medians; fails unless the sink took every byte of every round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = trial.shape.write(folder / "files")
        with opened(trial.link, folder) as link:
            senders = _senders(trial, link.url, paths, folder)
            found = side_by_side(senders, link.environment, trial.rounds)
            expected = trial.shape.total * (1 + trial.rounds) * len(senders)  # one for the memory
            if link.taken() != expected:
                raise SystemExit(f"the sink took {link.taken()} bytes, expected {expected}")
    return found


def sender(name: str, *arguments: str) -> list[str]:
    """The command of one of benchmarks/senders/."""
    return [sys.executable, "-m", f"benchmarks.senders.{name}", *arguments]


def curl(url: str, paths: Sequence[Path], folder: Path) -> list[str]:
    """One curl for all files: it keeps its connection, as a loop of curls could not."""
    config = folder / "curl.config"
    lines = (f'upload-file = "{path}"\nurl = "{url}/{path.name}"\n' for path in paths)
    config.write_text("".join(lines))
    return ["curl", "--silent", "--show-error", "--fail", "--config", str(config)]


def _senders(
    trial: Trial, url: str, paths: Sequence[Path], folder: Path
) -> dict[str, Sequence[str]]:
    place, one = str(paths[0].parent), curl(url, paths, folder)
    senders: dict[str, Sequence[str]] = {
        OURS: sender("ours", url, place),
        GUIDE: sender("guide", url, place),
        CURL: one,
        CURLS: [*one, "--parallel", "--parallel-max", str(CURLS_AT_ONCE)],
    }
    for raw in RAW.get(trial.link, ()):
        senders[f"raw {raw}"] = sender(raw, url, place, str(RAW_AT_ONCE))
    if trial.link in RAW:
        digest = sha256(bytes(trial.shape.size)).hexdigest()  # sparse files are zeros
        senders[HASHED] = sender("ours", url, place, digest)
    return senders


def _shown(timing: Timing, shape: Shape) -> str:
    speed, cpu = shape.total / timing.wall / 1e6, timing.cpu * GIB / shape.total
    return f"{cpu:.2f} s/GiB, {timing.wall:.2f} s, {speed:.0f} MB/s, {timing.rss_mib:.0f} MiB"


def _ratios(trial: Trial, name: str, ours: Timing, other: Timing) -> str:
    cpu, faster = ours.cpu / other.cpu, other.wall / ours.wall
    shown = [f"{cpu:.2f} cpu", f"{faster:.2f} speed"]
    if name == CURL and trial.link != LIMITED:
        shown[0] = str(Goal("cpu", cpu, CURL_GOAL))
    if name.startswith("raw"):
        shown[1] = str(Goal("speed", faster, RAW_GOAL, at_least=True))
    if name == GUIDE and trial.link == LIMITED and trial.shape.count == 8:
        shown[1] = str(Goal("speed", faster, GUIDE_GOAL, at_least=True))
    return ", ".join(shown)
