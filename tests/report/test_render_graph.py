"""Lineage: data flows from datasets through jobs into models."""

from __future__ import annotations

import json

import pytest

from reconciler.report.graph import render_graph
from tests.report.golden import assert_golden
from tests.report.samples import desired


@pytest.mark.parametrize("format_", ["mermaid", "dot", "json"])
def test_each_format(format_: str) -> None:
    assert_golden(f"graph.{format_}", render_graph(desired(), format_))


def test_every_edge_ends_at_a_node() -> None:
    document = json.loads(render_graph(desired(), "json"))

    nodes = {node["id"] for node in document["nodes"]}
    assert {end for edge in document["edges"] for end in (edge["from"], edge["to"])} <= nodes


def test_a_manifest_of_an_output_model_is_that_model() -> None:
    document = json.loads(render_graph(desired(), "json"))

    assert [n["id"] for n in document["nodes"] if n["name"] == "support-bot"] == [
        "SupervisedFineTuningJob/support-bot",
        "Model/support-bot",
    ]
