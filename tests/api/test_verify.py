from __future__ import annotations

from typing import Any

import pytest

from reconciler.api.verify import did_not_stick, sticks
from reconciler.kinds.field_rule import Shape
from reconciler.kinds.registry import kind


@pytest.mark.parametrize(
    ("sent", "live", "shape", "same"),
    [
        ("a", "a", Shape.PLAIN, True),
        ("a", "b", Shape.PLAIN, False),
        ("a", None, Shape.PLAIN, False),
        ("", None, Shape.PLAIN, True),
        (0, None, Shape.PLAIN, True),
        (False, None, Shape.PLAIN, True),
        (None, "", Shape.PLAIN, True),
        (5, "5", Shape.INT64, True),
        ("5", 5, Shape.INT64, True),
        (5, "6", Shape.INT64, False),
        (1, True, Shape.PLAIN, True),
        ("m", "accounts/acme/models/m", Shape.RESOURCE_NAME, True),
        ("m", "accounts/acme/models/n", Shape.RESOURCE_NAME, False),
        ("s", "s/versions/3", Shape.VERSIONED_NAME, True),
        ("600s", "600.0s", Shape.DURATION, True),
        ("600s", "601s", Shape.DURATION, False),
        ("10m", "10m", Shape.DURATION, True),
        ("default", "s/versions/3", Shape.VERSIONED_NAME, True),
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00.000+01:00", Shape.TIMESTAMP, True),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", Shape.TIMESTAMP, False),
        ("soon", "soon", Shape.TIMESTAMP, True),
        (["a", "b"], ["b", "a"], Shape.UNORDERED, True),
        (["a", "b"], ["b", "a"], Shape.PLAIN, False),
        (["a"], ["a", "b"], Shape.PLAIN, False),
        ({"a": 1}, {"a": 1, "server": 2}, Shape.PLAIN, True),
        ({"a": 1}, {"a": 2}, Shape.PLAIN, False),
        ({"a": 0}, None, Shape.PLAIN, True),
        (["a"], "a", Shape.PLAIN, False),
        ("a", ["a"], Shape.PLAIN, False),
        ([{"a": 1}, {"b": 2}], [{"b": 2}, {"a": 1}], Shape.UNORDERED, True),
        ([1, "b"], ["b", "1"], Shape.UNORDERED, True),
        ("x/models/m", "y/models/m", Shape.RESOURCE_NAME, True),
        ("a/s/versions/2", "a/s/versions/3", Shape.VERSIONED_NAME, True),
        ("a/s", "a/t/versions/3", Shape.VERSIONED_NAME, False),
        ("a/s/versions/2", "a/s/versions/2/versions/3", Shape.VERSIONED_NAME, True),
        ({"a": 1}, None, Shape.PLAIN, False),
    ],
)
def test_a_value_sticks_when_the_platform_says_the_same(
    sent: Any, live: Any, shape: Shape, same: bool
) -> None:
    assert same == sticks(sent, live, shape)


def test_the_field_that_was_dropped_is_named() -> None:
    sent = {"displayName": "new", "description": "same"}
    live = {"displayName": "old", "description": "same"}

    assert [("displayName", "new", "old")] == list(did_not_stick(kind("Model"), sent, live))


def test_a_field_inside_another_is_judged_by_its_own_rule() -> None:
    sent = {"autoscalingPolicy": {"scaleUpWindow": "30s"}}
    live = {"autoscalingPolicy": {"scaleUpWindow": "30.000s", "scaleDownWindow": "600s"}}

    assert [] == list(did_not_stick(kind("Deployment"), sent, live))


def test_what_is_write_only_is_never_missed() -> None:
    sent = {"directRouteApiKeys": ["canary"]}

    assert [] == list(did_not_stick(kind("Deployment"), sent, {}))


def test_a_field_inside_another_that_was_dropped_is_told_with_its_whole() -> None:
    sent = {"autoscalingPolicy": {"scaleUpWindow": "30s"}}

    answers: list[dict[str, Any]] = [{}, {"autoscalingPolicy": "none"}, {"autoscalingPolicy": {}}]
    for live in answers:
        (found,) = did_not_stick(kind("Deployment"), sent, live)
        assert ("autoscalingPolicy", sent["autoscalingPolicy"]) == found[:2]


def test_a_field_that_no_rule_knows_is_compared_as_it_is() -> None:
    assert [("unheard", "a", "b")] == list(
        did_not_stick(kind("Model"), {"unheard": "a"}, {"unheard": "b"})
    )
