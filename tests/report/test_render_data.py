"""The page about a dataset's rows."""

from __future__ import annotations

import json
from dataclasses import replace

from reconciler.data.facts import (
    Bar,
    DataFacts,
    Found,
    LongRows,
    Overlap,
    Spread,
    Tokens,
)
from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.ref import ResourceRef
from reconciler.report.data import data_json, render_data
from reconciler.report.style import Style
from tests.report.golden import assert_golden

JOB = ResourceRef("SupervisedFineTuningJob", "bot")
FACTS = DataFacts(
    ref=ResourceRef("Dataset", "chat"),
    path="data/chat.jsonl",
    format="CHAT",
    bytes=4_321_000,
    rows=1_204,
    forms={"chat": 1_204, "tools": 12, "ro\x1b[31mle": 1},
    roles={"user": 1_300, "assistant": 1_290, "system": 1_204},
    messages=Spread(3, 3, 9),
    tokens=Tokens(
        1_080_250,
        720_166,
        1_728_400,
        "",
        Spread(31, 804, 9_120),
        (Bar(16, 31, 4), Bar(32, 63, 0), Bar(64, 127, 1_200)),
    ),
    duplicates=Found(12, (5, 6, 7, 8, 9, 10, 11, 12, 13, 14)),
    compared=1_192,
    secrets={"an API key": Found(1, (17,))},
    long_rows=(LongRows(JOB, "maxContextLength", 8192, Found(2, (41, 99))),),
    overlaps=(Overlap(JOB, ResourceRef("Dataset", "eval"), Found()),),
    diagnostics=(
        Diagnostic(
            Severity.ERROR,
            "invalid-row",
            "messages: required, but missing",
            SourceLocation("data/chat.jsonl", 1200, 0),
        ),
    ),
    notes=("tokens are guessed",),
)


def test_the_page_says_it_all() -> None:
    assert_golden("data.txt", render_data(FACTS, Style()))


def test_the_page_does_without_other_characters_than_ascii() -> None:
    text = render_data(FACTS, Style(unicode=False))

    assert text.isascii()


def test_json_has_the_same_facts() -> None:
    assert_golden("data.json", data_json(FACTS))


def test_counted_tokens_name_the_most_that_a_chat_template_makes_of_them() -> None:
    counted = replace(FACTS, tokens=replace(FACTS.tokens, counted_by="models/m/tokenizer.json"))

    expected = "tokens      1,080,250, counted with models/m/tokenizer.json; at most "
    most = f"{FACTS.tokens.high:,} in a chat template"
    assert expected + most in render_data(counted, Style()).splitlines()


def test_a_file_that_is_too_large_to_remember_says_so() -> None:
    many = replace(FACTS, rows=3_000_000, compared=1_000_000)

    assert "among the first 1,000,000 different ones" in render_data(many, Style())


def test_json_names_resources_by_their_refs() -> None:
    document = json.loads(data_json(FACTS))

    assert "Dataset/eval" == document["overlaps"][0]["other"]
