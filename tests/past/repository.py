"""A project in a real git repository, and what its account may hold, for tests of prune."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler import engine
from reconciler.kinds.registry import all_kinds
from reconciler.live.state import LiveResource, LiveState
from reconciler.manifest.project import find_project
from reconciler.past.history import History
from reconciler.past.prune import PruneWish, with_pruned
from reconciler.past.ready import commit_since, require_history
from tests.checkout import Checkout

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.manifest.project import Project

ACCOUNT = "acme"
BASE = "accounts/fireworks/models/llama-v3p2-1b-instruct"
ROW = '{"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "b"}]}\n'
HEAD = "apiVersion: reconciler/v1\n"


def rows(text: str) -> str:
    """Three rows of a chat; ``text`` makes them another version."""
    return "".join(ROW % f"{text}{number}" for number in range(3))


def dataset(name: str, *, hashed: bool = False, lifecycle: str = "", data: str = "") -> str:
    """A dataset of data/<name>.jsonl, which lies beside the manifests' folder."""
    strategy = ", idStrategy: contentHash" if hashed else ""
    more = f", lifecycle: {{{lifecycle}}}" if lifecycle else ""
    path = data or f"../data/{name}.jsonl"
    metadata = f"metadata: {{name: {name}{strategy}{more}}}\n"
    return f"{HEAD}kind: Dataset\n{metadata}spec: {{format: CHAT, source: {{path: {path}}}}}\n"


ESCAPED = {
    "name: gone": [
        r'name: "\x67one"',
        r'name: "g\u006fne"',
        r'name: "gon\U00000065"',
        'name: "go\\\n  ne"',
        'name: "go\\\r\n  ne"',
    ],
    "kind: Dataset": [r'kind: "D\x61taset"'],
}
"""Words of manifests, each with other spellings of the same."""


def escaped(text: str) -> list[str]:
    """The manifest with one of its words in another spelling."""
    spelled = [(word, other) for word, others in ESCAPED.items() for other in others]
    return [text.replace(word, other) for word, other in spelled]


def job(name: str, uses: str, *, hashed: bool = False, lifecycle: str = "", more: str = "") -> str:
    """A job on a dataset of the project."""
    strategy = ", idStrategy: contentHash" if hashed else ""
    cycle = f", lifecycle: {{{lifecycle}}}" if lifecycle else ""
    metadata = f"metadata: {{name: {name}{strategy}{cycle}}}\n"
    spec = f"spec: {{dataset: {uses}, baseModel: {BASE}{more}}}\n"
    return f"{HEAD}kind: SupervisedFineTuningJob\n{metadata}{spec}"


def load(name: str, model: str, deployment: str) -> str:
    """An adapter on a deployment; both full or short names."""
    spec = f"spec: {{model: {model}, deployment: {deployment}}}\n"
    return f"{HEAD}kind: DeployedModel\nmetadata: {{name: {name}}}\n{spec}"


def tombstone(kind: str, name: str, lifecycle: str = "") -> str:
    more = f", lifecycle: {{{lifecycle}}}" if lifecycle else ""
    return f"{HEAD}kind: {kind}\nmetadata: {{name: {name}, state: absent{more}}}\n"


@dataclass(slots=True)
class Repository:
    """A checkout whose project is at ``root``; every helper looks at its work tree as it is."""

    checkout: Checkout
    root: Path
    environment: str | None = None

    @classmethod
    def make(cls, folder: Path, below: str = "") -> Repository:
        folder.mkdir()
        checkout = Checkout(folder.resolve())
        root = checkout.root / below
        root.mkdir(exist_ok=True)
        return cls(checkout, root)

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """What lies there already, if it is a repository or not."""
        checkout = Checkout.__new__(Checkout)
        checkout.root = folder
        return cls(checkout, folder)

    def clone(self, *flags: str) -> Repository:
        """A clone beside this one."""
        there = self.root.parent / "clone"
        self.checkout.git("clone", "-q", *flags, self.root.as_uri(), str(there))
        return self.at(there)

    def put(self, path: str, text: str | None) -> None:
        """Write a file of the project, or remove it."""
        place = self.root / path
        if text is None:
            place.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def commit(self, path: str = "", text: str | None = None) -> None:
        """Write or remove a file, if one is named, and commit everything."""
        if path:
            self.put(path, text)
        self.checkout.git("add", "-A")
        self.checkout.git("commit", "-q", "--allow-empty", "-m", path or "change")

    def project(self, *paths: Path) -> Project:
        return find_project(paths or [self.root], self.root, self.environment)

    def desired(self, *paths: Path) -> DesiredState:
        return engine.desire(list(paths), self.project(*paths), self.root, ACCOUNT)

    def names(self) -> list[str]:
        """The full names of what the work tree declares."""
        return [one.name for one in self.desired().resources.values()]

    def name(self, ref: str) -> str:
        return next(o.name for r, o in self.desired().resources.items() if str(r) == ref)

    def pruned(self, live: LiveState, since: str | None = None, *paths: Path) -> DesiredState:
        """The desired state with what ``--prune`` adds to it."""
        desired = self.desired(*paths)
        project = self.project(*paths)
        require_history(project.root, desired)
        commit = commit_since(project.root, since) if since else None
        wish = PruneWish(History(project, self.root, paths), commit)
        return with_pruned(desired, live, wish)

    def going(self, live: LiveState, since: str | None = None, *paths: Path) -> list[str]:
        """The refs that ``--prune`` adds, sorted."""
        found = self.pruned(live, since, *paths).resources.items()
        return sorted(str(ref) for ref, one in found if one.leaving is not None)

    def one(self, live: LiveState, *paths: Path) -> Resource:
        """The only resource that goes."""
        pruned = self.pruned(live, None, *paths).resources.values()
        (found,) = [one for one in pruned if one.leaving]
        return found

    def said(self, live: LiveState) -> list[str]:
        """The codes of what the state warns of."""
        return [found.code for found in self.pruned(live).diagnostics]


def account(*resources: LiveResource | str) -> LiveState:
    """An account of these resources; of a name alone one that is ready."""
    made = [one if isinstance(one, LiveResource) else ready(one) for one in resources]
    return LiveState(ACCOUNT, {one.name: one for one in made})


def ready(name: str, **body: Any) -> LiveResource:
    """A resource by its full name, or by collection and id."""
    full = name if name.startswith("accounts/") else f"accounts/{ACCOUNT}/{name}"
    kind = next(k for k in all_kinds().values() if f"/{k.collection}/" in full)
    done = "JOB_STATE_COMPLETED" if kind.runs_once else "READY"
    state = "DEPLOYED" if kind.name == "DeployedModel" else done
    body.setdefault("name", full)
    return LiveResource(kind.name, full, state, body, "2026-01-01T00:00:00Z")
