"""Calls that must not stand anywhere in the product, looked for in its syntax trees."""

from __future__ import annotations

import ast

import pytest

from tests.structure.source_tree import modules

FORBIDDEN_MODULES = frozenset({"dill", "marshal", "pickle", "shelve"})
FORBIDDEN_CALLS = frozenset(
    {
        "__import__",
        "compile",
        "eval",
        "exec",
        "os.popen",
        "os.system",
        "tempfile.mktemp",
        "yaml.load",
    }
)
# These build whatever object a file asks for.
FORBIDDEN_LOADERS = frozenset(
    {"FullLoader", "UnsafeLoader", "CFullLoader", "CUnsafeLoader", "full_load", "unsafe_load"}
)
FORBIDDEN_ARGUMENTS = {"verify": False, "shell": True, "check_hostname": False}


def _call_name(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _problem(node: ast.AST) -> str | None:
    """What is wrong with one node of a tree, or None."""
    if isinstance(node, ast.Import):
        names = [alias.name.split(".")[0] for alias in node.names]
        return next((f"imports {name}" for name in names if name in FORBIDDEN_MODULES), None)
    if isinstance(node, ast.ImportFrom):
        name = (node.module or "").split(".")[0]
        return f"imports {name}" if name in FORBIDDEN_MODULES else None
    if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_LOADERS:
        return f"uses {node.attr}"
    return _call_problem(node) if isinstance(node, ast.Call) else None


def _call_problem(node: ast.Call) -> str | None:
    if (name := _call_name(node)) in FORBIDDEN_CALLS:
        return f"calls {name}"
    for keyword in node.keywords:
        if (
            keyword.arg in FORBIDDEN_ARGUMENTS
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value is FORBIDDEN_ARGUMENTS[keyword.arg]
        ):
            return f"passes {keyword.arg}={keyword.value.value}"
    return None


def _problems(tree: ast.Module) -> list[tuple[int, str]]:
    found = ((getattr(node, "lineno", 0), _problem(node)) for node in ast.walk(tree))
    return [(line, problem) for line, problem in found if problem]


def test_the_product_holds_none_of_the_dangerous_calls() -> None:
    broken = [
        f"{module.shown}:{line}: {problem}"
        for module in modules()
        for line, problem in _problems(module.tree)
    ]

    assert [] == broken, "\n".join(broken)


@pytest.mark.parametrize(
    "line",
    [
        "client(verify=False)",
        "run('ls', shell=True)",
        "import pickle",
        "from marshal import loads",
        "eval('1')",
        "yaml.load(stream)",
        "yaml.load_all(stream, Loader=yaml.UnsafeLoader)",
        "tempfile.mktemp()",
    ],
)
def test_the_search_finds_each_dangerous_call(line: str) -> None:
    assert 1 == len(_problems(ast.parse(line)))
