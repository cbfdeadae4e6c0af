"""Every field that a user may write travels as the SDK, or a document on our list, knows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from reconciler.api.body import create_request
from reconciler.kinds.registry import all_kinds
from tests.sdk_contract.contract import check_request

if TYPE_CHECKING:
    from reconciler.kinds.kind import Kind

SCHEMAS = Path(__file__).parents[2] / "schemas"
OURS = frozenset({"source"})  # the one thing that the contract adds to a spec (1.1)
ENVIRON = {"SECRET": "hidden"}
Schema = dict[str, Any]


def schema_of(kind: Kind) -> Schema:
    schema: Schema = json.loads((SCHEMAS / f"{kind.name}.schema.json").read_text())
    return schema


def sample(schema: Schema, name: str = "") -> Any:
    """A value of the schema, with every optional field of an object in it."""
    if "enum" in schema:
        return schema["enum"][-1]
    if name in ("apiKey", "wandbApiKey"):
        return {"env": "SECRET"}
    if name == "directRouteApiKeys":
        return [{"env": "SECRET"}]
    if name == "expireTime":
        return "2026-01-02T03:04:05Z"
    if "Window" in name:
        return "600s"
    if schema["type"] == "object":
        fields = schema.get("properties", {})
        return {key: sample(child, key) for key, child in fields.items()}
    if schema["type"] == "array":
        return [sample(schema["items"])]
    return {"string": "text", "integer": schema.get("minimum", 1), "number": 0.5, "boolean": True}[
        schema["type"]
    ]


def fields() -> list[tuple[str, str]]:
    return [
        (kind.name, field)
        for kind in all_kinds().values()
        for field in schema_of(kind)["properties"]
        if field not in OURS
    ]


def spec_with(kind: Kind, field: str) -> Schema:
    """The least spec with that field in it."""
    schema = schema_of(kind)
    named = [*schema.get("required", []), field]
    return {name: sample(schema["properties"][name], name) for name in named} | needed(kind)


def needed(kind: Kind) -> Schema:
    """What no schema demands but every create of that kind has."""
    return {"dataset": "rows"} if kind.runs_once else {}


@pytest.mark.parametrize(("kind_name", "field"), fields())
def test_a_create_brings_the_field_as_the_platform_reads_it(kind_name: str, field: str) -> None:
    kind = all_kinds()[kind_name]
    spec = kind.derive(spec_with(kind, field), None)
    request = create_request(kind, "chosen-id", spec, ENVIRON)

    path = f"/v1/accounts/acme/{kind.collection}"
    query = {name: [text] for name, text in request.query.items()}
    assert [] == check_request("POST", path, query, orjson.dumps(request.body))
