"""``explain Kind/name``: what others wrote stays one line, and what is secret stays unsaid."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.diff.change import Action
from reconciler.kinds.registry import kind
from reconciler.live.state import LiveResource
from reconciler.manifest.manifest import Lifecycle
from reconciler.report.explain import if_changed, render_kind, render_resource
from reconciler.report.explain_json import resource_document
from reconciler.report.style import Style
from reconciler.report.verdict import verdict
from reconciler.schema_files import schema
from tests.desired.manifests import BASE, dataset, desired, job, manifest, weights
from tests.execute.plans import planned, resource

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest

NAME = "accounts/acme/supervisedFineTuningJobs/j"
PLAIN = Style()


def test_a_state_with_a_line_break_starts_no_workflow_command() -> None:
    live = LiveResource("SupervisedFineTuningJob", NAME, "X\n::error::\x1b[2J", {})
    shown = render_resource(
        planned(Action.NONE, resource("SupervisedFineTuningJob/j"), live=live), PLAIN
    )

    assert "\\n::error::\\x1b[2J" in shown
    assert "\x1b" not in shown


def test_a_secret_that_the_platform_answers_is_not_shown() -> None:
    spec = {"wandbConfig": {"apiKey": {"env": "WANDB"}, "project": "bots"}}
    body = {"wandbConfig": {"apiKey": {"env": "canary"}, "project": "bots"}}
    live = LiveResource("SupervisedFineTuningJob", NAME, "JOB_STATE_RUNNING", body)
    wanted = resource("SupervisedFineTuningJob/j", spec)
    shown = render_resource(planned(Action.NONE, wanted, live=live), PLAIN)

    assert '  = wandbConfig.project     "bots" | "bots"\n' in shown
    assert '    wandbConfig.apiKey.env  "WANDB" | -  not compared: a secret: never read' in shown
    assert "canary" not in shown


@pytest.mark.parametrize(
    ("path", "want", "have", "said"),
    [
        ("displayName", "A", "A", "equal"),
        ("displayName", "A", "B", "differs: changed in place: firectl deployment update lists it"),
        ("minReplicaCount", 0, None, "equal: an answer does not tell zero and unset apart"),
        (
            "deploymentShape",
            "accounts/fireworks/deploymentShapes/s",
            "accounts/fireworks/deploymentShapes/s/versions/v1",
            "equal: the platform adds the version",
        ),
        ("description", "A", "B", "not compared: lifecycle.ignoreChanges"),
        ("autoTune", {}, {"longPrompt": True}, "equal: what the manifest sets in it is the same"),
        (
            "skipShapeValidation",
            True,
            None,
            "not compared: a parameter of the create call and of every update: no part of the"
            " resource",
        ),
    ],
)
def test_why_two_values_are_equal_or_not_is_told(
    path: str, want: Any, have: Any, said: str
) -> None:
    declared = manifest("Deployment/d", {"baseModel": BASE, path: want})
    declared = replace(declared, lifecycle=Lifecycle(ignore_changes=("description",)))
    wanted = desired(declared).resources[declared.ref]
    live = LiveResource("Deployment", wanted.name, "READY", {path: have})

    assert said == verdict(planned(Action.UPDATE, wanted, live=live).change, path, want, have)


def test_a_count_that_the_platform_has_yet_to_make_is_no_other_name_of_the_content() -> None:
    wanted = desired(dataset()).resources[dataset().ref]
    live = LiveResource("Dataset", wanted.name, "UPLOADING", {"exampleCount": "0"})
    change = planned(Action.REPAIR, wanted, live=live).change

    assert "equal: not every answer repeats it" == verdict(change, "exampleCount", "3", "0")


def test_fields_of_a_kind_stand_in_columns() -> None:
    lines = render_kind(kind("Model"), schema("Model")).splitlines()
    fields = [line for line in lines if line.startswith("    ")]

    assert 1 == len({line.rindex("  ") for line in fields if line.endswith("  immutable")})
    assert 1 == len({len(line) for line in fields if line.endswith("  mutable")})


DEPLOYMENT = {"baseModel": BASE, "minReplicaCount": 1, "skipShapeValidation": True}
ELSEWHERE = manifest("Dataset/chat", {"externalUrl": "gs://bucket/rows", "exampleCount": "9"})
LOADED = {"model": BASE, "deployment": "accounts/acme/deployments/d"}


@pytest.mark.parametrize(
    ("declared", "path", "what"),
    [
        (job(spec={"epochs": 2}), "epochs", "refused: it has run with it"),
        (job(spec={"epochs": 2}, hashed=True), "epochs", "a new run"),
        (dataset(), "format", "refused: it cannot be changed"),
        (dataset(hashed=True), "format", "a new version"),
        (dataset(hashed=True), "source.path", "a new version"),
        (dataset(hashed=True), "displayName", "updated in place"),
        (dataset(hashed=True), "filter", "a new version"),
        (dataset(), "exampleCount", "refused: it cannot be changed"),
        (dataset(hashed=True), "exampleCount", "a new version"),
        (ELSEWHERE, "exampleCount", "updated in place"),
        (weights(), "displayName", "updated in place"),
        (manifest("Deployment/d", DEPLOYMENT), "minReplicaCount", "updated in place"),
        (manifest("Deployment/d", DEPLOYMENT), "baseModel", "refused: it cannot be changed"),
        (manifest("DeployedModel/l", LOADED), "model", "another one takes its place"),
        (manifest("DpoJob/j", {"dataset": "chat"}), "displayName", "refused: it has run with it"),
    ],
)
def test_what_a_change_of_a_field_would_cause_is_told_for_each_kind(
    declared: Manifest, path: str, what: str
) -> None:
    wanted = desired(declared, *([] if declared.ref.kind == "Dataset" else [dataset()]))
    change = planned(Action.NONE, wanted.resources[declared.ref])

    assert what == if_changed(change.change, path)


def test_fields_are_told_together_by_what_a_change_of_them_causes() -> None:
    wanted = desired(manifest("Deployment/d", DEPLOYMENT)).resources
    change = planned(Action.NONE, next(iter(wanted.values())))
    shown = render_resource(change, PLAIN)

    assert "  updated in place: minReplicaCount\n" in shown
    assert "  no difference: a parameter of the create call and of every update" in shown
    assert "updated in place" in json.dumps(resource_document(change))
