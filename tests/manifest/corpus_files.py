"""Reads the corpus: text files of cases, each an input and what is said of it.

    == title [head]
    lines of input
    => line:column: message (hint)

``[job]``, ``[dataset]``, ``[model]``, ``[legacy]`` put the lines below a spec that is valid
without them; ``[raw]`` takes them as the whole file; ``[bytes]`` reads Python's escapes in them.
What a head means for rows, weights and command lines stands in their tests. Of these
RECONCILER_REWRITE=1 writes what is said now: read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.manifest.load import Loaded, load
from reconciler.manifest.project import find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.diagnostic import Diagnostic

SAID = "=> "
FOLDER = Path(__file__).parent / "corpus"
HEADS = {
    "job": "kind: SupervisedFineTuningJob\nmetadata: {name: bot}\nspec:\n"
    "  dataset: rows\n  baseModel: accounts/fireworks/models/llama\n",
    "dataset": "kind: Dataset\nmetadata: {name: rows}\nspec:\n  displayName: Rows\n",
    "model": "kind: Model\nmetadata: {name: base}\nspec:\n  displayName: Base\n",
    "legacy": "kind: FineTuningJob\nmetadata: {name: old}\nspec:\n"
    "  dataset: rows\n  baseModel: accounts/fireworks/models/llama\n",
}
ROWS = '{"messages": [{"role": "user", "content": "%d"}, {"role": "assistant", "content": "b"}]}\n'


@dataclass(frozen=True, slots=True)
class Case:
    """``line`` is where the case stands in its corpus file, ``given`` what stands in it."""

    title: str
    head: str
    line: int
    given: str
    said: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.title} (line {self.line})"

    @property
    def content(self) -> bytes:
        """The manifest."""
        return _content(self.head, self.given)


def cases(name: str) -> list[Case]:
    """All cases of ``corpus/<name>.txt``."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    starts = list(re.finditer(r"^== (.*) \[(\w+)\]\n", text, re.MULTILINE))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return [
        _case(start[1], start[2], text[start.end() : end], text.count("\n", 0, start.start()) + 1)
        for start, end in zip(starts, ends, strict=True)
    ]


def _case(title: str, head: str, body: str, line: int) -> Case:
    lines = body.removesuffix("\n").split("\n") if body else []
    said = tuple(one.removeprefix(SAID) for one in lines if one.startswith(SAID))
    given = "".join(f"{one}\n" for one in lines if not one.startswith(SAID))
    return Case(title, head, line, given, said)


def rewrite(name: str, answer: Callable[[Case], Sequence[str]]) -> None:
    """Write what is said now below each case, if the environment asks for it."""
    if os.environ.get("RECONCILER_REWRITE"):
        texts = [_written(case, answer(case)) for case in cases(name)]
        (FOLDER / f"{name}.txt").write_text("".join(texts), encoding="utf-8")


def corpus_project(folder: Path, name: str, answer: Callable[[Case, Path], Sequence[str]]) -> Path:
    """The folder with a project in it, in which the cases of ``corpus/<name>.txt`` are answered;
    they are written anew if the environment asks for it."""
    make_project(folder)
    rewrite(name, lambda case: answer(case, folder))
    return folder


def _written(case: Case, said: Sequence[str]) -> str:
    lines = "".join(f"{SAID}{line}\n" for line in said)
    return f"== {case.title} [{case.head}]\n{case.given}{lines}"


def unescaped(given: str) -> bytes:
    """The bytes that Python's escapes in a case mean."""
    escaped = given.rstrip("\n").encode("latin-1")
    return escaped.decode("unicode_escape").encode("latin-1")


def _content(head: str, given: str) -> bytes:
    if head == "raw":
        return given.encode()
    if head == "bytes":
        return unescaped(given)
    indented = "".join(f"  {one}\n" if one else "\n" for one in given.split("\n")[:-1])
    return f"apiVersion: reconciler/v1\n{HEADS[head]}{indented}".encode()


def make_project(folder: Path) -> None:
    """A project with one good data file and two values."""
    (folder / "manifests").mkdir()
    (folder / "data").mkdir()
    rows = "".join(ROWS % number for number in range(4))
    (folder / "data/rows.jsonl").write_text(rows, encoding="utf-8")
    (folder / "reconciler.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Project\n"
        "spec: {values: {epochs: 3, team: support, rate: 1e-4, fast: true}}\n",
        encoding="utf-8",
    )


def load_content(folder: Path, content: bytes) -> Loaded:
    """What the loader makes of a project whose only manifest has that content."""
    (folder / "manifests/m.yaml").write_bytes(content)
    return load([], find_project([], folder, None), folder, environ={"WANDB": "set"})


def shown(diagnostic: Diagnostic) -> str:
    """A diagnostic as the corpus writes it; its file only where it is not the manifest."""
    where = str(diagnostic.location).removeprefix("manifests/m.yaml:")
    severity = "" if diagnostic.severity.value == "error" else "warning: "
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    return f"{where}: {severity}{diagnostic.message}{hint}"
