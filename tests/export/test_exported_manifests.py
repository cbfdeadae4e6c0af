"""What an exported manifest says, and of what there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.errors import ContentError
from reconciler.export.export import Export, Exporter, Rows
from reconciler.export.files import file_text, stream
from reconciler.export.prove import refuted
from reconciler.kinds.registry import all_kinds
from reconciler.live.state import LiveResource, LiveState
from reconciler.manifest.schema_set import shipped_schemas
from tests.export.accounts import BASE, PREFIX, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.kinds.kind import Kind

PIN = "ab" * 32


def stored(_kind: Kind, _live: LiveResource) -> Rows:
    return Rows("rows.jsonl", PIN)


def exported(
    *answers: dict[str, Any], rows: Callable[[Kind, LiveResource], Rows] = stored
) -> Export:
    """The export of an account that answers just these; ``name`` is below the account."""
    kinds = {kind.collection: kind.name for kind in all_kinds().values()}
    live = {}
    for number, answer in enumerate(answers):
        name = PREFIX + answer["name"].removeprefix(PREFIX)
        body = {**answer, "name": name}
        time = f"2026-01-01T00:00:{number:02}Z"
        kind = kinds[name.split("/")[2]]
        live[name] = LiveResource(kind, name, body.get("state", ""), body, time, time)
    state = LiveState("acme", live)
    exporter = Exporter(state, all_kinds(), shipped_schemas(), rows)
    return exporter.export(lambda made: refuted(made, state))


def spec(export: Export, ref: str) -> dict[str, Any]:
    return next(dict(o.document["spec"]) for o in export.manifests if str(o.ref) == ref)


def model(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": f"models/{name}", "state": "READY", "kind": "CUSTOM_MODEL", **fields}


def test_what_says_nothing_and_what_the_platform_writes_is_left_out() -> None:
    answer = model("m", displayName="", public=False, contextLength=0, tunable=True, peftDetails={})

    assert {"kind": "CUSTOM_MODEL"} == spec(exported(answer), "Model/m")


def test_fields_stand_in_the_order_of_the_schema() -> None:
    answer = model("m", contextLength=8, description="d", displayName="n")

    assert ["kind", "displayName", "description", "contextLength"] == list(
        spec(exported(answer), "Model/m")
    )


def test_names_of_exported_resources_are_short_and_all_others_whole() -> None:
    answers = [{"name": name, **fields} for name, fields in plain().items()]

    job = spec(exported(*answers), "SupervisedFineTuningJob/plain")

    assert ("plain", BASE, "of-sft") == (job["dataset"], job["baseModel"], job["outputModel"])


def test_a_name_is_whole_where_its_resource_has_no_manifest() -> None:
    draft = f"{PREFIX}models/8th"
    export = exported(model("8th"), model("m", defaultDraftModel=draft, defaultDraftTokenCount=2))

    assert draft == spec(export, "Model/m")["defaultDraftModel"]
    assert {draft: "its id cannot be a metadata.name"} == export.skipped


def test_of_two_models_that_draft_for_each_other_one_is_left_out() -> None:
    one, other = (
        model(a, defaultDraftModel=f"{PREFIX}models/{b}", defaultDraftTokenCount=2)
        for a, b in ("xy", "yx")
    )
    export = exported(one, other)

    assert 1 == len(export.manifests)
    assert "depends on itself" in "".join(export.skipped.values())


def test_an_uploaded_dataset_names_its_file_and_its_digest() -> None:
    answer = {"name": "datasets/d", "state": "READY", "format": "CHAT", "exampleCount": "7"}
    export = exported({**answer, "userUploaded": {}})

    source = {"path": "data/d/rows.jsonl", "sha256": PIN}
    assert {"format": "CHAT", "source": source} == spec(export, "Dataset/d")
    assert "download Dataset/d --out data/d" in export.manifests[0].comments[0]
    assert "path: ../data/d/rows.jsonl" in file_text(export.manifests[0])


def test_a_dataset_made_of_another_one_needs_no_file() -> None:
    made = {"name": "datasets/b", "state": "READY", "splitted": {"sourceDatasetId": "a"}}
    export = exported({"name": "datasets/a", "state": "READY"}, made)

    assert {"splitted": {"sourceDatasetId": "a"}} == spec(export, "Dataset/b")


def test_a_dataset_whose_rows_cannot_be_read_has_no_manifest() -> None:
    def lost(_kind: Kind, _live: LiveResource) -> Rows:
        raise ContentError("the storage has no such object")

    export = exported({"name": "datasets/d", "state": "READY"}, rows=lost)

    said = "its bytes cannot be read: the storage has no such object"
    assert {f"{PREFIX}datasets/d": said} == export.skipped


def test_without_its_digest_a_file_is_needed_and_the_manifest_says_so() -> None:
    answer = {"name": "datasets/d", "state": "READY"}
    export = exported(answer, rows=lambda _kind, _live: Rows("rows.jsonl"))

    assert {"path": "data/d/rows.jsonl"} == spec(export, "Dataset/d")["source"]
    assert "needed before it plans" in export.manifests[0].comments[0]


def test_secrets_are_named_and_never_told() -> None:
    job = {"name": f"{PREFIX}supervisedFineTuningJobs/plain", **plain()[_JOB]}
    export = exported({**job, "wandbConfig": {"enabled": True, "apiKey": "canary"}})

    text = stream(export.manifests)

    assert "canary" not in text
    assert "# a secret is set, which is never exported: spec.wandbConfig.apiKey\n" in text
    assert {"enabled": True} == spec(export, "SupervisedFineTuningJob/plain")["wandbConfig"]


_JOB = f"{PREFIX}supervisedFineTuningJobs/plain"


def test_text_that_looks_like_a_credential_is_left_out_and_not_repeated() -> None:
    key = "fw_" + "a1" * 12
    export = exported(model("m", description=f"use {key}", displayName="M"))

    assert {"kind": "CUSTOM_MODEL", "displayName": "M"} == spec(export, "Model/m")
    assert "left out: spec.description: this looks like a Fireworks API key" in str(export)
    assert key not in stream(export.manifests)


def test_a_value_of_a_later_version_is_left_out_and_named() -> None:
    export = exported(model("m", snapshotType="HALF_A_SNAPSHOT"))

    assert {"kind": "CUSTOM_MODEL"} == spec(export, "Model/m")
    assert "left out: spec.snapshotType" in export.manifests[0].comments[0]


def test_what_is_not_there_for_good_is_not_exported() -> None:
    export = exported(
        {"name": "datasets/half", "state": "UPLOADING"},
        {"name": "deployments/broken", "state": "FAILED", "baseModel": BASE},
        {"name": "deployments/gone", "state": "DELETED", "baseModel": BASE},
        model("odd", state="QUARANTINED"),
    )

    assert () == export.manifests
    assert ["UPLOADING", "FAILED", "DELETED", "QUARANTINED"] == [
        next(
            word for word in said.replace('"', " ").split("(")[-1].split() if word.isupper()
        ).strip("):")
        for said in export.skipped.values()
    ]


def test_a_job_that_failed_has_run_and_is_exported() -> None:
    job = {"name": _JOB, **plain()[_JOB], "state": "JOB_STATE_FAILED"}

    assert 1 == len(exported(job).manifests)


def test_of_two_jobs_that_name_one_output_model_one_is_left_out() -> None:
    job = plain()[_JOB]
    first, second = ({"name": f"{_JOB}-{n}", **job} for n in (1, 2))
    export = exported(first, second)

    assert ["SupervisedFineTuningJob/plain-1"] == [str(one.ref) for one in export.manifests]
    assert "is the name that SupervisedFineTuningJob/plain-1" in "".join(export.skipped.values())


def test_a_load_is_called_by_its_model_and_its_deployment() -> None:
    answers = [{"name": name, **fields} for name, fields in plain().items()]
    twin = {**answers[3], "name": "deployedModels/9later"}
    export = exported(*answers, twin)

    assert {"model": "plain", "deployment": "plain"} == spec(export, "DeployedModel/plain-on-plain")
    assert {f"{PREFIX}deployedModels/9later": "another one has the same key"} == export.skipped


def test_a_load_whose_names_are_too_long_for_an_id_gets_a_steady_one() -> None:
    names = {"model": f"{PREFIX}models/{'m' * 60}", "deployment": f"{PREFIX}deployments/d"}
    answer = {"name": "deployedModels/x", "state": "DEPLOYED", **names}

    first, second = exported(answer), exported(answer)

    assert first.manifests[0].ref == second.manifests[0].ref
    assert "x-" == first.manifests[0].ref.name[:2]


def test_a_shape_is_written_without_the_version_that_the_platform_added() -> None:
    shape = "accounts/fireworks/deploymentShapes/fast"
    answer = {"name": "deployments/d", "state": "READY", "baseModel": BASE}
    export = exported({**answer, "deploymentShape": f"{shape}/versions/v7"})

    assert shape == spec(export, "Deployment/d")["deploymentShape"]


def test_a_number_of_32_bits_is_written_as_somebody_would() -> None:
    job = {"name": _JOB, **plain()[_JOB], "learningRate": 9.999999747378752e-05}

    assert 0.0001 == spec(exported(job), "SupervisedFineTuningJob/plain")["learningRate"]


def test_the_same_account_gives_the_same_text_whatever_its_order() -> None:
    answers = [{"name": name, **fields} for name, fields in plain().items()]

    assert stream(exported(*answers).manifests) == stream(exported(*reversed(answers)).manifests)
