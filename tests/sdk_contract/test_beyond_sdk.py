"""What stands in the table of documented fields is really unknown to the official SDK."""

from __future__ import annotations

import re

import pytest
from fireworks import types

from tests.sdk_contract.beyond_sdk import (
    BEYOND_ARGUMENTS,
    BEYOND_FIELDS,
    BEYOND_METHODS,
    BeyondArgument,
    BeyondField,
    BeyondMethod,
)
from tests.sdk_contract.sdk_methods import SdkMethod, sdk_methods
from tests.sdk_contract.wire_types import fields_of, type_name


def sdk_types() -> dict[str, object]:
    """The SDK's types by name: what it exports, and the pages that its lists answer."""
    pages = [m.answer for m in sdk_methods() if m.label.endswith(".list")]
    return {**vars(types), **{type_name(page): page for page in pages}}


def methods() -> dict[str, SdkMethod]:
    return {method.label: method for method in sdk_methods()}


@pytest.mark.parametrize("field", BEYOND_FIELDS, ids=lambda f: f"{f.owner}.{f.wire}")
def test_the_sdk_type_lacks_the_field(field: BeyondField) -> None:
    known = {wire for wire, _, _ in fields_of(sdk_types()[field.owner])}

    assert known
    assert field.wire not in known


@pytest.mark.parametrize("argument", BEYOND_ARGUMENTS, ids=lambda a: f"{a.owner} {a.wire}")
def test_the_sdk_method_lacks_the_argument(argument: BeyondArgument) -> None:
    assert argument.wire not in {a.wire for a in methods()[argument.owner].arguments}


@pytest.mark.parametrize("method", BEYOND_METHODS, ids=lambda m: m.label)
def test_no_sdk_method_makes_the_request(method: BeyondMethod) -> None:
    known = {(m.method, _shape(m.path)) for m in sdk_methods()}

    assert known
    assert (method.method, _shape(method.path)) not in known


def test_every_entry_names_its_source() -> None:
    entries: tuple[BeyondField | BeyondArgument | BeyondMethod, ...] = (
        *BEYOND_FIELDS,
        *BEYOND_ARGUMENTS,
        *BEYOND_METHODS,
    )

    assert all(entry.source for entry in entries)


def _shape(template: str) -> tuple[str, ...]:
    """The path without the names of its placeholders."""
    return tuple(re.sub(r"\{[a-z_]+\}", "{}", part) for part in template.split("/"))
