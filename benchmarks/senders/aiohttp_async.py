"""aiohttp, one event loop, with 1 MiB blocks and the length set by hand."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.senders.pool import arguments

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def blocks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while block := file.read(1 << 20):
            yield block


async def main() -> None:
    base, folder, workers = arguments()
    tls = ssl.create_default_context()
    connector = aiohttp.TCPConnector(limit=workers, ssl=tls)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def put(path: Path) -> None:
            headers = {"Content-Length": str(path.stat().st_size)}
            url = f"{base}/{path.name}"
            async with session.put(url, data=blocks(path), headers=headers) as answer:
                answer.raise_for_status()

        await asyncio.gather(*(put(path) for path in sorted(Path(folder).iterdir())))


asyncio.run(main())
