"""Runs git: what it writes as text, cut at each NUL, or as a stream."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, cast

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path


_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "LANG", "SYSTEMROOT", "GIT_CEILING_DIRECTORIES")
TIMEOUT_SECONDS = 60.0
BLOCK = 1 << 20


def git(root: Path, *arguments: str, stdin: str = "") -> str | None:
    """Standard output of one git command in ``root``; None when git or the checkout is missing.

    The environment is cleaned: no secret of ours reaches a child process, and no variable
    of a calling hook (GIT_DIR) points git at another repository.
    """
    done = run(root, *arguments, stdin=stdin)
    return done.stdout.decode("utf-8", "replace") if done and done.returncode == 0 else None


def run(root: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[bytes] | None:
    """One git command that has ended, whatever its exit code; None when git is missing or hangs."""
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
