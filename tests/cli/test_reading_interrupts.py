"""A signal ends what only reads, however long it lasts: a hanging platform, large files."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.manifest.reading_pool import cores
from tests.faults.lab import lab
from tests.faults.stories import STORIES
from tests.past.repository import dataset
from tests.whole.program import program_for
from tests.whole.sweep import PATIENCE_SECONDS

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from tests.faults.lab import Lab

JOB = "SupervisedFineTuningJob/support-bot"
AT_ONCE_SECONDS = 20.0  # the promise is 5 s; a call that hangs lasts 60 s and more
HANGING = {
    "wait-planning": (("wait", JOB), Fault("hang", method="GET", path="/datasets$")),
    "wait": (("wait", JOB), Fault("hang", method="GET", path="Jobs/support-bot-")),
    "drift": (("drift",), Fault("hang", path=r" /storage/")),
    "download": (("download", "Dataset/support-chat"), Fault("hang", path=r" /storage/")),
    "export": (("export",), Fault("hang", method="GET", path="/models$")),
    "metrics": (("metrics", JOB), Fault("hang", method="GET")),
}
ROW = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "%d"}]}\n'
MEGABYTES = (34, 40, 40)
"""The first are read by the process itself; what is left is worth two more (manifest/load.py)."""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The quickstart after its apply; its job runs on."""
    with lab(tmp_path_factory.mktemp("reading"), STORIES["quickstart"].project) as it:
        it.emulator.faults.add(Fault("job_stuck"))
        assert 7 == it.run("apply", "--yes", "--wait", "started").code
        yield it


@pytest.fixture
def struck(applied: Lab) -> Iterator[threading.Event]:
    """Set as soon as a fault has struck; none has yet, and none does after the test."""
    before = list(Emulator.observers)
    applied.forget()
    applied.emulator.faults.consumed.clear()
    applied.emulator.faults.released.clear()
    yield applied.struck()
    applied.emulator.faults.clear()
    Emulator.observers[:] = before


@pytest.mark.fault("F15")
@pytest.mark.parametrize("place", HANGING)
def test_an_interrupt_ends_what_hangs_while_it_reads(
    place: str, applied: Lab, struck: threading.Event
) -> None:
    command, fault = HANGING[place]
    applied.emulator.faults.add(fault)
    with applied.program.start(*command) as child:
        struck.wait(PATIENCE_SECONDS)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=AT_ONCE_SECONDS)

    assert struck.is_set()
    assert (130, False) == (child.returncode, b"Traceback" in err)


def test_an_interrupted_download_claims_nothing_of_what_never_came(
    applied: Lab, struck: threading.Event
) -> None:
    command, fault = HANGING["download"]
    applied.emulator.faults.add(fault)
    with applied.program.start(*command) as child:
        struck.wait(PATIENCE_SECONDS)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=AT_ONCE_SECONDS)

    assert (130, b"") == (child.returncode, err)


def children(process: int) -> set[int]:
    """The processes that any thread of a process has started and that are still there."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has ended meanwhile
            found.update(map(int, task.read_text().split()))
    return found


def lives(process: int) -> bool:
    """Whether it is there, and no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.mark.fault("F15")
@pytest.mark.skipif(cores() < 2, reason="one core reads alone")
def test_an_interrupt_ends_the_processes_that_read_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "manifests").mkdir(parents=True)
    for number, size in enumerate(MEGABYTES):
        rows = b"".join(ROW % row for row in range(1_000_000, 1_010_000))
        with (folder / f"rows{number}.jsonl").open("wb") as file:
            file.writelines(rows for _ in range(size * 1_000_000 // len(rows)))
        text = dataset(f"rows{number}", data=f"../rows{number}.jsonl")
        (folder / f"manifests/{number}.yaml").write_text(text)

    with program_for(folder, None).start("validate") as child:
        started: set[int] = set()
        while len(started) < 2 and child.poll() is None:
            started = children(child.pid)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=AT_ONCE_SECONDS)

    assert (130, 2) == (child.returncode, len(started))
    until = time.monotonic() + AT_ONCE_SECONDS
    while (left := [each for each in started if lives(each)]) and time.monotonic() < until:
        pass  # one that was only being started is told by its pipe
    assert [] == left
