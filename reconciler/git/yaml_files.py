"""The YAML files of a checkout or of a commit: those with certain words, and those left out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.git.command import git, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


WORDS_AT_ONCE = 500  # on one command line
# Whatever the user's settings and .gitattributes say: names without colours, and text in files that
# git is told not to show differences of.
_GREP = ("-c", "submodule.recurse=false", "grep", "--no-color", "-l", "-z", "-a", "-F")


def yaml_files_with(top: Path, words: Sequence[str], commit: str = "") -> tuple[str, ...] | None:
    """The YAML files of the work tree, new ones included, or of a commit, that have one of the
    words; None when git cannot tell. Paths relative to ``top``; none that git ignores."""
    found: dict[str, None] = {}
    # With --untracked git leaves out what it ignores, even what is tracked nevertheless.
    trees = ((commit,),) if commit else ((), ("--untracked",))
    for at in range(0, len(words), WORDS_AT_ONCE):
        given = [part for word in words[at : at + WORDS_AT_ONCE] for part in ("-e", word)]
        for where in trees:
            done = run(top, *_GREP, *given, *where, "--", "*.yaml", "*.yml")
            if done is None or done.returncode not in (0, 1):  # 1: none
                return None
            found |= dict.fromkeys(done.stdout.decode("utf-8", "surrogateescape").split("\0"))
    start = f"{commit}:" if commit else ""
    return tuple(path.removeprefix(start) for path in found if path)


def unsearched_yaml_files(top: Path) -> tuple[str, ...] | None:
    """The YAML files of the work tree that ``yaml_files_with`` leaves out: those that git ignores
    and does not track, and links, whose text stands elsewhere; None when git cannot tell. Paths
    relative to ``top``; none of repositories inside of this one."""
    standard = ("--others", "--exclude-standard")
    ignored = _yaml_files(top, *standard, "--ignored")
    searched = _yaml_files(top, *standard, "--cached")
    if ignored is None or searched is None:
        return None
    return (*ignored, *(path for path in searched if os.path.islink(top / path)))


def _yaml_files(top: Path, *which: str) -> list[str] | None:
    done = run(top, "ls-files", *which, "-z", "--", "*.yaml", "*.yml")
    if done is None or done.returncode:
        return None
    found = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [path for path in found if path.endswith((".yaml", ".yml"))]


def left_out(root: Path) -> tuple[str, ...]:
    """YAML files below ``root`` that HEAD has and a sparse checkout leaves out."""
    listed = git(root, "ls-files", "-t", "-z", "--", "*.yaml", "*.yml") or ""
    return tuple(line[2:] for line in listed.split("\0") if line.startswith("S "))
