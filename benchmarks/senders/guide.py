"""The upload loop of the published guide, restated: requests, one file after the other."""

from __future__ import annotations

import os
import sys

import requests


def main(base: str, folder: str) -> None:
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        size = os.path.getsize(path)
        headers = {
            "Content-Type": "application/octet-stream",
            "x-goog-content-length-range": f"{size},{size}",
        }
        with open(path, "rb") as file:
            requests.put(f"{base}/{name}", data=file, headers=headers).raise_for_status()


main(*sys.argv[1:])
