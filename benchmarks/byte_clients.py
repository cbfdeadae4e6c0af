"""Clients for the byte path, raw: what each costs for the same files over the same links."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.link import LOOPBACK, TLS, opened
from benchmarks.shapes import FULL, GIB, QUICK
from benchmarks.timing import side_by_side
from benchmarks.uploads import CURLS, curl, sender

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.link import Link
    from benchmarks.row import Row
    from benchmarks.shapes import Shape

WORKERS = 4
CLIENTS = ("http_client", "http_client_default", "sendfile", "httpx_sync", "aiohttp_async")


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(link, files and client; its cost; curl's; ratios), four connections each."""
    shapes, rounds = (QUICK, 1) if quick else (FULL, 3)
    for link in (LOOPBACK, TLS):
        for shape in shapes[1:]:
            yield from _measured(link, shape, rounds)


def _measured(link: Link, shape: Shape, rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = shape.write(folder / "files")
        with opened(link, folder) as sink:
            commands = _commands(link, sink.url, paths, folder)
            found = side_by_side(commands, sink.environment, rounds)
    peer = found.pop(CURLS)
    for client, timing in found.items():
        cpu, other = (each.cpu * GIB / shape.total for each in (timing, peer))
        yield (
            f"{link.name}, {shape.name}: {client}",
            f"{cpu:.2f} s/GiB, {timing.wall:.2f} s, {timing.rss_mib:.0f} MiB",
            f"{CURLS}: {other:.2f} s/GiB, {peer.wall:.2f} s",
            f"{cpu / other:.2f} cpu, {peer.wall / timing.wall:.2f} speed",
        )


def _commands(
    link: Link, url: str, paths: Sequence[Path], folder: Path
) -> dict[str, Sequence[str]]:
    place, workers = str(paths[0].parent), str(WORKERS)
    names = [name for name in CLIENTS if _usable(name, link)]
    parallel = [*curl(url, paths, folder), "--parallel", "--parallel-max", workers]
    ours: dict[str, Sequence[str]] = {name: sender(name, url, place, workers) for name in names}
    return {**ours, CURLS: parallel}


def _usable(name: str, link: Link) -> bool:
    """The kernel cannot encrypt; aiohttp is there only if another package brought it."""
    if name == "sendfile":
        return not link.tls
    return name != "aiohttp_async" or find_spec("aiohttp") is not None
