"""SIGINT and SIGTERM stop an apply in good order: a ledger, the right code, no second job."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.whole.sweep import APPLY, PATIENCE_SECONDS, stage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_an_apply_with_its_ledger(number: int, code: int, tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.emulator.faults.add(Fault("hang", method="POST", path="Jobs$", after_commit=True))
        struck = staged.struck()
        with staged.program.start(*APPLY) as child:
            struck.wait(PATIENCE_SECONDS)
            child.send_signal(number)
            out, err = child.communicate(timeout=PATIENCE_SECONDS)
        staged.emulator.faults.release()

    assert code == child.returncode, err.decode()
    assert "Applied" in out.decode()
    assert "Traceback" not in err.decode()


def test_the_run_after_an_interrupt_starts_no_second_job(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.emulator.faults.add(Fault("hang", method="POST", path="Jobs$", after_commit=True))
        struck = staged.struck()
        with staged.program.start(*APPLY) as child:
            struck.wait(PATIENCE_SECONDS)
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=PATIENCE_SECONDS)
        staged.emulator.faults.release()

        ran = staged.program.run(*APPLY)

        assert (0, 1) == (ran.code, staged.job_posts())


def test_a_reader_that_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged, staged.program.start("plan") as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        errors = child.stderr.read().decode()

    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_without_a_terminal_and_without_yes_nothing_is_written(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        ran = staged.program.run("apply")

        assert 6 == ran.code
        assert [] == staged.emulator.writes


def test_an_invalid_manifest_stops_before_anything_is_read(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        manifest = tmp_path / "project/manifests/all.yaml"
        shutil.copy(manifest, tmp_path / "project/manifests/twice.yaml")

        ran = staged.program.run("plan")

        assert 3 == ran.code
        assert [] == staged.emulator.requests
