"""A data file is read once, and not at all while it stays the same."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
import time
from pathlib import Path

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cache import NoCache
from reconciler.manifest.digests import hashed
from reconciler.manifest.file_facts import RACY_NS, FileMemory
from reconciler.manifest.one_read import look
from reconciler.manifest.reading import Seen, Wanted
from tests.live.shelf import Shelf
from tests.opened_files import opened_below

ROW = '{"messages": [{"role": "user", "content": "%d"}, {"role": "assistant", "content": "x"}]}\n'
GOOD = "".join(ROW % number for number in range(3)).encode()
ROWS = Wanted(rows=True, row_format="CHAT", sha256=False)
WEIGHTS = Wanted(rows=False, row_format=None, sha256=False)
PINNED = Wanted(rows=False, row_format=None, sha256=True)


def later() -> int:
    """A time at which nothing written so far is racy."""
    return time.time_ns() + RACY_NS + 1_000_000_000


@pytest.fixture
def memory() -> FileMemory:
    return FileMemory(Shelf(), later)


def see(path: Path, wanted: Wanted, memory: FileMemory) -> Seen:
    return look(path.name, str(path), path.name, wanted, memory)


def reads(path: Path, wanted: Wanted, memory: FileMemory) -> int:
    """How often the file is opened for one look."""
    with opened_below(path.parent) as opened:
        see(path, wanted, memory)
    return len(opened)


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def safetensors(size: int = 4) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(header)) + header + b"\0" * size


def test_rows_digests_and_checks_come_of_one_opening(tmp_path: Path, memory: FileMemory) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD)
    with opened_below(tmp_path) as opened:
        seen = see(path, ROWS, memory)

    assert ["rows.jsonl"] == opened
    crc32c = base64.b64encode(google_crc32c.value(GOOD).to_bytes(4, "big")).decode()
    assert (3, hashlib.sha256(GOOD).hexdigest(), crc32c) == (
        seen.rows,
        seen.file.sha256,
        seen.file.crc32c,
    )


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("rows.jsonl", GOOD, ROWS),
        ("model.safetensors", safetensors(), WEIGHTS),
        ("model.safetensors", safetensors(), PINNED),
        ("config.json", b'{"model_type": "llama"}', WEIGHTS),
        ("tokenizer.json", b"{}", WEIGHTS),
        ("weights.bin", b"x" * 5000, PINNED),
    ],
)
def test_a_second_look_opens_nothing_and_sees_the_same(
    name: str, content: bytes, wanted: Wanted, tmp_path: Path, memory: FileMemory
) -> None:
    path = write(tmp_path, name, content)
    first = see(path, wanted, memory)

    assert 0 == reads(path, wanted, memory)
    assert first == see(path, wanted, memory)


def test_a_file_with_anything_to_say_is_read_again(tmp_path: Path, memory: FileMemory) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD + GOOD)
    first = see(path, ROWS, memory)

    assert first.diagnostics
    assert first == see(path, ROWS, memory)


def test_rows_checked_as_one_format_are_checked_anew_as_another(
    tmp_path: Path, memory: FileMemory
) -> None:
    path = write(
        tmp_path, "rows.jsonl", b'{"prompt": "a", "completion": "b"}\n' * 1 + b'{"a": 1}\n' * 2
    )
    see(path, Wanted(rows=True, row_format=None, sha256=False), memory)

    assert see(path, ROWS, memory).diagnostics


def test_another_name_asks_for_another_check(tmp_path: Path, memory: FileMemory) -> None:
    path = write(tmp_path, "weights.bin", b"no tensors" * 500)
    see(path, WEIGHTS, memory)
    path.rename(tmp_path / "weights.safetensors")

    assert see(tmp_path / "weights.safetensors", WEIGHTS, memory).diagnostics


def test_a_rewritten_file_is_read_again(tmp_path: Path, memory: FileMemory) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD)
    see(path, ROWS, memory)
    path.write_bytes(GOOD.replace(b"0", b"9"))

    assert hashlib.sha256(path.read_bytes()).hexdigest() == see(path, ROWS, memory).file.sha256


def test_setting_the_modification_time_back_does_not_help(
    tmp_path: Path, memory: FileMemory
) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD)
    before = path.stat()
    see(path, ROWS, memory)
    path.write_bytes(GOOD.replace(b"0", b"9"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert hashlib.sha256(path.read_bytes()).hexdigest() == see(path, ROWS, memory).file.sha256


def test_a_file_that_has_only_just_changed_is_not_remembered(tmp_path: Path) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD)
    memory = FileMemory(Shelf(), lambda: path.stat().st_mtime_ns + RACY_NS - 1)
    see(path, ROWS, memory)

    assert 1 == reads(path, ROWS, memory)


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="needs Linux")
def test_a_file_that_was_young_when_its_long_read_began_is_not_remembered(tmp_path: Path) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD)
    changed = path.stat().st_mtime_ns
    memory = FileMemory(Shelf(), lambda: changed + 2 * RACY_NS * was_read(path))
    see(path, ROWS, memory)

    assert 1 == reads(path, ROWS, memory)


def was_read(path: Path) -> bool:
    """Whether this process has read from the file, which it has open."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    mine = [link.name for link in links if os.path.realpath(link) == os.path.realpath(path)]
    told = [Path("/proc/self/fdinfo", number).read_text() for number in mine]
    return any(not text.startswith("pos:\t0\n") for text in told)


def test_a_clock_a_year_behind_only_costs_time(tmp_path: Path) -> None:
    path = write(tmp_path, "rows.jsonl", GOOD)
    memory = FileMemory(Shelf(), lambda: time.time_ns() - 365 * 86_400 * 1_000_000_000)
    first = see(path, ROWS, memory)

    assert first == see(path, ROWS, memory)


def test_weights_are_hashed_when_the_storage_offers_a_hash_and_not_twice(
    tmp_path: Path, memory: FileMemory
) -> None:
    path = write(tmp_path, "model.safetensors", safetensors())
    file = see(path, WEIGHTS, memory).file

    assert file.crc32c is None

    done = hashed(file, memory)
    with opened_below(tmp_path) as opened:
        again = hashed(file, memory)

    assert ([], done) == (opened, again)


def test_an_md5_is_worked_out_only_where_asked_for(tmp_path: Path, memory: FileMemory) -> None:
    path = write(tmp_path, "weights.bin", b"x" * 5000)
    file = see(path, WEIGHTS, memory).file
    hashed(file, memory)
    done = hashed(file, memory, md5=True)

    assert base64.b64encode(hashlib.md5(b"x" * 5000).digest()).decode() == done.md5


def test_a_pointer_is_known_by_the_bytes_that_once_were_here(
    tmp_path: Path, memory: FileMemory
) -> None:
    crc32c = see(write(tmp_path, "weights.bin", b"x" * 5000), PINNED, memory).file.crc32c
    oid = hashlib.sha256(b"x" * 5000).hexdigest()
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 5000\n"
    pointer = see(write(tmp_path, "weights.bin", text.encode()), PINNED, memory).file

    assert ("Git LFS pointer", crc32c) == (pointer.why_absent, pointer.crc32c)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"rows": "3"}', '{"more": 1}', "{" * 5000, '{"rows": true}']
)
def test_whatever_stands_in_the_cache_does_no_harm(text: str, tmp_path: Path) -> None:
    shelf = Shelf()
    path = write(tmp_path, "rows.jsonl", GOOD)
    first = see(path, ROWS, FileMemory(shelf, later))
    for key in shelf.texts:
        shelf.texts[key] = text

    assert first == see(path, ROWS, FileMemory(shelf, later))


def test_a_large_config_is_read_again(tmp_path: Path, memory: FileMemory) -> None:
    path = write(tmp_path, "config.json", json.dumps({"a": "x" * 100_000}).encode())
    first = see(path, WEIGHTS, memory)

    assert 1 == reads(path, WEIGHTS, memory)
    assert first == see(path, WEIGHTS, memory)


NAMES = ("rows.jsonl", "model.safetensors", "config.json", "weights.bin")
CONTENTS = st.one_of(
    st.sampled_from([GOOD, GOOD + GOOD, safetensors(), b"{}", b"", b"[1]", b'{"a": 1}\n' * 3]),
    st.binary(max_size=200),
)
LOOKS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(st.none(), CONTENTS),
        st.sampled_from([ROWS, WEIGHTS, PINNED]),
        st.booleans(),
    ),
    max_size=8,
)


@given(looks=LOOKS)
def test_a_warm_cache_never_changes_what_is_seen(
    looks: list[tuple[str, bytes | None, Wanted, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("looks")
    warm, cold = FileMemory(Shelf(), later), FileMemory(NoCache())
    for name, content, wanted, md5 in looks:
        path = folder / name
        if content is not None or not path.exists():
            path.write_bytes(content or b"")
        seen = see(path, wanted, warm)

        assert see(path, wanted, cold) == seen
        assert hashed(seen.file, cold, md5=md5) == hashed(seen.file, warm, md5=md5)
