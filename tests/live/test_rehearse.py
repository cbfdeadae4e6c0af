"""The platform is asked what it would say of a create, where it can know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.errors import (
    AlreadyExists,
    ApiError,
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    RateLimited,
    Unavailable,
)
from reconciler.kinds.registry import all_kinds
from reconciler.live.rehearse import judged, not_rehearsed, to_rehearse
from reconciler.live.state import Accepted, Rejected
from tests.desired.manifests import account, dataset, desired, job, live, manifest, one, weights

if TYPE_CHECKING:
    from reconciler.desired.resource import DesiredState
    from reconciler.live.state import LiveState

BASE = "accounts/fireworks/models/base"
ALONE = manifest("Deployment/support", {"baseModel": BASE})
ON_UPLOADED = manifest("Deployment/support", {"baseModel": "base"})
ON_TRAINED = manifest("Deployment/support", {"baseModel": "bot"})
PUBLIC = live("Model/base")


def asked(state: DesiredState, found: LiveState) -> list[str]:
    return [str(resource.ref) for _, resource in to_rehearse(state, found, all_kinds())]


def test_a_deployment_that_is_to_be_made_is_asked_about() -> None:
    assert ["Deployment/support"] == asked(desired(ALONE), account(external={BASE: PUBLIC}))


def test_what_has_no_dry_run_is_not() -> None:
    assert [] == asked(desired(dataset()), account())


def test_what_is_there_is_not() -> None:
    assert [] == asked(desired(ALONE), account(live("Deployment/support")))


def test_a_tombstone_is_not() -> None:
    assert [] == asked(desired(manifest("Deployment/support", absent=True)), account())


def test_a_list_that_could_not_be_read_leaves_nothing_to_ask() -> None:
    assert [] == asked(desired(ALONE), account(incomplete={"Deployment": "503"}))


def test_a_base_model_that_does_not_exist_is_said_better_elsewhere() -> None:
    assert [] == asked(desired(ALONE), account(external={BASE: None}))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((), []),
        ((live("Model/base", "UPLOADING"),), []),
        ((live("Model/base"),), ["Deployment/support"]),
    ],
)
def test_an_uploaded_model_must_be_ready_first(found: Any, expected: list[str]) -> None:
    assert expected == asked(desired(weights(), ON_UPLOADED), account(*found))


def test_a_trained_model_must_be_there_first() -> None:
    state = desired(dataset(), job("j", {"outputModel": "bot"}), ON_TRAINED)

    assert [] == asked(state, account())
    assert ["Deployment/support"] == asked(state, account(live("Model/bot")))


@pytest.mark.parametrize("error", [AlreadyExists, FailedPrecondition, InvalidArgument])
def test_an_answer_about_the_request_is_a_verdict(error: type[ApiError]) -> None:
    assert Rejected("no") == judged(error("no", status=400))


@pytest.mark.parametrize("error", [PermissionDenied, RateLimited, Unavailable])
def test_an_answer_about_something_else_is_none(error: type[ApiError]) -> None:
    assert judged(error("not now", status=503)) is None


def test_a_deployment_in_the_answer_is_what_would_be_made() -> None:
    would = live("Deployment/support", "CREATING")

    assert Accepted(would) == judged(would)


def test_a_question_that_got_no_answer_is_a_warning() -> None:
    said = not_rehearsed(one(desired(ALONE), "Deployment/support"), PermissionDenied("read only"))

    assert ("not-rehearsed", "warning") == (said.code, said.severity.value)
