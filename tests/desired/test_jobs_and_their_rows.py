"""A job is held against the rows that it reads: keys, what trains, length."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.diagnostic import Severity
from reconciler.manifest.row_summary import RowSummary
from tests.desired.manifests import BASE, TEMPLATE, dataset, desired, files, job, manifest, old_job

if TYPE_CHECKING:
    from reconciler.manifest.file_set import FileSet
    from reconciler.manifest.manifest import Manifest

CHAT = RowSummary(keys=((("messages",), 1),), longest=((400, 2), (80, 1), (80, 3)))


PAIR = "input non_preferred_output preferred_output"
ROLLOUTS = manifest(
    "ReinforcementFineTuningJob/bot",
    {"dataset": "chat", "evaluator": "accounts/acme/evaluators/e"},
)


def brings(summary: RowSummary) -> FileSet:
    return replace(files("chat.jsonl"), summary=summary, shown="data/chat.jsonl")


def said(summary: RowSummary, *jobs: Any) -> list[str]:
    state = desired(dataset(brings=brings(summary)), *jobs)
    return [f"{d.location}: {d.severity.value}: {d.message}" for d in state.diagnostics]


def keys(*sets: str) -> RowSummary:
    """Rows 1, 2, ...: each has the keys that a text names."""
    return RowSummary(keys=tuple((tuple(one.split()), row) for row, one in enumerate(sets, 1)))


def test_rows_that_have_what_the_template_names_are_fine() -> None:
    assert [] == said(keys("answer question"), old_job())


def test_a_row_without_a_key_of_the_template_is_an_error_of_that_row() -> None:
    expected = (
        "data/chat.jsonl:2: error: answer: required, but missing: which"
        " spec.textCompletion.outputTemplate of FineTuningJob/bot names"
    )

    assert [expected] == said(keys("answer question", "question"), old_job())


def test_a_key_that_a_classification_names_must_be_there() -> None:
    template = {"textClassification": {"text": "body", "label": "class"}, "textCompletion": {}}
    (found,) = said(keys("body label"), old_job(spec=template))

    assert "class: required, but missing" in found


def test_pairs_are_what_a_preference_job_needs() -> None:
    pairs = manifest("DpoJob/bot", {"dataset": "chat", "trainingConfig": {"baseModel": BASE}})
    found = said(CHAT, pairs)

    assert ["input", "non_preferred_output", "preferred_output"] == [
        line.split(": ")[2] for line in found
    ]


@pytest.mark.parametrize(("limit", "expected"), [(16, 2), (99, 1), (100, 0)])
def test_rows_over_the_context_length_are_counted(limit: int, expected: int) -> None:
    summary = replace(CHAT, longest=((400, 2), (80, 1)))
    state = desired(dataset(brings=brings(summary)), job(spec={"maxContextLength": limit}))
    told = [d.message.split(": ")[1].split()[0] for d in state.diagnostics]

    assert [str(expected)] * bool(expected) == told


def test_a_row_that_is_cut_is_a_warning_of_the_job() -> None:
    state = desired(dataset(brings=brings(CHAT)), job(spec={"maxContextLength": 64}))
    (found,) = state.diagnostics

    assert (Severity.WARNING, "SupervisedFineTuningJob/bot") == (found.severity, str(found.ref))


@pytest.mark.parametrize(("tokens", "told"), [(8192, False), (8193, True)])
def test_without_a_context_length_the_default_counts_and_is_called_so(
    tokens: int, told: bool
) -> None:
    found = said(replace(CHAT, longest=((4 * tokens, 2),)), job())

    assert told == any(
        "1 row is likely longer than the 8,192 tokens of the default" in f for f in found
    )


def test_a_kind_without_a_context_length_cuts_nothing() -> None:
    assert [] == said(replace(keys("answer question"), longest=((4_000_000, 2),)), old_job())


def test_rows_that_teach_nothing_are_an_error_when_all_are_such() -> None:
    (found,) = said(replace(CHAT, untrained=3, first_untrained=1), job())

    assert found.startswith("all.yaml:1:2: error: spec.dataset: no row has an assistant message")


def test_some_rows_that_teach_nothing_are_a_warning() -> None:
    (found,) = said(replace(CHAT, untrained=2, first_untrained=2), job())

    assert "warning: spec.dataset: 2 rows have no assistant message that is trained on" in found


def test_rollouts_need_no_assistant_message() -> None:
    assert [] == said(replace(CHAT, untrained=3, first_untrained=1), ROLLOUTS)


@pytest.mark.parametrize("trained", [job(), ROLLOUTS], ids=lambda one: one.ref.kind)
def test_a_job_on_chats_cannot_read_pairs(trained: Manifest) -> None:
    (found,) = said(keys("messages", PAIR), trained)

    assert found.startswith("data/chat.jsonl:2: error: messages: required, but missing")


def test_a_chat_may_bring_any_key_for_the_rewards() -> None:
    assert [] == said(keys(f"messages {PAIR}"), ROLLOUTS)


def test_each_of_several_datasets_is_looked_at() -> None:
    several = {"datasets": [{"dataset": "chat"}], "baseModel": BASE, "textCompletion": TEMPLATE}
    (found,) = said(keys("question"), manifest("FineTuningJob/bot", several))

    assert "data/chat.jsonl:1: error: answer: required, but missing" in found


def test_a_tombstone_asks_nothing_of_rows() -> None:
    assert [] == said(keys("question"), old_job(absent=True))


def test_files_that_were_not_read_are_not_judged() -> None:
    assert () == desired(dataset(), old_job()).diagnostics
