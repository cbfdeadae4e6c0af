"""Files are hashed when an id turns out to follow them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from reconciler.desired.build import unhashed
from reconciler.manifest.digests import with_digests
from reconciler.manifest.file_set import FileIdentity, FileSet, LocalFile
from reconciler.ref import ResourceRef
from tests.desired.manifests import dataset, job

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.manifest.manifest import Manifest

CHAT = ResourceRef("Dataset", "chat")
ROWS = b'{"a": 1}\n' * 3


@pytest.fixture
def chat(tmp_path: Path) -> Manifest:
    """A dataset whose file was scanned and not hashed."""
    path = tmp_path / "chat.jsonl"
    path.write_bytes(ROWS)
    status = path.stat()
    identity = FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    local = LocalFile("chat.jsonl", path, status.st_size, identity=identity)
    return dataset(brings=FileSet((local,), 3))


def test_nothing_is_hashed_when_no_id_follows_it(chat: Manifest) -> None:
    assert frozenset() == unhashed([chat, job()], "acme")


def test_what_the_id_of_a_job_follows_is_hashed(chat: Manifest) -> None:
    assert {CHAT} == unhashed([chat, job(hashed=True)], "acme")


def test_a_full_name_is_followed_too(chat: Manifest) -> None:
    follower = job(spec={"dataset": "accounts/acme/datasets/chat"}, hashed=True)

    assert {CHAT} == unhashed([chat, follower], "acme")


def test_what_is_hashed_already_is_not_read_again() -> None:
    assert frozenset() == unhashed([dataset(), job(hashed=True)], "acme")


def test_the_digest_is_that_of_the_bytes(chat: Manifest, tmp_path: Path) -> None:
    (done,), problems = with_digests([chat], frozenset({CHAT}), tmp_path)

    assert () == problems
    assert done.files is not None
    assert hashlib.sha256(ROWS).hexdigest() == done.files.files[0].sha256


def test_a_file_that_changed_since_the_scan_is_a_problem(chat: Manifest, tmp_path: Path) -> None:
    (tmp_path / "chat.jsonl").write_bytes(ROWS + b"{}\n")
    _, problems = with_digests([chat], frozenset({CHAT}), tmp_path)

    assert ["cannot be read: it changed while it was read"] == [p.message for p in problems]


def test_a_file_that_vanished_is_a_problem(chat: Manifest, tmp_path: Path) -> None:
    (tmp_path / "chat.jsonl").unlink()
    _, problems = with_digests([chat], frozenset({CHAT}), tmp_path)

    assert ["chat.jsonl"] == [p.location and p.location.path for p in problems]
