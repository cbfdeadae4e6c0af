"""Cut at a system call: kill -9 before any that talks or writes, and a disk that is full at any.

strace does it (``-e inject``): no code of the product knows of it, and no request has to be hit.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.faults.judge import standing
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES
from tests.whole.program import TIMEOUT_SECONDS, Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.lab import Lab
    from tests.faults.stories import Undisturbed

STORY = "upload"
PLAN = ("plan", "--out", "plan.json")
TALKS = ("connect", "sendto", "sendmsg", "recvfrom")
WRITES = ("write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "unlink", "mkdir")
"""strace counts the calls of each thread apart: the n-th of a name is struck in whichever thread
comes to it first. Nearly all that apply does in order, it does in two threads."""
STRUCK = ("(INJECTED)", "killed by SIGKILL")
FILLS = ("write", "pwrite64", "fsync", "fdatasync", "mkdir")
MOST = 400
"""More calls of one name than any of these runs makes in a thread."""


@dataclass(frozen=True, slots=True)
class Injection:
    """What strace does at the ``nth`` call of a name that a thread makes."""

    call: str
    what: str
    nth: int

    def words(self, strace: str, log: Path) -> list[str]:
        inject = f"inject={self.call}:{self.what}:when={self.nth}"
        return [strace, "-f", "-q", "-o", str(log), "-e", f"trace={self.call}", "-e", inject]


def run_under(it: Lab, words: list[str], *arguments: str) -> Ran:
    """The command line as a process below strace."""
    done = subprocess.run(
        [*words, *it.program.command(*arguments)],
        cwd=it.folder,
        env={**it.program.environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    it.said.append(ran)
    return ran


def inject(
    one: Injection, strace: str, folder: Path, expected: Undisturbed, *arguments: str
) -> list[str] | None:
    """What is wrong after the injection and a clean apply; None: there was no such call."""
    with lab(folder, STORIES[STORY].project) as it:
        it.fill(expected.before)
        it.run(*PLAN)
        begun, log = len(it.emulator.requests), folder / "strace.log"
        ran = run_under(it, one.words(strace, log), *arguments)
        if not any(word in log.read_text() for word in STRUCK):
            return None
        found = list(_of_its_end(ran, one, it, begun))
        it.run(*APPLY)
        return [*found, *standing(it, begun, expected)]


def _of_its_end(ran: Ran, one: Injection, it: Lab, begun: int) -> Iterator[str]:
    wrote = any(r.is_write and r.status == 200 for r in it.emulator.requests[begun:])
    # A signal may also have struck git, which the run asks: then the run itself goes on.
    if ran.code not in ((-9, 0, 1, 4) if "KILL" in one.what else (0, 1, 4)):
        yield f"ended with {ran.code}: {ran.err}"
    if ran.code == 1 and wrote:
        yield f"ended with 1 though it had written: {ran.err}"
    if not wrote and it.run("apply", "plan.json").code != 0:
        yield f"half a plan was left: {it.said[-1].err}"


def every(
    name: str, what: str, strace: str, folder: Path, expected: Undisturbed, *arguments: str
) -> dict[str, list[str]]:
    """All injections at calls of one name, until there is no such call any more."""
    failures: dict[str, list[str]] = {}
    for nth in range(1, MOST):
        one = Injection(name, what, nth)
        found = inject(one, strace, folder / f"{name}-{nth}", expected, *arguments)
        if found is None:
            return failures
        failures[f"{name} {nth}"] = found
    raise AssertionError(f"more than {MOST} calls of {name}")


SAMPLE = [
    (Injection("sendto", "signal=KILL", 9), APPLY),
    (Injection("fsync", "signal=KILL", 1), PLAN),
    (Injection("write", "error=ENOSPC", 1), PLAN),
]


@pytest.mark.fault("F14", "F16", "F17")
@pytest.mark.parametrize(("one", "arguments"), SAMPLE, ids=lambda each: str(each)[:40])
def test_a_run_cut_at_a_system_call_is_finished_by_the_next(
    one: Injection,
    arguments: tuple[str, ...],
    need: Callable[..., str],
    told: Callable[[str], Undisturbed],
    tmp_path: Path,
) -> None:
    assert [] == inject(one, need("strace"), tmp_path, told(STORY), *arguments)


@pytest.mark.fault("F14", "F17")
@pytest.mark.sweep
@pytest.mark.parametrize("arguments", [APPLY, PLAN], ids=["apply", "plan"])
@pytest.mark.parametrize("name", [*TALKS, *WRITES])
def test_kill_9_at_any_system_call_is_finished_by_the_next(
    name: str,
    arguments: tuple[str, ...],
    need: Callable[..., str],
    told: Callable[[str], Undisturbed],
    tmp_path: Path,
    tally: Callable[..., None],
) -> None:
    failures = every(name, "signal=KILL", need("strace"), tmp_path, told(STORY), *arguments)
    tally(f"system calls of {arguments[0]}: kill -9", failures)

    assert {} == {at: found for at, found in failures.items() if found}


@pytest.mark.fault("F16", "F17")
@pytest.mark.sweep
@pytest.mark.parametrize("arguments", [APPLY, PLAN], ids=["apply", "plan"])
@pytest.mark.parametrize("name", FILLS)
def test_a_full_disk_at_any_write_does_no_harm(
    name: str,
    arguments: tuple[str, ...],
    need: Callable[..., str],
    told: Callable[[str], Undisturbed],
    tmp_path: Path,
    tally: Callable[..., None],
) -> None:
    failures = every(name, "error=ENOSPC", need("strace"), tmp_path, told(STORY), *arguments)
    tally(f"system calls of {arguments[0]}: ENOSPC", failures)

    assert {} == {at: found for at, found in failures.items() if found}
