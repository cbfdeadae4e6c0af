"""Export, then plan: nothing to do, whatever the account holds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from reconciler.emulator.server import Emulator
from tests.execute.against_emulator import Account
from tests.export.accounts import accounts, fill, plain
from tests.export.exporting import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = (
    "fine-tune-and-deploy",
    "custom-model",
    "legacy-fine-tuning",
    "reinforcement-fine-tuning",
)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with Emulator() as emulator:
        yield Desk(emulator)


def _holds(desk: Desk, live: dict[str, dict[str, Any]]) -> None:
    fill(desk.emulator, live)
    before = len(desk.emulator.requests)

    export = desk.export()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        plan = desk.plan(export, folder)

    assert [] == [(c.ref, c.change.reason.text, c.change.fields) for c in plan.pending]
    assert not plan.refused
    assert plain().keys() <= {one.live.name for one in export.manifests}
    assert all(request.method == "GET" for request in desk.emulator.requests[before:])


@pytest.mark.usefixtures("strange_answers")
@given(accounts())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_any_account_exports_to_manifests_that_plan_to_no_changes(
    desk: Desk, live: dict[str, dict[str, Any]]
) -> None:
    _holds(desk, live)


@pytest.mark.sweep
@pytest.mark.usefixtures("strange_answers")
@given(accounts())
@settings(max_examples=1500, suppress_health_check=list(HealthCheck))
def test_any_account_exports_to_manifests_that_plan_to_no_changes_at_length(
    desk: Desk, live: dict[str, dict[str, Any]]
) -> None:
    _holds(desk, live)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_applied_example_exports_whole_and_plans_to_no_changes(
    example: str, tmp_path: Path
) -> None:
    with Emulator(seconds_per_job=0.01) as emulator:
        account = Account(example, emulator)
        account.apply(account.plan())
        desk = Desk(emulator)

        export = desk.export()

        assert {} == export.skipped
        assert [] == [change.ref for change in desk.plan(export, tmp_path).pending]
