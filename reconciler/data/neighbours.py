"""What else of the project has to do with a dataset: jobs that read it, other datasets they read,
a tokenizer among the models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.kinds.value_at import value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef

TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Limit:
    """The context length in tokens that a job sets in ``field``, or that it has by default."""

    job: ResourceRef
    field: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Other:
    """The dataset that ``job`` reads besides: one for training, the other for evaluation."""

    job: ResourceRef
    dataset: Manifest


def readers(
    dataset: Manifest, manifests: Sequence[Manifest], kinds: Mapping[str, Kind]
) -> Iterator[tuple[Manifest, str]]:
    """The jobs that read the dataset, and the name of each other one that they read, once for each
    ("" when there is none)."""
    for job in manifests:
        use = kinds[job.ref.kind].rows
        if use is None or job.absent:
            continue
        trained = {_name(name) for _, name in use.trained_on(job.spec)}
        judged = {_name(value_at(job.spec, use.evaluation))} - {""}
        if dataset.ref.name in trained | judged:
            beside = judged if dataset.ref.name in trained else trained
            yield from ((job, name) for name in sorted(beside) or [""])


def limits(jobs: Sequence[Manifest], kinds: Mapping[str, Kind]) -> list[Limit]:
    """The context lengths of these jobs."""
    found = []
    for job in jobs:
        use = kinds[job.ref.kind].rows
        if use and (tokens := use.longest_row(job.spec)):
            found.append(Limit(job.ref, use.context_length, tokens))
    return found


def others(
    dataset: Manifest, manifests: Sequence[Manifest], kinds: Mapping[str, Kind]
) -> list[Other]:
    """The other datasets of the jobs that read this one, where they are files of the project."""
    named = {m.ref.name: m for m in manifests if m.ref.kind == dataset.ref.kind and m.files}
    return [
        Other(job.ref, named[name])
        for job, name in readers(dataset, manifests, kinds)
        if name in named and name != dataset.ref.name
    ]


def tokenizer_of(
    jobs: Sequence[Manifest], manifests: Sequence[Manifest], kinds: Mapping[str, Kind]
) -> tuple[Path, str] | None:
    """The ``tokenizer.json`` of the model that a job trains, else of the project's only model that
    has one; with its path for the user."""
    found = {
        manifest.ref.name: (file.path, f"{manifest.ref}'s {TOKENIZER}")
        for manifest in manifests
        if manifest.files is not None
        for file in manifest.files.files
        if file.key == TOKENIZER
    }
    for job in jobs:
        for reference in kinds[job.ref.kind].references:
            name = _name(value_at(job.spec, reference.path))
            if name in found:
                return found[name]
    return next(iter(found.values())) if len(found) == 1 else None


def _name(value: object) -> str:
    """The last part of a short or full name."""
    return value.rpartition("/")[2] if isinstance(value, str) else ""
