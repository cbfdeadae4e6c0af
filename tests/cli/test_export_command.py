"""``reconciler export``: where manifests go, what is said, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.cli.kept_rows import drop_misfits
from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator
from tests.export.accounts import PREFIX, ROWS, fill, plain
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[Program, Emulator]]:
    folder = tmp_path / "project"
    folder.mkdir()
    with Emulator() as emulator:
        fill(emulator, plain())
        yield program_for(folder, emulator), emulator


def test_a_folder_holds_a_file_for_each_and_plans_to_no_changes(
    program: tuple[Program, Emulator],
) -> None:
    run, emulator = program
    ran = run.run("export", "--out", "live")

    assert 0 == ran.code, ran.err
    assert "exported 8 of 8 live resources to live" in ran.err
    written = sorted(str(p.relative_to(run.folder)) for p in run.folder.rglob("*.yaml"))
    assert 8 == len(written)
    assert "live/DeployedModel/plain-on-plain.yaml" in written
    planned = run.run("plan", "--detailed-exitcode", "live")
    assert 0 == planned.code, planned.out + planned.err
    assert "No changes" in planned.out
    assert [] == emulator.writes


def test_the_download_that_a_manifest_names_brings_the_very_rows(
    program: tuple[Program, Emulator],
) -> None:
    run, _ = program
    text = run.run("export", "--kind", "Dataset").out
    command = text.partition("reconciler ")[2].partition("\n")[0].split()

    assert 0 == run.run(*command).code
    assert ROWS == (run.folder / "data/plain/rows.jsonl").read_bytes()


def test_a_folder_holds_the_rows_too_and_nothing_unfinished(
    program: tuple[Program, Emulator],
) -> None:
    run, _ = program
    run.run("export", "--out", "live", "--kind", "Dataset")

    data = run.folder / "live/data/plain"
    assert ROWS == (data / "rows.jsonl").read_bytes()
    assert ["rows.jsonl"] == [path.name for path in data.iterdir()]
    assert "reconciler download" not in (run.folder / "live/Dataset/plain.yaml").read_text()


def test_rows_that_were_begun_are_gone_on_with(program: tuple[Program, Emulator]) -> None:
    run, emulator = program
    data = run.folder / "live/data/plain"
    data.mkdir(parents=True)
    (data / "rows.jsonl.part").write_bytes(ROWS[:100])

    ran = run.run("export", "--out", "live", "--kind", "Dataset")

    ranges = [request.headers.get("range") for request in emulator.requests]
    assert 0 == ran.code, ran.err
    assert f"bytes=100-{len(ROWS) - 1}" in ranges
    assert ROWS == (data / "rows.jsonl").read_bytes()


def test_rows_that_would_be_refused_today_do_not_stay(program: tuple[Program, Emulator]) -> None:
    run, emulator = program
    emulator.store.put_blob(f"{PREFIX}datasets/plain", "rows.jsonl", ROWS[: len(ROWS) // 7])

    ran = run.run("export", "--out", "live", "--kind", "Dataset")

    assert "rows not kept: live/data/plain/rows.jsonl: expected at least 3 rows" in ran.err
    assert [] == [path for path in (run.folder / "live/data").rglob("*") if path.is_file()]
    assert 0 == run.run("plan", "--detailed-exitcode", "live").code


def test_problems_of_what_stood_in_the_folder_take_no_rows_away(
    program: tuple[Program, Emulator],
) -> None:
    run, _ = program
    (run.folder / "live").mkdir()
    (run.folder / "live/mine.yaml").write_text("kind: Nothing\n")

    ran = run.run("export", "--out", "live", "--kind", "Dataset")

    assert "rows not kept" not in ran.err
    assert ROWS == (run.folder / "live/data/plain/rows.jsonl").read_bytes()


def test_rows_that_would_be_read_as_a_manifest_do_not_stay(tmp_path: Path) -> None:
    rows = tmp_path / "data/plain/rows.yaml"
    rows.parent.mkdir(parents=True)
    rows.write_bytes(ROWS)

    assert [rows] == [path for path, _ in drop_misfits([], [rows], tmp_path, "acme")]
    assert not rows.exists()


def standing(run: Program, content: bytes, *, remembered: bool) -> Path:
    """A file where the rows will be; ``remembered``: an earlier run has read them."""
    if remembered:
        run.run("export", "--kind", "Dataset")
    place = run.folder / "live/data/plain/rows.jsonl"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    return place


@pytest.mark.parametrize("remembered", [False, True])
def test_other_rows_in_their_place_stay(
    remembered: bool, program: tuple[Program, Emulator]
) -> None:
    run, _ = program
    place = standing(run, b"mine\n", remembered=remembered)

    ran = run.run("export", "--out", "live", "--kind", "Dataset")

    said = "live/data/plain/rows.jsonl holds other rows and is not overwritten"
    assert f"left out: Dataset/plain: {said}\n" in ran.err
    assert b"mine\n" == place.read_bytes()


@pytest.mark.parametrize(
    "key", ["/tmp/x/rows.jsonl", "r" * 300], ids=["a path of its own", "too long"]
)
def test_rows_whose_file_cannot_be_named_so_here_are_left_out_and_nothing_else(
    key: str, program: tuple[Program, Emulator]
) -> None:
    run, emulator = program
    emulator.store.delete(f"{PREFIX}datasets/plain")
    emulator.store.put(f"{PREFIX}datasets/odd", plain()[f"{PREFIX}datasets/plain"])
    emulator.store.put_blob(f"{PREFIX}datasets/odd", key, ROWS)
    (run.folder / "live/data/odd").mkdir(parents=True)

    ran = run.run("export", "--out", "live")

    said = next(line for line in ran.err.splitlines() if "Dataset/odd" in line)
    assert "not a plain name" in said
    assert (run.folder / "live/Model/plain.yaml").exists()


@pytest.mark.parametrize("remembered", [False, True])
def test_the_very_rows_in_their_place_are_enough(
    remembered: bool, program: tuple[Program, Emulator]
) -> None:
    run, emulator = program
    place = standing(run, ROWS, remembered=remembered)
    before, number = len(emulator.requests), place.stat().st_ino

    ran = run.run("export", "--out", "live", "--kind", "Dataset")

    asked = [each.path for each in emulator.requests[before:] if each.plane == "storage"]
    assert (0, number) == (ran.code, place.stat().st_ino)
    assert remembered == (asked == [])


def test_nothing_is_overwritten_nor_written_beside(program: tuple[Program, Emulator]) -> None:
    run, _ = program
    there = run.folder / "live/Model/plain.yaml"
    there.parent.mkdir(parents=True)
    there.write_text("mine")

    ran = run.run("export", "--out", "live")

    assert 6 == ran.code
    assert "live/Model/plain.yaml exists: nothing was written" in ran.err
    assert [there] == [path for path in run.folder.rglob("*") if path.is_file()]


def test_stdout_holds_one_stream_of_the_kinds_asked_for(
    program: tuple[Program, Emulator],
) -> None:
    run, _ = program
    ran = run.run("export", "-q", "--kind", "Model", "--kind", "Deployment")

    assert (0, "") == (ran.code, ran.err)
    assert ["kind: Deployment", "kind: Model"] == [
        line for line in ran.out.splitlines() if line.startswith("kind:")
    ]


def test_a_kind_that_there_is_not_is_wrong_usage(program: tuple[Program, Emulator]) -> None:
    ran = program[0].run("export", "--kind", "Modell")

    assert 64 == ran.code
    assert "there is no kind Modell" in ran.err


def test_a_list_that_cannot_be_read_is_told_and_the_rest_is_written(
    program: tuple[Program, Emulator],
) -> None:
    run, emulator = program
    emulator.faults.add(Fault("status", path="/dpoJobs$", status=403, times=None))

    ran = run.run("export")

    assert 1 == ran.code
    assert "error: DpoJob: the account could not be read completely" in ran.err
    assert 7 == ran.out.count("apiVersion")


def test_a_collection_that_the_platform_has_no_more_is_an_empty_one(tmp_path: Path) -> None:
    with Emulator(options=Options(legacy_501=True)) as emulator:
        fill(emulator, plain())

        ran = program_for(tmp_path, emulator).run("export", "--content", "none")

    assert 0 == ran.code, ran.err
    assert "warning: FineTuningJob: the platform has no fineTuningJobs any more" in ran.err


def test_without_content_no_row_is_read(program: tuple[Program, Emulator]) -> None:
    run, emulator = program
    ran = run.run("export", "--content", "none", "--kind", "Dataset")

    assert 0 == ran.code
    assert "sha256" not in ran.out
    assert [] == [each.path for each in emulator.requests if each.plane == "storage"]


def test_rows_are_read_once_for_all_runs(program: tuple[Program, Emulator]) -> None:
    run, emulator = program
    first = run.run("export")
    before = len(emulator.requests)

    again = run.run("export")

    assert first.out == again.out
    assert [] == [each.path for each in emulator.requests[before:] if each.plane == "storage"]


@pytest.mark.usefixtures("strange_answers")
def test_what_is_left_out_is_said_in_one_printable_line(
    program: tuple[Program, Emulator],
) -> None:
    run, emulator = program
    emulator.store.put(f"{PREFIX}models/m", {"state": "\x1b[2J\n::error::x"})

    ran = run.run("export", "--kind", "Model")

    (said,) = [line for line in ran.err.splitlines() if line.startswith("left out")]
    assert 'left out: Model/m: is in a state that this version does not know ("\\x1b[2J\\n' in said


def test_an_empty_account_exports_to_nothing(program: tuple[Program, Emulator]) -> None:
    run, emulator = program
    fill(emulator, {})

    ran = run.run("export")

    assert (0, "") == (ran.code, ran.out)
