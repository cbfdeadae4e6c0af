"""What the composite action was asked for, and the command line that this means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = ("validate", "plan", "apply", "drift")
BOT = "github-actions[bot]"
"""Who writes with a workflow's own token."""
FROM_COMMENT = "comment"
"""As ``approve-digest``: the digest that stands in the comment of the merged pull request."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of action.yml. ``results`` is a folder for what the steps hand on."""

    command: str
    results: Path
    paths: tuple[str, ...] = ()
    environment: str = ""
    account: str = ""
    base_url: str = ""
    comment: bool = True
    summary: bool = True
    approve_digest: str = ""
    author: str = BOT
    arguments: tuple[str, ...] = ()

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Inputs:
        """From ACTION_* variables: values never pass through a shell. Raises UsageError."""

        def given(name: str) -> str:
            return environ.get(f"ACTION_{name}", "").strip()

        if given("COMMAND") not in COMMANDS:
            raise UsageError(f"the input command is one of: {', '.join(COMMANDS)}")
        return cls(
            command=given("COMMAND"),
            results=Path(given("RESULTS") or "."),
            paths=_lines(given("PATHS")),
            environment=given("ENVIRONMENT"),
            account=given("ACCOUNT"),
            base_url=given("BASE_URL"),
            comment=given("COMMENT") != "false",
            summary=given("SUMMARY") != "false",
            approve_digest=given("APPROVE_DIGEST"),
            author=given("AUTHOR") or BOT,
            arguments=_lines(given("ARGUMENTS")),
        )

    @property
    def document(self) -> Path:
        """The plan that ``plan`` saves, the ledger of ``apply``: JSON."""
        return self.results / f"{self.command}.json"

    @property
    def markdown(self) -> Path:
        return self.results / f"{self.command}.md"

    @property
    def page(self) -> Path:
        """The plan as one page to look at."""
        return self.results / f"{self.command}.html"

    def command_line(self) -> list[str]:
        """The arguments of ``reconciler``. A path that begins with a hyphen stays a path."""
        return [self.command, *self._where(), *self._how(), *self.arguments, "--", *self.paths]

    def _where(self) -> list[str]:
        named = (("--env", self.environment), ("--account", self.account))
        known = (*named, ("--base-url", self.base_url))
        return [word for name, value in known if value for word in (name, value)]

    def _how(self) -> list[str]:
        markdown = ["--write", f"markdown={self.markdown}"]
        if self.command == "validate":
            return ["--format", "github"]
        if self.command == "plan":
            page = ["--write", f"html={self.page}"]
            return ["--detailed-exitcode", "--out", str(self.document), *markdown, *page]
        if self.command == "apply":
            digest = self.approve_digest
            agreed = ["--approve-digest", digest] if digest else ["--yes"]
            return [*agreed, "--write", f"json={self.document}", *markdown]
        return []


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
