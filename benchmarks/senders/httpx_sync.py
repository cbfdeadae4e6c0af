"""httpx, the synchronous client, with a generator of 1 MiB blocks and the length set by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.senders.pool import arguments

if TYPE_CHECKING:
    from collections.abc import Iterator


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while block := file.read(1 << 20):
            yield block


def main() -> None:
    base, folder, workers = arguments()
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(workers) as pool:

        def put(path: Path) -> None:
            headers = {"Content-Length": str(path.stat().st_size)}
            url = f"{base}/{path.name}"
            client.put(url, content=blocks(path), headers=headers).raise_for_status()

        list(pool.map(put, sorted(Path(folder).iterdir())))


main()
