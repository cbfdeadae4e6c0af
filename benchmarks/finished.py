"""An account in which a model's upload is finished: ``python -m benchmarks.finished FOLDER``.

Objects of the folder's files stand in its storage by size and crc32c alone, so that a terabyte
takes no room. It prints its address; every line on stdin is answered with the number of writes
that were asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import google_crc32c

from benchmarks.account import ACCOUNT, KEY
from benchmarks.weights import NAME
from reconciler.emulator.server import Emulator
from reconciler.emulator.storage.blobs import Blob

if TYPE_CHECKING:
    from reconciler.emulator.platform import Platform

ZEROS = bytes(1 << 20)
HEADER = 1 << 20  # bytes of a file that may be other than zero


def crc32c(path: Path) -> bytes:
    """Of a file that is zeros after its first bytes: nothing else is read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEADER)
    crc, left = google_crc32c.value(head), size - len(head)
    while left:
        block = ZEROS[: min(left, len(ZEROS))]
        crc, left = google_crc32c.extend(crc, block), left - len(block)
    return int(crc).to_bytes(4, "big")


def fill(platform: Platform, emulator: Emulator, folder: Path) -> None:
    """Make the model READY with all files in place, behind the API's back."""
    paths = sorted(folder.iterdir())
    name = f"accounts/{ACCOUNT}/models/{NAME}"
    details = {
        "checkpointFormat": "HUGGINGFACE",
        "worldSize": 1,
        "huggingfaceFiles": [path.name for path in paths],
    }
    facts = {"kind": "HF_BASE_MODEL", "state": "READY", "baseModelDetails": details}
    emulator.store.put(name, facts)
    record = platform.store.find(name)
    assert record is not None
    for number, path in enumerate(paths, start=1):
        blob = Blob(path.stat().st_size, crc32c(path), bytes(16), number, None)
        platform.blobs.commit(platform.file_key(record, path.name), blob)


def main() -> None:
    with Emulator(account=ACCOUNT, key=KEY) as emulator:
        fill(emulator.platform, emulator, Path(sys.argv[1]))
        print(emulator.url, flush=True)
        for _ in sys.stdin:
            print(len(emulator.writes), flush=True)


if __name__ == "__main__":
    main()
