"""Text that looks like a credential never stands in a manifest; it is never echoed either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.source_text import SourceText

# What a credential begins with, and its whole shape. The first is a cheap search, the second
# keeps "task-force" and "fw_notes" out. No repetition that begins anew at every character is
# unbounded: a file of a megabyte takes milliseconds.
_SHAPES = (
    ("fw_", r"(?<![A-Za-z0-9])fw_[A-Za-z0-9]{12,}", "a Fireworks API key"),
    ("sk-", r"(?<![A-Za-z0-9])sk-(?=[A-Za-z0-9_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}", "an API key"),
    ("AKIA", r"(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}(?![A-Za-z0-9])", "an AWS access key"),
    ("ASIA", r"(?<![A-Za-z0-9])ASIA[A-Z0-9]{16}(?![A-Za-z0-9])", "an AWS access key"),
    ("gh", r"(?<![A-Za-z0-9])gh[opsur]_[A-Za-z0-9]{20,}", "a GitHub token"),
    ("github_pat_", r"github_pat_[A-Za-z0-9_]{20,}", "a GitHub token"),
    ("hf_", r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{24,}", "a Hugging Face token"),
    ("PRIVATE KEY", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY", "a private key"),
    ("Signature=", r"(?i)X-(?:Goog|Amz)-Signature=[0-9A-Za-z%]+", "a signed URL"),
    ("signature=", r"(?i)X-(?:Goog|Amz)-Signature=[0-9A-Za-z%]+", "a signed URL"),
    ("sig=", r"[?&]sig=[A-Za-z0-9%+/=]{20,}", "a signed URL"),
)
_IN_TEXT = tuple((start, re.compile(shape), what) for start, shape, what in _SHAPES)
_IN_BYTES = tuple((s.encode(), re.compile(shape.encode()), what) for s, shape, what in _SHAPES)

# The same for rows, of which there are gigabytes: by a byte that every such credential has.
_AWS = re.compile(rb"A[KS]IA(?<![A-Za-z0-9].{4})[A-Z0-9]{16}(?![A-Za-z0-9])")
_MARKS = {"fw_": b"_", "gh": b"_", "github_pat_": b"_", "hf_": b"_", "sk-": b"-"} | {
    "PRIVATE KEY": b"-", "Signature=": b"=", "signature=": b"=", "sig=": b"=",
}  # fmt: skip
_MARKED = tuple(
    (mark, tuple(shape for shape in _IN_BYTES if _MARKS.get(shape[0].decode()) == mark))
    for mark in (b"_", b"-", b"=")
)


def find_secrets(text: str) -> Iterator[tuple[int, str]]:
    """Where something that looks like a credential begins, and what it looks like."""
    for start, shape, what in _IN_TEXT:
        if start in text:
            yield from ((match.start(), what) for match in shape.finditer(text))


def without_secrets(text: str) -> str:
    """Text for a message: three asterisks for everything that looks like a credential."""
    for start, shape, _ in _IN_TEXT:
        if start in text:
            text = shape.sub("***", text)
    return text


def find_secrets_in_row(line: bytes) -> list[str]:
    """What a row of data seems to hold."""
    found = [] if _AWS.search(line) is None else ["an AWS access key"]
    for mark, shapes in _MARKED:
        if mark in line:  # one byte is found at ten times the speed of several
            found += [what for s, shape, what in shapes if s in line and shape.search(line)]
    return found


def secret_diagnostics(source: SourceText) -> list[Diagnostic]:
    """An error for each credential in a manifest's text, comments included, without its text."""
    hint = "revoke it, and name an environment variable instead: {env: NAME}"
    return [
        Diagnostic(
            Severity.ERROR,
            "literal-secret",
            f"this looks like {what}: secrets never stand in a manifest",
            source.location(index),
            hint=hint,
        )
        for index, what in find_secrets(source.text)
    ]
