"""Whether a desired and a live value say the same (contract 4.2)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.rules import rule_index
from reconciler.diff.same import is_zero, same
from reconciler.kinds.field_rule import FieldClass, FieldRule, Shape
from reconciler.kinds.identity import QueryId
from reconciler.kinds.kind import Kind

RULES = rule_index(
    Kind(
        "Thing",
        "things",
        QueryId("thingId"),
        tuple(
            FieldRule(path, field_class, "why", shape)
            for path, field_class, shape in (
                ("plain", FieldClass.IMMUTABLE, Shape.PLAIN),
                ("name", FieldClass.IMMUTABLE, Shape.RESOURCE_NAME),
                ("versioned", FieldClass.IMMUTABLE, Shape.VERSIONED_NAME),
                ("count", FieldClass.IMMUTABLE, Shape.INT64),
                ("set", FieldClass.IMMUTABLE, Shape.UNORDERED),
                ("time", FieldClass.IMMUTABLE, Shape.DURATION),
                ("moment", FieldClass.IMMUTABLE, Shape.TIMESTAMP),
                ("group", FieldClass.IMMUTABLE, Shape.PLAIN),
                ("group.key", FieldClass.WRITE_ONLY, Shape.PLAIN),
                ("items[].name", FieldClass.IMMUTABLE, Shape.RESOURCE_NAME),
                ("at_creation", FieldClass.CREATE_ONLY, Shape.PLAIN),
            )
        ),
        {},
    )
)

FULL = "accounts/acme/datasets/chat"
EQUAL: list[tuple[str, Any, Any]] = [
    ("plain", 0, None),
    ("plain", False, None),
    ("plain", "", None),
    ("plain", [], None),
    ("plain", {}, None),
    ("plain", None, 0),
    ("plain", 2, 2.0),
    ("plain", 5, "5"),
    ("plain", 0.1, 0.10000000149011612),  # what a float32 field gives back
    ("name", FULL, "chat"),
    ("name", "chat", FULL),
    ("versioned", "accounts/a/deploymentShapes/s", "accounts/a/deploymentShapes/s/versions/v"),
    ("count", "40", 40),
    ("count", 40, "40"),
    ("count", "0", None),
    ("count", "-5", -5),
    ("count", -(2**63), str(-(2**63))),
    ("versioned", "s", "accounts/a/deploymentShapes/s/versions/v"),
    ("versioned", "default", "whatever/the/server/chose"),
    ("set", ["q", "v"], ["v", "q"]),
    ("time", "600s", "600.000s"),
    ("moment", "2026-07-01T12:00:00Z", "2026-07-01T14:00:00.000+02:00"),
    ("group", {"key": {"env": "A"}}, {"key": "secret"}),
    ("group", {"key": {"env": "A"}}, None),
    ("group", {"on": True}, {"on": True, "by": "the server"}),
    ("items", [{"name": FULL}], [{"name": "chat", "more": 1}]),
    ("at_creation", "a", None),
    ("unlisted", "FORMAT_UNSPECIFIED", ""),
]
DIFFERENT: list[tuple[str, Any, Any]] = [
    ("plain", 1, None),
    ("plain", True, False),
    ("plain", True, None),
    ("plain", 1e-4, 2e-4),
    ("plain", 1e300, 2e300),
    ("moment", "2026-07-01T12:00:00Z", "2026-07-01T12:00:01Z"),
    ("moment", "soon", "later"),
    ("moment", "2026-07-01T12:00:00Z", 5),
    ("plain", 16777217, 16777216),
    ("plain", "5", "6"),
    ("plain", "a", "A"),
    ("name", FULL, "talk"),
    ("name", FULL, "accounts/other/datasets/chat"),
    ("versioned", "s/versions/1", "s/versions/2"),
    ("versioned", "s/versions/1", "s"),
    ("versioned", "s", 5),
    ("versioned", "default", 5),
    ("name", FULL, 5),
    ("name", 5, FULL),
    ("count", "40", "41"),
    ("count", True, "1"),
    ("count", "5-", 5),
    ("set", ["q", "v"], ["q", None]),
    ("set", ["q", "v"], [{"q": "v"}, "q"]),
    ("count", "40", None),
    ("set", ["q", "v"], ["q"]),
    ("set", ["q", "q", "v"], ["q", "v", "v"]),
    ("plain", ["a", "b"], ["b", "a"]),
    ("time", "600s", "601s"),
    ("time", "600s", "10m"),
    ("group", {"on": True}, {"on": False}),
    ("group", {"on": True}, "text"),
    ("items", [{"name": FULL}], [{"name": "talk"}]),
    ("unlisted", "CHAT", "COMPLETION"),
]


@pytest.mark.parametrize(("path", "want", "have"), EQUAL)
def test_the_same_in_another_spelling_is_equal(path: str, want: Any, have: Any) -> None:
    assert same(want, have, path, RULES)


@pytest.mark.parametrize(("path", "want", "have"), DIFFERENT)
def test_something_else_is_different(path: str, want: Any, have: Any) -> None:
    assert not same(want, have, path, RULES)


def test_a_whole_number_beyond_any_float_is_another_value() -> None:
    assert not same(1.5, 10**400, "plain", RULES)


@pytest.mark.parametrize("value", [None, "", 0, 0.0, False, [], {}, "STATE_UNSPECIFIED"])
def test_a_zero_says_nothing(value: Any) -> None:
    assert is_zero(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)
PATHS = st.sampled_from(["plain", "name", "versioned", "count", "set", "time", "group", "x"])


@given(PATHS, JSON)
def test_every_value_is_the_same_as_itself(path: str, value: Any) -> None:
    assert same(value, value, path, RULES)


@given(PATHS, JSON, JSON)
def test_any_two_values_can_be_compared(path: str, want: Any, have: Any) -> None:
    assert same(want, have, path, RULES) in (True, False)
