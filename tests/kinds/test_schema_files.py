"""Schemas and examples are found by name."""

from __future__ import annotations

import json

import pytest

from reconciler.schema_files import (
    example_dir,
    example_names,
    schema,
    schema_names,
    schema_text,
)


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_titled_and_reads_as_its_file(name: str) -> None:
    assert schema(name) == json.loads(schema_text(name))


def test_an_unknown_schema_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        schema("../pyproject")


def test_an_unknown_example_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        example_dir("..")


def test_the_examples_are_listed() -> None:
    assert "quickstart" in example_names()
