"""What git and asking a model about changes cost: `python tests/bench/git_changes.py`. Prints processor time.

The branch is that of this project's repository, some hundred commits back; its sums are held to `git diff --numstat`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from copilot_desktop.bridge.git.margins import margin_changes  # noqa: E402
from copilot_desktop.conversation.changes_text import read_for_model  # noqa: E402
from copilot_desktop.conversation.findings.following import TextNow, anchored  # noqa: E402
from copilot_desktop.conversation.findings.planning import plan_findings  # noqa: E402
from copilot_desktop.conversation.findings.values import Finding, Severity  # noqa: E402
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind  # noqa: E402
from copilot_desktop.llm.tokens import TokenCounter  # noqa: E402
from copilot_desktop.text.ranges import LineRange  # noqa: E402
from copilot_desktop.workspace.git.comparing import changes_of, read_status  # noqa: E402
from copilot_desktop.workspace.git.contents import read_sides  # noqa: E402
from copilot_desktop.workspace.git.repository import GitRepository  # noqa: E402
from copilot_desktop.workspace.git.values import Comparison, ComparisonKind  # noqa: E402
from copilot_desktop.workspace.model_border import ModelBorder  # noqa: E402
from copilot_desktop.workspace.paths import Workspace  # noqa: E402
from tests.support.git_repository import GitFolder  # noqa: E402

T = TypeVar("T")
FILES, BACK = 20_000, 300


def timed(what: str, work: Callable[[], T], times: int = 3) -> T:
    """Run it and print the least processor time."""
    costs = []
    for _time in range(times):
        begun = time.process_time()
        result = work()
        costs.append(1000 * (time.process_time() - begun))
    print(f"{what:58} {min(costs):8.1f} ms")
    return result


def _where(finding: Finding, lines: list[str]) -> LineRange | None:
    return TextNow(lines).where(finding)


def find_again() -> None:
    """A finding in a text of 100,000 lines, which has moved, or whose lines are gone."""
    lines = [f"line {number}\n" for number in range(100_000)]
    finding = anchored(Finding("1", "a.py", LineRange(50_000, 50_003), Severity.DOUBT, "Why."), lines)
    moved, gone = ["new\n", *lines], [*lines[:50_001], "other\n", *lines[50_002:]]
    for what, now in (("as it was", lines), ("moved", moved), ("gone", gone)):
        timed(f"a finding in 100,000 lines, {what}", partial(_where, finding, now))


def main() -> None:
    """Print all of it."""
    here = GitFolder(ROOT, is_new=False)
    workspace = Workspace(ROOT)
    base = here.git("rev-parse", f"HEAD~{BACK}").decode().strip()
    branch = Comparison(ComparisonKind.BRANCH, base, with_disk=False)
    changes = timed(f"a branch of {BACK} commits", lambda: changes_of(GitRepository(workspace), branch), 1)
    added, removed = sum(each.added or 0 for each in changes), sum(each.removed or 0 for each in changes)
    counts = here.numstat(f"{base}..HEAD").values()
    expected = sum(each[0] or 0 for each in counts), sum(each[1] or 0 for each in counts)
    print(f"  {len(changes)} files, +{added} −{removed}; git: {len(counts)} files, +{expected[0]} −{expected[1]}")
    assert (added, removed) == expected
    repository = GitRepository(workspace)
    timed("  both texts of all its files", lambda: [read_sides(repository, change) for change in changes], 1)
    sides, left_out = timed(
        "  those that a model may see", lambda: read_for_model(repository, ModelBorder(workspace), changes), 1
    )
    count_tokens = TokenCounter().count
    count_tokens("")
    for limit in (32_000, 128_000, 1_000_000):
        profile = Profile("Bench", ProviderKind.CHAT, "", "model", KeySource.NONE, limit_tokens=limit)
        said = f"  a request for findings, at most {limit:,} tokens"
        planned = timed(said, partial(plan_findings, profile, sides, left_out, (), count_tokens), 1)
        print(f"    {planned.tokens:,} tokens of {len(planned.shown.files)} files")
    find_again()
    timed("status of this repository", lambda: read_status(GitRepository(workspace)))
    with tempfile.TemporaryDirectory() as made:
        project = GitFolder(Path(made) / "large")
        for number in range(FILES):
            project.write(f"{number % 200}/{number}.py", f"value = {number}\n")
        project.commit()
        for number in range(100):
            project.write(f"{number}/{number}.py", "changed\n")
        large = Workspace(project.root)
        timed(f"status of {FILES} files, 100 of them changed", lambda: read_status(GitRepository(large)))
    text = "".join(f"line {number} of a text\n" for number in range(10_000))
    other = text.replace("line 50 ", "other ").replace("line 9000 ", "other ")
    timed("margin of a text of 10,000 lines", lambda: margin_changes(text, other))


if __name__ == "__main__":
    main()
