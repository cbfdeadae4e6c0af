"""An export that was cut short is taken back and done anew by the next one."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.unfinished_export import NAME, Note, alone_in
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.errors import Refused
from tests.export.accounts import PREFIX, ROWS, fill, plain
from tests.whole.program import TIMEOUT_SECONDS, program_for
from tests.whole.sweep import PATIENCE_SECONDS, struck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.whole.program import Program

TEXT = "kind: Dataset\n"
EXPORT = ("export", "--out", "live")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[Program, Emulator]]:
    folder = tmp_path / "project"
    folder.mkdir()
    before = list(Emulator.observers)
    with Emulator() as emulator:
        fill(emulator, plain())
        yield program_for(folder, emulator), emulator
    Emulator.observers[:] = before


def written(folder: Path) -> dict[str, str]:
    """Every file of an export but those that only a run needs, by its path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def killed(run: Program, strace: str, call: str, path: str) -> int:
    """The exit code of an export that is killed at such a call for that file of the folder."""
    places = (f"live/{path}", str(run.folder / "live" / path))  # by name, and by its handle
    named = [word for place in places for word in ("-P", place)]
    words = [strace, "-f", "-q", "-o", "/dev/null", *named, "-e", f"trace={call}"]
    inject = ["-e", f"inject={call}:signal=SIGKILL:when=1"]
    done = subprocess.run(
        [*words, *inject, *run.command(*EXPORT)],
        cwd=run.folder,
        env={**run.environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return done.returncode


@pytest.mark.fault("F14")
@pytest.mark.parametrize(
    ("call", "path"),
    [("write", "Model/plain.yaml"), ("unlink", NAME)],
    ids=["in the midst", "at the very end"],
)
def test_a_killed_export_is_done_anew(
    call: str, path: str, program: tuple[Program, Emulator], need: Callable[..., str]
) -> None:
    run, _ = program
    run.run("export", "--out", "whole")

    code = killed(run, need("strace"), call, path)
    begun = written(run.folder / "live")
    ran = run.run(*EXPORT)

    assert (-signal.SIGKILL, True) == (code, {NAME, "Deployment/plain.yaml"} <= begun.keys())
    assert 0 == ran.code, ran.err
    assert written(run.folder / "whole") == written(run.folder / "live")


@pytest.mark.fault("F15")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_export_that_is_told_to_stop_is_done_anew(
    number: int, code: int, program: tuple[Program, Emulator]
) -> None:
    run, emulator = program
    emulator.faults.add(Fault("hang", method="GET", path="/storage/"))
    happened = struck(emulator)
    with run.start(*EXPORT) as child:
        happened.wait(PATIENCE_SECONDS)
        child.send_signal(number)
        _, err = child.communicate(timeout=PATIENCE_SECONDS)
    emulator.faults.release()

    assert (code, False) == (child.returncode, b"Traceback" in err)
    assert 0 == run.run(*EXPORT).code
    assert NAME not in written(run.folder / "live")


def test_rows_that_an_unfinished_export_brought_are_looked_at_too(
    program: tuple[Program, Emulator],
) -> None:
    run, emulator = program
    place = few_rows(run, emulator)
    Note(run.folder / "live").brings(place)

    ran = run.run(*EXPORT)

    assert "rows not kept" in ran.err
    assert not place.exists()


def test_rows_that_stood_there_before_an_unfinished_export_stay(
    program: tuple[Program, Emulator],
) -> None:
    run, emulator = program
    place = few_rows(run, emulator)
    Note(run.folder / "live").writes({})

    ran = run.run(*EXPORT)

    assert (0, False) == (ran.code, "rows not kept" in ran.err), ran.err
    assert place.exists()


def few_rows(run: Program, emulator: Emulator) -> Path:
    """Where equal rows stand on both sides: fewer than a dataset may have today."""
    few = ROWS[: len(ROWS) // 7]
    emulator.store.put_blob(f"{PREFIX}datasets/plain", "rows.jsonl", few)
    place = run.folder / "live/data/plain/rows.jsonl"
    place.parent.mkdir(parents=True)
    place.write_bytes(few)
    return place


def test_a_second_export_into_the_folder_is_refused_and_harms_nothing(
    program: tuple[Program, Emulator],
) -> None:
    run, emulator = program
    run.run("export", "--out", "whole")
    emulator.faults.add(Fault("hang", method="GET", path="/storage/"))
    happened = struck(emulator)
    with run.start(*EXPORT) as first:
        happened.wait(PATIENCE_SECONDS)
        second = run.run(*EXPORT)
        emulator.faults.release()
        first.communicate(timeout=TIMEOUT_SECONDS)

    assert (6, 0) == (second.code, first.returncode)
    assert "another export into live is under way: nothing was written" in second.err
    assert written(run.folder / "whole") == written(run.folder / "live")


def interrupted(run: Program) -> dict[str, str]:
    """The files of an export that was killed as it had written its last manifest."""
    run.run(*EXPORT)
    texts = {
        name: text for name, text in written(run.folder / "live").items() if "data" not in name
    }
    Note(run.folder / "live").writes(texts)
    return written(run.folder / "live")


def test_nothing_is_taken_back_when_something_else_is_in_the_way(
    program: tuple[Program, Emulator],
) -> None:
    run, _ = program
    interrupted(run)
    (run.folder / "live/Dataset/plain.yaml").write_text("mine\n")
    before = written(run.folder / "live")

    ran = run.run(*EXPORT)

    assert (6, True) == (ran.code, "live/Dataset/plain.yaml exists" in ran.err)
    assert before == written(run.folder / "live")


def test_an_export_of_one_kind_leaves_the_whole_manifests_of_others(
    program: tuple[Program, Emulator],
) -> None:
    run, _ = program
    before = interrupted(run)
    torn = run.folder / "live/Deployment/plain.yaml"
    torn.write_text(torn.read_text()[:9])

    ran = run.run(*EXPORT, "--kind", "Model")

    gone = {NAME, "Deployment/plain.yaml"}
    assert 0 == ran.code, ran.err
    assert before.keys() - gone == written(run.folder / "live").keys()


def test_a_link_in_place_of_the_note_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text(TEXT)
    (tmp_path / NAME).symlink_to("mine")

    Note(tmp_path).writes({})

    assert TEXT == (tmp_path / "mine").read_text()


@pytest.mark.parametrize(
    ("found", "left"), [(TEXT, False), (TEXT[:5], False), ("", False), ("mine\n", True)]
)
def test_what_somebody_has_changed_stays(found: str, left: bool, tmp_path: Path) -> None:
    note = Note(tmp_path, {"Dataset/a.yaml": TEXT})
    (tmp_path / "Dataset").mkdir()
    (tmp_path / "Dataset/a.yaml").write_text(found)

    assert left == (not list(note.left_behind(["Dataset"])))


@pytest.mark.parametrize(
    "name", ["../a.yaml", "Dataset/../../a.yaml", "/a.yaml", "a.yaml", "Linked/a.yaml"]
)
def test_nothing_but_manifests_of_the_folder_is_taken_back(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "Linked").symlink_to(tmp_path)
    for path in (tmp_path / "a.yaml", folder / "a.yaml"):
        path.write_text(TEXT)

    assert [] == list(Note(folder, {name: TEXT}).left_behind(["Linked", "Dataset"]))


def test_a_note_is_read_as_it_was_kept(tmp_path: Path) -> None:
    note = Note(tmp_path)
    note.brings(tmp_path / "data/a/rows.jsonl")
    note.writes({"Dataset/a.yaml": TEXT})

    assert note == Note.of(tmp_path)


@pytest.mark.parametrize(
    "text", ["", '{"manifests": {"a": "ki', "[]", '{"rows": []}', '{"manifests": 7, "rows": []}']
)
def test_a_damaged_note_takes_nothing_back(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(text)

    assert Note(tmp_path) == Note.of(tmp_path)


def test_a_folder_without_a_note_has_nothing_unfinished(tmp_path: Path) -> None:
    assert Note(tmp_path) == Note.of(tmp_path)


def test_a_folder_is_free_again_when_its_export_has_ended(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        pass
    with alone_in(tmp_path), pytest.raises(Refused), alone_in(tmp_path):
        pass
