"""The judge of the sweeps sees what it is there to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.faults.judge import Struck, problems
from tests.faults.lab import APPLY, KEY, lab
from tests.faults.stories import STORIES
from tests.whole.program import Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.lab import Lab
    from tests.faults.stories import Undisturbed

BYSTANDER = "accounts/acme/datasets/bystander"
DATASET = "accounts/acme/datasets/support-chat-"
FINE = Ran(0, "", "")


@pytest.fixture
def expected(told: Callable[[str], Undisturbed]) -> Undisturbed:
    return told("quickstart")


@pytest.fixture
def applied(expected: Undisturbed, tmp_path: Path) -> Iterator[Lab]:
    """The quickstart, applied after a fault that did no harm."""
    with lab(tmp_path, STORIES["quickstart"].project) as it:
        it.fill(expected.before)
        it.emulator.faults.add(Fault("status", status=503))
        it.run(*APPLY)
        yield it


def found(it: Lab, expected: Undisturbed, ran: Ran = FINE) -> list[str]:
    return list(problems(it, Struck(ran, it.emulator.requests[:]), expected))


def test_nothing_is_found_where_nothing_is_wrong(applied: Lab, expected: Undisturbed) -> None:
    assert [] == found(applied, expected)


def touched(it: Lab) -> None:
    fields = it.emulator.store.get(BYSTANDER) or {}
    it.emulator.store.put(BYSTANDER, {**fields, "displayName": "touched"})


def other_bytes(it: Lab) -> None:
    (name,) = (n for n in it.emulator.store.names("datasets") if n.startswith(DATASET))
    (file,) = it.emulator.store.files(name)
    it.emulator.store.put_blob(name, file, b"other bytes")


def paid_twice(it: Lab) -> None:
    """The job is deleted with its model, and made once more."""
    for name in (*it.emulator.store.names("supervisedFineTuningJobs"),):
        if "bystander" not in name:
            it.emulator.store.delete(name)
    for name in it.emulator.store.names("models"):
        if "bystander" not in name:
            it.emulator.store.delete(name)
    it.run(*APPLY)


def leaked(it: Lab) -> None:
    it.said.insert(0, Ran(0, f"the key is {KEY}", ""))


def crashed(it: Lab) -> None:
    it.said.insert(0, Ran(1, "", "Traceback (most recent call last):"))


def spared(it: Lab) -> None:
    it.emulator.faults.consumed.clear()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (touched, "bystander was touched"),
        (other_bytes, "the account differs"),
        (paid_twice, "paid for"),
        (leaked, "a secret was printed"),
        (crashed, "a failure of ours"),
        (spared, "did not strike"),
    ],
)
def test_what_is_wrong_is_found(
    applied: Lab, expected: Undisturbed, tamper: Callable[[Lab], None], said: str
) -> None:
    tamper(applied)

    assert any(said in problem for problem in found(applied, expected))


@pytest.mark.parametrize(("code", "said"), [(3, "ended with 3"), (1, "though it had written")])
def test_a_wrong_exit_code_is_found(
    applied: Lab, expected: Undisturbed, code: int, said: str
) -> None:
    assert any(said in problem for problem in found(applied, expected, Ran(code, "", "error")))
