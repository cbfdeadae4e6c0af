"""docs/content-digest.md says how to compute an id; its test vectors are computed again here."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from reconciler.canonical import canonical_json
from tests.desired.manifests import BASE, dataset, desired, job, manifest

DOCUMENT = Path(__file__).parents[2] / "docs" / "content-digest.md"
VECTORS = re.findall(
    r"```json\n(.+)\n```\n\n    ([0-9a-f]{64})\n    (\S+)\n", DOCUMENT.read_text(encoding="utf-8")
)


def test_the_document_has_its_vectors() -> None:
    assert 4 == len(VECTORS)


@pytest.mark.parametrize(("text", "digest", "_id"), VECTORS)
def test_a_vector_is_the_digest_of_its_text(text: str, digest: str, _id: str) -> None:
    assert digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(("text", "_digest", "_id"), VECTORS)
def test_a_vector_is_canonical(text: str, _digest: str, _id: str) -> None:
    assert text == canonical_json(json.loads(text))


def test_the_ids_of_the_vectors_are_ours() -> None:
    settings = {
        "epochs": 2,
        "learningRate": 1e-4,
        "wandbConfig": {"apiKey": {"env": "KEY"}, "project": "p"},
    }
    follower = {"dataset": "chat", "warmStartFrom": "bot"}
    state = desired(
        dataset(hashed=True),
        manifest("Dataset/far", {"externalUrl": "gs://bucket/x.jsonl"}, hashed=True),
        job("bot", {"baseModel": BASE, **settings}, hashed=True, attempt=2),
        manifest("SupervisedFineTuningJob/next", follower, hashed=True),
    )

    assert [vector[2] for vector in VECTORS] == [r.id for r in state.resources.values()]
