"""The provider against the emulator: each verb, and what it does when the answer is lost."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from reconciler.api.client import ControlClient
from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator
from reconciler.errors import (
    AlreadyExists,
    AnswerLost,
    ApiError,
    ContentError,
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    Refused,
    Unauthenticated,
    Unavailable,
)
from reconciler.fireworks import FireworksProvider, connect
from reconciler.kinds.registry import kind
from reconciler.transfer.options import TransferOptions
from tests.api.fakes import FakeClock, Reply, connection, ok, scripted
from tests.transfer.files import silent, write_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.manifest.file_set import FileSet

DATASET, MODEL, JOB = kind("Dataset"), kind("Model"), kind("SupervisedFineTuningJob")
DEPLOYMENT, SECRET = kind("Deployment"), "accounts/acme/secrets/aws"
BASE = "accounts/fireworks/models/llama-v3p1-8b-instruct"
SERVED = {"baseModel": BASE, "acceleratorType": "NVIDIA_H100_80GB"}
ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
ROWS = (json.dumps(ROW) + "\n").encode() * 5
BY_URL = dataclasses.replace(
    DATASET, content=dataclasses.replace(DATASET.content, direct_limit=None)
) if DATASET.content else DATASET  # fmt: skip


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


def _provider(emulator: Emulator, *, read_only: bool = False) -> FireworksProvider:
    """A provider that waits for nothing."""
    to, clock = connection(emulator.url, emulator.key), FakeClock()
    client = ControlClient(to, read_only=read_only, clock=clock)
    options = TransferOptions(allow_loopback=True, clock=clock)
    return FireworksProvider(to, client, clock, lambda: options, {"WANDB": "w-canary-key"})


@pytest.fixture
def provider(emulator: Emulator) -> FireworksProvider:
    return _provider(emulator)


@pytest.fixture
def rows(tmp_path: Path) -> FileSet:
    return write_set(tmp_path, {"rows.jsonl": ROWS})


def _ready_dataset(provider: FireworksProvider, rows: FileSet) -> str:
    provider.create(DATASET, "d", {"format": "CHAT", "exampleCount": "5"})
    provider.send_content(DATASET, "d", rows, silent)
    return "accounts/acme/datasets/d"


def _calls(emulator: Emulator) -> list[str]:
    return [f"{r.method} {r.path.rpartition('/')[2]}" for r in emulator.requests]


def test_what_was_created_is_read_and_listed(provider: FireworksProvider) -> None:
    created = provider.create(DATASET, "d", {"format": "CHAT", "exampleCount": "5"})

    assert [created] == list(provider.list(DATASET))
    assert created == provider.read(DATASET, "d")
    assert "UPLOADING" == created.state
    assert created.create_time


def test_what_is_not_there_is_none(provider: FireworksProvider) -> None:
    assert provider.read(DATASET, "nothing") is None


def test_a_public_model_of_another_account_is_read(provider: FireworksProvider) -> None:
    live = provider.read_name(BASE)

    assert live is not None
    assert ("Model", "READY") == (live.kind, live.state)


def test_a_name_of_a_foreign_account_is_not_found(provider: FireworksProvider) -> None:
    assert provider.read_name("accounts/stranger/models/m") is None


def test_a_secret_is_found_in_its_list(emulator: Emulator, provider: FireworksProvider) -> None:
    emulator.store.put(SECRET, {"keyName": "AWS"})

    live = provider.read_name(SECRET)

    assert SECRET == (live.name if live is not None else "")


def test_a_missing_secret_that_answers_500_is_not_there(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    emulator.faults.add(Fault("status", method="GET", path=f"/v1/{SECRET}", times=2, status=500))

    assert provider.read_name(SECRET) is None
    assert 3 == len(emulator.requests)


def test_a_secret_that_its_list_does_not_show_yet_is_asked_for_by_name(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    emulator.platform.options = Options(list_lag_seconds=3600)
    emulator.store.put(SECRET, {"keyName": "AWS"})

    assert provider.read_name(SECRET) is not None


def test_what_a_deployment_would_be_is_asked_without_making_it(emulator: Emulator) -> None:
    reader = _provider(emulator, read_only=True)

    would = reader.rehearse(DEPLOYMENT, "d", SERVED)

    assert ("CREATING", 1) == (would.state, would.body["maxReplicaCount"])
    assert ([], []) == (emulator.store.names("deployments"), emulator.writes)


def test_what_the_platform_would_refuse_is_an_error_of_the_question(emulator: Emulator) -> None:
    reader = _provider(emulator, read_only=True)

    with pytest.raises(InvalidArgument, match="accelerator_type"):
        reader.rehearse(DEPLOYMENT, "d", {"baseModel": BASE})


def test_a_deployment_is_deleted_softly(provider: FireworksProvider) -> None:
    provider.create(DEPLOYMENT, "d", SERVED)
    provider.delete(DEPLOYMENT, "d")

    live = provider.read(DEPLOYMENT, "d")

    assert ("DELETED", []) == (live.state if live else "", list(provider.list(DEPLOYMENT)))


def test_a_purged_deployment_frees_its_id(provider: FireworksProvider) -> None:
    provider.create(DEPLOYMENT, "d", SERVED)
    provider.delete(DEPLOYMENT, "d", purge=True)

    assert provider.read(DEPLOYMENT, "d") is None


def test_a_deployment_is_updated_with_its_base_model_beside_the_mask(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    provider.create(DEPLOYMENT, "d", SERVED)
    live = provider.update(DEPLOYMENT, "d", {"baseModel": BASE, "maxReplicaCount": 3})

    patch = next(r for r in emulator.requests if r.method == "PATCH")
    assert {"updateMask": ["max_replica_count"]} == patch.query
    assert 3 == live.body["maxReplicaCount"]


def test_an_update_brings_the_create_parameter_that_updates_take_too(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    provider.create(DEPLOYMENT, "d", SERVED)
    fields = {"baseModel": BASE, "skipShapeValidation": True, "maxReplicaCount": 3}
    provider.update(DEPLOYMENT, "d", fields)

    patch = next(r for r in emulator.requests if r.method == "PATCH")
    assert {"updateMask": ["max_replica_count"], "skipShapeValidation": ["true"]} == patch.query
    assert b"skipShapeValidation" not in (patch.body or b"")


def test_a_list_of_many_pages_comes_whole(emulator: Emulator, provider: FireworksProvider) -> None:
    for i in range(450):
        emulator.store.put(f"accounts/acme/datasets/d{i}", {"state": "READY"})

    assert 450 == len(provider.list(DATASET))
    assert 3 == len(emulator.requests)


def test_an_id_that_is_taken_is_an_answer(emulator: Emulator, provider: FireworksProvider) -> None:
    provider.create(DATASET, "d", {"exampleCount": "5"})

    with pytest.raises(AlreadyExists):
        provider.create(DATASET, "d", {"exampleCount": "5"})
    assert 2 == len(emulator.requests)


LOST = [
    Fault("lost", method="POST"),
    Fault("status_after", method="POST", status=504),
    Fault("garbage", method="POST"),
    Fault("empty", method="POST"),
    Fault("truncated", method="POST"),
    Fault("truncated", method="POST", content_length=False),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda f: f"{f.kind}-{f.content_length}")
def test_a_job_whose_answer_was_lost_is_not_created_again(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet, fault: Fault
) -> None:
    dataset = _ready_dataset(provider, rows)
    emulator.faults.add(fault)

    with pytest.raises(AnswerLost):
        provider.create(JOB, "j", {"dataset": dataset, "baseModel": BASE})

    assert [fault] == emulator.faults.consumed
    assert 1 == _calls(emulator).count("POST supervisedFineTuningJobs")
    assert 1 == len(emulator.store.names("supervisedFineTuningJobs"))


def _told(*replies: Reply) -> FireworksProvider:
    """A provider of a platform that gives these replies."""
    clock = FakeClock()
    client, _ = scripted(*replies, clock=clock)
    return FireworksProvider(connection(), client, clock, lambda: TransferOptions(clock=clock))


def test_a_create_that_answers_with_another_name_is_not_believed() -> None:
    with pytest.raises(AnswerLost, match="other"):
        _told(ok(name="accounts/acme/datasets/other")).create(DATASET, "d", {})


def test_an_answer_about_something_else_is_not_believed() -> None:
    with pytest.raises(Unavailable, match="other"):
        _told(ok(name="accounts/acme/datasets/other")).read(DATASET, "d")


def test_a_secret_of_the_environment_is_sent_and_never_shown(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    spec = {
        "dataset": "accounts/acme/datasets/none w-canary-key",
        "baseModel": BASE,
        "wandbConfig": {"enabled": True, "apiKey": {"env": "WANDB"}},
    }

    with pytest.raises(ApiError) as caught:
        provider.create(JOB, "j", spec)

    assert b"w-canary-key" in (emulator.requests[-1].body or b"")
    assert "w-canary-key" not in caught.value.message


def test_a_field_is_updated_with_a_mask_of_its_own(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    provider.create(DATASET, "d", {"displayName": "old", "exampleCount": "5"})
    updated = provider.update(DATASET, "d", {"displayName": "new"})

    sent = next(r for r in emulator.requests if r.method == "PATCH")
    assert "new" == updated.body["displayName"]
    assert ["display_name"] == sent.query["updateMask"]
    assert {"displayName": "new"} == json.loads(sent.body or b"")


def test_an_update_leaves_the_rest_alone_where_a_mask_less_one_would_not() -> None:
    with Emulator(key="fw_test_key", options=Options(strict_patch_replaces=True)) as emulator:
        provider = _provider(emulator)
        provider.create(MODEL, "m", _adapter(description="stays", displayName="old"))

        assert "stays" == provider.update(MODEL, "m", {"displayName": "n"}).body["description"]


def _adapter(**fields: object) -> dict[str, object]:
    peft = {"baseModel": BASE, "r": 8, "targetModules": ["q_proj"]}
    return {"kind": "HF_PEFT_ADDON", "peftDetails": peft, **fields}


def test_a_field_that_does_not_stick_is_named() -> None:
    forgetful = _told(ok(name="accounts/acme/datasets/d", displayName="old"))

    with pytest.raises(ApiError, match="displayName did not stick"):
        forgetful.update(DATASET, "d", {"displayName": "new"})


def test_an_update_that_a_read_does_not_show_yet_is_read_again() -> None:
    old = ok(name="accounts/acme/datasets/d", displayName="old")
    new = ok(name="accounts/acme/datasets/d", displayName="new")

    updated = _told(old, old, old, new).update(DATASET, "d", {"displayName": "new"})

    assert "new" == updated.body["displayName"]


def test_a_field_is_cleared_by_its_zero_value(provider: FireworksProvider) -> None:
    provider.create(DATASET, "d", {"displayName": "old", "exampleCount": "5"})

    assert not provider.update(DATASET, "d", {"displayName": ""}).body["displayName"]


def test_deleting_twice_is_done(provider: FireworksProvider) -> None:
    provider.create(DATASET, "d", {"exampleCount": "5"})
    provider.delete(DATASET, "d")
    provider.delete(DATASET, "d")

    assert provider.read(DATASET, "d") is None


def test_a_delete_whose_answer_was_lost_is_not_sent_again_without_a_look(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    provider.create(DATASET, "d", {"exampleCount": "5"})
    emulator.faults.add(Fault("lost", method="DELETE"))

    with pytest.raises(AnswerLost):
        provider.delete(DATASET, "d")

    assert 1 == _calls(emulator).count("DELETE d")


def test_a_running_job_is_cancelled(rows: FileSet) -> None:
    with Emulator(key="fw_test_key", seconds_per_job=1000.0) as emulator:
        provider = _provider(emulator)
        dataset = _ready_dataset(provider, rows)
        provider.create(JOB, "j", {"dataset": dataset, "baseModel": BASE})
        provider.cancel(JOB, "j")

        live = provider.read(JOB, "j")
        assert live is not None
        assert live.state in ("JOB_STATE_CANCELLING", "JOB_STATE_CANCELLED")


def test_a_small_dataset_goes_in_one_request(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet
) -> None:
    _ready_dataset(provider, rows)

    assert ["POST datasets", "POST d:upload"] == _calls(emulator)
    assert "READY" == getattr(provider.read(DATASET, "d"), "state", "")
    assert ROWS == emulator.store.blob("accounts/acme/datasets/d", "rows.jsonl")


def test_a_small_dataset_needs_no_validation(provider: FireworksProvider, rows: FileSet) -> None:
    provider.create(DATASET, "d", {"exampleCount": "5"})

    assert not provider.send_content(DATASET, "d", rows, silent)


def test_a_large_dataset_goes_to_a_signed_url_and_is_validated(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet
) -> None:
    provider.create(BY_URL, "d", {"exampleCount": "5"})

    assert provider.send_content(BY_URL, "d", rows, silent)
    provider.validate_content(BY_URL, "d")
    assert "READY" == getattr(provider.read(BY_URL, "d"), "state", "")
    assert "POST d:validateUpload" in _calls(emulator)


@pytest.mark.parametrize("strike", ["lost", "garbage", "empty", "status_after"])
def test_a_direct_upload_whose_answer_was_lost_is_not_sent_again(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet, strike: str
) -> None:
    emulator.faults.add(Fault(strike, path=":upload", status=504))
    _ready_dataset(provider, rows)

    assert 1 == _calls(emulator).count("POST d:upload")
    assert 1 == len(emulator.faults.consumed)


@pytest.mark.parametrize("strike", ["refuse", "status"])
def test_a_direct_upload_that_did_not_arrive_is_sent_again(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet, strike: str
) -> None:
    emulator.faults.add(Fault(strike, path=":upload", status=503))
    _ready_dataset(provider, rows)

    assert ROWS == emulator.store.blob("accounts/acme/datasets/d", "rows.jsonl")
    assert 1 == len(emulator.faults.consumed)


def test_a_dataset_file_that_changed_is_not_sent(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet
) -> None:
    provider.create(DATASET, "d", {"exampleCount": "5"})
    rows.files[0].path.write_bytes(ROWS + ROWS)

    with pytest.raises(ContentError, match="changed since the plan"):
        provider.send_content(DATASET, "d", rows, silent)
    assert emulator.store.blob("accounts/acme/datasets/d", "rows.jsonl") is None


def test_a_model_that_is_still_landing_is_not_ready_yet(
    emulator: Emulator, provider: FireworksProvider
) -> None:
    provider.create(MODEL, "m", _adapter())
    emulator.faults.add(Fault("not_ready"))

    with pytest.raises(FailedPrecondition):
        provider.validate_content(MODEL, "m")
    assert 1 == len(emulator.faults.consumed)


def test_a_model_whose_bytes_are_there_needs_none_sent(
    emulator: Emulator, provider: FireworksProvider, rows: FileSet
) -> None:
    emulator.store.put("accounts/acme/models/m", {"state": "READY", "kind": "HF_BASE_MODEL"})

    with pytest.raises(AlreadyExists):
        provider.send_content(MODEL, "m", rows, silent)
    assert [] == [r for r in emulator.requests if r.plane == "storage"]


@pytest.mark.parametrize(
    "write",
    [
        lambda p: p.create(DATASET, "d", {}),
        lambda p: p.update(DATASET, "d", {"displayName": "x"}),
        lambda p: p.delete(DATASET, "d"),
        lambda p: p.cancel(JOB, "j"),
        lambda p: p.validate_content(MODEL, "m"),
        lambda p: p.validate_content(DATASET, "d"),
        lambda p: p.upload_urls(MODEL, "m", {"f": 1}),
    ],
    ids=["create", "update", "delete", "cancel", "validate", "validate POST", "upload"],
)
def test_a_read_only_provider_sends_no_write(emulator: Emulator, write: object) -> None:
    with pytest.raises(Refused):
        write(_provider(emulator, read_only=True))  # type: ignore[operator]  # lambdas in a list
    assert [] == emulator.requests


def test_a_read_only_provider_reads(emulator: Emulator) -> None:
    provider = _provider(emulator, read_only=True)

    assert ([], None) == (list(provider.list(DATASET)), provider.read(DATASET, "d"))
    assert [] == emulator.writes


def test_a_wrong_key_is_told_from_a_wrong_account(emulator: Emulator) -> None:
    stranger = connect(connection(emulator.url, "fw_wrong_key"), read_only=True)

    with pytest.raises(Unauthenticated):
        stranger.list(DATASET)


def test_a_foreign_account_is_refused(emulator: Emulator) -> None:
    to = dataclasses.replace(connection(emulator.url, emulator.key), account="stranger")

    with pytest.raises(PermissionDenied):
        connect(to, read_only=True).list(DATASET)


def test_a_retired_collection_hints_at_its_successor() -> None:
    with Emulator(key="fw_test_key", options=Options(legacy_501=True)) as emulator:
        with pytest.raises(InvalidArgument) as caught:
            _provider(emulator).list(kind("FineTuningJob"))

        assert "SupervisedFineTuningJob" in (caught.value.hint or "")


def test_what_a_job_made_is_downloaded(
    provider: FireworksProvider, rows: FileSet, tmp_path: Path
) -> None:
    dataset = _ready_dataset(provider, rows)
    provider.create(JOB, "j", {"dataset": dataset, "baseModel": BASE})
    provider.read(JOB, "j")

    paths = provider.download_content(MODEL, "j", tmp_path / "out", silent)

    assert ["adapter_config.json", "adapter_model.safetensors"] == [p.name for p in paths]
