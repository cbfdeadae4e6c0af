"""Whole downloads from the emulator's storage."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.errors import ContentError
from reconciler.fireworks import connect
from reconciler.kinds.registry import kind
from reconciler.transfer.download import download
from reconciler.transfer.options import TransferOptions
from tests.api.fakes import FakeClock, connection
from tests.transfer.files import silent, write_set

if TYPE_CHECKING:
    from pathlib import Path

MODEL = kind("Model")
NAME = "accounts/acme/models/m"
CONTENTS = {
    "config.json": b'{"architectures": ["X"], "model_type": "x"}',
    "1_Pooling/config.json": b"{}",
    "weights.bin": os.urandom(3 << 20),
}
SPEC = {
    "kind": "HF_BASE_MODEL",
    "baseModelDetails": {
        "checkpointFormat": "HUGGINGFACE",
        "worldSize": 1,
        "huggingfaceFiles": sorted(CONTENTS),
    },
}
Ask = Callable[[], Mapping[str, str]]
OPTIONS = TransferOptions(
    allow_loopback=True, clock=FakeClock(), jitter=lambda: 1.0, stall_seconds=5.0
)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


@pytest.fixture
def ask(emulator: Emulator, tmp_path: Path) -> Ask:
    provider = connect(connection(emulator.url, emulator.key), read_only=False)
    provider.create(MODEL, "m", SPEC)
    provider.send_content(MODEL, "m", write_set(tmp_path / "in", CONTENTS), silent)
    uploaded = emulator.store.get(NAME) or {}
    emulator.store.put(NAME, {**uploaded, "state": "READY"})
    return lambda: provider.download_urls(MODEL, "m")


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _gets(emulator: Emulator) -> list[dict[str, str]]:
    requests = [r for r in emulator.requests if r.plane == "storage" and r.method == "GET"]
    return [{name.lower(): value for name, value in r.headers.items()} for r in requests]


def test_every_byte_comes_back(ask: Ask, tmp_path: Path) -> None:
    download(ask, tmp_path / "out", silent, OPTIONS)

    assert CONTENTS == _files(tmp_path / "out")


def test_the_paths_are_told_in_the_order_of_their_names(ask: Ask, tmp_path: Path) -> None:
    paths = download(ask, tmp_path, silent, OPTIONS)

    assert sorted(CONTENTS) == [path.relative_to(tmp_path).as_posix() for path in paths]


def test_what_a_killed_run_left_is_gone_on_from(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "weights.bin.part").write_bytes(CONTENTS["weights.bin"][: 1 << 20])

    download(ask, tmp_path, silent, OPTIONS)

    assert CONTENTS == {k: v for k, v in _files(tmp_path).items() if not k.startswith("in/")}
    assert f"bytes={1 << 20}-{(3 << 20) - 1}" in [
        headers.get("range") for headers in _gets(emulator)
    ]


def test_a_part_of_older_bytes_is_thrown_away(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "weights.bin.part").write_bytes(b"older" * 1000)

    download(ask, tmp_path / "out", silent, OPTIONS)

    assert CONTENTS == _files(tmp_path / "out")


def test_a_part_longer_than_the_file_is_thrown_away(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json.part").write_bytes(b"x" * 1000)

    download(ask, tmp_path / "out", silent, OPTIONS)

    assert CONTENTS == _files(tmp_path / "out")


def test_what_is_there_already_is_not_read_again(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    download(ask, tmp_path / "out", silent, OPTIONS)
    before = len(_gets(emulator))

    download(ask, tmp_path / "out", silent, OPTIONS)

    again = _gets(emulator)[before:]
    assert ["bytes=0-0"] * len(CONTENTS) == [headers.get("range") for headers in again]


def test_a_file_with_other_bytes_is_replaced(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").write_bytes(b"x" * len(CONTENTS["config.json"]))

    download(ask, tmp_path / "out", silent, OPTIONS)

    assert CONTENTS == _files(tmp_path / "out")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path="GET /storage", status=503, times=2),
        Fault("expired_url", method="GET"),
        Fault("lost", path="GET /storage"),
        Fault("refuse", path="GET /storage"),
        Fault("truncated", path="GET /storage.*weights"),
        Fault("wrong_hash", method="GET"),
    ],
    ids=lambda f: f.kind,
)
def test_every_byte_comes_back_through_a_fault(
    emulator: Emulator, ask: Ask, tmp_path: Path, fault: Fault
) -> None:
    emulator.faults.add(fault)

    download(ask, tmp_path / "out", silent, OPTIONS)

    assert [] == emulator.faults.pending
    assert CONTENTS == _files(tmp_path / "out")


def test_bytes_that_stay_wrong_never_get_their_name(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("wrong_hash", method="GET", path="weights", times=None))

    with pytest.raises(ContentError, match="other bytes"):
        download(ask, tmp_path / "out", silent, OPTIONS)
    assert not (tmp_path / "out" / "weights.bin").exists()
    assert 2 == len(emulator.faults.consumed)


def test_a_name_that_escapes_stops_the_download_before_any_file(tmp_path: Path) -> None:
    ask: Ask = lambda: {"../evil": "http://127.0.0.1:1/", "ok": "http://127.0.0.1:1/"}  # noqa: E731

    with pytest.raises(ContentError, match="not a plain name"):
        download(ask, tmp_path / "out", silent, OPTIONS)
    assert not (tmp_path / "out").exists()


def test_a_foreign_host_is_not_read_from(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"evil\.example"):
        download(lambda: {"a": "https://evil.example/a"}, tmp_path, silent, OPTIONS)
