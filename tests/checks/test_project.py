"""Rules on the project as a whole that no linter knows."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED_TOP = {
    "copilot_desktop", "resources", "installers", "tests", "docs", "pyproject.toml", "README.md", "LICENSE", ".ci",
}  # fmt: skip
FORBIDDEN_NAMES = {"utils", "misc", "common", "helpers", "manager", "util", "helper"}
NAMED_BORDERS = "border:"


def tracked_top_level() -> set[str]:
    """Top-level names but for dotfiles and what .gitignore names."""
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    return {
        path.name
        for path in ROOT.iterdir()
        if path.name not in ignored
        and not path.name.endswith(".egg-info")
        and (path.name == ".ci" or not path.name.startswith("."))
    }


def test_top_level_holds_only_what_the_rules_name() -> None:
    assert tracked_top_level() <= ALLOWED_TOP


def test_no_room_without_a_noun() -> None:
    names = {path.stem for path in (ROOT / "copilot_desktop").rglob("*") if path.suffix in ("", ".py")}
    assert not names & FORBIDDEN_NAMES


def broad_handlers(source: str) -> list[int]:
    """Lines of handlers that catch everything and do not raise it again."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]


def test_broad_except_only_at_named_borders() -> None:
    found = []
    for path in (ROOT / "copilot_desktop").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        unnamed = [number for number in broad_handlers(source) if NAMED_BORDERS not in lines[number - 1]]
        found += [f"{path.relative_to(ROOT)}:{number} {lines[number - 1].strip()}" for number in unnamed]
    assert not found, "a broad except needs '# border: why' on its line:\n" + "\n".join(found)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for folder in ("copilot_desktop", "installers")
        for path in (ROOT / folder).rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_nothing_is_left_to_be_done() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("copilot_desktop", "installers")
        for path in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not found


def test_every_icon_is_used() -> None:
    """They are parsed and shipped; the set they are from has the others."""
    kinds = {".py", ".json", ".qss", ".sh"}
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("copilot_desktop", "installers", "resources")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in kinds
    ]
    named = set(re.findall(r"""["'/]([a-z0-9-]+)(?:\.svg)?["']""", "\n".join(sources)))
    assert {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")} - named == set()


def test_direct_dependencies_have_compatible_ranges() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    assert every
    assert [line for line in every if "~=" not in line and not re.search(r">=.*,<", line)] == []


@pytest.mark.parametrize("name", ["python3 installers/run.py", "python3 tests/run.py"])
def test_readme_gives_the_two_commands(name: str) -> None:
    assert name in (ROOT / "README.md").read_text(encoding="utf-8")
