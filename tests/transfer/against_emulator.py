"""What transfers against the emulator share: a model that waits for files, and quick options."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from reconciler.fireworks import connect
from reconciler.kinds.registry import kind
from reconciler.transfer.journal import Journal
from reconciler.transfer.options import TransferOptions
from tests.api.fakes import FakeClock, connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from reconciler.emulator.server import Emulator
    from reconciler.fireworks import FireworksProvider
    from reconciler.transfer.urls import AskUrls

MODEL = kind("Model")
NAME = "accounts/acme/models/m"
GRAIN = 256 * 1024
# An odd size: neither the blocks of 1 MiB nor the chunks end with it.
LARGE = random.Random(27).randbytes(5 * GRAIN + 12_345)  # bytes to compare, no secret


def provider_of(emulator: Emulator, files: Sequence[str]) -> FireworksProvider:
    """A provider of an account with one UPLOADING model that waits for these files."""
    provider = connect(connection(emulator.url, emulator.key), read_only=False)
    details = {"checkpointFormat": "HUGGINGFACE", "worldSize": 1, "huggingfaceFiles": [*files]}
    provider.create(MODEL, "m", {"kind": "HF_BASE_MODEL", "baseModelDetails": details})
    return provider


def asks(provider: FireworksProvider) -> tuple[AskUrls, AskUrls]:
    """How plain and resumable URLs are asked for."""
    ask = partial(provider.upload_urls, MODEL, "m")
    return ask, partial(ask, resumable=True)


def quick(
    *,
    notice: Callable[[str], None] = lambda _text: None,
    journal: Journal | None = None,
    **changed: object,
) -> TransferOptions:
    """Options under which a megabyte is large, and that wait for nothing."""
    given: dict[str, object] = {
        "allow_loopback": True,
        "clock": FakeClock(),
        "jitter": lambda: 1.0,
        "stall_seconds": 5.0,
        "resumable_from": GRAIN,
        "chunk": 2 * GRAIN,
        "slice": GRAIN,
        **changed,
    }
    return TransferOptions(notice=notice, journal=journal, **given)  # type: ignore[arg-type]  # a dict of options


class Marks:
    """A sealer that hides nothing from the test, but is another one for another name."""

    def __init__(self, name: str = "key") -> None:
        self._name = name.encode()

    def seal(self, plain: bytes) -> bytes:
        return self._name + b"." + plain.hex().encode()

    def unseal(self, sealed: bytes) -> bytes:
        name, _, text = sealed.partition(b".")
        if name != self._name:
            raise ValueError("another key")
        return bytes.fromhex(text.decode())


def journal_in(folder: Path | None, notices: list[str] | None = None, name: str = "key") -> Journal:
    heard = notices if notices is not None else []
    return Journal(folder, Marks(name), heard.append)


def received(emulator: Emulator) -> int:
    """Bytes of content that the storage read from the wire, kept or not."""
    return sum(r.received for r in emulator.requests if r.plane == "storage" and r.method == "PUT")
