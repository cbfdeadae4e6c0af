"""What the raw senders share: files handed to a few workers, each with a connection kept open."""

from __future__ import annotations

import ssl
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


def connect(base: str, blocksize: int) -> HTTPConnection:
    """A connection to the sink; ``blocksize`` is what http.client reads of a file at a time."""
    parts = urlsplit(base)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, context=context, blocksize=blocksize)
    return HTTPConnection(host, port, blocksize=blocksize)


def arguments() -> tuple[str, str, int]:
    """URL, folder, workers, as the command line gives them."""
    base, folder, workers = sys.argv[1:]
    return base, folder, int(workers)


def run(send: Callable[[HTTPConnection, Path, int], None], *, blocksize: int = 8192) -> None:
    """Send every file of the folder; ``send`` puts one body after its head is out."""
    base, folder, workers = arguments()
    queue, lock = sorted(Path(folder).iterdir()), threading.Lock()

    def work() -> None:
        connection = connect(base, blocksize)
        while True:
            with lock:
                if not queue:
                    return
                path = queue.pop()
            size = path.stat().st_size
            connection.putrequest("PUT", f"/{path.name}", skip_accept_encoding=True)
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            send(connection, path, size)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path.name}: {answer.status}")

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work) for _ in range(workers)]:
            done.result()
