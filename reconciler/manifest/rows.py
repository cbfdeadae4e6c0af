"""Reads a dataset file once: counts its rows, checks them, and lets a digest see the bytes.

Rows go by blocks: what proves a whole block right is asked first, and only where that fails are its
rows looked at one by one. Memory holds one block, or one row of at most 64 MiB, and what is needed
to find repeated rows. Rows end at LF only: U+2028 and its like may stand unescaped in strings.
"""

from __future__ import annotations

import io
from itertools import chain, repeat
from typing import TYPE_CHECKING

from reconciler.manifest.row_blocks import MAX_ROW_BYTES, RowBlocks
from reconciler.manifest.row_columns import columns_of, fit, rows_of
from reconciler.manifest.row_json import RowProblem, read_row, read_rows
from reconciler.manifest.row_repeats import Repeats
from reconciler.manifest.row_report import RowNotes, RowReport
from reconciler.manifest.row_shapes import Shapes
from reconciler.manifest.row_summary import Summing
from reconciler.manifest.row_tokens import MAX_ROWS
from reconciler.manifest.secrets import find_secrets_in_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.manifest.hashing import Digest
    from reconciler.manifest.row_blocks import Row, Rows

    Watch = Callable[[Rows], None]

MIN_ROWS = 3  # fine-tuning docs
_FEW = 16  # rows looked at one by one, where something is wrong among them
_SAID_OFTEN = 5  # the same warning about that many rows, then one about all of them
_BOM = b"\xef\xbb\xbf"


def check_rows(
    raw: io.FileIO,
    shown: str,
    format_name: str | None,
    digest: Digest | None = None,
    watch: Watch | None = None,
) -> RowReport:
    """One pass over an open file; ``shown`` is its path for the user. ``digest`` gets every byte,
    ``watch`` sees every row that is an object.

    ``format_name`` is the dataset's ``format``; None: any objects, for templates. Raises
    ``OSError`` when the file cannot be read to its end.
    """
    check = _Check(shown, format_name, watch)
    blocks = RowBlocks(raw, digest)
    if not all(map(check.block, blocks)):
        blocks.drain()
    return check.finish()


class _Check:
    def __init__(self, shown: str, format_name: str | None, watch: Watch | None) -> None:
        self._report = RowReport()
        self._notes = RowNotes(shown, self._report)
        self._watch = watch
        self._summing = Summing()
        self._repeats = Repeats()
        self._blank = 0
        shapes = Shapes(self._notes.shape_error, self._notes.extra_keys)
        self._shape = _shape(format_name, shapes)
        self._format = format_name

    def block(self, block: bytes) -> bool:
        """Whether to go on: not beyond a row that is too long, nor after too many problems."""
        lines = io.BytesIO(block).readlines()
        rows = read_rows(block, lines) if len(block) <= MAX_ROW_BYTES else None
        if rows is None:
            return all(map(self._line, lines))
        self._end_blank(0)
        self._together(block, lines, rows)
        return not self._report.full

    def _together(self, text: bytes, lines: list[bytes], objects: list[Row]) -> None:
        """Rows that are objects; what costs most is first asked of all of them at once."""
        rows = rows_of(self._notes.row + 1, text, lines, objects)
        repeats = not self._repeats.all_new(rows.first, text, lines)
        secrets = bool(find_secrets_in_rows(text))
        if fit(rows.columns, self._format) and not (repeats or secrets):
            self._notes.row += len(lines)
        else:
            self._each(rows, repeats=repeats, secrets=secrets)
        self._report.rows += self._notes.row + 1 - rows.first
        self._see(rows)

    def _each(self, rows: Rows, *, repeats: bool, secrets: bool) -> None:
        """What is wrong with which of them, until too much is."""
        for line, row, right in zip(rows.lines, rows.objects, self._right(rows), strict=True):
            self._notes.row += 1
            if not right:
                self._shape(row)
            if repeats:
                self._look_for_repeat(line)
            if secrets:
                self._look_for_secrets(line)
            if self._report.full:
                break

    def _right(self, rows: Rows) -> Iterable[bool]:
        """Of each, whether it is surely right: by all of them, or by the few around it."""
        if fit(rows.columns, self._format):
            return repeat(True, len(rows.objects))
        starts = range(0, len(rows.objects), _FEW)
        pieces = [rows.objects[start : start + _FEW] for start in starts]
        found = [repeat(fit(columns_of(few), self._format), len(few)) for few in pieces]
        return chain.from_iterable(found)

    def _line(self, line: bytes) -> bool:
        self._notes.row += 1
        if len(line) > MAX_ROW_BYTES:
            self._notes.error("a row of more than 64 MiB", code="limit")
            return False
        if self._notes.row == 1 and line.startswith(_BOM):
            self._notes.warn("the file begins with a byte order mark", "byte-order-mark")
            line = line[len(_BOM) :]
        if line.strip():
            self._end_blank(0)
            self._row(line)
        else:
            self._end_blank(self._notes.row)
        return not self._report.full

    def _end_blank(self, now: int) -> None:
        """Only the last line may be blank; an earlier one is known when the next line comes."""
        if self._blank:
            self._notes.error("a blank line", "remove it", at=self._blank)
        self._blank = now

    def _row(self, line: bytes) -> None:
        self._report.rows += 1
        try:
            row = read_row(line)
        except RowProblem as problem:
            self._notes.error(problem.message, problem.hint)
            return
        self._shape(row)
        self._see(rows_of(self._notes.row, line, [line], [row]))
        self._look_for_repeat(line)
        self._look_for_secrets(line)

    def _see(self, rows: Rows) -> None:
        self._summing.see(rows)
        if self._watch:
            self._watch(rows)

    def _look_for_repeat(self, line: bytes) -> None:
        first = self._repeats.earlier(self._notes.row, line)
        if first and self._repeats.repeated <= _SAID_OFTEN:
            self._notes.warn(f"duplicate of row {first}", "repeated-row")

    def _look_for_secrets(self, line: bytes) -> None:
        for what in find_secrets_in_rows(line):
            self._notes.warn(f"something here looks like {what}", "literal-secret")

    def finish(self) -> RowReport:
        """What is said of the file as a whole comes last."""
        report, notes = self._report, self._notes
        if report.full:
            notes.error("too many problems: the rest of the file was not checked")
            return report
        report.summary = self._summing.summary()
        if report.rows < MIN_ROWS:
            notes.error(f"expected at least {MIN_ROWS} rows, but has {report.rows}", at=1)
        elif report.rows > MAX_ROWS:
            notes.error(f"expected at most {MAX_ROWS:,} rows, but has {report.rows:,}", at=1)
        if self._repeats.repeated > _SAID_OFTEN:
            message = f"{self._repeats.repeated:,} rows are duplicates of earlier ones"
            notes.warn(message, "repeated-row", at=1)
        return report


def _shape(format_name: str | None, shapes: Shapes) -> Callable[[Row], object]:
    """What tells all that is wrong with a row; templates take any objects."""
    known = {"CHAT": shapes.chat, "COMPLETION": shapes.completion, "RL": shapes.samples}
    return known.get(format_name or "", lambda _: None)
