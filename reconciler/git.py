"""What the git checkout around a project says: commit, and files as they were."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import BufferedReader
    from pathlib import Path

_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "LANG", "SYSTEMROOT", "GIT_CEILING_DIRECTORIES")
TIMEOUT_SECONDS = 60.0
BLOCK = 1 << 20
WORDS_AT_ONCE = 500  # on one command line


def git(root: Path, *arguments: str, stdin: str = "") -> str | None:
    """Standard output of one git command in ``root``; None when git or the checkout is missing.

    The environment is cleaned: no secret of ours reaches a child process, and no variable
    of a calling hook (GIT_DIR) points git at another repository.
    """
    done = _run(root, *arguments, stdin=stdin)
    return done.stdout.decode("utf-8", "replace") if done and done.returncode == 0 else None


def _run(root: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[bytes] | None:
    command = [*_command(root), *arguments]
    try:
        return subprocess.run(  # noqa: S603  arguments are ours, never a shell
            command,
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            env=_environment(),
            start_new_session=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


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
            done = _run(top, *_GREP, *given, *where, "--", "*.yaml", "*.yml")
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
    done = _run(top, "ls-files", *which, "-z", "--", "*.yaml", "*.yml")
    if done is None or done.returncode:
        return None
    found = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [path for path in found if path.endswith((".yaml", ".yml"))]


def fields_of(root: Path, *arguments: str) -> Iterator[str]:
    """What one git command writes, cut at each NUL, while it writes; to be taken to its end.

    Bytes that are no UTF-8 are kept as surrogates. Raises ReconcilerError: git is missing or fails.
    """
    failed = ReconcilerError("git cannot read the history", "git fsck")
    try:
        child = git_process(root, *arguments)
    except OSError:
        raise failed from None
    with child:
        rest = b""
        try:
            while block := cast("BufferedReader", child.stdout).read(BLOCK):
                *whole, rest = (rest + block).split(b"\0")
                yield from (field.decode("utf-8", "surrogateescape") for field in whole)
            code = child.wait()
        finally:
            child.kill()
    if code:
        raise failed
    yield rest.decode("utf-8", "surrogateescape")


def is_ancestor(root: Path, commit: str) -> bool:
    """Whether HEAD's history holds the commit."""
    return git(root, "merge-base", "--is-ancestor", commit, "HEAD") is not None


def left_out(root: Path) -> tuple[str, ...]:
    """YAML files below ``root`` that HEAD has and a sparse checkout leaves out."""
    listed = git(root, "ls-files", "-t", "-z", "--", "*.yaml", "*.yml") or ""
    return tuple(line[2:] for line in listed.split("\0") if line.startswith("S "))


def git_process(
    root: Path, *arguments: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """A git command whose output is to be read. Raises OSError when git is missing."""
    return subprocess.Popen(  # noqa: S603  arguments are ours, never a shell
        [*_command(root), *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )


def _command(root: Path) -> list[str]:
    """How every git command of ours begins: in ``root``, changing and asking nothing, and with the
    history that was committed, whatever ``git replace`` shows in its place on this machine. Files
    of a checkout that look like a repository are none: their settings would be run as commands."""
    never = (
        "core.fsmonitor=false",
        "credential.interactive=false",
        "safe.bareRepository=explicit",
    )
    options = [part for setting in never for part in ("-c", setting)]
    always = ("--no-optional-locks", "--no-pager", "--no-replace-objects")
    return ["git", "-C", os.fspath(root), *options, *always]


def _environment() -> dict[str, str]:
    """What a git process of ours may know. Where a partial clone has to fetch, git fails instead of
    asking for a password, on the terminal or in a window; ssh has no terminal to ask on, since each
    git process begins a session of its own."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "GCM_INTERACTIVE": "never"}


def head_commit(root: Path) -> str:
    """The commit of HEAD, with ``-dirty`` when tracked files differ, or when git cannot tell;
    "" outside a checkout."""
    commit = (git(root, "rev-parse", "--verify", "-q", "HEAD") or "").strip()
    if not commit:
        return ""
    changed = git(root, "status", "--porcelain", "--untracked-files=no")
    return commit if changed == "" else f"{commit}-dirty"


def is_committed(root: Path) -> bool:
    """Whether the manifests and all tracked files below ``root`` are as HEAD has them; not where
    git cannot tell."""
    changed = git(root, "status", "--porcelain", "--untracked-files=all", "-z", "--", ".")
    if changed is None:
        return False
    entries = [entry for entry in changed.split("\0") if entry]
    return not any(not e.startswith("?? ") or e.endswith((".yaml", ".yml")) for e in entries)


def folder_in_checkout(root: Path) -> str:
    """Where ``root`` is below the top of its checkout, ``/`` between folders; "." for the top, and
    where there is no checkout."""
    return (git(root, "rev-parse", "--show-prefix") or "").rstrip("\n").rstrip("/") or "."


PARTIAL = r"^(extensions\.partialclone|remote\..*\.promisor)$"
"""What git configures in a clone that leaves objects with its remote (git: partial-clone)."""

MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""Where a change is going to be merged: the first of these that there is."""


def changed_files(root: Path, since: str = "") -> frozenset[str] | None:
    """Absolute paths of the files that differ from the commit ``since``, by default the merge base
    with the main branch, those not committed yet and those new to git included; None when there is
    no checkout or no merge base.

    What git ignores it says nothing about.
    """
    top = (git(root, "rev-parse", "--show-toplevel") or "").rstrip("\n")
    base = (since or merge_base(root)) if top else None
    if base is None:
        return None
    flags = ("--name-only", "--no-renames", "--no-relative", "-z")
    differing = git(root, "diff", *flags, base, "--")
    new = git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":/")
    if differing is None or new is None:
        return None
    real = os.path.realpath(top)
    return frozenset(os.path.join(real, name) for name in f"{differing}{new}".split("\0") if name)


def merge_base(root: Path) -> str | None:
    """The commit at which HEAD left the main branch; None without a checkout or a main branch."""
    for branch in MAIN_BRANCHES:
        if git(root, "rev-parse", "--verify", "-q", f"{branch}^{{commit}}") is not None:
            return (git(root, "merge-base", "HEAD", branch) or "").strip() or None
    return None


def history_is_whole(root: Path) -> bool:
    """Whether what a commit reachable from HEAD held can be read: not in a shallow or a partial
    clone, nor where git refuses the checkout (another user's, in a container). Without any
    checkout there is no history that could be missed."""
    return has_all_commits(root) and not is_partial(root)


def has_all_commits(root: Path) -> bool:
    """Whether every commit reachable from HEAD can be read; of a partial clone git fetches what
    they held. As ``history_is_whole`` where there is no checkout, or git refuses it."""
    shallow = git(root, "rev-parse", "--is-shallow-repository")
    if shallow is None:
        return not any((folder / ".git").exists() for folder in (root, *root.parents))
    return shallow.strip() == "false"


def is_partial(root: Path) -> bool:
    """Whether the clone leaves objects with its remote, to be fetched when they are asked for."""
    return bool(git(root, "config", "--get-regexp", PARTIAL))


def differing_from(root: Path, commit: str, paths: Iterable[Path]) -> frozenset[str]:
    """Those of the absolute paths whose file is tracked and differs from the one at the commit."""
    wanted = [os.path.relpath(path, root) for path in paths]
    differing = git(root, "diff", "--name-only", "--relative", "-z", commit, "--", *wanted) or ""
    return frozenset(os.path.join(root, name) for name in differing.split("\0") if name)


def previous_commit(root: Path, path: Path) -> str:
    """The commit that touched the file before the last one that did; "" when there is none."""
    name = os.path.relpath(path, root)
    listed = git(root, "log", "-2", "--format=%H", "HEAD", "--", name) or ""
    return next(iter(listed.split()[1:]), "")


def last_touched(root: Path, commit: str, path: Path) -> str:
    """When the file last changed, as of the commit: RFC 3339; "" when git does not know."""
    return (git(root, "log", "-1", "--format=%cI", commit, "--", os.fspath(path)) or "").strip()


@contextmanager
def open_at(root: Path, commit: str, path: Path) -> Iterator[BufferedReader]:
    """The bytes of the file as they were at the commit, streamed; none when it was not there.

    Raises OSError when git is missing.
    """
    name = f"{commit}:./{os.path.relpath(path, root)}"
    with git_process(
        root, "cat-file", "blob", name
    ) as child:  # waits for it, once it is gone or killed
        try:
            yield cast("BufferedReader", child.stdout)
        finally:
            child.kill()
