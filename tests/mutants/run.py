"""``make mutants``: does any test notice, when one thing in the code that decides is wrong?

    python -m tests.mutants.run [--jobs 2] [--again] [--survivors] [--only PART-OF-A-NAME]

Each mutant runs in a process that is forked off once all tests are loaded, against the tests that
reach its lines, most particular first, until one fails. Verdicts are kept in ``.mutants/``: a run
that was cut short goes on, and code that changed is tried anew. ``--again`` tries once more what no
test killed, ``--survivors`` shows what nobody noticed and runs nothing. The table at the end is
that of ``docs/reliability.md``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.mutants.mutated import Mutant, mutants_of
from tests.mutants.trial import Trials
from tests.mutants.verdicts import LEFT, Verdicts

MUTATED = (
    "reconciler/plan",
    "reconciler/diff",
    "reconciler/api/retry.py",
    "reconciler/api/verify.py",
    "reconciler/execute/create.py",
    "reconciler/execute/find.py",
    "reconciler/desired/identity.py",
    "reconciler/desired/digests.py",
    "reconciler/canonical.py",
)
TESTS = (
    "tests/plan",
    "tests/diff",
    "tests/desired",
    "tests/report/test_text_plan.py",
    "tests/report/test_json_plan.py",
    "tests/api/test_retry.py",
    "tests/api/test_verify.py",
    "tests/execute/test_create_step.py",
    "tests/execute/test_create_words.py",
    "tests/execute/test_serving_steps.py",
    "tests/execute/test_convergence.py",
    "tests/test_canonical_json.py",
)
# Whether an example fails is asked, not which is the smallest; the same ones are tried every time.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)


def main() -> int:
    asked = argparse.ArgumentParser(prog="mutants")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--again", action="store_true", help="try once more what no test killed")
    asked.add_argument("--only", default="", help="mutants with this in their names")
    asked.add_argument("--survivors", action="store_true", help="show them, and run nothing")
    given = asked.parse_args()
    mutants = list(_mutants())
    verdicts = Verdicts(Path(".mutants/verdicts.jsonl"))
    asked_for = [m for m in mutants if given.only in m.name]
    if given.survivors:
        print("\n".join(m.difference() for m in asked_for if verdicts.of(m) in LEFT))
        return 0
    pending = [m for m in asked_for if verdicts.is_pending(m, again=given.again)]
    code = _run(pending, verdicts, given.jobs) if pending else 0
    print(verdicts.table(mutants))
    return code


def _mutants() -> list[Mutant]:
    paths = [path for name in MUTATED for path in _files(Path(name))]
    return [mutant for path in paths for mutant in mutants_of(path)]


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.py")) if path.is_dir() else [path]


def _run(pending: list[Mutant], verdicts: Verdicts, jobs: int) -> int:
    options = ["-q", "--hypothesis-profile=mutants", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*options, *TESTS], plugins=[Trials(pending, verdicts, jobs)]))


if __name__ == "__main__":
    sys.exit(main())
