"""What is documented but unknown to the official SDK, each with its source; a test holds the list.

Only what our client sends or the emulator answers stands here. An entry that a later SDK knows
fails a test, and can go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.sdk_contract import legacy_job
from tests.sdk_contract.sdk_methods import Place


@dataclass(frozen=True, slots=True)
class BeyondField:
    """A field that an SDK type lacks. ``owner``: that type's name; ``source``: who documents it."""

    owner: str
    wire: str
    hint: Any
    source: str


@dataclass(frozen=True, slots=True)
class BeyondArgument:
    """What an SDK method cannot send. ``owner``: its label; ``place``: QUERY, or BODY's top."""

    owner: str
    place: Place
    wire: str
    hint: Any
    source: str


@dataclass(frozen=True, slots=True)
class BeyondMethod:
    """A request that no SDK method makes.

    ``path``: a template. ``query``, ``body``: wire name -> type, ``body`` None when there is none;
    ``required``: those of the body that must be there. ``answer``: the type of what comes back.
    """

    label: str
    method: str
    path: str
    answer: Any
    source: str
    query: tuple[tuple[str, Any], ...] = ()
    body: Any = None


_FLAGS = "get-model page of the REST docs: on the wire, absent from the 1.2.28 types"
_PAGES = "list pages of the REST docs: totalSize beside nextPageToken"
_MASK = "gateway proto 0.19.20: PATCH takes updateMask as a query parameter"
_TRANSFORMED = "create-dataset page of the REST docs; gateway proto 0.19.20"
_COPY = "firectl dataset create --source --filter; gateway proto 0.19.20"
_LEGACY = "fine-tuning guide; gateway proto 0.19.20"

BEYOND_FIELDS = (
    BeyondField("BaseModelDetailsParam", "huggingfaceFiles", list[str], "model upload guide"),
    BeyondField("BaseModelDetails", "huggingfaceFiles", list[str], "model upload guide"),
    BeyondField("TransformedParam", "filter", str, _TRANSFORMED),
    BeyondField("Transformed", "filter", str, _TRANSFORMED),
    *(
        BeyondField("Model", name, bool, _FLAGS)
        for name in (
            "rlFullParameterTunable",
            "rlLoraTunable",
            "supervisedFullParameterTunable",
            "supervisedLoraTunable",
            "useTrainingV2",
        )
    ),
    *(
        BeyondField(page, "totalSize", int, _PAGES)
        for page in (
            "SyncCursorAccounts",
            "SyncCursorDatasets",
            "SyncCursorDeployments",
            "SyncCursorDpoJobs",
            "SyncCursorEvaluators",
            "SyncCursorLora",
            "SyncCursorModels",
            "SyncCursorReinforcementFineTuningJobs",
            "SyncCursorSecrets",
            "SyncCursorSupervisedFineTuningJobs",
        )
    ),
)

BEYOND_ARGUMENTS = (
    BeyondArgument("models.update", Place.QUERY, "updateMask", str, _MASK),
    BeyondArgument("datasets.update", Place.QUERY, "updateMask", str, _MASK),
    BeyondArgument("deployments.update", Place.QUERY, "updateMask", str, _MASK),
    BeyondArgument("lora.update", Place.QUERY, "updateMask", str, _MASK),
    BeyondArgument("datasets.create", Place.BODY, "filter", str, _COPY),
)

_ACCOUNT = "/v1/accounts/{account_id}"
_JOBS = f"{_ACCOUNT}/fineTuningJobs"
_JOB = f"{_JOBS}/{{fine_tuning_job_id}}"
_LIST = (
    ("pageSize", int),
    ("pageToken", str),
    ("filter", str),
    ("orderBy", str),
    ("readMask", str),
)

BEYOND_METHODS = (
    BeyondMethod(
        "fine_tuning_jobs.create",
        "POST",
        _JOBS,
        legacy_job.FineTuningJob,
        _LEGACY,
        query=(("fineTuningJobId", str),),
        body=legacy_job.FineTuningJobParam,
    ),
    BeyondMethod(
        "fine_tuning_jobs.list", "GET", _JOBS, legacy_job.FineTuningJobPage, _LEGACY, query=_LIST
    ),
    BeyondMethod(
        "fine_tuning_jobs.get",
        "GET",
        _JOB,
        legacy_job.FineTuningJob,
        _LEGACY,
        query=(("readMask", str),),
    ),
    BeyondMethod(
        "fine_tuning_jobs.update",
        "PATCH",
        _JOB,
        legacy_job.FineTuningJob,
        "gateway proto 0.19.20 only",
        query=(("updateMask", str),),
        body=legacy_job.FineTuningJobParam,
    ),
    BeyondMethod("fine_tuning_jobs.delete", "DELETE", _JOB, object, _LEGACY),
    BeyondMethod(
        "supervised_fine_tuning_jobs.checkpoints",
        "GET",
        f"{_ACCOUNT}/supervisedFineTuningJobs/{{supervised_fine_tuning_job_id}}/checkpoints",
        legacy_job.CheckpointPage,
        "training SDK inside 1.2.28: GET .../checkpoints",
        query=(("pageSize", int), ("pageToken", str)),
    ),
    BeyondMethod(
        "verify_api_key",
        "GET",
        "/verifyApiKey",
        object,
        "build SDK 0.19.20: answers x-fireworks-account-id",
    ),
)

QUIRKS = {"POST": re.compile(r"/v1/accounts/[^/]+/fineTuningJobs/[^/:]+")}
"""Requests that answer like a GET of the same path: the fine-tuning guide asks a job's state with
``curl -X POST``. Our own client never does."""


def fields_beyond(type_name: str) -> list[tuple[str, Any, bool]]:
    """The documented fields that the SDK type of that name lacks; none of them is required."""
    return [(field.wire, field.hint, False) for field in BEYOND_FIELDS if field.owner == type_name]


def arguments_beyond(label: str, place: Place) -> list[tuple[str, Any, bool]]:
    """What the SDK method of that label cannot send there though it is documented."""
    found = [a for a in BEYOND_ARGUMENTS if (a.owner, a.place) == (label, place)]
    return [(argument.wire, argument.hint, False) for argument in found]
