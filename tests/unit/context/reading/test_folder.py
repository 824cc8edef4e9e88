"""What a model may look at by itself in a folder, and how much of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from copilot_desktop.context.index.indexed_file import Symbol
from copilot_desktop.context.index.symbols import FoundSymbol
from copilot_desktop.context.reading.border import ReadingBorder
from copilot_desktop.context.reading.folder import FolderReader
from copilot_desktop.context.reading.questions import Answer, FindSymbols, ListFiles, Question, ReadLines, SearchText
from copilot_desktop.llm.tokens import TokenCounter
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder
from tests.support.planted_secrets import private_key

SECRET = "hunter2secret"
COUNT = TokenCounter().count


class Window:
    def __init__(self, texts: Mapping[str, str] | None = None, symbols: tuple[FoundSymbol, ...] = ()) -> None:
        self.kept, self.known = texts or {}, symbols

    async def texts(self, path: str | None) -> Mapping[str, str]:
        return self.kept

    async def symbols(self, name: str, limit: int) -> tuple[tuple[FoundSymbol, ...], bool]:
        return self.known, False


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    for folder in ("src/deep", "made", "private", "many"):
        (project / folder).mkdir(parents=True)
    (project / "src" / "a.py").write_text("def one():\n    return 1\n")
    (project / "src" / "deep" / "b.js").write_text("two\n")
    (project / ".env").write_text(f"PASSWORD={SECRET}\n")
    (project / "made" / "x.py").write_text(f"{SECRET}\n")
    (project / "private" / "p.txt").write_text(f"{SECRET}\n")
    (project / ".gitignore").write_text("made/\n")
    (project / ".copilotignore").write_text("private/\n")
    (tmp_path / "outside.txt").write_text(f"{SECRET}\n")
    return project


def answer(root: Path, question: Question, limit_tokens: int = 4_000, window: Window | None = None) -> Answer:
    workspace = Workspace(root)
    reader = FolderReader(ReadingBorder(ModelBorder(workspace)), window or Window(), COUNT)
    return asyncio.run(reader.answer(question, limit_tokens))


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "src/../.env",
        "made/x.py",
        "private/p.txt",
        "../outside.txt",
        "/etc/passwd",
        ".git/config",
        "",
        "..",
        "a\0b",
    ],
)
def test_what_lies_outside_the_border_is_refused_without_a_word_of_it(root: Path, path: str) -> None:
    told = answer(root, ReadLines(path))
    assert told.text.startswith("Not allowed: ")
    assert told.title.startswith("Refused: ")
    assert told.is_refused
    assert SECRET not in told.text


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize(
    "target", ["../outside.txt", "..", ".env", "private/p.txt", "private", "made", "made/x.py", "/etc/passwd"]
)
def test_links_lead_nowhere_that_is_refused(root: Path, target: str) -> None:
    link = root / "link"
    os.symlink(target, link)
    is_folder = (root / target).is_dir()
    inner = {"..": "outside.txt", "private": "p.txt", "made": "x.py"}.get(target, "")
    told = answer(root, ReadLines(f"link/{inner}" if is_folder else "link"))
    assert told.is_refused
    assert SECRET not in told.text
    listed = answer(root, ListFiles("link"))
    assert listed.is_refused or listed.text == "No file is below link/."
    assert SECRET not in answer(root, SearchText(SECRET)).text.replace(f"“{SECRET}”", "")


def test_listing_and_searching_leave_out_what_may_not_be_read(root: Path) -> None:
    assert answer(root, ListFiles()).text.split("\n") == [
        "4 files below the folder:",
        ".copilotignore",
        ".gitignore",
        "src/a.py",
        "src/deep/b.js",
        "",
    ]
    told = answer(root, SearchText(SECRET))
    assert (told.text, told.title) == ("Nothing was found.", f"Searched “{SECRET}” · no match")
    typed = answer(root, SearchText("typed"), window=Window({".env": "typed = 1", "src/a.py": "typed\n"}))
    assert typed.text == "1 match in 1 file:\nsrc/a.py:1: typed\n"
    found = (FoundSymbol("private/p.txt", Symbol("p", "function", LineRange(0, 1), "", SECRET), ()),)
    assert SECRET not in answer(root, FindSymbols("p"), window=Window(symbols=found)).text


def test_a_rule_that_is_written_meanwhile_holds(root: Path) -> None:
    workspace = Workspace(root)
    reader = FolderReader(ReadingBorder(ModelBorder(workspace)), Window(), COUNT)
    assert "def one" in asyncio.run(reader.answer(ReadLines("src/a.py"), 1_000)).text
    (root / ".copilotignore").write_text("src/\n")
    assert asyncio.run(reader.answer(ReadLines("src/a.py"), 1_000)).is_refused


def test_tracked_files_are_read_whatever_the_rules_say(tmp_path: Path) -> None:
    git = GitFolder(tmp_path / "repository")
    (git.root / "made").mkdir()
    for name in ("kept.py", "made.py"):
        (git.root / "made" / name).write_text("text\n")
    (git.root / ".gitignore").write_text("made/\n")
    git.git("add", "-f", "made/kept.py")
    assert answer(git.root, ReadLines("made/kept.py")).text.endswith("text\n")
    assert answer(git.root, ReadLines("made/made.py")).is_refused


def test_lines_are_counted_from_one_and_said_where_they_end(root: Path) -> None:
    (root / "n.txt").write_text("".join(f"line {number}\n" for number in range(1, 101)))
    told = answer(root, ReadLines("n.txt", 99, 200))
    assert told.text == "n.txt, lines 99 to 100 of 100:\nline 99\nline 100\n"
    assert answer(root, ReadLines("./n.txt", 2, 2)).text == "n.txt, lines 2 to 2 of 100:\nline 2\n"
    assert answer(root, ReadLines(f"{root}/n.txt", 2, 2)).title == "Read n.txt:2–2"
    assert "has 100 lines" in answer(root, ReadLines("n.txt", 101)).text
    assert "has 100 lines" in answer(root, ReadLines("n.txt", 7, 3)).text
    (root / "empty.txt").write_text("")
    assert answer(root, ReadLines("empty.txt")).text == "empty.txt is empty."


def test_much_is_cut_at_the_limit_and_says_how_to_go_on(root: Path) -> None:
    lines = [f"word number {number} of the file\n" for number in range(20_000)]
    (root / "big.txt").write_text("".join(lines))
    (root / "wide.txt").write_text("x1 " * 200_000 + "\nnext\n")
    told = answer(root, ReadLines("big.txt", 11), 500)
    assert 350 < COUNT(told.text) < 560
    assert told.title.endswith(", cut")
    first = int(told.text.rsplit(" ", 1)[1].removesuffix(".]"))
    again = answer(root, ReadLines("big.txt", first), 500)
    assert again.text.split("\n")[1] == lines[first - 1].rstrip("\n")
    wide = answer(root, ReadLines("wide.txt"), 500)
    assert 300 < COUNT(wide.text) < 560
    assert "first_line 2" in wide.text
    for question in (SearchText("number"), SearchText("x1"), ListFiles()):
        assert COUNT(answer(root, question, 300).text) < 360


def test_many_files_are_told_by_their_folders(root: Path) -> None:
    for number in range(300):
        (root / "many" / f"f{number}.txt").write_text("")
    told = answer(root, ListFiles())
    assert "many/ (300 files)\nsrc/ (2 files)\n" in told.text
    assert answer(root, ListFiles("", "*.py")).text == "1 file below the folder:\nsrc/a.py\n"
    assert "many/f7.txt\n" in answer(root, ListFiles("many", "f7*")).text
    cut = answer(root, ListFiles("many", "*.txt"), 200)
    assert "more. Ask for a folder, or with a glob.]" in cut.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (ReadLines("gone.py"), "gone.py does not exist."),
        (ReadLines("src"), "src is a folder, not a file."),
        (ReadLines("data.bin"), "data.bin"),
        (ListFiles("gone"), "No file is below gone/"),
        (SearchText("(", is_regex=True), "unclosed group"),
        (SearchText("x", glob="[a"), "glob"),
        (SearchText(""), "query is empty"),
        (FindSymbols(" "), "name is empty"),
        (FindSymbols("nothing"), "Nothing is defined under that name. [The index of the folder is not complete yet"),
    ],
)
def test_what_cannot_be_done_is_an_answer(root: Path, question: Question, said: str) -> None:
    (root / "data.bin").write_bytes(bytes(range(256)) * 20)
    told = answer(root, question)
    assert said in told.text
    assert not told.is_refused


def test_symbols_come_with_their_places(root: Path) -> None:
    known = (FoundSymbol("src/a.py", Symbol("one", "function", LineRange(0, 2), "A", "def one():"), (0,)),)
    told = answer(root, FindSymbols("A.one"), window=Window(symbols=known))
    assert told.text.startswith("src/a.py:1-2: function one in A: def one():\n")
    assert told.title == "Looked up “A.one” · 1 symbol"


def test_parts_of_a_private_key_are_not_shown_where_its_form_is_cut_off(root: Path) -> None:
    key = private_key(Random(3))  # noqa: S311 - no real one
    lines = key.strip().split("\n")
    (root / "settings.py").write_text(f'KEY = """{key}"""\nDEBUG = True\n')
    for first, last in ((4, 6), (1, 6), (6, len(lines) + 2), (5, 5)):
        told = answer(root, ReadLines("settings.py", first, last))
        assert "[part of a secret]" in told.text
        assert not any(line in told.text for line in lines[1:-1])
    assert "DEBUG = True" in answer(root, ReadLines("settings.py", 6, len(lines) + 2)).text
    found = answer(root, SearchText("[A-Za-z0-9+/]{40}", is_regex=True))
    assert "[part of a secret]" in found.text
    assert not any(line in found.text for line in lines[2:-2])
    typed = Window({"settings.py": f'KEY = """{key}"""\n'})
    live = answer(root, SearchText(lines[5][:30]), window=typed)
    assert lines[5] not in live.text


def test_a_token_is_not_cut_in_two_at_the_end_of_a_long_line(root: Path) -> None:
    token = "ghp_" + "a1B2" * 9
    for before in range(200, 330, 7):
        (root / "long.py").write_text(f"match {'w ' * (before // 2)}{token} end\n")
        told = answer(root, SearchText("match")).text
        assert token in told or "ghp_a1" not in told
        told = answer(root, ReadLines("long.py"), before // 2).text
        assert token in told or "ghp_a1B2a1" not in told
