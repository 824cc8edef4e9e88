"""The real ripgrep on real folders, also hostile ones."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from copilot_desktop.errors import SearchError
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.search import command, running
from copilot_desktop.workspace.search.globs import glob_of
from copilot_desktop.workspace.search.running import SearchRequest, search_files, search_folder
from copilot_desktop.workspace.search.values import FileFound, FoundMatch, SearchEnded, SearchQuery


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


def request(root: Path, query: SearchQuery, texts: Mapping[str, str] | None = None) -> SearchRequest:
    rules = IgnoreRules(Workspace(root))
    return SearchRequest(root, query, texts or {}, lambda path: rules.is_ignored(path, False))


def search(root: Path, query: SearchQuery, texts: Mapping[str, str] | None = None) -> dict[str, FileFound]:
    found: list[FileFound] = []
    asyncio.run(search_folder(request(root, query, texts), found.extend))
    assert len({each.path for each in found}) == len(found)
    return {each.path: each for each in found}


def simple(text: str, **more: bool) -> SearchQuery:
    return SearchQuery(FindQuery(text, **more))


def texts_of(found: FileFound) -> list[str]:
    return [match.text for match in found.matches]


def test_lines_and_columns_are_those_of_the_text(tmp_path: Path) -> None:
    write(tmp_path, {"src/a.py": "é = 1\n  é total(é) total\r\nend\n", "b.txt": "nothing"})
    found = search(tmp_path, simple("total"))
    assert found == {
        "src/a.py": FileFound(
            "src/a.py",
            (FoundMatch(1, 4, "total", "é ", "(é) total"), FoundMatch(1, 13, "total", "é total(é) ", "")),
        )
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (simple("Total"), ["total", "Total", "total"]),
        (simple("Total", is_case_sensitive=True), ["Total"]),
        (simple("total", is_whole_word=True), ["total", "Total"]),
        (simple("t.t", is_regex=True), ["tot", "Tot", "tot"]),
        (simple("t.t"), []),
        (simple(r"total(?=s)", is_regex=True), ["total"]),
        (simple(r"(t)o\1al", is_regex=True, is_case_sensitive=True), ["total", "total"]),
        (simple(r"total\nTotal", is_regex=True), ["total\nTotal"]),
        (simple("-total"), []),
    ],
)
def test_switches(tmp_path: Path, query: SearchQuery, expected: list[str]) -> None:
    write(tmp_path, {"a.txt": "total\nTotal\ntotals\n"})
    found = search(tmp_path, query)
    assert (texts_of(found["a.txt"]) if found else []) == expected


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ("", "", {"a.py", "src/b.py", "src/deep/c.ts", "tests/d.py"}),
        ("*.py", "", {"a.py", "src/b.py", "tests/d.py"}),
        ("src", "", {"src/b.py", "src/deep/c.ts"}),
        ("./*.py", "", {"a.py"}),
        ("*.{py,ts}", "tests", {"a.py", "src/b.py", "src/deep/c.ts"}),
        ("", "*.py , deep", set()),
        ("*.py, !tests", "", {"a.py", "src/b.py"}),
        ("src/**/*.ts", "", {"src/deep/c.ts"}),
    ],
)
def test_globs_also_for_texts_in_tabs(tmp_path: Path, include: str, exclude: str, expected: set[str]) -> None:
    names = ("a.py", "src/b.py", "src/deep/c.ts", "tests/d.py")
    write(tmp_path, dict.fromkeys(names, "total"))
    query = SearchQuery(FindQuery("total"), include, exclude)
    assert set(search(tmp_path, query)) == expected
    assert set(search(tmp_path, query, dict.fromkeys(names, "the total"))) == expected
    again = asyncio.run(search_files(request(tmp_path, query), names))
    assert again is not None
    assert {each.path for each in again} == expected


def test_what_git_ignores_is_left_out_unless_wanted_also_where_a_glob_takes_it_in(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.log\nout/\n", "a.log": "total", "out/b.py": "total", "c.py": "total"})
    write(tmp_path, {".git/HEAD": "total", ".hidden": "total"})
    assert set(search(tmp_path, simple("total"))) == {"c.py", ".hidden"}
    assert set(search(tmp_path, SearchQuery(FindQuery("total"), "*.log, *.py"))) == {"c.py"}
    everything = SearchQuery(FindQuery("total"), uses_ignore_rules=False)
    assert set(search(tmp_path, everything)) == {"a.log", "out/b.py", "c.py", ".hidden"}
    assert set(search(tmp_path, simple("total"), {"a.log": "total"})) == {"c.py", ".hidden"}


def test_texts_in_tabs_count_instead_of_the_disk(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "total\n", "b.py": "total\n"})
    found = search(tmp_path, simple("new"), {"a.py": "x\nnew\n"})
    assert found == {"a.py": FileFound("a.py", (FoundMatch(1, 0, "new"),))}
    assert set(search(tmp_path, simple("total"), {"a.py": "x\nnew\n"})) == {"b.py"}


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        (simple("to(tal", is_regex=True), "text", "unclosed group"),
        (simple("(?=to(tal", is_regex=True), "text", "missing closing parenthesis"),
        (SearchQuery(FindQuery("total"), include="[a"), "include", "[a"),
        (SearchQuery(FindQuery("total"), exclude="x, {a"), "exclude", "{a"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(tmp_path: Path, query: SearchQuery, field: str, words: str) -> None:
    with pytest.raises(SearchError, match="cannot be used") as refused:
        search(tmp_path, query)
    assert refused.value.field == field
    assert words in refused.value.message


def test_settings_of_ripgrep_and_of_the_folder_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "ripgreprc"
    config.write_text("--pre=touch\n--max-count=0\n")
    monkeypatch.setenv("RIPGREP_CONFIG_PATH", str(config))
    write(tmp_path, {"shop/a.py": "total", "shop/.ripgreprc": "--max-count=0"})
    assert set(search(tmp_path / "shop", simple("total"))) == {"a.py"}


def test_no_text_is_left_out_and_old_encodings_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.bin": b"total\n" * 9_000 + b"\0\1\2 total", "latin.txt": "für total".encode("latin-1")})
    write(tmp_path, {"wide.txt": "\ufefffür total".encode("utf-16-le")})
    found = search(tmp_path, simple("total"))
    assert {path: each.matches[0].column for path, each in found.items()} == {"latin.txt": 4, "wide.txt": 4}


def test_long_lines_are_cut_around_the_match(tmp_path: Path) -> None:
    write(tmp_path, {"min.js": "x" * 5000 + "total" + "y" * 5000, "huge.js": "x" * 3_000_000 + " total " + "y" * 99})
    write(tmp_path, {"dense.js": "total " * 200_000})
    found = search(tmp_path, simple("total"))
    short = found["min.js"].matches[0]
    assert (short.column, short.text) == (5000, "total")
    assert len(short.before) + len(short.after) < 500
    assert found["huge.js"].matches[0] == FoundMatch(0, 3_000_001, "total", "…", "…", is_cut=True)
    assert all(match.is_cut for match in found["dense.js"].matches)
    assert len(found["dense.js"].matches) > 1000


def test_at_the_limit_it_ends_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MATCH_LIMIT", 25)
    write(tmp_path, {f"{number}.txt": "total\n" * 10 for number in range(50)})
    found: list[FileFound] = []
    ended = asyncio.run(search_folder(request(tmp_path, simple("total")), found.extend))
    assert ended == SearchEnded(is_limited=True)
    assert sum(len(each.matches) for each in found) == 25


@pytest.mark.skipif(sys.platform == "win32", reason="names of POSIX")
def test_odd_names_and_links(tmp_path: Path) -> None:
    odd = (b"two\nlines.txt", b"not-utf8-\xff.txt", b"-dash.txt", b" blank .txt")
    for name in odd:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("total")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    found = search(tmp_path, simple("total"))
    assert {os.fsencode(path) for path in found} == set(odd)
    again = asyncio.run(search_files(request(tmp_path, simple("total")), [*found, "loop", "pipe", "gone"]))
    assert again is not None
    assert {each.path for each in again} == set(found)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_what_may_not_be_read_is_told_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"shop/a.py": "total", "shop/b.py": "total", "shop/closed/c.py": "total"})
    shop = tmp_path / "shop"
    (shop / "b.py").chmod(0)
    (shop / "closed").chmod(0)
    if os.access(shop / "b.py", os.R_OK):  # root reads everything: ripgrep runs as somebody else
        for folder in (*tmp_path.parents, tmp_path, shop):
            if folder.is_relative_to(tmp_path.parents[1]):
                folder.chmod(0o755)
        as_nobody = tmp_path / "rg"
        program = command.ripgrep_program()
        as_nobody.write_text(f"#!{sys.executable}\nimport os, sys\nos.setuid(65534)\nos.execv({program!r}, sys.argv)\n")
        as_nobody.chmod(0o755)
        monkeypatch.setattr(running, "ripgrep_program", lambda: str(as_nobody))
    found: list[FileFound] = []
    try:
        ended = asyncio.run(search_folder(request(shop, simple("total")), found.extend))
    finally:
        (shop / "closed").chmod(0o755)
    assert [each.path for each in found] == ["a.py"]
    assert ended.unread_count == 2
    assert sorted(ended.unread) == ["b.py: Permission denied", "closed: Permission denied"]


@pytest.mark.skipif(sys.platform == "win32", reason="a script takes the place of ripgrep")
@pytest.mark.parametrize("end", ["exit 0", "kill -9 $$"])
def test_a_ripgrep_that_is_ended_is_no_silent_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    fake = tmp_path / "rg"
    fake.write_text(f"#!/bin/sh\n{end}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(running, "ripgrep_program", lambda: str(fake))
    with pytest.raises(SearchError, match="cut off"):
        search(tmp_path, simple("total"))


def test_without_ripgrep_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_NAME", "no-such-ripgrep")
    with pytest.raises(SearchError, match="ripgrep, which does it, is missing"):
        search(tmp_path, simple("total"))


def test_a_program_of_the_searched_folder_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"no-such-ripgrep": "#!/bin/sh\ntouch ran\n"})
    (tmp_path / "no-such-ripgrep").chmod(0o755)
    monkeypatch.setattr(command, "_NAME", "no-such-ripgrep")
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SearchError, match="missing"):
        command.ripgrep_program()


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    asked = request(tmp_path / "shop", simple("total"))
    (tmp_path / "shop").rmdir()
    with pytest.raises(SearchError, match="could not be started"):
        asyncio.run(search_folder(asked, lambda _found: None))


@pytest.mark.skipif(sys.platform == "win32", reason="a script takes the place of ripgrep")
def test_cancelling_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake, told = tmp_path / "rg", tmp_path / "pid"
    fake.write_text(f"#!/bin/sh\necho $$ > {told}.new; mv {told}.new {told}; exec sleep 600\n")
    fake.chmod(0o755)
    monkeypatch.setattr(running, "ripgrep_program", lambda: str(fake))

    async def cancel() -> int:
        task = asyncio.create_task(search_folder(request(tmp_path, simple("total")), lambda _found: None))
        while not told.exists():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return int(told.read_text())

    with pytest.raises(ProcessLookupError):
        os.kill(asyncio.run(cancel()), signal.SIGKILL)


def test_a_file_of_a_gigabyte_keeps_nobody_waiting(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "total", "huge.log": "total\n"})
    with open(tmp_path / "huge.log", "ab") as huge:
        huge.truncate(1 << 30)
    assert set(search(tmp_path, simple("total"))) == {"a.py"}


def test_folders_whose_names_look_like_globs_are_searched_alone(tmp_path: Path) -> None:
    names = ("{{name}}", "a, b", "[x]", "plain*")
    write(tmp_path, {f"{name}/a.py": "total" for name in (*names, "other")})
    for name in names:
        assert set(search(tmp_path, SearchQuery(FindQuery("total"), glob_of(name)))) == {f"{name}/a.py"}
    both = ", ".join(map(glob_of, names))
    assert len(search(tmp_path, SearchQuery(FindQuery("total"), both))) == len(names)
