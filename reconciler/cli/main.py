"""The entry point: a lazy click group, and the only place that ends the process."""

from __future__ import annotations

import os
import sys

from reconciler.version import VERSION


def main() -> None:
    """Run the command line and exit with the codes of contract section 6."""
    if sys.argv[1:] == ["--version"] and _version_told():
        return
    import gc  # whoever only asks for the version pays for none of these

    # A run is short and makes many small live values: collecting them costs and frees nothing.
    gc.disable()
    _open_streams()
    _end_in_good_order()
    from reconciler.cli.run import run

    _leave(run(sys.argv[1:]))


def _version_told() -> bool:
    """Where it cannot be printed, ``run`` tries again and tells why."""
    try:
        print(f"reconciler {VERSION}", flush=True)
    except OSError:
        return False
    return True


def _end_in_good_order() -> None:
    """SIGTERM and SIGHUP end a run as Ctrl-C does, half-written files removed, instead of on the
    spot; whoever started it with one ignored (nohup) keeps that."""
    import signal

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


def _open_streams() -> None:
    """A stream that was closed before us (``>&-``) is None, and the next file opened, or a socket,
    would get its number: what is printed would land there."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  for good


def _leave(code: int) -> None:
    """End the process at once: to free every value first costs more than a start of Python, and
    threads whose calls hang are not waited for. ``run`` has told of output that was lost."""
    import contextlib

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
