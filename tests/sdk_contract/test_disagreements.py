"""Where the SDK and the other documents disagree: what each says, and what we do about it.

Our client keeps to the SDK's side (and names a mask in every PATCH, which neither demands); the
emulator takes both sides unless its column says otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.sdk_contract.contract import check_request

if TYPE_CHECKING:
    from reconciler.emulator.server import Emulator

A = "/v1/accounts/acme"
BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
PEFT = {"base_model": BASE, "r": 8, "target_modules": ["q_proj"]}
JOB = {"dataset": "accounts/acme/datasets/rows", "baseModel": BASE}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``says``: the other document's side, which the request shows; ``status``: the emulator's."""

    says: str
    source: str
    method: str
    path: str
    body: Any
    status: int = 200


TABLE = (
    Disagreement(
        "sizes are numbers, not text",
        "model upload guide, fine-tuning guide",
        "POST",
        f"{A}/models/m:getUploadEndpoint",
        {"filenameToSize": {"config.json": 2}},
    ),
    Disagreement(
        "exampleCount is a number, not text",
        "clients seen in production send it so",
        "POST",
        f"{A}/datasets",
        {"datasetId": "d", "dataset": {"exampleCount": 3}},
    ),
    Disagreement(
        "field names may be in snake_case",
        "fine-tuning guide; protobuf JSON",
        "POST",
        f"{A}/models",
        {"model_id": "a", "model": {"kind": "HF_PEFT_ADDON", "peft_details": PEFT}},
    ),
    Disagreement(
        "epochs may be a fraction, not an integer",
        "fine-tuning page of the docs, in its prose",
        "POST",
        f"{A}/supervisedFineTuningJobs",
        {**JOB, "epochs": 2.5},
        400,
    ),
    Disagreement(
        "a list may be asked for with a trailing slash",
        "fine-tuning guide",
        "GET",
        f"{A}/models/",
        None,
    ),
    Disagreement(
        "the state of a job is asked for by POST",
        "fine-tuning guide, its curl",
        "POST",
        f"{A}/fineTuningJobs/j",
        None,
    ),
    Disagreement(
        "a PATCH needs no updateMask",
        "the SDK itself sends none; the older proto: without it every field is replaced",
        "PATCH",
        f"{A}/models/m",
        {"displayName": "Mine"},
    ),
)


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.says)
def test_our_client_may_not_ask_so(entry: Disagreement) -> None:
    body = None if entry.body is None else json.dumps(entry.body).encode()

    assert [] != check_request(entry.method, entry.path, {}, body)


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.says)
def test_the_emulator_answers_it_as_stated(entry: Disagreement, emulator: Emulator) -> None:
    base = {"state": "UPLOADING", "kind": "HF_BASE_MODEL", "baseModelDetails": {"worldSize": 1}}
    emulator.store.put("accounts/acme/models/m", base)
    emulator.store.put("accounts/acme/datasets/rows", {"state": "READY"})
    emulator.store.put("accounts/acme/fineTuningJobs/j", {"state": "COMPLETED"})
    headers = {"Authorization": f"Bearer {emulator.key}"}

    answer = httpx.request(
        entry.method, emulator.url + entry.path, json=entry.body, headers=headers
    )

    assert entry.status == answer.status_code, answer.text
