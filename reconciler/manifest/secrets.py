"""Text that looks like a credential never stands in a manifest; it is never echoed either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.source_text import SourceText

# What text must have to hold such a credential, a cheap search, and the whole shape, which keeps
# "task-force" and "fw_notes" out. A shape begins with plain text where it can, and looks back from
# there: so it is sought at the speed of memory. No repetition that begins anew at every character
# is unbounded: a file of a megabyte takes milliseconds.
_SHAPES = (
    ("A", r"A[KS]IA(?<![A-Za-z0-9].{4})[A-Z0-9]{16}(?![A-Za-z0-9])", "an AWS access key"),
    ("_", r"fw_(?<![A-Za-z0-9].{3})[A-Za-z0-9]{12,}", "a Fireworks API key"),
    ("_", r"gh[opsur]_(?<![A-Za-z0-9].{4})[A-Za-z0-9]{20,}", "a GitHub token"),
    ("_", r"github_pat_[A-Za-z0-9_]{20,}", "a GitHub token"),
    ("_", r"hf_(?<![A-Za-z0-9].{3})[A-Za-z0-9]{24,}", "a Hugging Face token"),
    ("-", r"sk-(?<![A-Za-z0-9].{3})(?=[A-Za-z0-9_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}", "an API key"),
    ("-", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY", "a private key"),
    ("ignature=", r"(?i)X-(?:Goog|Amz)-Signature=[0-9A-Za-z%]+", "a signed URL"),
    ("sig=", r"[?&]sig=[A-Za-z0-9%+/=]{20,}", "a signed URL"),
)
_IN_TEXT = tuple((must, re.compile(shape), what) for must, shape, what in _SHAPES)

# Rows are gigabytes, and every block of prose has a hyphen and a capital A: so one search, which
# begins with a single byte, asks for all shapes around that byte at once, in half of what each
# costs alone.
_GATES = (
    (b"I", rb"IA(?<=A[KS]IA)", ("A",)),
    (
        b"_",
        rb"_(?<=[wopsurtf]_)(?=[A-Za-z0-9_]{12})"
        rb"(?:(?<=fw_)|(?<=gh[opsur]_)|(?<=github_pat_)|(?<=hf_))",
        ("_",),
    ),
    (b"-", rb"-(?<=[k-]-)(?:(?<=sk-)[A-Za-z0-9_-]{16}|(?<=-----)BEGIN )", ("-",)),
    (b"=", rb"=(?<=[eg]=)(?:(?<=ignature=)|(?<=[?&]sig=))", ("ignature=", "sig=")),
)
_IN_ROWS = tuple(
    (byte, re.compile(gate), [(re.compile(s.encode()), what) for m, s, what in _SHAPES if m in of])
    for byte, gate, of in _GATES
)


def find_secrets(text: str) -> Iterator[tuple[int, str]]:
    """Where something that looks like a credential begins, and what it looks like."""
    for must, shape, what in _IN_TEXT:
        if must in text:
            yield from ((match.start(), what) for match in shape.finditer(text))


def without_secrets(text: str) -> str:
    """Text for a message: three asterisks for everything that looks like a credential."""
    for must, shape, _ in _IN_TEXT:
        if must in text:
            text = shape.sub("***", text)
    return text


def find_secrets_in_rows(rows: bytes) -> list[str]:
    """What one row of data seems to hold, or many rows together: no shape goes over a line end."""
    return [
        what
        for byte, gate, shapes in _IN_ROWS
        if byte in rows and gate.search(rows)  # a byte is sought the fastest
        for shape, what in shapes
        if shape.search(rows)
    ]


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
