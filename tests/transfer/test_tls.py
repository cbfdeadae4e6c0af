"""Bytes over TLS: the certificate is checked, the connection kept, everything arrives (F7)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from reconciler.api.tls import tls_context
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.errors import ContentError
from reconciler.transfer.download import download
from reconciler.transfer.upload import upload
from tests.api.fakes import FakeClock
from tests.transfer.against_emulator import GRAIN, LARGE, MODEL, NAME, asks, provider_of, quick
from tests.transfer.certificates import make
from tests.transfer.files import silent, write_set
from tests.transfer.link import Link

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

CONTENTS = {"model.safetensors": LARGE, "config.json": b"{}", "empty": b""}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A server whose authority the client was told of by SSL_CERT_FILE."""
    authority, context = make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    tls_context.cache_clear()
    yield context
    tls_context.cache_clear()


def test_every_byte_goes_and_comes_over_tls(
    emulator: Emulator, server: ssl.SSLContext, tmp_path: Path
) -> None:
    provider = provider_of(emulator, list(CONTENTS))  # over the plain address
    files = write_set(tmp_path / "in", CONTENTS, sha256=True).files
    with Link(emulator, tls=server) as link:
        plain, resumable = asks(provider)
        upload(files, plain, silent, quick(), resumable)
        emulator.store.put(NAME, {**(emulator.store.get(NAME) or {}), "state": "READY"})
        ask = partial(provider.download_urls, MODEL, "m")
        download(ask, tmp_path / "out", silent, quick())

    assert link.url.startswith("https://")
    assert CONTENTS == {key: (tmp_path / "out" / key).read_bytes() for key in CONTENTS}


def test_a_resumable_upload_survives_cuts_of_a_tls_link(
    emulator: Emulator, server: ssl.SSLContext, tmp_path: Path
) -> None:
    provider = provider_of(emulator, ["f"])
    files = write_set(tmp_path / "in", {"f": LARGE}).files
    with Link(emulator, cuts=[1000, GRAIN, 3 * GRAIN], tls=server) as link:
        plain, resumable = asks(provider)
        upload(files, plain, silent, quick(), resumable)

    assert (3, LARGE) == (link.struck, emulator.store.blob(NAME, "f"))


def test_a_refusal_over_tls_is_told_by_its_code(
    emulator: Emulator, server: ssl.SSLContext, tmp_path: Path
) -> None:
    provider = provider_of(emulator, ["f"])
    files = write_set(tmp_path / "in", {"f": LARGE}).files
    emulator.faults.add(Fault("status", path="PUT /storage", status=403))
    with Link(emulator, tls=server), pytest.raises(ContentError, match="AccessDenied"):
        upload(files, asks(provider)[0], silent, quick())

    assert 1 == len(emulator.faults.consumed)


@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_a_certificate_that_does_not_fit_gets_no_byte_and_no_second_try(
    emulator: Emulator,
    server: ssl.SSLContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
) -> None:
    (tmp_path / "other").mkdir()
    authority, other = make(tmp_path / "other", "127.0.0.2" if wrong == "name" else "127.0.0.1")
    if wrong == "name":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        tls_context.cache_clear()
    provider, clock = provider_of(emulator, ["f"]), FakeClock()
    files = write_set(tmp_path / "in", {"f": LARGE}).files
    with Link(emulator, tls=other) as link, pytest.raises(ContentError, match="certificate"):
        upload(files, asks(provider)[0], silent, quick(clock=clock))

    assert server is not other
    assert (0, []) == (link.sent, clock.slept)
