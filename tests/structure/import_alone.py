"""Imports each module named in argv in a process of its own; prints who loaded what as JSON.

Run as a script. Forking from one clean interpreter gives each module a fresh start without
paying for a start of Python each time.
"""

from __future__ import annotations

import builtins
import importlib
import json
import os
import sys
from typing import Any

WATCHED = ("click", "deepdiff", "httpx", "jsonschema", "jsonschema_rs", "orjson", "rich", "yaml")


def watch(loaded: dict[str, str]) -> None:
    """Note for each watched library the first module that asked for it."""
    plain_import = builtins.__import__

    def noting(name: str, scope: Any = None, *rest: Any, **named: Any) -> Any:
        library = name.split(".")[0]
        if library in WATCHED:
            loaded.setdefault(library, (scope or {}).get("__name__", "?"))
        return plain_import(name, scope, *rest, **named)

    hook: Any = noting
    builtins.__import__ = hook


def import_alone(name: str) -> dict[str, str]:
    """What ``name`` loads of the watched libraries, and through whom; ``error`` if it cannot."""
    loaded: dict[str, str] = {}
    watch(loaded)
    try:
        importlib.import_module(name)
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {library: by for library, by in loaded.items() if library in sys.modules}


def in_a_fork(name: str) -> dict[str, str]:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(writer, "w") as pipe:
            json.dump(import_alone(name), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer: dict[str, str] = json.load(pipe)
    os.waitpid(child, 0)
    return answer


if __name__ == "__main__":
    json.dump({name: in_a_fork(name) for name in sys.argv[1:]}, sys.stdout)
