"""kill -9 in the middle of a resumable upload: the next process goes on from the journal."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.server import Emulator
from tests.transfer.adapter_project import NAME, WEIGHTS, AdapterProject, safetensors
from tests.transfer.link import Link
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.program import Program

MIB = 1 << 20
SIZE = 100 * MIB  # two chunks
HELD = 80 * MIB  # in the middle of the second
APPLY = ("apply", "--yes", "--wait", "ready")
PATIENCE_SECONDS = 30.0


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key_0123456789", keep_bytes=MIB) as emulator:
        yield emulator


@pytest.fixture
def project(emulator: Emulator, tmp_path: Path) -> AdapterProject:
    """Its weights are a sparse file: only the header is on the disk."""
    project = AdapterProject(tmp_path / "project", emulator)
    with project.weights.open("wb") as file:
        file.write(safetensors_header(SIZE))
        file.truncate(file.tell() + SIZE)
    return project


def safetensors_header(size: int) -> bytes:
    """The start of a file whose one tensor has ``size`` bytes."""
    small = safetensors(0)
    header = small.replace(b"[0]", b"[%d]" % (size // 2)).replace(b"[0, 0]", b"[0, %d]" % size)
    return (len(header) - 8).to_bytes(8, "little") + header[8:]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def _program(project: AdapterProject, state: Path) -> Program:
    program = program_for(project.folder, project.emulator)
    return replace(program, environment={**program.environment, "XDG_STATE_HOME": str(state)})


@pytest.fixture
def killed(project: AdapterProject, state: Path) -> Iterator[AdapterProject]:
    """After an apply that was killed while its second chunk was on the way; its link stays."""
    with Link(project.emulator, hold_at=HELD) as link:
        with _program(project, state).start(*APPLY) as child:
            assert link.holds.wait(PATIENCE_SECONDS)
            child.kill()
        link.release()
        yield project


def _entries(state: Path) -> list[Path]:
    return sorted((state / "reconciler" / "uploads").iterdir())


def _starts(project: AdapterProject) -> int:
    requests = [r for r in project.emulator.requests if WEIGHTS in r.path]
    return sum(r.method == "POST" for r in requests)


def _received(project: AdapterProject) -> int:
    return sum(r.received for r in project.emulator.requests if WEIGHTS in r.path)


def test_the_next_process_sends_only_the_rest(killed: AdapterProject, state: Path) -> None:
    ran = _program(killed, state).run(*APPLY)

    assert (0, "READY") == (ran.code, killed.state), ran.out + ran.err
    assert 1 == _starts(killed)
    assert _received(killed) <= 1.05 * SIZE
    assert killed.weights.stat().st_size == killed.emulator.store.files(NAME)[WEIGHTS]
    assert [] == _entries(state)


def test_without_the_journal_it_ends_the_same_way(killed: AdapterProject, state: Path) -> None:
    for entry in _entries(state):
        entry.unlink()
    ran = _program(killed, state).run(*APPLY)

    assert (0, "READY") == (ran.code, killed.state), ran.out + ran.err
    assert 2 == _starts(killed)


def test_the_journal_shows_no_address_and_no_key(killed: AdapterProject, state: Path) -> None:
    (entry,) = _entries(state)
    text = entry.read_text()
    sessions = {r.query["upload_id"][0] for r in killed.emulator.requests if "upload_id" in r.query}
    telltales = ("upload_id", "X-Goog", "http", "127.0.0.1", killed.emulator.key, *sessions)

    assert 1 == len(sessions)
    assert [] == [word for word in telltales if word in text]
    assert 0o600 == stat.S_IMODE(entry.stat().st_mode)


def test_where_no_journal_can_be_kept_the_upload_goes_on(
    project: AdapterProject, state: Path
) -> None:
    state.write_text("a file where the folder should be")
    ran = _program(project, state).run(*APPLY)

    assert (0, "READY") == (ran.code, project.state), ran.out + ran.err
    assert os.path.isfile(state)
