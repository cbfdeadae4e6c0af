"""The plan as JSON: the published schema, stable bytes, a digest that notices everything."""

from __future__ import annotations

import json
from dataclasses import replace

from jsonschema import Draft202012Validator

from reconciler.manifest.row_change import RowChange, Rows
from reconciler.report.json_plan import digest, plan_document, plan_json
from reconciler.schema_files import schema
from tests.report.golden import assert_golden
from tests.report.samples import CREATE, EMPTY, PLAN, with_change


def test_the_document_is_as_its_schema_says() -> None:
    Draft202012Validator(schema("plan")).validate(plan_document(PLAN))


def test_a_whole_document() -> None:
    assert_golden("plan.json", plan_json(PLAN))


def test_the_text_is_the_document() -> None:
    assert json.loads(plan_json(PLAN)) == plan_document(PLAN)


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert plan_json(PLAN) == plan_json(replace(PLAN))


def test_the_time_alone_changes_no_digest() -> None:
    later = replace(PLAN, created_at="2027-01-01T00:00:00Z")

    assert plan_document(PLAN)["digest"] == plan_document(later)["digest"]


def test_another_plan_has_another_digest() -> None:
    other = replace(PLAN, changes=(with_change(CREATE, reason=CREATE.change.reason),))

    assert plan_document(PLAN)["digest"] != plan_document(other)["digest"]


def test_the_digest_can_be_checked_from_the_document() -> None:
    document = json.loads(plan_json(PLAN))

    assert document["digest"] == digest(document)


def test_unchanged_resources_are_listed() -> None:
    assert [action["action"] for action in plan_document(EMPTY)["actions"]] == ["none"]


def test_no_character_of_the_text_needs_escaping_on_a_terminal() -> None:
    assert plan_json(PLAN).isascii()


def test_rows_that_are_new_stand_beside_the_reason() -> None:
    rows = RowChange(Rows(41, (2, 3, 4)), Rows(1, (9,)), "4f1c2d9", Rows(1, (5,)))
    plan = replace(PLAN, changes=(with_change(CREATE, rows=rows),))
    document = plan_document(plan)

    Draft202012Validator(schema("plan")).validate(document)
    assert {"count": 41, "first": [2, 3, 4]} == document["actions"][0]["rows"]["added"]
    assert {"count": 1, "first": [5]} == document["actions"][0]["rows"]["changed"]
