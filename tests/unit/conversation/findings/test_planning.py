"""What a model gets to see of changes: numbered lines, as much as it takes, and nothing that it may not see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.conversation.changes_text import LeftOut, read_for_model, shown_changes
from copilot_desktop.conversation.findings.planning import (
    PlannedReview,
    fix_with_values,
    left_out_words,
    masking_apart,
    plan_findings,
)
from copilot_desktop.conversation.findings.store import Dismissed
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.credentials.placeholders import NO_CHOICES
from copilot_desktop.edits import propose
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.workspace.git.comparing import changes_of
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.values import WORKING, Comparison, ComparisonKind, FileSides
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder

PROFILE = Profile("Test", ProviderKind.CHAT, "", "model", KeySource.NONE, limit_tokens=8_000)
LINES = "".join(f"line {number}\n" for number in range(1, 61))


def words(text: str) -> int:
    return len(text.split())


def read(
    project: GitFolder, comparison: Comparison = WORKING, inner: str = ""
) -> tuple[list[FileSides], list[LeftOut]]:
    workspace = Workspace(project.root / inner)
    repository = GitRepository(workspace)
    return read_for_model(repository, ModelBorder(workspace), changes_of(repository, comparison))


@pytest.fixture
def project(tmp_path: Path) -> GitFolder:
    made = GitFolder(tmp_path / "project")
    made.commit("First", a_py=LINES, gone_py="x\n", old_py=LINES)
    return made


def plan(project: GitFolder, profile: Profile = PROFILE, *dismissed: Dismissed) -> PlannedReview:
    return plan_findings(profile, *read(project), dismissed, words)


def test_lines_have_their_numbers_of_the_new_text(project: GitFolder) -> None:
    project.write("a.py", LINES.replace("line 20\n", "LINE 20\nmore\n").replace("line 50\n", ""))
    (project.root / "gone.py").unlink()
    project.write("new.py", "y\r\nz")
    shown = plan(project).shown
    assert set(shown.files) == {"a.py", "gone.py", "new.py"}
    text = shown.text
    assert "## a.py (modified)\n…\n12   line 12\n" in text
    assert "19   line 19\n   - line 20\n20 + LINE 20\n21 + more\n22   line 21\n" in text
    assert "50   line 49\n   - line 50\n51   line 51\n" in text
    assert "## gone.py (deleted)\n…\n  - x" in text
    assert "## new.py (new)\n…\n1 + y\n2 + z" in text
    # One of which only the mode is told counts as well.
    (project.root / "old.py").chmod(0o755)
    again = plan(project).shown
    assert "old.py" not in again.files
    assert again.count == len(again.files) + again.text.count("## old.py")


def test_what_a_model_may_not_see_is_not_read(project: GitFolder) -> None:
    project.write(".gitignore", "hidden.txt\n")
    project.write("hidden.txt", "never seen\n")
    project.git("add", "-f", "hidden.txt", ".gitignore")
    project.git("commit", "-qm", "Hidden")
    project.git("checkout", "-qb", "topic")
    project.git("rm", "-q", "--cached", "hidden.txt")
    project.write("server.key", "a key, never seen\n")
    project.write("sub/mine.py", "mine\n")
    project.git("add", "server.key", "sub")
    project.git("commit", "-qm", "Topic")
    sides, left_out = read(project, Comparison(ComparisonKind.BRANCH, "main", False))
    assert [each.change.path for each in sides] == ["sub/mine.py"]
    assert {each.path: each.reason.split(" and ")[0] for each in left_out} == {
        "hidden.txt": "it is ignored by git",
        "server.key": "it looks like a private key or certificate",
    }
    assert "never seen" not in shown_changes(sides, left_out, 9_000, words, Masking()).text
    _sides, outside = read(project, Comparison(ComparisonKind.BRANCH, "main", False), "sub")
    assert {each.path for each in outside} == {"hidden.txt", "server.key"}


def test_keys_in_lines_are_masked_and_told(project: GitFolder) -> None:
    project.write("a.py", f"token = 'sk-abcdefghijklmnopqr1234'\n{LINES}")
    planned = plan(project)
    (secret,) = planned.request.secrets
    assert f"token = '{secret.placeholder}'" in planned.request.messages[1].text
    assert all("sk-abc" not in message.text for message in planned.request.messages)
    assert (secret.label, secret.is_masked) == ("API key", True)
    # What is found is kept apart from the conversation, and the value does not go there.
    assert not planned.request.values_back


def test_what_does_not_fit_is_left_out_and_named(project: GitFolder) -> None:
    project.write("a.py", LINES.replace("line 2\n", "two\n"))
    project.write("long.py", "".join(f"word {number}\n" for number in range(1_500)))
    project.write("z.py", "z\n")
    planned = plan(project, replace(PROFILE, limit_tokens=2_200))
    assert set(planned.shown.files) == {"a.py", "long.py", "z.py"}
    assert "long.py (only 1 of 10 parts fit)" in left_out_words(planned.shown.left_out)
    assert "word 149\n" in planned.request.messages[1].text + "\n"
    assert "word 150" not in planned.request.messages[1].text
    assert planned.tokens <= 2_200 * 2 // 3
    with pytest.raises(UsageError, match="none of these changes can be"):
        plan(project, replace(PROFILE, limit_tokens=400))


def test_what_was_dismissed_is_told(project: GitFolder) -> None:
    project.write("a.py", "a\n")
    planned = plan(project, PROFILE, Dismissed("k", "a.py", "Wrong."), Dismissed("l", "other.py", "Else."))
    text = planned.request.messages[1].text
    assert "- a.py: Wrong.\n" in text
    assert "Else." not in text


def test_nothing_to_ask(project: GitFolder) -> None:
    with pytest.raises(UsageError, match="no change to be sent"):
        plan(project)
    with pytest.raises(UsageError, match="too small"):
        plan(project, replace(PROFILE, is_weak=True))


def test_long_lines_and_odd_names_are_sendable(project: GitFolder) -> None:
    project.write("a.py", "x" * 9_000)
    (project.root / "b\udcff.py").write_bytes(b"b\n")
    text = plan(project).request.messages[1].text
    assert "(7000 more characters)" in text
    text.encode("utf-8")


def test_a_fix_over_a_line_with_a_secret_has_a_place_and_one_of_an_earlier_run_has_none() -> None:
    key = "sk-abcdefghijklmnop1234567890"
    text = f"def ask():\n    return call('{key}', 1)\n"
    sent = masking_apart(NO_CHOICES).mask(text).text
    assert key not in sent
    line = sent.splitlines()[1]
    fix = f"<<<<<<< SEARCH\n{line}\n=======\n{line.replace('1)', '2)')}\n>>>>>>> REPLACE"

    def proposed(fix: str) -> tuple[dict[str, str], int]:
        made = propose(f"ask.py\n```\n{fix}\n```\n", {"ask.py": text}, "search_replace")
        return {path: str(each) for path, each in made.files.items()}, len(made.failures)

    files, failures = proposed(fix_with_values(fix, text))
    assert failures == 0
    assert key in files["ask.py"]
    older = Masking("of an earlier run").mask(text).text.splitlines()[1]
    assert proposed(fix_with_values(fix.replace(line, older), text))[1] == 1
