"""Which rule files apply to a prompt about some files, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.context.rules.finding import MOST_CHARACTERS, FoundRules, OtherRule, item_of_others
from copilot_desktop.context.rules.rule_file import read_rule
from tests.unit.context.rules.conftest import Find, Write


def whys(rules: FoundRules) -> dict[str, str]:
    return {rule.path: rule.why for rule in rules.applied}


def test_each_tools_files_are_found_the_nearest_last(write: Write, find: Find) -> None:
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
    write(files)
    assert whys(find("web/lib/a.tsx", "src/b_test.py")) == {
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
    rules = find("web/lib/a.tsx")
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
        ('globs: "*.py,*.js"', ["a.js"], True),
        ("globs: '*.py'  # Python", ["a.py"], True),
        ("globs: *.py # Python", ["a.py"], True),
        ("globs: [\n  '*.py',\n  '*.js',\n]", ["a.js"], True),
        ("globs:\n- *.py", ["a.py"], True),
        ("globs:\n  - *.py # one\n\n  # two\n  - *.js", ["a.js"], True),
        ("globs : *.py", ["a.py"], True),
        ("globs: *.py,", ["a.py"], True),
        ("globs:\nalwaysApply: 'true'", [], True),
        ("globs:\nalwaysApply: TRUE  # yes", [], True),
        ("Globs: *.py\nunknown: [a, {b: c}]", ["a.py"], True),
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


def test_nothing_is_applied_that_was_not_agreed_to(write: Write, find: Find) -> None:
    write({"AGENTS.md": "Root.\n", "web/AGENTS.md": "Web.\n"})
    assert find("web/a.py", is_trusted=False) == FoundRules(unseen=("AGENTS.md", "web/AGENTS.md"))
    assert len(find("web/a.py").applied) == 2
    write({"web/AGENTS.md": "Evil.\n", "CLAUDE.md": "New.\n"})
    later = find("web/a.py", is_trusted=False)
    assert [rule.text for rule in later.applied] == ["Root.\n"]
    assert later.unseen == ("CLAUDE.md", "web/AGENTS.md")


def test_the_border_holds_for_rule_files(write: Write, find: Find) -> None:
    write({"AGENTS.md": "Root.\n", "CLAUDE.md": "Kept here.\n", ".copilotignore": "CLAUDE.md\n"})
    rules = find()
    assert [rule.path for rule in rules.applied] == ["AGENTS.md"]
    assert rules.unseen == ()
    assert "CLAUDE.md is left out by .copilotignore" in rules.problems[0]


def test_copies_and_files_that_only_name_another_are_sent_once(write: Write, find: Find) -> None:
    write({"AGENTS.md": "Same.\n", "CLAUDE.md": "@AGENTS.md\n", ".cursorrules": "Same.\n", "x/AGENTS.md": " \n"})
    assert [rule.path for rule in find("x/a.py").applied] == [".cursorrules"]


def test_what_is_too_large_is_said(folder: Path, write: Write, find: Find) -> None:
    write({"AGENTS.md": "x" * (MOST_CHARACTERS + 1)})
    (folder / "CLAUDE.md").write_bytes(b"\0\1")
    rules = find()
    assert rules.applied == ()
    agents, claude = rules.problems
    assert "AGENTS.md is not applied: it has 40,001 characters" in agents
    assert claude == "CLAUDE.md is not applied: it is no text, or much too large."
    write({f".copilot/rules/{n}.md": str(n) * MOST_CHARACTERS for n in range(3)})
    rules = find()
    assert len(rules.applied) == 2
    assert any("together the rule files have more than 100,000" in problem for problem in rules.problems)


def test_descriptions_over_several_lines_and_in_quotes() -> None:
    for said in (
        "description: >-\n  For\n  databases\n",
        'description: "For databases"\n',
        "description: For\n  databases\n",
    ):
        rule = read_rule(".cursor/rules/db.mdc", f"\ufeff---\r\n{said}alwaysApply: false\n---\r\nText\r\n")
        assert rule.description == "For databases"
        assert rule.can_be_named
        assert rule.text == "Text\n"
    assert read_rule(".cursor/rules/a.mdc", "---\ndescription: 'It''s \\n'\n---\n").description == "It's \\n"


def test_instructions_of_copilot_and_rules_of_claude(write: Write, find: Find) -> None:
    write(
        {
            ".github/instructions/web/css.instructions.md": "---\napplyTo: '**/*.css,web/**'\n---\nStyles.\n",
            ".github/instructions/all.instructions.md": '---\napplyTo: "**"\n---\nAll.\n',
            ".github/instructions/asked.instructions.md": "---\ndescription: For migrations\n---\nAsked.\n",
            ".github/instructions/README.md": "No rule.\n",
            ".claude/CLAUDE.md": "Claude.\n",
            ".claude/rules/api.md": "---\npaths:\n  - 'api/**/*.py'\n---\nApi.\n",
            ".claude/rules/plain.md": "Plain.\n",
            "CLAUDE.md": "Root.\n",
            "CLAUDE.local.md": "Mine.\n",
            "api/CLAUDE.local.md": "Mine in api.\n",
            "api/CLAUDE.md": "Api too.\n",
        }
    )
    rules = find("api/v1/a.py", "web/a.html")
    always = "it applies to every prompt"
    assert [(rule.path, rule.why) for rule in rules.applied] == [
        (".claude/CLAUDE.md", always),
        ("CLAUDE.md", always),
        ("CLAUDE.local.md", always),
        (".github/instructions/all.instructions.md", always),
        (".github/instructions/web/css.instructions.md", "web/** fits web/a.html"),
        (".claude/rules/api.md", "api/**/*.py fits api/v1/a.py"),
        (".claude/rules/plain.md", always),
        ("api/CLAUDE.md", "it stands in api, above a file of the prompt"),
        ("api/CLAUDE.local.md", "it stands in api, above a file of the prompt"),
    ]
    assert rules.others == (OtherRule(".github/instructions/asked.instructions.md", "For migrations"),)


def test_rules_that_are_asked_for_by_the_model_or_by_name(write: Write, find: Find) -> None:
    write(
        {
            ".cursor/rules/db.mdc": "---\ndescription: For\n  databases\nglobs:\nalwaysApply: false\n---\nDatabases.\n",
            ".cursor/rules/manual.mdc": "---\nalwaysApply: false\n---\nManual.\n",
            ".cursor/rules/no_end.mdc": "---\nalwaysApply: true\nNever closed.\n",
            ".cursor/rules/css.mdc": "---\nglobs: *.css\n---\nStyles.\n",
        }
    )
    rules = find("a.py")
    assert rules.applied == ()
    assert {rule.name: rule.description for rule in rules.others} == {
        "css": "",
        "db": "For databases",
        "manual": "",
        "no_end": "",
    }
    listed = item_of_others(rules.others)
    assert listed is not None
    assert listed.text.endswith("follow it:\n- .cursor/rules/db.mdc: For databases\n")
    assert listed.label == "rules on request (1)"
    assert item_of_others(tuple(rule for rule in rules.others if not rule.description)) is None
    named = find("a.py", named=(".cursor/rules/db.mdc", ".cursor/rules/manual.mdc"))
    assert whys(named) == {
        ".cursor/rules/db.mdc": "you have named it",
        ".cursor/rules/manual.mdc": "you have named it",
    }
    assert [rule.name for rule in named.others] == ["css", "no_end"]
    assert find("a.py", named=("src/a.py", "AGENTS.md")).applied == ()
