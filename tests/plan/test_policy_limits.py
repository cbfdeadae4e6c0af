"""What all changes together may not exceed (contract 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.live.state import LiveResource
from reconciler.manifest.project import Policy
from reconciler.plan.build import Allow
from tests.desired.manifests import BASE, JOB, account, dataset, job, live, made, manifest, weights
from tests.plan.planning import context, of, plan, refs, refusals

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest
    from reconciler.plan.plan import Plan


PARAMETERS = {"baseModelDetails": {"parameterCount": 8_000_000_000}}


def _deleting(number: int, of_all: int, policy: Policy, *allowed: str) -> Plan:
    """A project of ``of_all`` datasets whose first ``number`` are to go."""
    gone = [manifest(f"Dataset/d{n}", absent=True, prevent_destroy=False) for n in range(number)]
    stay = [dataset(f"d{n}") for n in range(number, of_all)]
    found = account(*(live(f"Dataset/d{n}") for n in range(number)))
    return plan([*gone, *stay], found, context(policy, allow=Allow(refs(*allowed))))


def _blocked(made: Plan) -> int:
    return sum(bool(change.blocked_by) for change in made.changes)


@pytest.mark.parametrize(("number", "blocked"), [(2, 0), (3, 3)])
def test_max_deletes_blocks_all_deletes_when_there_are_more(number: int, blocked: int) -> None:
    assert blocked == _blocked(_deleting(number, 5, Policy(max_deletes=2)))


def test_a_delete_that_was_allowed_by_name_does_not_count() -> None:
    assert 0 == _blocked(_deleting(3, 5, Policy(max_deletes=2), "Dataset/d0"))


@pytest.mark.parametrize(
    ("number", "of_all", "blocked"),
    [(3, 10, 0), (4, 10, 4), (9, 9, 0)],
    ids=["at the share", "over it", "too few to count"],
)
def test_max_delete_share_counts_from_ten_resources_up(
    number: int, of_all: int, blocked: int
) -> None:
    assert blocked == _blocked(_deleting(number, of_all, Policy(max_delete_share=0.3)))


@pytest.mark.parametrize(("number", "blocked"), [(5, 0), (6, 6)])
def test_max_new_jobs_blocks_all_new_jobs_when_there_are_more(number: int, blocked: int) -> None:
    jobs = [job(f"j{n}") for n in range(number)]

    assert blocked == _blocked(plan([dataset(), *jobs]))


def test_a_job_that_has_run_is_no_new_job() -> None:
    from tests.desired.manifests import desired

    jobs = [job(f"j{n}") for n in range(6)]
    state = desired(dataset(), *jobs)
    record = made(list(state.resources.values())[-1], "JOB_STATE_COMPLETED")

    assert 0 == _blocked(plan([dataset(), *jobs], account(record, live("Model/j5"))))


def test_a_cost_that_nobody_knows_does_not_fit_a_budget() -> None:
    shown = plan([dataset(), job()], under=context(Policy(budget_usd=50)))

    assert ["over-budget"] == refusals(shown, f"{JOB}/bot")
    (said,) = of(shown, f"{JOB}/bot").change.refusals
    assert "raise" not in (said.hint or "raise"), "no budget is large enough"


def test_what_costs_nothing_fits_every_budget() -> None:
    assert not plan([dataset()], under=context(Policy(budget_usd=0))).refused


def test_allowed_spending_lifts_a_budget() -> None:
    under = context(Policy(budget_usd=50), allow=Allow(spend_usd=100))

    assert not plan([dataset(), job()], under=under).refused


def test_allowed_spending_holds_what_is_known_beside_what_is_not() -> None:
    told = job("told", spec={"baseModel": BASE})
    prices = account(external={BASE: LiveResource("Model", BASE, "READY", PARAMETERS)})
    untold = manifest("Deployment/chat", {"baseModel": BASE})
    shown = plan([dataset(), told, untold], prices, context(allow=Allow(spend_usd=0)))

    assert ["over-budget"] == refusals(shown, f"{JOB}/told")
    assert [] == refusals(shown, "Deployment/chat")


@pytest.mark.parametrize(
    ("wanted", "was", "expected"),
    [
        (True, None, ["public"]),
        (True, False, ["public"]),
        (True, True, []),
        (False, True, []),
        (None, True, []),
    ],
    ids=["created public", "made public", "public already", "made private", "not said"],
)
def test_nothing_is_published_unless_the_policy_allows_it(
    wanted: bool | None, was: bool | None, expected: list[str]
) -> None:
    described: Manifest = weights(spec={} if wanted is None else {"public": wanted})
    from tests.desired.manifests import desired, one

    record = made(one(desired(described), "Model/base"), public=was)
    shown = plan([described], account() if was is None else account(record))

    assert expected == refusals(shown, "Model/base")


def test_a_policy_may_allow_to_publish() -> None:
    shown = plan([weights(spec={"public": True})], under=context(Policy(allow_public=True)))

    assert () == of(shown, "Model/base").blocked_by
    assert ("public",) == of(shown, "Model/base").risk
