"""What is wrong between a job and the rows that it reads; the rows themselves are fine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.desired.fields import dotted
from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.kinds.value_at import value_at
from reconciler.manifest.row_summary import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.desired.resource import Resource
    from reconciler.kinds.kind import Kind
    from reconciler.kinds.row_use import Place, RowUse
    from reconciler.manifest.file_set import FileSet
    from reconciler.manifest.row_summary import RowSummary


def check_rows(resources: Iterable[Resource], kinds: Mapping[str, Kind]) -> Iterator[Diagnostic]:
    """Each job against the rows of its datasets, where these are files of the project."""
    listed = list(resources)
    files = {one.name: one.files for one in listed if one.files is not None and one.files.summary}
    for job in listed if files else ():
        use = kinds[job.ref.kind].rows
        if use is None or job.absent:
            continue
        trained = {place for place, _ in use.trained_on(job.spec)}
        for place, name in use.read(job.spec):
            found = files.get(name)
            if found is None or found.summary is None:
                continue
            field = _Field(job, place)
            yield from _check(field, use, found, found.summary)
            if use.trains and place in trained and found.summary.untrained:
                yield _teaches_nothing(field, found, found.summary)


@dataclass(frozen=True, slots=True)
class _Field:
    """Where below spec a job names the dataset."""

    job: Resource
    place: Place

    @property
    def location(self) -> SourceLocation:
        return self.job.manifest.locate(("spec", *self.place))

    def __str__(self) -> str:
        return f"spec.{dotted(self.place)}"


def _check(field: _Field, use: RowUse, files: FileSet, rows: RowSummary) -> Iterator[Diagnostic]:
    job = field.job
    yield from _missing_keys(job, use, files, rows)
    yield from _unfit(job, use, files, rows)
    limit = use.longest_row(job.spec)
    if limit:
        yield from _too_long(job, use.context_length, limit, rows)


def _unfit(job: Resource, use: RowUse, files: FileSet, rows: RowSummary) -> Iterator[Diagnostic]:
    """DPO guide: pairs of answers are rows of a form of their own."""
    row = min((row for keys, row in rows.keys if use.unfit(keys)), default=0)
    if row:
        message = f"messages: required, but missing: {job.ref} cannot read a pair of answers"
        where = SourceLocation(files.shown, row, 0)
        hint = "pairs are for preference tuning: give this job a dataset of chats"
        yield Diagnostic(Severity.ERROR, "unfit-row", message, where, hint=hint)


def _missing_keys(
    job: Resource, use: RowUse, files: FileSet, rows: RowSummary
) -> Iterator[Diagnostic]:
    """Fine-tuning guide: a template is filled from the row's keys; DPO guide: three keys."""
    for key, path in use.wanted(job.spec):
        row = rows.lacking(key)
        if row:
            names = f"which spec.{path} of {job.ref} names" if path else f"which {job.ref} needs"
            message = f"{key[:120]}: required, but missing: {names}"
            where = SourceLocation(files.shown, row, 0)
            yield Diagnostic(Severity.ERROR, "missing-row-key", message, where)


def _teaches_nothing(field: _Field, files: FileSet, rows: RowSummary) -> Diagnostic:
    """Fine-tuning docs: only assistant messages are trained on; without any the job fails late."""
    every = rows.untrained == files.rows
    which = "no row has an" if every else f"{rows.untrained:,} rows have no"
    first = "" if every else f" (the first is row {rows.first_untrained})"
    return Diagnostic(
        Severity.ERROR if every else Severity.WARNING,
        "untrained-rows",
        f"{field}: {which} assistant message that is trained on{first}",
        field.location,
        field.job.ref,
        "add assistant messages, or remove their weight: 0",
    )


def _too_long(job: Resource, field: str, limit: int, rows: RowSummary) -> Iterator[Diagnostic]:
    """firectl help: what is longer than maxContextLength is cut."""
    longer = rows.longer_than(limit)
    if longer:
        tokens, row = longer[0]
        count = f"{len(longer)} or more" if len(longer) == LONGEST else str(len(longer))
        noun = "row is" if count == "1" else "rows are"
        given = value_at(job.spec, field) is not None
        of = f"{limit:,} tokens" if given else f"the {limit:,} tokens of the default"
        yield Diagnostic(
            Severity.WARNING,
            "long-rows",
            f"spec.{field}: {count} {noun} likely longer than {of} and will be cut:"
            f" row {row} has about {tokens:,}",
            job.manifest.locate(("spec", *field.split("."))),
            job.ref,
        )
