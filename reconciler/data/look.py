"""One look at a dataset of the project: its rows streamed once, and what the jobs make of them."""

from __future__ import annotations

import io
import os
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.data.facts import DataFacts, Found, LongRows, Overlap
from reconciler.data.neighbours import limits, others, readers, tokenizer_of
from reconciler.data.profile import Profile, Tally
from reconciler.data.tokenizer import INSTALL, is_installed, open_tokenizer
from reconciler.errors import ContentError, UsageError
from reconciler.manifest.pointers import LONGEST, lfs_pointer
from reconciler.manifest.quoting import escaped
from reconciler.manifest.row_hash import row_hash
from reconciler.manifest.row_tokens import of_bytes
from reconciler.manifest.rows import check_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from reconciler.data.neighbours import Limit, Other
    from reconciler.data.tokenizer import TokenCounter
    from reconciler.diagnostic import Diagnostic
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest

MOST_HASHES = 1_000_000  # rows of another dataset that are compared
SECRET = "literal-secret"  # noqa: S105  the code of a diagnostic
_LOOKS_LIKE = "something here looks like "
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The project around the dataset: ``manifests`` without their files' bytes looked at."""

    manifests: Sequence[Manifest]
    kinds: Mapping[str, Kind]
    cwd: Path


def look_at(dataset: Manifest, around: Surroundings, counter: TokenCounter | None) -> DataFacts:
    """Read the dataset's file once. ``counter``: a tokenizer that the user gave; else one is taken
    from a model of the project where that is possible.

    Raises UsageError when the dataset has no file, ContentError when it cannot be read.
    """
    path = _file(dataset)
    reading = readers(dataset, around.manifests, around.kinds)
    jobs = list({job.ref: job for job, _ in reading}.values())
    notes: list[str] = []
    counter = counter or _at_hand(jobs, around, notes)
    context = limits(jobs, around.kinds)
    beside = others(dataset, around.manifests, around.kinds)
    keys = {str(other.dataset.ref): _hashes(other, notes) for other in beside}
    profile = Profile((limit.tokens for limit in context), keys, counter)
    shown = escaped(os.path.relpath(path, around.cwd))
    format_name = dataset.spec.get("format")
    with _opened(path) as raw:
        size = os.fstat(raw.fileno()).st_size
        report = check_rows(raw, shown, format_name, watch=profile.see)
    guess = of_bytes(size, report.rows) if report.full else report.summary.tokens
    return DataFacts(
        dataset.ref,
        shown,
        format_name or "",
        size,
        report.rows,
        dict(profile.forms.most_common()),
        dict(profile.roles.most_common()),
        profile.messages(),
        profile.tokens(guess),
        profile.duplicates.found,
        profile.compared,
        _secrets(report.diagnostics),
        tuple(_long(limit, profile) for limit in context),
        tuple(_overlap(other, profile) for other in beside),
        tuple(report.diagnostics),
        tuple(notes),
    )


def _file(dataset: Manifest) -> Path:
    if dataset.files is None or len(dataset.files.files) != 1:
        hint = "its manifest needs spec.source, the path of one file"
        raise UsageError(f"{dataset.ref} has no file to look at", hint)
    file = dataset.files.files[0]
    if file.why_absent:
        raise ContentError(f"{dataset.ref}: {file.key} is not here: {file.why_absent}")
    return file.path


def _opened(path: Path) -> io.FileIO:
    """Raises ContentError."""
    try:
        raw = io.FileIO(os.open(path, _FLAGS), "rb")
        pointer = lfs_pointer(os.pread(raw.fileno(), LONGEST, 0))
    except OSError as error:
        raise ContentError(f"{path.name} cannot be read: {error.strerror}") from None
    if pointer:
        raw.close()
        raise ContentError(f"{path.name} is a Git LFS pointer, not the rows", "git lfs pull")
    return raw


def _at_hand(
    jobs: Sequence[Manifest], around: Surroundings, notes: list[str]
) -> TokenCounter | None:
    found = tokenizer_of(jobs, around.manifests, around.kinds)
    if found is None:
        return None
    if is_installed():
        return open_tokenizer(*found)
    notes.append(f"tokens are guessed: to count them with {found[1]}, {INSTALL}")
    return None


def _hashes(other: Other, notes: list[str]) -> set[int]:
    """Of the rows of another dataset; empty, with a note, when it cannot be read."""
    keys: set[int] = set()
    try:
        with _opened(_file(other.dataset)) as raw, io.BufferedReader(raw, 1 << 20) as lines:
            for line in lines:
                if len(keys) == MOST_HASHES:
                    notes.append(f"only {MOST_HASHES:,} rows of {other.dataset.ref} are compared")
                    break
                keys.add(row_hash(line))
    except (ContentError, UsageError, OSError) as error:
        notes.append(f"not compared with {other.dataset.ref}: {error}")
    return keys


def _secrets(diagnostics: Iterable[Diagnostic]) -> dict[str, Found]:
    found: dict[str, Tally] = defaultdict(Tally)
    for said in diagnostics:
        if said.code == SECRET and said.location:
            found[said.message.removeprefix(_LOOKS_LIKE)].add(said.location.line)
    return {what: tally.found for what, tally in found.items()}


def _long(limit: Limit, profile: Profile) -> LongRows:
    return LongRows(limit.job, limit.field, limit.tokens, profile.over[limit.tokens].found)


def _overlap(other: Other, profile: Profile) -> Overlap:
    return Overlap(other.job, other.dataset.ref, profile.shared[str(other.dataset.ref)].found)
