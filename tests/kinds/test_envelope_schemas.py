"""What the schemas of the manifest, the project file, the plan and the events accept."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from reconciler.schema_files import schema

RESOURCE: dict[str, Any] = {
    "apiVersion": "reconciler/v1",
    "kind": "Dataset",
    "metadata": {"name": "support-chat"},
    "spec": {},
}
TOMBSTONE = {**RESOURCE, "metadata": {"name": "old", "state": "absent"}}
PROJECT: dict[str, Any] = {"apiVersion": "reconciler/v1", "kind": "Project"}
EVENT: dict[str, Any] = {"ts": "2026-01-02T03:04:05Z", "level": "info", "seq": 1}


def metadata(**fields: object) -> dict[str, Any]:
    return {**RESOURCE, "metadata": {"name": "a", **fields}}


def project(**spec: object) -> dict[str, Any]:
    return {**PROJECT, "spec": spec}


ACCEPTED = [
    ("manifest", RESOURCE),
    ("manifest", TOMBSTONE),
    ("manifest", {key: TOMBSTONE[key] for key in ("apiVersion", "kind", "metadata")}),
    ("manifest", metadata(idStrategy="contentHash", lifecycle={"keepLatest": 3})),
    ("manifest", metadata(lifecycle={"preventDestroy": False, "ignoreChanges": ["epochs"]})),
    ("project", PROJECT),
    ("project", project(account="acme", manifests=["prod/**"], values={"epochs": 2})),
    ("project", project(environments={"prod": {"account": "a", "baseUrl": "https://x"}})),
    ("project", project(policy={"maxDeletes": 0, "maxDeleteShare": 1, "allowPublic": True})),
    (
        "project",
        project(
            prices={
                "trainingPerMillionTokens": [{"upToParameters": 16000000000, "usd": 0.5}],
                "gpuHour": {"NVIDIA_H100_80GB": 7.0},
                "asOf": "2026-07-01",
            }
        ),
    ),
    ("events", {**EVENT, "type": "version", "schema": "1.0", "tool": "0.1.0"}),
    ("events", {**EVENT, "type": "action_start", "ref": "Dataset/support-chat"}),
]
REFUSED = [
    ("manifest", {key: RESOURCE[key] for key in ("apiVersion", "kind", "metadata")}),
    ("manifest", {**RESOURCE, "apiVersion": "v1"}),
    ("manifest", {**RESOURCE, "status": {}}),
    ("manifest", metadata(name="Support")),
    ("manifest", metadata(name="1st")),
    ("manifest", metadata(name="x" * 64)),
    ("manifest", metadata(name="ends-with-")),
    ("manifest", metadata(state="present")),
    ("manifest", metadata(idStrategy="random")),
    ("manifest", metadata(lifecycle={"attempt": 0})),
    ("manifest", metadata(labels={"team": "ml"})),
    ("project", {**PROJECT, "kind": "Dataset"}),
    ("project", project(accounts=["a"])),
    ("project", project(policy={"maxDeleteShare": 1.5})),
    ("project", project(values={"list": [1]})),
    ("project", project(environments={"prod": {"key": "secret"}})),
    ("events", {**EVENT, "type": "action_start"}),
    ("events", {**EVENT, "type": "party"}),
    ("plan", {}),
]


@pytest.mark.parametrize(("name", "document"), ACCEPTED, ids=str)
def test_a_right_document_is_accepted(name: str, document: dict[str, Any]) -> None:
    jsonschema_rs.validate(schema(name), document)


@pytest.mark.parametrize(("name", "document"), REFUSED, ids=str)
def test_a_wrong_document_is_refused(name: str, document: dict[str, Any]) -> None:
    assert not jsonschema_rs.is_valid(schema(name), document)
