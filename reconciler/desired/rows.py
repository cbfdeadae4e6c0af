"""What is wrong between a job and the rows that it reads; the rows themselves are fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.kinds.row_use import value_at
from reconciler.manifest.row_summary import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.desired.resource import Resource
    from reconciler.kinds.kind import Kind
    from reconciler.kinds.row_use import RowUse
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
        for field in (use.dataset, use.evaluation):
            found = files.get(str(value_at(job.spec, field))) if field else None
            if found is not None and found.summary is not None:
                yield from _check(job, use, field, found, found.summary)


def _check(
    job: Resource, use: RowUse, field: str, files: FileSet, rows: RowSummary
) -> Iterator[Diagnostic]:
    yield from _missing_keys(job, use, files, rows)
    if use.trains and field == use.dataset and rows.untrained:
        yield _teaches_nothing(job, field, files, rows)
    limit = value_at(job.spec, use.context_length)
    if isinstance(limit, int) and limit > 0:
        yield from _too_long(job, use.context_length, limit, rows)


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


def _teaches_nothing(job: Resource, field: str, files: FileSet, rows: RowSummary) -> Diagnostic:
    """Fine-tuning docs: only assistant messages are trained on; without any the job fails late."""
    every = rows.untrained == files.rows
    which = "no row has an" if every else f"{rows.untrained:,} rows have no"
    first = "" if every else f" (the first is row {rows.first_untrained})"
    return Diagnostic(
        Severity.ERROR if every else Severity.WARNING,
        "untrained-rows",
        f"spec.{field}: {which} assistant message that is trained on{first}",
        job.manifest.locate(("spec", *field.split("."))),
        job.ref,
        "add assistant messages, or remove their weight: 0",
    )


def _too_long(job: Resource, field: str, limit: int, rows: RowSummary) -> Iterator[Diagnostic]:
    """firectl help: what is longer than maxContextLength is cut."""
    longer = rows.longer_than(limit)
    if longer:
        tokens, row = longer[0]
        count = f"{len(longer)} or more" if len(longer) == LONGEST else str(len(longer))
        noun = "row is" if count == "1" else "rows are"
        yield Diagnostic(
            Severity.WARNING,
            "long-rows",
            f"spec.{field}: {count} {noun} likely longer than {limit:,} tokens and will be cut:"
            f" row {row} has about {tokens:,}",
            job.manifest.locate(("spec", *field.split("."))),
            job.ref,
        )
