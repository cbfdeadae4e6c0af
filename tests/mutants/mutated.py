"""Every mutant of the files under test, as code that can stand in for a function that is loaded.

The mutations are mutmut's: it writes one copy of a function for each. Here only their code is
taken, and put into the function itself (:meth:`Mutant.put_in`): nothing is called through a
detour, whoever imported the function runs the mutant, and the lines of the original are the lines
that a test covers.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import importlib
import re
import types
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

from mutmut.mutation.file_mutation import mutate_file_contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mutmut.mutation.data import LineSpan

MUTANT = re.compile(r"__mutmut_(orig|\d+)")
SEPARATOR = "ǁ"  # mutmut's, between class and method: xǁClassǁmethod__mutmut_7


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function; ``lines`` are those of the original that it touches."""

    name: str  # reconciler.plan.shards.Shard.part 7
    path: Path
    lines: frozenset[int]
    before: str
    after: str
    original: types.FunctionType
    changed: types.FunctionType

    @property
    def key(self) -> str:
        """What a verdict is remembered by: another text of the mutant is another mutant."""
        return f"{self.name} {hashlib.sha256(self.after.encode()).hexdigest()[:12]}"

    @property
    def part(self) -> str:
        """Its row in the table: a package of its own, or a file of one."""
        place = self.path.relative_to("reconciler")
        return f"{place.parts[0]}/" if place.parts[0] in ("plan", "diff") else str(place)

    def difference(self) -> str:
        """The changed lines, under the mutant's name and place."""
        texts = difflib.unified_diff(
            self.before.split("\n"), self.after.split("\n"), n=0, lineterm=""
        )
        changed = [text for text in texts if not text.startswith(("---", "+++", "@@"))]
        return "\n".join([f"{self.path}:{min(self.lines)}: {self.name}", *changed])

    def put_in(self) -> None:
        """From now on, in this process, the function is the mutant.

        :raises ValueError: the mutant has lost the only use of ``super()`` or of a cell
        """
        self.original.__code__ = self.changed.__code__
        self.original.__defaults__ = self.changed.__defaults__
        self.original.__kwdefaults__ = self.changed.__kwdefaults__


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mutants of one file of the package, in the file's order."""
    text = path.read_text(encoding="utf-8")
    mutated = mutate_file_contents(str(path), text)
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    scratch = dict(vars(module))
    exec(compile(mutated.code, f"<mutants of {path}>", "exec"), scratch)
    statements = _statements(ast.parse(text))
    lines = mutated.code.splitlines()
    spans = mutated.line_span_by_function_name
    for name in mutated.mutant_names:
        function, _, number = name.partition("__mutmut_")
        place = function.removeprefix("x").removeprefix("_").strip(SEPARATOR).split(SEPARATOR)
        original = _function(vars(module), place)
        before = _texts(lines, spans[f"{function}__mutmut_orig"])
        after = _texts(lines, spans[name])
        code = original.__code__
        touched = _touched(before, after, code.co_firstlineno)
        yield Mutant(
            name=f"{module.__name__}.{'.'.join(place)} {number}",
            path=path,
            lines=_whole(touched, statements, code),
            before="\n".join(before),
            after="\n".join(after),
            original=original,
            changed=_function(scratch, [*place[:-1], name]),
        )


def _function(names: dict[str, object], place: list[str]) -> types.FunctionType:
    """The function at a place of a module: ``["Shard", "part"]``."""
    found = names[place[0]]
    for name in place[1:]:
        found = vars(found)[name]
    if isinstance(found, staticmethod | classmethod):
        found = found.__func__
    assert isinstance(found, types.FunctionType), f"{place} is {found!r}"
    return found


def _texts(lines: list[str], span: LineSpan) -> list[str]:
    """The text of a function under the name that all its mutants share, from its decorator on."""
    texts = [MUTANT.sub("", line) for line in lines[span.start - 1 : span.end]]
    return list(dropwhile(lambda text: not text.strip() or text.strip().startswith("#"), texts))


def _touched(before: list[str], after: list[str], first: int) -> range:
    """The lines of the original, numbered from ``first``, between what both have in common."""
    head = _in_common(before, after)
    tail = _in_common(before[head:][::-1], after[head:][::-1])
    return range(first + head, first + len(before) - tail)


def _in_common(one: list[str], other: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _statements(tree: ast.Module) -> list[range]:
    """The lines of each simple statement, and those of the head of each compound one."""
    return [_own_lines(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def _own_lines(node: ast.stmt) -> range:
    last = node.end_lineno or node.lineno
    body: list[ast.stmt] = getattr(node, "body", [])
    if not body:
        return range(node.lineno, last + 1)
    return range(node.lineno, max(node.lineno + 1, body[0].lineno))


def _whole(touched: range, statements: list[range], code: types.CodeType) -> frozenset[int]:
    """The lines of the statements that hold touched ones: Python names only some of a long one.

    Where a touched line is in none (``except``), or in the head of the function, all its lines.
    """
    holding = [lines for lines in statements if set(lines) & set(touched)]
    found = frozenset(line for lines in holding for line in lines)
    if code.co_firstlineno in found or not found.issuperset(touched):
        return frozenset(line for _, _, line in code.co_lines() if line is not None)
    return found
