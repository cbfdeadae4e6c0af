"""A plan on the lines of its manifests: GitHub annotations and SARIF."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.ref import ResourceRef
from reconciler.report.about import About
from reconciler.report.plan_formats import render_plan_as
from tests.report.golden import assert_golden
from tests.report.samples import CREATE, EMPTY, PLAN, with_change

SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {"uniqueItems": True, "items": {"required": ["id"]}}
                                },
                            }
                        },
                    },
                    "results": {
                        "items": {
                            "additionalProperties": False,
                            "required": ["message"],
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "locations": {"type": "array", "uniqueItems": True},
                            },
                        }
                    },
                },
            },
        },
    },
}
"""The part of the published schema (OASIS SARIF 2.1.0, section 3.13 and on) that our documents
touch, written by hand: the schema itself cannot be had where these tests run."""


def rendered(format_: str, plan: Any = PLAN) -> str:
    return render_plan_as(format_, plan, About())


@pytest.mark.parametrize(("format_", "file"), [("github", "github"), ("sarif", "sarif")])
def test_each_format(format_: str, file: str) -> None:
    assert_golden(f"plan.{file}", rendered(format_))


@pytest.mark.parametrize("plan", [PLAN, EMPTY])
def test_sarif_has_the_published_shape(plan: Any) -> None:
    jsonschema.validate(json.loads(rendered("sarif", plan)), SARIF)


def test_a_refused_change_is_an_error_and_no_notice_besides() -> None:
    lines = [line for line in rendered("github").splitlines() if "Dataset/support-2024" in line]

    assert ["::error "] == [line[:8] for line in lines]


def test_of_each_level_ten_are_shown_and_the_rest_is_counted() -> None:
    place = SourceLocation("a.yaml", 1, 1)
    warned = Diagnostic(Severity.WARNING, "code", "message", place)
    resource = CREATE.change.resource
    changes = tuple(
        with_change(CREATE, resource=replace(resource, ref=ResourceRef("Dataset", f"d{n}")))
        for n in range(13)
    )

    text = rendered("github", replace(PLAN, changes=changes, diagnostics=(warned,) * 11))

    assert (10, 10) == (text.count("::warning "), text.count("::notice "))
    assert "… and 1 more of level warning, 3 more of level notice: " in text


def test_nothing_to_say_is_no_annotation() -> None:
    assert "" == rendered("github", EMPTY)
