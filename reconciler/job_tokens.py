"""What a real tokenizer counts in the datasets of jobs that would run, where one is at hand: the
``tokenizer.json`` of the model that the job trains, among the files of this project."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from reconciler.canonical import digest
from reconciler.data.count import Counted, count_tokens
from reconciler.data.neighbours import TOKENIZER
from reconciler.data.tokenizer import open_tokenizer
from reconciler.errors import ReconcilerError
from reconciler.kinds.cost_rule import TrainingCost
from reconciler.kinds.registry import all_kinds
from reconciler.kinds.value_at import value_at
from reconciler.manifest.digests import hashed
from reconciler.manifest.file_facts import FileMemory
from reconciler.manifest.file_set import LocalFile, identity
from reconciler.plan.context import TokenCount
from reconciler.plan.cost import PAYING
from reconciler.plan.tokens import platform_count, trained_datasets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.data.tokenizer import TokenCounter
    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.diff.change import Change
    from reconciler.live.state import LiveState
    from reconciler.ref import ResourceRef

IN_TEMPLATE = "without and with a chat template"
Tokens = dict[tuple["ResourceRef", str], TokenCount]
_AREA = "tokens"
_WAY = 3
"""Of counting; it stands in the cache, so that what was counted in another way is not believed."""


def job_tokens(
    changes: Sequence[Change],
    desired: DesiredState,
    live: LiveState,
    cache: Cache,
    tokenizer: Path | None = None,
) -> Tokens:
    """By job and full name of the dataset. Left out, to be guessed from the bytes: what the
    platform has counted, what has no tokenizer or no rows here, what cannot be read.

    ``tokenizer`` counts for every job. Raises ReconcilerError when it cannot.

    No library and no file is opened when no job would run; what was counted once is remembered by
    the contents of both files.
    """
    wanted = list(_wanted(changes, desired, live, tokenizer))
    if not wanted:
        return {}
    counting = _Counting(cache)
    found: Tokens = {}
    for one in wanted:
        counted = counting.count(one)
        if counted is not None:
            parts = "" if counted.whole else "parts of it "
            how = f"{IN_TEMPLATE}, {parts}counted with {one.by.shown}"
            found[one.job, one.dataset.name] = TokenCount(counted.low, counted.high, how)
    return found


@dataclass(frozen=True, slots=True)
class _Tokenizer:
    """``shown`` names it for the user. ``asked``: the user gave it, and is told when it fails."""

    file: LocalFile
    shown: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Rows that a job would pay for; ``templates`` are the job's."""

    job: ResourceRef
    dataset: Resource
    by: _Tokenizer
    templates: Mapping[str, str]


def _wanted(
    changes: Sequence[Change], desired: DesiredState, live: LiveState, tokenizer: Path | None
) -> Iterator[_Wanted]:
    """All that would be paid by the token."""
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
    given = _given(tokenizer) if tokenizer and priced else None
    for change, kind, rule in priced:
        by = given or _own_tokenizer(change.resource, rule, named, live)
        if by is None:
            continue
        for name in trained_datasets(change.resource.spec, kind):
            if name in named and not platform_count(name, live):
                templates = kind.rows.written_by(change.resource.spec) if kind.rows else {}
                yield _Wanted(change.ref, named[name], by, templates)


def _given(path: Path) -> _Tokenizer:
    """Raises ReconcilerError."""
    try:
        status = path.stat()
    except OSError as error:
        raise ReconcilerError(f"{path} cannot be read: {error.strerror}") from None
    real = path.resolve()
    file = LocalFile(TOKENIZER, real, status.st_size, identity=identity(status))
    return _Tokenizer(file, str(path), asked=True)


def _own_tokenizer(
    job: Resource, rule: TrainingCost, named: Mapping[str, Resource], live: LiveState
) -> _Tokenizer | None:
    """That of the model of the project that the job starts from, or that an adapter that it starts
    from was trained on."""
    start = next((str(found) for path in rule.models if (found := value_at(job.spec, path))), "")
    record = live.get(start) or live.external.get(start)
    below = str(value_at(record.body, "peftDetails.baseModel") or "") if record else ""
    models = (named[name] for name in (start, below) if name in named)
    return next((found for model in models if (found := _tokenizer_of(model))), None)


def _tokenizer_of(model: Resource) -> _Tokenizer | None:
    files = model.files.files if model.files else ()
    shown = f"{model.ref}'s {TOKENIZER}"
    return next((_Tokenizer(file, shown) for file in files if file.key == TOKENIZER), None)


class _Counting:
    """Opens each tokenizer at most once, and only for what nobody has counted before."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._memory = FileMemory(cache)
        self._opened: dict[str, TokenCounter] = {}

    def count(self, wanted: _Wanted) -> Counted | None:
        """None when there is nothing to count, or no way. Raises ReconcilerError: the tokenizer
        that the user gave cannot."""
        try:
            return self._count(wanted)
        except (OSError, ReconcilerError):
            if wanted.by.asked:
                raise
            return None

    def _count(self, wanted: _Wanted) -> Counted | None:
        """Raises OSError, ReconcilerError."""
        rows = _rows(wanted.dataset)
        if rows is None:
            return None
        tokenizer = hashed(wanted.by.file, self._memory, sha256=True)
        key = f"{_WAY} {tokenizer.sha256} {rows.sha256} {digest(wanted.templates)}"
        known = _decoded(self._cache.get(_AREA, key))
        if known is None and rows.identity is not None:
            counter = self._open(wanted.by)
            known = count_tokens(rows.path, rows.identity, counter, wanted.templates)
            if known is not None:
                self._cache.put(_AREA, key, json.dumps(asdict(known)))
        return known

    def _open(self, by: _Tokenizer) -> TokenCounter:
        """Raises ReconcilerError."""
        if by.shown not in self._opened:
            self._opened[by.shown] = open_tokenizer(by.file.path, by.shown)
        return self._opened[by.shown]


def _rows(dataset: Resource) -> LocalFile | None:
    """The dataset's one file, if its content is known."""
    files = dataset.files.files if dataset.files else ()
    return files[0] if len(files) == 1 and files[0].sha256 else None


def _decoded(text: str | None) -> Counted | None:
    """What was remembered; None for anything else that stands there."""
    try:
        known = json.loads(text or "")
        return Counted(float(known["low"]), float(known["high"]), known["whole"] is True)
    except (ValueError, TypeError, KeyError):
        return None
