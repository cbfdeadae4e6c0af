"""Each request of each example goes wrong once, in each way: then a clean apply is all it takes."""

from __future__ import annotations

import pytest

from reconciler.emulator.faults import Fault
from reconciler.execute.outcome import Status
from tests.execute.against_emulator import account_with

REQUESTS = {
    "quickstart": 8,
    "custom-model": 10,
    "legacy-fine-tuning": 9,
    "dpo": 8,
    "reinforcement-fine-tuning": 8,
    "fine-tune-and-deploy": 14,
}
"""How many requests an undisturbed apply of the example sends."""

KINDS = ("lost", "status_after", "status", "garbage", "truncated", "empty", "refuse")
EACH = [(example, n) for example, most in REQUESTS.items() for n in range(1, most + 1)]


@pytest.mark.parametrize("example", REQUESTS)
def test_an_undisturbed_apply_sends_these_requests_and_leaves_nothing_to_do(example: str) -> None:
    with account_with(example) as account:
        plan = account.plan()
        before = len(account.emulator.requests)
        outcomes = account.apply(plan)
        sent = len(account.emulator.requests) - before

        assert {outcome.status for outcome in outcomes} == {Status.DONE}
        assert sent == REQUESTS[example]
        assert account.plan().pending == ()


@pytest.mark.usefixtures("strange_answers")
@pytest.mark.sweep
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("example", "nth"), EACH)
def test_one_fault_anywhere_then_a_clean_apply_give_one_job_and_ready_content(
    example: str, nth: int, kind: str
) -> None:
    _strike(example, nth, kind)


@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize("example", REQUESTS)
@pytest.mark.parametrize(("back", "kind"), list(enumerate(KINDS)))
def test_one_fault_then_a_clean_apply_give_one_job_and_ready_content(
    example: str, back: int, kind: str
) -> None:
    _strike(example, REQUESTS[example] - back, kind)


def _strike(example: str, nth: int, kind: str) -> None:
    with account_with(example) as account:
        plan = account.plan()
        account.emulator.faults.add(Fault(kind, nth=nth))
        account.apply(plan)
        struck = list(account.emulator.faults.consumed)
        account.emulator.faults.clear()
        account.apply(account.plan())

        assert [fault.kind for fault in struck] == [kind]
        assert account.states() <= {"READY", "COMPLETED", "DEPLOYED"}
        assert account.serving() == ([1, 1] if example == "fine-tune-and-deploy" else [0, 0])
        assert account.jobs() == (0 if example == "custom-model" else 1)
        assert account.plan().pending == ()
