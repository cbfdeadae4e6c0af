"""An emulator with a clock of its own, a client of its control plane, and short cuts."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler.emulator.clock import ManualClock
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n' * 3
# Made once: reading the certificates of the machine takes longer than most tests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def emulator(clock: ManualClock) -> Iterator[Emulator]:
    with Emulator(clock=clock) as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Callable[[Emulator], httpx.Client]]:
    """``connect(emulator)`` is a client of that emulator's own account."""
    clients = []

    def open_client(emulator: Emulator) -> httpx.Client:
        base = f"{emulator.url}/v1/accounts/{emulator.account}"
        headers = {"Authorization": f"Bearer {emulator.key}"}
        clients.append(httpx.Client(base_url=base, headers=headers, verify=NO_TLS))
        return clients[-1]

    yield open_client
    for client in clients:
        client.close()


@pytest.fixture
def client(emulator: Emulator, connect: Callable[[Emulator], httpx.Client]) -> httpx.Client:
    return connect(emulator)


@pytest.fixture
def send() -> Callable[[str, bytes], httpx.Response]:
    """``send(url, data)`` puts a file to its signed URL, as the guides do."""

    def put(url: str, data: bytes) -> httpx.Response:
        length = f"{len(data)},{len(data)}"
        headers = {
            "Content-Type": "application/octet-stream",
            "x-goog-content-length-range": length,
        }
        return httpx.put(url, content=data, headers=headers, verify=NO_TLS)

    return put


@pytest.fixture
def ready_dataset() -> Callable[[httpx.Client, str], str]:
    """``ready_dataset(client, id)`` uploads three chat rows; gives the full name."""

    def make(client: httpx.Client, identifier: str) -> str:
        body = {"datasetId": identifier, "dataset": {"userUploaded": {}}}
        created = client.post("/datasets", json=body).raise_for_status()
        files = {"file": ("rows.jsonl", ROWS)}
        client.post(f"/datasets/{identifier}:upload", files=files).raise_for_status()
        return str(created.json()["name"])

    return make


@pytest.fixture
def base_model() -> Callable[..., dict[str, object]]:
    """``base_model(id, **fields)`` is the body that creates a base model."""

    def body(identifier: str, **fields: object) -> dict[str, object]:
        details = {"checkpointFormat": "HUGGINGFACE", "worldSize": 1}
        model = {"kind": "HF_BASE_MODEL", "baseModelDetails": details, **fields}
        return {"modelId": identifier, "model": model}

    return body


@pytest.fixture
def upload_model(
    send: Callable[[str, bytes], httpx.Response],
) -> Callable[[httpx.Client, str, dict[str, bytes]], httpx.Response]:
    """``upload_model(client, id, files)`` sends the files and answers validateUpload's answer."""

    def upload(client: httpx.Client, identifier: str, files: dict[str, bytes]) -> httpx.Response:
        sizes = {name: len(data) for name, data in files.items()}
        asked = client.post(
            f"/models/{identifier}:getUploadEndpoint", json={"filenameToSize": sizes}
        ).raise_for_status()
        for name, url in asked.json()["filenameToSignedUrls"].items():
            send(url, files[name]).raise_for_status()
        return client.get(f"/models/{identifier}:validateUpload")

    return upload
