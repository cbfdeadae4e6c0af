"""Serves collections of canned pages, each answer after a latency: a platform that costs nothing.

``python -m benchmarks.paged PAGES MILLISECONDS`` prints its address and ends with its stdin.
"""

from __future__ import annotations

import json
import sys
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from benchmarks.account import ACCOUNT

PAGE_SIZE = 200


@cache
def page(collection: str, number: int, pages: int) -> bytes:
    """Page ``number`` (from 0) of ``pages``, full of rows that say the least of any kind."""
    first = number * PAGE_SIZE
    parent = f"accounts/{ACCOUNT}/{collection}"
    least = {"state": "READY", "model": "m", "deployment": "d"}
    rows = [{"name": f"{parent}/r{first + n}", **least} for n in range(PAGE_SIZE)]
    following = str(number + 1) if number + 1 < pages else ""
    said = {collection: rows, "nextPageToken": following, "totalSize": pages * PAGE_SIZE}
    return json.dumps(said).encode()


class Pages(BaseHTTPRequestHandler):
    """One collection after another is made when it is first asked for."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pages, seconds = 1, 0.0

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        number = int(parse_qs(asked.query).get("pageToken", ["0"])[0])
        body = page(asked.path.rpartition("/")[2], number, self.pages)
        time.sleep(self.seconds)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its signature
        """Nothing: a line an answer would be measured too."""


def main() -> None:
    Pages.pages, Pages.seconds = int(sys.argv[1]), int(sys.argv[2]) / 1000
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
