"""What a library writes on stderr by itself is held back, and shown or dropped when it ends."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from typing import TYPE_CHECKING

from reconciler.data.held_stderr import held_stderr

if TYPE_CHECKING:
    import pytest


def test_what_was_written_comes_when_the_block_ends(capfd: pytest.CaptureFixture[str]) -> None:
    with held_stderr():
        os.write(2, b"by the library\n")
        inside = capfd.readouterr().err

    assert ("", "by the library\n") == (inside, capfd.readouterr().err)


def test_what_is_dropped_never_comes(capfd: pytest.CaptureFixture[str]) -> None:
    with held_stderr() as held:
        os.write(2, b"thread panicked\n")
        held.drop()
    sys.stderr.write("after\n")

    assert "after\n" == capfd.readouterr().err


def test_what_python_wrote_before_comes_whatever_is_dropped(
    capfd: pytest.CaptureFixture[str],
) -> None:
    sys.stderr.write("before ")
    with held_stderr() as held:
        held.drop()

    assert "before " == capfd.readouterr().err


def test_an_error_inside_leaves_stderr_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        with held_stderr():
            os.write(2, b"held ")
            raise ValueError
    except ValueError:
        os.write(2, b"and free")

    assert "held and free" == capfd.readouterr().err


def test_without_stderr_nothing_is_held() -> None:
    real = os.dup(2)
    os.close(2)
    try:
        with held_stderr() as held:
            held.drop()
        closed = not os.path.exists("/proc/self/fd/2")
    finally:
        os.dup2(real, 2)
        os.close(real)

    assert closed


def test_no_folder_needs_to_be_writable(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as only:
        only.setattr(tempfile, "tempdir", "/nowhere")
        with held_stderr() as held:
            os.write(2, b"thread panicked\n")
            held.drop()

    assert "" == capfd.readouterr().err


def test_where_nothing_can_be_kept_nothing_is_held(capfd: pytest.CaptureFixture[str]) -> None:
    spare = os.dup(2)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.close(spare)
    resource.setrlimit(resource.RLIMIT_NOFILE, (spare + 1, limits[1]))  # room for one more
    try:
        with held_stderr():
            os.write(2, b"at once")
            inside = capfd.readouterr().err
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert "at once" == inside
