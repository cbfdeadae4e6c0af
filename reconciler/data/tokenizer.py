"""A real tokenizer, where the library and a model's ``tokenizer.json`` are at hand."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LIBRARY = "tokenizers"
INSTALL = "pip install tokenizers"


class TokenCounter(Protocol):
    """``name`` tells the user by what was counted."""

    @property
    def name(self) -> str: ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without those that begin or end a sequence."""


class FileTokenizer:
    """A ``tokenizer.json`` of Hugging Face's library."""

    def __init__(self, tokenizer: Any, name: str) -> None:
        self._tokenizer = tokenizer
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def count(self, texts: Sequence[str]) -> list[int]:
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]


def is_installed() -> bool:
    return find_spec(LIBRARY) is not None


def open_tokenizer(path: Path, shown: str) -> FileTokenizer:
    """Raises ReconcilerError: no library, no such file, no tokenizer."""
    if not is_installed():
        raise ReconcilerError(f"counting with {shown} needs the library {LIBRARY}", INSTALL)
    try:
        return FileTokenizer(import_module(LIBRARY).Tokenizer.from_file(str(path)), shown)
    except Exception as error:  # the library raises nothing more special
        said = str(error)[:120]
        raise ReconcilerError(f"{shown} is no tokenizer: {said}") from None
