"""Reads a dataset file once, row by row: counts and checks, and lets a digest see the bytes.

Memory holds one row, at most 64 MiB, and what is needed to find repeated rows among the first
hundred thousand. Rows end at LF only: U+2028 and its like may stand unescaped in strings.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.quoting import escaped
from reconciler.manifest.row_json import RowProblem, read_row
from reconciler.manifest.row_shapes import Shapes
from reconciler.manifest.row_summary import RowSummary, Summing
from reconciler.manifest.secrets import find_secrets_in_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from reconciler.manifest.hashing import Digest

    Watch = Callable[[int, bytes, dict[str, Any]], None]
    """Shown each sound row: its number from 1, its bytes, its object."""

MIN_ROWS, MAX_ROWS = 3, 3_000_000  # fine-tuning docs
MAX_ROW_BYTES = 64 * 1024 * 1024
_BLOCK = 1024 * 1024
_MOST_PROBLEMS = 1000  # of one file: a wrong format makes every row one
_REMEMBERED = 100_000  # rows that a later one is compared with
_SAID_OFTEN = 5  # the same warning about that many rows, then one about all of them
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class RowReport:
    """How many rows a file has, what jobs ask of them, and what is wrong with it."""

    rows: int = 0
    summary: RowSummary = field(default_factory=RowSummary)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.diagnostics)


class _Tee(io.RawIOBase):
    """Shows a digest what passes through, block by block."""

    def __init__(self, raw: io.FileIO, digest: Digest) -> None:
        self._raw = raw
        self._digest = digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._raw.read(len(buffer))
        self._digest.update(block)
        buffer[: len(block)] = block
        return len(block)


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
    report = RowReport()
    check = _Check(shown, report, format_name, watch)
    source: io.RawIOBase = _Tee(raw, digest) if digest else raw
    lines = io.BufferedReader(source, _BLOCK)
    try:
        check.run(lines)
    finally:
        lines.detach()  # whoever opened the file closes it
    return report


class _Check:
    def __init__(
        self, shown: str, report: RowReport, format_name: str | None, watch: Watch | None
    ) -> None:
        self._shown = shown
        self._watch = watch
        self._summing = Summing()
        self._report = report
        self._number = 0
        self._blank = 0
        self._seen: dict[int, int] = {}
        self._repeated = 0
        self._extras: set[str] = set()
        shapes = Shapes(self._shape_error, self._extra_keys)
        self._shape: Callable[[dict[str, Any]], None] = {
            "CHAT": shapes.chat,
            "COMPLETION": shapes.completion,
            "RL": shapes.samples,
        }.get(format_name or "", lambda _row: None)

    def run(self, lines: io.BufferedReader[Any]) -> None:
        for line in _lines(lines):
            self._number += 1
            if len(line) > MAX_ROW_BYTES:
                self._error("a row of more than 64 MiB", code="limit")
                _drain(lines)
                break
            if self._number == 1 and line.startswith(_BOM):
                self._warn("the file begins with a byte order mark", 1, "byte-order-mark")
                line = line[len(_BOM) :]
            self._line(line)
            if len(self._report.diagnostics) >= _MOST_PROBLEMS:
                self._error("too many problems: the rest of the file was not checked")
                _drain(lines)
                return
        self._finish()

    def _line(self, line: bytes) -> None:
        if not line.strip():
            self._skip_blank()
            return
        self._skip_blank(but_now=False)
        self._report.rows += 1
        try:
            row = read_row(line)
        except RowProblem as problem:
            self._error(problem.message, problem.hint)
            return
        self._shape(row)
        self._summing.see(self._number, line, row)
        if self._watch:
            self._watch(self._number, line, row)
        self._remember(line)
        for what in find_secrets_in_row(line):
            self._warn(f"something here looks like {what}", self._number, "literal-secret")

    def _skip_blank(self, *, but_now: bool = True) -> None:
        """Only the last line may be blank; an earlier one is known when the next line comes."""
        if self._blank:
            self._error("a blank line", "remove it", at=self._blank)
        self._blank = self._number if but_now else 0

    def _remember(self, line: bytes) -> None:
        first = self._seen.setdefault(hash(line.rstrip(b"\r\n")), self._number)
        if first != self._number:
            self._repeated += 1
            if self._repeated <= _SAID_OFTEN:
                self._warn(f"the same as row {first}", self._number, "repeated-row")
        elif len(self._seen) > _REMEMBERED:
            self._seen.popitem()

    def _shape_error(self, path: str, message: str) -> None:
        self._error(f"{path}: {message}")

    def _extra_keys(self, path: str, keys: Collection[str]) -> None:
        """Said once a file and key: whoever writes a key writes it in every row."""
        for key in sorted(keys):
            if key not in self._extras and len(self._extras) < _MOST_PROBLEMS:
                self._extras.add(key)
                where = f"{path}.{escaped(key)}".removeprefix(".")
                self._warn(f"{where}: unknown key", self._number, "unknown-key")

    def _finish(self) -> None:
        rows = self._report.rows
        self._report.summary = self._summing.summary()
        if rows < MIN_ROWS:
            self._error(f"expected at least {MIN_ROWS} rows, but has {rows}", at=1)
        elif rows > MAX_ROWS:
            self._error(f"expected at most {MAX_ROWS:,} rows, but has {rows:,}", at=1)
        if self._repeated > _SAID_OFTEN:
            message = f"{self._repeated:,} rows are the same as an earlier one"
            self._warn(message, 1, "repeated-row")

    def _error(
        self, message: str, hint: str | None = None, *, at: int = 0, code: str = "invalid-row"
    ) -> None:
        where = SourceLocation(self._shown, at or self._number, 0)
        found = Diagnostic(Severity.ERROR, code, message, where, hint=hint)
        self._report.diagnostics.append(found)

    def _warn(self, message: str, row: int, code: str) -> None:
        where = SourceLocation(self._shown, row, 0)
        self._report.diagnostics.append(Diagnostic(Severity.WARNING, code, message, where))


def _lines(lines: io.BufferedReader[Any]) -> Iterator[bytes]:
    while line := lines.readline(MAX_ROW_BYTES + 1):
        yield line


def _drain(lines: io.BufferedReader[Any]) -> None:
    """Reads on for the digest's sake."""
    while lines.read(_BLOCK):
        pass
