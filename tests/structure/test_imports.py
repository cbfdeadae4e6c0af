"""Who may import whom: the table of docs/architecture.md, held over every import there is."""

from __future__ import annotations

import ast

import pytest

from tests.structure.source_tree import Import, Module, modules, own_imports, third_party_imports

# What anybody may use, and what the stages share besides.
LEAVES = frozenset({"ref", "errors", "diagnostic", "graph", "canonical", "version"})
SHARED = LEAVES | {"kinds"}
STAGES = ("manifest", "desired", "live", "diff", "plan", "execute", "report")
# The edge of the network: the control plane, the bytes, and the provider made of both.
EDGE = ("api", "transfer", "direct_upload", "fireworks")

# Row: what it may import. Each stage may use the values of earlier stages, never of later ones.
ALLOWED: dict[str, frozenset[str]] = {
    "": frozenset(),
    "version": frozenset(),
    "canonical": frozenset(),
    "base_url": frozenset({"errors"}),
    "tempo": frozenset(),
    "cache": frozenset(),
    "graph": frozenset(),
    "ref": frozenset({"errors"}),
    "diagnostic": frozenset({"ref"}),
    "errors": frozenset({"diagnostic", "ref"}),
    "kinds": LEAVES,
    "schema_files": frozenset({"errors"}),
    "provider": SHARED | {"manifest", "live"},
    "manifest": SHARED | {"schema_files", "cache", "git_index", "base_url"},
    "data": SHARED | {"manifest"},
    "desired": SHARED | {"manifest"},
    "live": SHARED | {"manifest", "desired", "provider", "cache"},
    "diff": SHARED | {"manifest", "desired", "live"},
    "plan": SHARED | {"manifest", "desired", "live", "diff"},
    "execute": SHARED | {"manifest", "desired", "live", "diff", "plan", "provider", "tempo"},
    "report": SHARED | {"data", "manifest", "desired", "live", "diff", "plan", "execute"},
    "export": SHARED | {"manifest", "desired", "desire", "live", "diff"},
    "git": frozenset({"errors"}),
    "git_index": frozenset({"git"}),
    "desire": SHARED | {"cache", "manifest", "desired"},
    "past": SHARED | {"cache", "git", "manifest", "desired", "desire", "live", "diff"},
    "row_history": frozenset({"git", "manifest", "desired", "live", "ref"}),
    "job_tokens": SHARED | {"cache", "data", "manifest", "desired", "live", "diff", "plan"},
    # Of api/ only what opens a connection and tries again: see BYTES_KNOW_NO_KEY.
    "transfer": SHARED | {"manifest", "provider", "api", "base_url"},
    "api": SHARED | {"manifest", "live", "provider", "tempo", "base_url"},
    "direct_upload": SHARED | {"manifest", "provider", "api", "transfer"},
    "fireworks": SHARED
    | {"manifest", "live", "provider", "api", "transfer", "direct_upload", "tempo"},
    "engine": SHARED
    | {"provider", "cache", "desire", "past", "row_history", "job_tokens", *STAGES},
    "emulator": frozenset(),
    "github": LEAVES | {"api", "base_url", "git", "report"},
    "cli": SHARED
    | {
        "github",
        "desire",  # who only validates needs none of the later stages
        "base_url",
        "data",
        "schema_files",
        "cache",
        "git",
        "past",
        "provider",
        "engine",
        "export",
        *EDGE,
        *STAGES,
        "tempo",
    },
    "__main__": frozenset({"cli"}),
}
# The two commands that start the emulator are the only doors to it.
EMULATOR_DOORS = frozenset({"reconciler.cli.emulator", "reconciler.cli.demo"})

# The second client sends bytes to foreign hosts: what holds or sends the key is out of its reach.
BYTES_KNOW_NO_KEY = frozenset(
    {
        "reconciler.api.bearer",
        "reconciler.api.client",
        "reconciler.api.sealer",
        "reconciler.api.secret",
    }
)

# Where a library lives; whoever else wants it goes through these.
HOMES: dict[str, frozenset[str]] = {
    "click": frozenset({"cli"}),
    "cryptography": frozenset({"api"}),
    "deepdiff": frozenset({"diff"}),
    "httpx": frozenset({"api", "transfer", "fireworks", "github"}),
    "jsonschema": frozenset({"manifest"}),
    "jsonschema_rs": frozenset({"manifest"}),
    "yaml": frozenset({"manifest"}),
}


def _is_allowed(each: Import) -> bool:
    importer, imported = each.importer, each.imported
    target = imported.split(".")[1] if "." in imported else ""
    if target == importer.unit:
        return True
    if target == "emulator":
        return importer.name in EMULATOR_DOORS
    return target in ALLOWED.get(importer.unit, frozenset())


def test_every_part_of_the_package_has_a_row_in_the_table() -> None:
    missing = sorted({module.unit for module in modules()} - set(ALLOWED))

    assert [] == missing, f"add rows for {missing} here and in docs/architecture.md"


def test_imports_point_upstream_only() -> None:
    broken = [
        f"{each.importer.shown}:{each.line}: {each.importer.name} imports {each.imported}; "
        f"{each.importer.unit or 'the package'} may import only "
        f"{', '.join(sorted(ALLOWED.get(each.importer.unit, ()))) or 'nothing of ours'}"
        for each in own_imports()
        if not _is_allowed(each)
    ]

    assert [] == broken, "\n".join(broken)


def test_each_library_is_imported_in_its_own_place_only() -> None:
    broken = [
        f"{each.importer.shown}:{each.line}: {each.importer.name} imports {each.imported}; "
        f"only {', '.join(sorted(HOMES[library]))} may"
        for each in third_party_imports()
        if (library := each.imported.split(".")[0]) in HOMES
        and each.importer.unit not in HOMES[library]
    ]

    assert [] == broken, "\n".join(broken)


def test_the_edge_of_bytes_reaches_nothing_that_holds_the_key() -> None:
    broken = [
        f"{each.importer.shown}:{each.line}: {each.importer.name} imports {each.imported}"
        for each in own_imports()
        if each.importer.unit == "transfer" and each.imported in BYTES_KNOW_NO_KEY
    ]

    assert [] == broken, "\n".join(broken)


def test_no_import_goes_round_in_a_circle() -> None:
    edges: dict[str, set[str]] = {module.name: set() for module in modules()}
    for each in own_imports():
        edges[each.importer.name].add(each.imported)

    circle = _circle(edges)

    assert [] == circle, f"{' imports '.join(circle)}: take out what both need"


def _circle(edges: dict[str, set[str]]) -> list[str]:
    """Some circle as a path, or nothing: what stays when all without imports are taken away."""
    left = dict(edges)
    while loose := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in loose:
            del left[name]
    path: list[str] = []
    while left and (not path or path[-1] not in path[:-1]):
        current = path[-1] if path else min(left)
        path.append(min(left[current] & left.keys()))
    return path[path.index(path[-1]) :] if path else []


def _defines_kind(module: Module) -> bool:
    targets = [
        target
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Name) and target.id == "KIND" for target in targets)


def test_a_kind_is_imported_by_nobody_but_found_by_the_registry() -> None:
    kinds = {module.name for module in modules() if _defines_kind(module)}
    broken = [
        f"{each.importer.shown}:{each.line}: {each.importer.name} imports the kind {each.imported}"
        for each in own_imports()
        if each.imported in kinds
    ]

    assert [] == broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("reconciler.diff.fields", "reconciler.plan.plan"),
        ("reconciler.emulator.app", "reconciler.ref"),
        ("reconciler.cli.apply", "reconciler.emulator.app"),
        ("reconciler.kinds.model", "reconciler.manifest.manifest"),
        ("reconciler.engine", "reconciler.cli.main"),
    ],
)
def test_the_table_refuses_what_it_was_made_to_refuse(importer: str, imported: str) -> None:
    module = Module(importer, modules()[0].path, ast.Module(body=[], type_ignores=[]))

    assert not _is_allowed(Import(module, imported, 1))
