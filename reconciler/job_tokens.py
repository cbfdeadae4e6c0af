"""What a real tokenizer counts in the datasets of jobs that would run, where one is at hand: the
``tokenizer.json`` of the model that the job trains, among the files of this project."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from reconciler.data.count import Counted, count_tokens
from reconciler.data.neighbours import TOKENIZER
from reconciler.data.tokenizer import open_tokenizer
from reconciler.desired.fields import value_at
from reconciler.errors import ReconcilerError
from reconciler.kinds.kind import TrainingCost
from reconciler.kinds.registry import all_kinds
from reconciler.manifest.digests import hashed
from reconciler.manifest.file_facts import FileMemory
from reconciler.plan.context import TokenCount
from reconciler.plan.cost import PAYING, platform_count, trained_datasets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.data.tokenizer import TokenCounter
    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.diff.change import Change
    from reconciler.live.state import LiveState
    from reconciler.manifest.file_set import FileIdentity, LocalFile
    from reconciler.ref import ResourceRef

Tokens = dict[tuple["ResourceRef", str], TokenCount]
_AREA = "tokens"
_WAY = 2
"""Of counting; it stands in the cache, so that what was counted in another way is not believed."""


def job_tokens(
    changes: Sequence[Change], desired: DesiredState, live: LiveState, cache: Cache
) -> Tokens:
    """By job and full name of the dataset. Left out, to be guessed from the bytes: what the
    platform has counted, what has no tokenizer or no rows here, what cannot be read.

    No library and no file is opened when no job would run; what was counted once is remembered by
    the contents of both files.
    """
    wanted = list(_wanted(changes, desired, live))
    if not wanted:
        return {}
    counting = _Counting(cache)
    found: Tokens = {}
    for job, dataset, model in wanted:
        counted = counting.count(dataset, model)
        if counted is not None:
            parts = "" if counted.whole else "parts of it "
            how = f"{parts}counted with {model.ref}'s {TOKENIZER}"
            found[job, dataset.name] = TokenCount(counted.low, counted.high, how)
    return found


def _wanted(
    changes: Sequence[Change], desired: DesiredState, live: LiveState
) -> Iterator[tuple[ResourceRef, Resource, Resource]]:
    """(job, dataset, model with a tokenizer) of all that would be paid by the token."""
    kinds = all_kinds()
    priced = [
        (change, kind, kind.cost)
        for change in changes
        if change.action in PAYING
        and isinstance((kind := kinds[change.ref.kind]).cost, TrainingCost)
    ]
    named: Mapping[str, Resource] = (
        {one.name: one for one in desired.resources.values() if one.files} if priced else {}
    )
    for change, kind, rule in priced:
        model = _trained_model(change.resource, rule, named, live)
        if model is None:
            continue
        for name in trained_datasets(change.resource.spec, kind):
            if name in named and not platform_count(name, live):
                yield change.ref, named[name], model


def _trained_model(
    job: Resource, rule: TrainingCost, named: Mapping[str, Resource], live: LiveState
) -> Resource | None:
    """The model of the project that has the job's tokenizer: what it starts from, or what an
    adapter that it starts from was trained on."""
    start = next((str(found) for path in rule.models if (found := value_at(job.spec, path))), "")
    record = live.get(start) or live.external.get(start)
    below = str(value_at(record.body, "peftDetails.baseModel") or "") if record else ""
    return next((named[name] for name in (start, below) if _tokenizer(named.get(name))), None)


def _tokenizer(model: Resource | None) -> LocalFile | None:
    files = model.files.files if model and model.files else ()
    return next((file for file in files if file.key == TOKENIZER), None)


class _Counting:
    """Opens each tokenizer at most once, and only for what nobody has counted before."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._memory = FileMemory(cache)
        self._opened: dict[ResourceRef, TokenCounter | None] = {}

    def count(self, dataset: Resource, model: Resource) -> Counted | None:
        rows, tokenizer = _rows(dataset), _tokenizer(model)
        if rows is None or tokenizer is None:
            return None
        try:
            tokenizer = hashed(tokenizer, self._memory, sha256=True)
        except OSError:
            return None
        key = f"{_WAY} {tokenizer.sha256} {rows.sha256}"
        known = _decoded(self._cache.get(_AREA, key))
        if known is None and rows.identity is not None:
            counter = self._open(model.ref, tokenizer)
            known = _counted(rows.path, rows.identity, counter) if counter else None
            if known is not None:
                self._cache.put(_AREA, key, json.dumps(asdict(known)))
        return known

    def _open(self, model: ResourceRef, tokenizer: LocalFile) -> TokenCounter | None:
        if model not in self._opened:
            try:
                counter = open_tokenizer(tokenizer.path, f"{model}'s {TOKENIZER}")
            except ReconcilerError:
                counter = None
            self._opened[model] = counter
        return self._opened[model]


def _rows(dataset: Resource) -> LocalFile | None:
    """The dataset's one file, if its content is known."""
    files = dataset.files.files if dataset.files else ()
    return files[0] if len(files) == 1 and files[0].sha256 else None


def _counted(path: Path, identity: FileIdentity, counter: TokenCounter) -> Counted | None:
    """None also where the tokenizer cannot take the rows."""
    try:
        return count_tokens(path, identity, counter)
    except ReconcilerError:
        return None


def _decoded(text: str | None) -> Counted | None:
    """What was remembered; None for anything else that stands there."""
    try:
        known = json.loads(text or "")
        return Counted(float(known["low"]), float(known["high"]), known["whole"] is True)
    except (ValueError, TypeError, KeyError):
        return None
