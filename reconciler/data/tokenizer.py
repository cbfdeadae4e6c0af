"""A real tokenizer, where the library and a model's ``tokenizer.json`` are at hand."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from reconciler.data.held_stderr import held_stderr
from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LIBRARY = "tokenizers"
INSTALL = "pip install tokenizers"
_PANIC = "PanicException"  # of PyO3, which exports it nowhere


class TokenCounter(Protocol):
    """``name`` tells the user by what was counted."""

    @property
    def name(self) -> str: ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without those that begin or end a sequence. Raises ReconcilerError:
        the tokenizer cannot take them."""


class FileTokenizer:
    """A ``tokenizer.json`` of Hugging Face's library. What it says of the length of sequences is
    for batches of a model: it would cut off, or add to, what is counted."""

    def __init__(self, tokenizer: Any, name: str) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def count(self, texts: Sequence[str]) -> list[int]:
        with _said_of(self._name, "cannot count these texts"):
            found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]


def is_installed() -> bool:
    return find_spec(LIBRARY) is not None


def open_tokenizer(path: Path, shown: str) -> FileTokenizer:
    """Raises ReconcilerError: no library, no such file, no tokenizer."""
    if not is_installed():
        raise ReconcilerError(f"counting with {shown} needs the library {LIBRARY}", INSTALL)
    if not path.is_file():  # the library would wait for a pipe's writer, deaf to every signal
        raise ReconcilerError(f"{shown} is not a tokenizer: it is not a file")
    with _said_of(shown, "is not a tokenizer"):
        return FileTokenizer(import_module(LIBRARY).Tokenizer.from_file(str(path)), shown)


@contextmanager
def _said_of(shown: str, what: str) -> Iterator[None]:
    """Whatever the library raises, as ReconcilerError. It knows nothing more special than
    Exception, and a file that it did not expect makes it panic, which is not even that: Rust then
    tells stderr of a thread and a source file, which help nobody here."""
    with held_stderr() as held:
        try:
            yield
        except BaseException as error:
            panicked = type(error).__name__ == _PANIC
            if not isinstance(error, Exception) and not panicked:
                raise
            held.drop()
            why = "the library tokenizers cannot read it" if panicked else str(error)[:120]
            raise ReconcilerError(f"{shown} {what}: {why}") from None
