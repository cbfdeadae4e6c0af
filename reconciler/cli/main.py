"""The entry point: a lazy click group, and the only place that ends the process."""

from __future__ import annotations

import gc
import sys

from reconciler.version import VERSION


def main() -> None:
    """Run the command line and exit with the codes of contract section 6."""
    if sys.argv[1:] == ["--version"]:
        print(f"reconciler {VERSION}")
        return
    # A run is short and makes many small live values: collecting them costs and frees nothing.
    gc.disable()
    from reconciler.cli.run import run

    sys.exit(run(sys.argv[1:]))
