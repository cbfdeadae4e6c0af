"""``init`` writes a project that plans at once, and never overwrites anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.init import template_files
from reconciler.emulator.server import Emulator
from tests.whole.program import program_for

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_project_plans_at_once(tmp_path: Path) -> None:
    with Emulator() as emulator:
        assert program_for(tmp_path, emulator).run("init", "fresh").code == 0

        plan = program_for(tmp_path / "fresh", emulator).run("plan", "--detailed-exitcode")

    assert plan.code == 2, plan.err


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").write_text("mine\n")

    ran = program_for(tmp_path, None).run("init")

    assert ran.code == 6
    assert "mine\n" == (tmp_path / "reconciler.yaml").read_text()


def test_nothing_at_all_is_written_when_one_file_is_there(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").write_text("mine\n")

    program_for(tmp_path, None).run("init")

    assert ["reconciler.yaml"] == [path.name for path in tmp_path.iterdir()]


def test_quiet_leaves_out_what_to_do_next(tmp_path: Path) -> None:
    ran = program_for(tmp_path, None).run("init", "fresh", "-q")

    assert (0, "") == (ran.code, ran.err)


def test_what_is_there_is_named_as_it_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh/reconciler.yaml").touch()

    ran = program_for(tmp_path, None).run("init", "fresh")

    assert "error: fresh/reconciler.yaml already exists" == ran.err.splitlines()[0]


def test_a_run_that_was_cut_short_is_finished_by_the_next_one(tmp_path: Path) -> None:
    program_for(tmp_path, None).run("init")
    manifest = next(path for path in template_files() if path.parts[0] == "manifests")
    (tmp_path / manifest).unlink()

    ran = program_for(tmp_path, None).run("init")

    assert (0, f"wrote {manifest}\n") == (ran.code, ran.out)
    assert template_files()[manifest] == (tmp_path / manifest).read_bytes()


def test_one_file_that_somebody_has_changed_since_stops_it(tmp_path: Path) -> None:
    program_for(tmp_path, None).run("init")
    manifest = next(path for path in template_files() if path.parts[0] == "manifests")
    (tmp_path / manifest).unlink()
    (tmp_path / "reconciler.yaml").write_text("mine\n")

    ran = program_for(tmp_path, None).run("init")

    assert (6, False) == (ran.code, (tmp_path / manifest).exists())


def test_a_link_to_nothing_is_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").symlink_to("elsewhere.yaml")

    assert 6 == program_for(tmp_path, None).run("init").code
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_a_link_in_place_of_what_a_killed_run_has_begun_is_not_written_through(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine\n")
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh/.reconciler.yaml.begun").symlink_to(mine)

    program_for(tmp_path, None).run("init", "fresh")

    assert "mine\n" == mine.read_text()
    assert not (tmp_path / "fresh/reconciler.yaml").is_symlink()
