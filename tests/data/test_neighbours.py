"""What of the project has to do with a dataset: readers, context lengths, a tokenizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.data.neighbours import limits, others, readers, tokenizer_of
from reconciler.kinds.registry import all_kinds
from tests.desired.manifests import BASE, dataset, files, job, manifest, weights

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest

KINDS = all_kinds()
CHAT = dataset("chat")
EVAL = dataset("eval")


def with_tokenizer(name: str) -> Manifest:
    return weights(name, brings=files("config.json", "tokenizer.json", rows=None))


def shown(jobs: list[Manifest], *manifests: Manifest) -> str | None:
    found = tokenizer_of(jobs, [*jobs, *manifests], KINDS)
    return found[1] if found else None


def test_a_job_reads_what_it_trains_on_and_what_it_evaluates_on() -> None:
    both = job(spec={"evaluationDataset": "eval"})

    assert [(both, "eval")] == list(readers(CHAT, [both], KINDS))
    assert [(both, "chat")] == list(readers(EVAL, [both], KINDS))


def test_a_full_name_is_the_same_dataset() -> None:
    full = job(spec={"dataset": "accounts/acme/datasets/chat"})

    assert [(full, "")] == list(readers(CHAT, [full], KINDS))


def test_a_job_may_read_several_datasets() -> None:
    several = {"datasets": [{"dataset": "chat"}], "evaluationDataset": "eval"}
    old = manifest("FineTuningJob/bot", several)

    assert [(old, "eval")] == list(readers(CHAT, [old], KINDS))


def test_a_tombstone_reads_nothing() -> None:
    assert [] == list(readers(CHAT, [job(absent=True)], KINDS))


def test_only_a_dataset_with_a_file_is_compared() -> None:
    both = job(spec={"evaluationDataset": "eval"})
    there = manifest("Dataset/eval", {"externalUrl": "gs://bucket/rows.jsonl"})

    assert [EVAL] == [other.dataset for other in others(CHAT, [CHAT, EVAL, both], KINDS)]
    assert [] == others(CHAT, [CHAT, there, both], KINDS)


def test_the_context_length_stands_where_the_kind_says() -> None:
    training = {"baseModel": BASE, "maxContextLength": 512}
    pairs = manifest("DpoJob/bot", {"dataset": "chat", "trainingConfig": training})
    found = limits([job(spec={"maxContextLength": 256}), pairs], KINDS)

    assert [("maxContextLength", 256), ("trainingConfig.maxContextLength", 512)] == [
        (limit.field, limit.tokens) for limit in found
    ]


def test_a_job_that_sets_no_context_length_has_one_by_default() -> None:
    assert [8192] == [limit.tokens for limit in limits([job()], KINDS)]


def test_the_tokenizer_is_that_of_the_model_that_is_trained() -> None:
    models = [with_tokenizer("one"), with_tokenizer("two")]

    assert "Model/two's tokenizer.json" == shown([job(spec={"baseModel": "two"})], *models)


@pytest.mark.parametrize(
    ("names", "expected"), [([], None), (["one"], "Model/one's tokenizer.json"), (["a", "b"], None)]
)
def test_of_models_that_no_job_trains_only_a_single_one_will_do(
    names: list[str], expected: str | None
) -> None:
    assert expected == shown([job()], *map(with_tokenizer, names))
