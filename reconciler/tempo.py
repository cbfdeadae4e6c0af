"""How fast waiting goes by: a second takes a second, but for tests that watch runs in fast motion.

Every pause, patience and deadline of a run is measured on clocks of this tempo, so that a test may
let an answer hang past its deadline of a minute without taking that minute. Nothing else changes:
what is decided depends on the order of moments, never on their length.
"""

from __future__ import annotations

import math
import os
import time

VARIABLE = "RECONCILER_TEMPO"
"""For tests: at 100, a minute of waiting is over in 0.6 s. It can only make waits shorter."""


def tempo() -> float:
    """How many seconds of waiting go by in one of the machine's; 1 unless a test says otherwise."""
    try:
        wished = float(os.environ.get(VARIABLE, "1"))
    except ValueError:
        return 1.0
    return wished if math.isfinite(wished) and wished > 1.0 else 1.0


def now() -> float:
    """Seconds of waiting that have gone by since some moment; only differences mean anything."""
    return time.monotonic() * tempo()
