"""What has to be read of the account before a plan can be made."""

from __future__ import annotations

from typing import Any

from reconciler.desired.collections import kinds_to_list, leaving
from reconciler.kinds.registry import all_kinds
from reconciler.ref import ResourceRef
from tests.desired.manifests import JOB, dataset, desired, job, manifest, weights

BASE = frozenset({ResourceRef("Model", "base")})


def _listed(*args: Any) -> list[str]:
    return [kind.name for kind in kinds_to_list(*args)]


def test_only_the_kinds_of_the_project_are_listed() -> None:
    assert ["Dataset"] == _listed(desired(dataset()), all_kinds())


def test_the_models_that_jobs_make_are_listed() -> None:
    assert ["Dataset", "Model", JOB] == _listed(desired(dataset(), job()), all_kinds())


def test_whatever_may_use_a_tombstone_is_listed() -> None:
    gone = desired(manifest("Dataset/chat", absent=True))

    jobs = ["DpoJob", "FineTuningJob", "ReinforcementFineTuningJob", JOB]

    assert ["Dataset", *jobs] == _listed(gone, all_kinds())


def test_whatever_may_use_a_replaced_resource_is_listed() -> None:
    serving = ["DeployedModel", "Deployment"]
    jobs = ["DpoJob", "FineTuningJob", "Model", "ReinforcementFineTuningJob", JOB]

    assert [*serving, *jobs] == _listed(desired(weights()), all_kinds(), BASE)


def test_tombstones_and_what_is_replaced_leave() -> None:
    chat, base = dataset(), manifest("Model/base", absent=True)

    assert tuple(BASE) == leaving(desired(chat, base))
    assert tuple(BASE) == leaving(desired(chat, weights()), BASE)


def test_what_stays_does_not_leave() -> None:
    assert () == leaving(desired(weights()))
