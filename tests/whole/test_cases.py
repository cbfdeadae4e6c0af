"""Every folder of ``tests/cases`` is a whole run: plan, apply, and an empty second plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.emulator.server import Emulator
from tests.whole.case import Case, steady, written
from tests.whole.program import program_for

CASES = sorted(path for path in (Path(__file__).parents[1] / "cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_a_whole_run_goes_as_its_folder_says(folder: Path, tmp_path: Path) -> None:
    case = Case.read(folder)
    root = tmp_path / "project"
    case.lay_out(root)
    with Emulator() as emulator:
        case.fill(emulator)
        program = program_for(root, emulator)

        plan = program.run("plan", *case.plan_flags)

        assert case.plan_exit == plan.code, plan.err
        assert [] == emulator.writes
        case.expect("plan.txt", steady(plan.out, emulator.url))

        flags = ["--yes", "--wait", "ready", "--parallelism", "1", *case.apply_flags]
        applied = program.run("apply", *flags)

        assert case.apply_exit == applied.code, applied.out + applied.err
        case.expect("writes.txt", steady(written(emulator.writes), emulator.url))

        again = program.run("plan", "--format", "json", *case.plan_flags)

        assert case.second_plan_exit == again.code
        if not case.second_plan_exit:
            assert [] == [a for a in json.loads(again.out)["actions"] if a["action"] != "none"]
