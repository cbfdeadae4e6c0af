from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import ContentError
from reconciler.manifest.file_set import LocalFile
from reconciler.transfer.source import OpenFile, open_planned
from tests.transfer.files import scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(b"0123456789")
    return path


def _read_open(opened: OpenFile) -> bytes:
    content = b"".join(opened.blocks())
    opened.check()
    return content


def _read(file: LocalFile) -> bytes:
    with open_planned(file) as opened:
        return _read_open(opened)


def test_a_planned_file_is_read_whole(path: Path) -> None:
    assert b"0123456789" == _read(scan(path))


def test_a_file_can_be_read_twice(path: Path) -> None:
    with open_planned(scan(path)) as opened:
        first, second = (b"".join(opened.blocks()) for _ in range(2))

    assert first == second


def _truncate(path: Path) -> None:
    os.truncate(path, 3)


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def _replace(path: Path) -> None:
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(b"9876543210")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _secret(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _gone(path: Path) -> None:
    path.unlink()


WHILE_OPEN: tuple[Callable[[Path], None], ...] = (_truncate, _append, _touch, _replace, _gone)
AT_ALL = (*WHILE_OPEN, _fifo, _folder, _device, _secret, _loop)


@pytest.mark.parametrize("change", AT_ALL)
def test_a_file_that_changed_since_the_plan_is_not_opened(
    path: Path, change: Callable[[Path], None]
) -> None:
    file = scan(path)
    change(path)

    with pytest.raises(ContentError, match="changed since the plan"):
        _read(file)


@pytest.mark.parametrize("change", WHILE_OPEN)
def test_a_file_that_changes_while_it_is_read_is_noticed(
    path: Path, change: Callable[[Path], None]
) -> None:
    with open_planned(scan(path)) as opened:
        change(path)

        with pytest.raises(ContentError, match="changed since the plan"):
            _read_open(opened)


def test_a_pointer_is_not_sent_and_the_remedy_is_named(path: Path) -> None:
    pointer = LocalFile("m.safetensors", path, 10, "00" * 32, None, "Git LFS pointer")

    with pytest.raises(ContentError, match="Git LFS pointer") as caught:
        _read(pointer)
    assert "git lfs pull" in (caught.value.hint or "")


def test_a_symlink_that_was_there_at_plan_time_is_followed(path: Path) -> None:
    link = path.with_name("link.bin")
    link.symlink_to(path)

    assert b"0123456789" == _read(scan(link))
