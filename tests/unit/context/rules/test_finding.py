"""Which rule files apply to a prompt about some files, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.context.rules.finding import MOST_CHARACTERS, FoundRules, find_rules
from copilot_desktop.context.rules.rule_file import read_rule
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.folder_trust import FolderTrust


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def found(folder: Path, *paths: str, is_trusted: bool = True) -> FoundRules:
    workspace = Workspace(folder)
    trust = FolderTrust(workspace, folder.parent / "state")
    if is_trusted:
        trust.trust()
    return find_rules(ModelBorder(workspace), trust.agreed(), paths)


def whys(rules: FoundRules) -> dict[str, str]:
    return {rule.path: rule.why for rule in rules.applied}


def test_each_tools_files_are_found_the_nearest_last(folder: Path) -> None:
    always = "it applies to every prompt"
    files = {
        "AGENTS.md": "Root.\n",
        "CLAUDE.md": "Claude.\n",
        ".cursorrules": "Cursor.\n",
        ".github/copilot-instructions.md": "Copilot.\n",
        ".cursor/rules/always.mdc": "---\ndescription: x\nalwaysApply: true\n---\nAlways.\n",
        ".cursor/rules/web/views.mdc": "---\nglobs: *.css,web/**/*.tsx\nalwaysApply: false\n---\nViews.\n",
        ".cursor/rules/asked.mdc": "---\ndescription: For databases\nalwaysApply: false\n---\nAsked.\n",
        ".copilot/rules/plain.md": "Plain.\n",
        ".copilot/rules/tests.md": '---\nglobs: ["tests/**", "*_test.py"]\n---\nTests.\n',
        ".copilot/settings.json": "{}",
        "web/AGENTS.md": "Web.\n",
        "web/lib/AGENTS.md": "Lib.\n",
        "other/AGENTS.md": "Other.\n",
    }
    write(folder, files)
    assert whys(found(folder, "web/lib/a.tsx", "src/b_test.py")) == {
        ".cursorrules": always,
        ".github/copilot-instructions.md": always,
        "AGENTS.md": always,
        "CLAUDE.md": always,
        ".cursor/rules/always.mdc": always,
        ".cursor/rules/web/views.mdc": "web/**/*.tsx fits web/lib/a.tsx",
        ".copilot/rules/plain.md": always,
        ".copilot/rules/tests.md": "*_test.py fits src/b_test.py",
        "web/AGENTS.md": "it stands in web, above a file of the prompt",
        "web/lib/AGENTS.md": "it stands in web/lib, above a file of the prompt",
    }
    rules = found(folder, "web/lib/a.tsx")
    assert [rule.path for rule in rules.applied][-2:] == ["web/AGENTS.md", "web/lib/AGENTS.md"]
    assert next(rule.text for rule in rules.applied if rule.path.endswith("always.mdc")) == "Always.\n"


@pytest.mark.parametrize(
    ("head", "paths", "fits"),
    [
        ("globs: *.py", ["a/b.py"], True),
        ("globs: *.{js,ts}", ["a/b.ts"], True),
        ("globs: src/*.py", ["src/a.py"], True),
        ("globs: src/*.py", ["x/src/a.py"], False),
        ("globs: src/", ["src/deep/a.py"], True),
        ("globs:\n  - '**/models/*.py'\n  - docs/**", ["docs/a/b.md"], True),
        ("globs: [*.md, *.rst]", ["a.rst"], True),
        ("globs: *.py\nalwaysApply: true", ["a.js"], True),
        ("globs: ", ["a.py"], False),
        ("globs: [unclosed", ["a.py"], False),
    ],
)
def test_front_matter_as_people_write_it(head: str, paths: list[str], fits: bool) -> None:
    rule = read_rule(".cursor/rules/x.mdc", f"---\r\ndescription: said: here\n{head}\n---\n\nText\n")
    assert bool(rule.why(paths)) is fits
    assert rule.text == "Text\n"
    assert rule.description == "said: here"


def test_dashes_that_are_no_front_matter_are_text() -> None:
    assert read_rule("AGENTS.md", "---\nglobs: *.py\n---\nText").text == "---\nglobs: *.py\n---\nText"
    assert read_rule(".copilot/rules/a.md", "---\nnever closed").text == "---\nnever closed"


def test_nothing_is_applied_that_was_not_agreed_to(folder: Path) -> None:
    write(folder, {"AGENTS.md": "Root.\n", "web/AGENTS.md": "Web.\n"})
    assert found(folder, "web/a.py", is_trusted=False) == FoundRules(unseen=("AGENTS.md", "web/AGENTS.md"))
    assert len(found(folder, "web/a.py").applied) == 2
    write(folder, {"web/AGENTS.md": "Evil.\n", "CLAUDE.md": "New.\n"})
    later = found(folder, "web/a.py", is_trusted=False)
    assert [rule.text for rule in later.applied] == ["Root.\n"]
    assert later.unseen == ("CLAUDE.md", "web/AGENTS.md")


def test_the_border_holds_for_rule_files(folder: Path) -> None:
    write(folder, {"AGENTS.md": "Root.\n", "CLAUDE.md": "Kept here.\n", ".copilotignore": "CLAUDE.md\n"})
    rules = found(folder)
    assert [rule.path for rule in rules.applied] == ["AGENTS.md"]
    assert rules.unseen == ()
    assert "CLAUDE.md is left out by .copilotignore" in rules.problems[0]


def test_copies_and_files_that_only_name_another_are_sent_once(folder: Path) -> None:
    write(
        folder, {"AGENTS.md": "Same.\n", "CLAUDE.md": "@AGENTS.md\n", ".cursorrules": "Same.\n", "x/AGENTS.md": " \n"}
    )
    assert [rule.path for rule in found(folder, "x/a.py").applied] == [".cursorrules"]


def test_what_is_too_large_is_said(folder: Path) -> None:
    write(folder, {"AGENTS.md": "x" * (MOST_CHARACTERS + 1)})
    (folder / "CLAUDE.md").write_bytes(b"\0\1")
    rules = found(folder)
    assert rules.applied == ()
    agents, claude = rules.problems
    assert "AGENTS.md is not applied: it has 40,001 characters" in agents
    assert claude == "CLAUDE.md is not applied: it is no text, or much too large."
    write(folder, {f".copilot/rules/{n}.md": str(n) * MOST_CHARACTERS for n in range(3)})
    rules = found(folder)
    assert len(rules.applied) == 2
    assert any("together the rule files have more than 100,000" in problem for problem in rules.problems)
