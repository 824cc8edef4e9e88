"""What a model gets to draft a commit message: what is staged, and how the repository's messages are written."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.conversation.changes_text import read_for_model
from copilot_desktop.conversation.commit_message import plan_message
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.workspace.git.committing import recent_messages
from copilot_desktop.workspace.git.comparing import changes_of
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.values import INDEX
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder

PROFILE = Profile("Test", ProviderKind.CHAT, "", "model", KeySource.NONE, limit_tokens=8_000)


def words(text: str) -> int:
    return len(text.split())


def asked(project: GitFolder, profile: Profile = PROFILE, typed: str = "") -> str:
    """The user's message of the request."""
    workspace = Workspace(project.root)
    repository = GitRepository(workspace)
    changes = read_for_model(repository, ModelBorder(workspace), changes_of(repository, INDEX))
    return plan_message(profile, changes, recent_messages(repository, 20), typed, words).request.messages[1].text


def test_the_last_messages_are_its_examples(tmp_path: Path) -> None:
    project = GitFolder(tmp_path / "project")
    project.write("a.py", "a\n")
    project.git("add", "a.py")
    assert asked(project).startswith("There is no commit to take the style from.\n\n## a.py (added)\n…\n1 + a")
    for number in range(30):
        project.commit(f"change {number}\n\nWhy sk-abcdefghijklmnopqrstu{number}.{' so' * 20}", a_py=f"{number}\n")
    project.git("checkout", "-qb", "side", "HEAD~1")
    project.commit("on the side", b_py="b\n")
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--no-edit", "side")
    project.write("a.py", "new\n")
    with pytest.raises(UsageError, match="Nothing is staged"):
        asked(project)
    project.git("add", "a.py")
    text = asked(project, typed="Begun so")
    assert "Merge branch" not in text
    assert "on the side" in text
    assert "sk-abc" not in text
    assert re.search(r"change 29\n\nWhy HIDDEN_SECRET_\w{10}\. so", text)
    assert text.count("\n---\n") == 19
    assert "keep what it says:\n\nBegun so\n\n## a.py" in text
    with pytest.raises(UsageError, match="too small to draft"):
        asked(project, replace(PROFILE, is_weak=True))
    # Where the model takes little, the change goes before the examples.
    for limit, has_examples in ((700, True), (450, False)):
        short = asked(project, replace(PROFILE, limit_tokens=limit))
        assert "+ new" in short
        assert ("\n---\n" in short) is has_examples
        assert short.count("\n---\n") < 19
