"""Where a connection breaks, stalls, or a file changes under way: at every point that matters.

One point of each kind runs always, the whole grid with ``-m sweep``.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.errors import ContentError
from reconciler.execute.outcome import Status
from reconciler.transfer.upload import upload
from tests.transfer.adapter_project import CONFIG, AdapterProject
from tests.transfer.against_emulator import GRAIN, LARGE, NAME, asks, provider_of, quick, received
from tests.transfer.files import write_set
from tests.transfer.test_resumable_upload import CHANGES, KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.execute.outcome import Outcome

PUT = "^PUT /storage.*safetensors"
POINTS = (0, 1, GRAIN - 1, GRAIN, GRAIN + 1, "half", "all but one", "all but the answer")
WAYS = {"whole": None, "one chunk": 8 * GRAIN, "chunks": 2 * GRAIN}
"""Bytes of a chunk; None: each file goes by one PUT."""
SENDS = {"whole": 1, "one chunk": 1, "chunks": 3}
"""PUTs that one file takes when nothing is in the way."""
STALL, HANG = 0.3, 0.7
"""Seconds: who hangs holds the session, so that the first tries after it stall as well."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator
        emulator.faults.release()


def struck(project: AdapterProject, kind: str, way: str, nth: int, point: int | str) -> Outcome:
    """One apply whose ``nth`` PUT of the weights is broken at ``point`` of its body."""
    size, chunk = project.weights.stat().st_size, WAYS[way] or 1 << 40
    body = min(chunk, size - (nth - 1) * chunk)
    far = {"half": body // 2, "all but one": body - 1}
    count = far.get(str(point), point)
    fault = Fault(kind, path=PUT, nth=nth, seconds=HANG)
    if isinstance(count, int):
        fault = replace(fault, body_bytes=count)
    else:
        fault = replace(fault, kind="lost" if kind == "cut" else "hang", after_commit=True)
    project.emulator.faults.add(fault)
    return project.apply(stall_seconds=STALL, chunk=WAYS[way] or 2 * GRAIN)


def check(project: AdapterProject, kind: str, way: str, nth: int, point: int | str) -> None:
    outcome = struck(project, kind, way, nth, point)

    assert project.emulator.faults.consumed
    assert (Status.DONE, True) == (outcome.status, project.is_right())
    if way != "whole":
        most = project.weights.stat().st_size + GRAIN
        config = (project.folder / "weights" / CONFIG).stat().st_size
        assert received(project.emulator) <= most + config


@pytest.mark.parametrize(
    ("kind", "way", "nth", "point"),
    [
        ("cut", "chunks", 2, GRAIN + 1),
        ("hang", "whole", 1, "half"),
        ("hang", "one chunk", 1, GRAIN - 1),
        ("hang", "chunks", 3, "all but the answer"),
    ],
)
def test_a_break_costs_no_more_than_what_the_storage_had_not_kept(
    emulator: Emulator, tmp_path: Path, kind: str, way: str, nth: int, point: int | str
) -> None:
    project = AdapterProject(tmp_path / "project", emulator, whole=WAYS[way] is None)
    check(project, kind, way, nth, point)


@pytest.mark.sweep
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    ("way", "nth"), [(way, nth) for way, most in SENDS.items() for nth in range(1, most + 1)]
)
@pytest.mark.parametrize("kind", ["cut", "hang"])
def test_a_break_anywhere_costs_no_more_than_what_the_storage_had_not_kept(
    emulator: Emulator, tmp_path: Path, kind: str, way: str, nth: int, point: int | str
) -> None:
    project = AdapterProject(tmp_path / "project", emulator, whole=WAYS[way] is None)
    check(project, kind, way, nth, point)


def sent_while(
    folder: Path, emulator: Emulator, change: str, at: int, *, whole: bool
) -> tuple[bool, bool]:
    """Whether an upload says that it went through whose file changes when ``at`` bytes, or the next
    number that is told, are sent; and whether some were still to be sent then."""
    plain, resumable = asks(provider_of(emulator, [KEY]))
    (file,) = write_set(folder, {KEY: LARGE}, sha256=True).files
    altered: list[int] = []

    def progress(_key: str, sent: int, _total: int, checked: str = "", /) -> None:
        if sent >= at and not altered and not checked:
            altered.append(sent)
            CHANGES[change](file.path)

    try:
        upload([file], plain, progress, quick(chunk=GRAIN), None if whole else resumable)
    except ContentError as error:
        assert "changed since the plan" in error.message  # noqa: PT017 - of many cases one
        return False, altered[0] < len(LARGE)
    return True, altered[0] < len(LARGE)


@pytest.mark.sweep
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "chunks"])
@pytest.mark.parametrize("change", CHANGES)
def test_whenever_a_file_changes_the_storage_has_the_planned_bytes_or_no_file(
    tmp_path: Path, change: str, whole: bool
) -> None:
    points = [*range(0, len(LARGE), GRAIN), len(LARGE)]
    for at, number in zip(points, itertools.count(), strict=False):
        with Emulator(account="acme", key="fw_test_key") as emulator:
            through, early = sent_while(tmp_path / str(number), emulator, change, at, whole=whole)
            stored = emulator.store.blob(NAME, KEY)

        assert (stored in (None, LARGE), stored is not None or not through) == (True, True)
        assert not (through and early)


def test_a_file_that_changes_after_its_last_byte_was_sent_is_not_said_to_be_right(
    tmp_path: Path, emulator: Emulator
) -> None:
    change = "is replaced"

    assert (False, False) == sent_while(tmp_path, emulator, change, len(LARGE), whole=True)
