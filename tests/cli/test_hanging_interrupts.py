"""A signal ends every command soon, whatever it waits for: CI kills what is still there."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.whole.sweep import APPLY, PATIENCE_SECONDS, stage

if TYPE_CHECKING:
    from pathlib import Path

GIVEN_UP_SECONDS = 20.0  # the promise is 5 s; a call that hangs lasts 60 s and more

HANGING = {
    "asking-for-urls": (APPLY, Fault("hang", path=":getUploadEndpoint$")),
    "sending-bytes": (APPLY, Fault("hang", method="PUT", path="/storage/")),
    "validating": (APPLY, Fault("hang", path="validateUpload$")),
    "the-plan-after": (APPLY, Fault("hang", method="GET", path="/datasets$", nth=2)),
    "the-plan-after-dripping": (
        APPLY,
        Fault("drip", method="GET", path="/datasets$", nth=2, seconds=0.2),
    ),
    "planning": (("plan",), Fault("hang", method="GET", path="/datasets$")),
    "throttled": (
        ("plan",),
        Fault("retry_after", method="GET", path="/datasets$", retry_after="250", times=None),
    ),
    "watching": (("status", "--watch"), Fault("hang", method="GET", path="/datasets$")),
}


@pytest.mark.fault("F15")
@pytest.mark.parametrize("place", HANGING)
def test_an_interrupt_ends_whatever_hangs(place: str, tmp_path: Path) -> None:
    command, fault = HANGING[place]
    with stage(tmp_path / "project") as staged:
        staged.emulator.faults.add(fault)
        struck = staged.struck()
        with staged.program.start(*command) as child:
            struck.wait(PATIENCE_SECONDS)
            child.send_signal(signal.SIGINT)
            _, err = child.communicate(timeout=GIVEN_UP_SECONDS)
        staged.emulator.faults.release()

    assert 130 == child.returncode, err.decode()


@pytest.mark.fault("F15")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_while_a_plan_is_made_leaves_no_half_of_it(
    number: int, code: int, tmp_path: Path
) -> None:
    with stage(tmp_path / "project") as staged:
        staged.emulator.faults.add(Fault("hang", method="GET", path="/datasets$"))
        struck = staged.struck()
        with staged.program.start("plan", "--out", "plan.json") as child:
            struck.wait(PATIENCE_SECONDS)
            child.send_signal(number)
            _, err = child.communicate(timeout=GIVEN_UP_SECONDS)
        staged.emulator.faults.release()

        assert code == child.returncode
        assert b"Traceback" not in err
        assert [] == list(staged.program.folder.glob("*plan.json*"))


def test_an_interrupted_plan_after_an_apply_still_leaves_the_ledger(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.emulator.faults.add(Fault("hang", method="GET", path="/datasets$", nth=2))
        struck = staged.struck()
        with staged.program.start(*APPLY) as child:
            struck.wait(PATIENCE_SECONDS)
            child.send_signal(signal.SIGTERM)
            out, _ = child.communicate(timeout=GIVEN_UP_SECONDS)
        staged.emulator.faults.release()

    assert "Applied 3 of 3" in out.decode()
