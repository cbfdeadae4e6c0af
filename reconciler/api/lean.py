"""httpx without its own command line, whose import loads rich and pygments for nothing."""

from __future__ import annotations

import sys
from types import ModuleType

_ITS_COMMAND = "httpx._main"

if "httpx" not in sys.modules:
    # httpx takes an ImportError here for "the extra is not installed"; an empty module raises it.
    sys.modules[_ITS_COMMAND] = ModuleType(_ITS_COMMAND)
    import httpx as httpx

    del sys.modules[_ITS_COMMAND]
else:
    import httpx as httpx
