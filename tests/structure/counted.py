"""Runs one command and counts what it did: a script, whose first argument is the file of counts.

Counted are imported modules that are not Python's own, files opened below the working folder and
bytes read of them, threads, child processes and connections: what a stopwatch would show later, and
less surely.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

EVENTS = {
    "subprocess.Popen": "children",
    "socket.connect": "connections",
}


def count_into(counts: Counter[str], root: str) -> None:
    """Listen to the interpreter's own audit events from now on."""

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and str(arguments[0]).startswith(root):
            counts["files"] += 1
        elif event in EVENTS:
            counts[EVENTS[event]] += 1

    sys.addaudithook(heard)
    plain_start = threading.Thread.start

    def start(thread: threading.Thread) -> None:  # Python 3.11 has no audit event for it
        counts["threads"] += 1
        plain_start(thread)

    setattr(threading.Thread, "start", start)  # noqa: B010  mypy knows no assignment to a method
    plain_read = os.read

    def read(handle: int, most: int) -> bytes:
        data = plain_read(handle, most)
        if os.readlink(f"/proc/self/fd/{handle}").startswith(root):
            counts["bytes"] += len(data)
        return data

    setattr(os, "read", read)  # noqa: B010  mypy knows no assignment to a function


def modules(before: frozenset[str]) -> list[str]:
    """Those loaded since then that Python does not bring itself."""
    new = sys.modules.keys() - before
    return sorted(name for name in new if name.partition(".")[0] not in sys.stdlib_module_names)


def main() -> None:
    target = Path(sys.argv.pop(1))
    counts: Counter[str] = Counter()
    before = frozenset(sys.modules)
    count_into(counts, os.getcwd() + os.sep)

    def report() -> None:
        loaded = modules(before)
        found = {**counts, "modules": len(loaded), "loaded": loaded}
        target.write_text(json.dumps(found))

    leave = os._exit

    def report_and_leave(code: int) -> None:
        report()
        leave(code)

    atexit.register(report)
    setattr(os, "_exit", report_and_leave)  # noqa: B010  mypy knows no assignment to a function
    from reconciler.cli.main import main as reconciler

    sys.argv[0] = "reconciler"
    reconciler()


main()
