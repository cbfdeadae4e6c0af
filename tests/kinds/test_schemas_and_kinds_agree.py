"""A kind's rules and its schema speak of the same fields."""

from __future__ import annotations

import pytest

from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.registry import all_kinds, kind
from reconciler.schema_files import schema, schema_names
from tests.kinds.spec_fields import fields

KINDS = tuple(all_kinds())
OTHERS = {"drift", "events", "manifest", "plan", "project"}
PHRASES = {
    FieldClass.MUTABLE: "Mutable.",
    FieldClass.UNPROVED: "Mutable, unproved.",
    FieldClass.IMMUTABLE: "Immutable.",
    FieldClass.WRITE_ONLY: "Write only.",
    FieldClass.CREATE_ONLY: "Counts at creation only.",
}


def spec_paths(name: str) -> set[str]:
    """Every field of spec that is the API's: not source, which we add, nor inside a secret."""
    paths = {path for path, _ in fields(schema(name)) if path.split(".")[0] != "source"}
    return paths - {f"{secret}.env" for secret in kind(name).secrets}


def test_there_is_one_schema_for_each_kind() -> None:
    assert set(KINDS) == set(schema_names()) - OTHERS


@pytest.mark.parametrize("name", KINDS)
def test_every_field_of_the_schema_has_a_rule(name: str) -> None:
    assert [] == [path for path in sorted(spec_paths(name)) if kind(name).rule(path) is None]


@pytest.mark.parametrize("name", KINDS)
def test_every_rule_names_a_field_of_the_schema_or_one_that_the_server_writes(name: str) -> None:
    written = {r.path for r in kind(name).rules if r.field_class is not FieldClass.COMPUTED}

    assert written - spec_paths(name) == set()


@pytest.mark.parametrize("name", KINDS)
def test_no_field_that_the_server_writes_is_in_the_schema(name: str) -> None:
    computed = {r.path for r in kind(name).rules if r.field_class is FieldClass.COMPUTED}

    assert computed & spec_paths(name) == set()


@pytest.mark.parametrize("name", KINDS)
def test_every_description_ends_with_what_the_rule_says(name: str) -> None:
    described = {path: field["description"] for path, field in fields(schema(name))}

    wrong = [
        path
        for path in sorted(spec_paths(name))
        if (rule := kind(name).rule(path))
        and not described[path].endswith(PHRASES[rule.field_class])
    ]

    assert wrong == []


@pytest.mark.parametrize("name", KINDS)
def test_references_secrets_and_the_output_model_are_fields_of_the_schema(name: str) -> None:
    of = kind(name)
    secrets = {path.removesuffix("[]") for path in of.secrets}
    named = {r.path for r in of.references} | secrets | set(of.match)

    assert named | ({of.output_model} - {None}) <= spec_paths(name)


@pytest.mark.parametrize("name", KINDS)
def test_secrets_are_never_compared(name: str) -> None:
    of = kind(name)
    rules = [of.rule(path.removesuffix("[]")) for path in of.secrets]

    assert {rule and rule.field_class for rule in rules} <= {FieldClass.WRITE_ONLY}


@pytest.mark.parametrize("name", KINDS)
def test_only_kinds_with_bytes_have_a_source(name: str) -> None:
    assert ("source" in schema(name)["properties"]) == (kind(name).content is not None)
