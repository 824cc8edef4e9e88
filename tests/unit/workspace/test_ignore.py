"""What is ignored is what git says is ignored."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.workspace.git.patterns import IgnorePatterns
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace

PATHS = (
    "a", "b", "ab", "abc", "a.log", "A.LOG", "keep.log", "#a", "!a", "a b", "a ", "x[1]", "-", "]", "ä.txt", ".hidden",
    "a/b", "a/b/c", "a/x/b", "a/x/y/b", "x/a/b", "b/a", "b/a/c", "foo/bar/baz.py", "foo/bar", "doc/a.txt",
    "src/doc/a.txt", "build", "build/out.o", "src/build", "src/build/out.o", "x/build/y", "log/1/2/3.log",
)  # fmt: skip


def git_says(root: Path, paths: tuple[str, ...]) -> dict[str, bool]:
    """By git itself, of files that need not exist."""
    names = b"\0".join(map(os.fsencode, paths)) + b"\0"
    done = subprocess.run(
        ["git", "-C", root, "check-ignore", "--no-index", "-z", "--stdin"],
        input=names,
        capture_output=True,
        check=False,
    )
    ignored = {os.fsdecode(name) for name in done.stdout.split(b"\0")}
    return {path: path in ignored for path in paths}


def we_say(root: Path, paths: tuple[str, ...]) -> dict[str, bool]:
    rules = IgnoreRules(Workspace(root))
    return {path: rules.is_ignored(path, (root / path).is_dir()) for path in paths}


@pytest.mark.parametrize(
    "patterns",
    [
        ["*.log", "!keep.log"], ["a"], ["/a"], ["a/"], ["a/b"], ["/a/b"], ["a/*"], ["a/*/b"], ["a/**/b"], ["**/b"],
        ["a/**"], ["**"], ["***/b"], ["a**b"], ["**/a/**/b"], ["foo/**/baz.py"], ["/*", "!/foo", "/foo/*", "!/foo/bar"],
        ["build/", "!build/out.o"], ["build/*", "!build/out.o"], ["doc/*.txt"], ["**/doc/*.txt"], ["#a"], ["\\#a"],
        ["\\!a"], ["!a", "a"], ["a b"], ["a  "], ["a\\ "], ["x[[]1]"], ["x\\[1\\]"], ["[a-b]"], ["[!a]"], ["[^a]"],
        ["[]-]"], ["[a"], ["a\\"], ["?"], ["a?"], ["[[:upper:]].LOG"], ["[[:alpha:]]"], ["[[:nonsense:]]"], ["*"],
        ["*", "!*.log"], ["*", "!*/", "!*.log"], ["ä*"], [".*"], ["/"], ["//"], ["!"], ["log/**/*.log"], ["a/b/"],
        ["\ta"], ["a\r"], ["", " ", "b"], ["\ufeffa"], ["[b-a]"], ["[a-]"], ["[\\]]"], ["x?1?"], ["a[b/c]c"],
    ],
)  # fmt: skip
def test_patterns_fit_what_git_says(git_root: Path, patterns: list[str]) -> None:
    (git_root / ".gitignore").write_text("\n".join(patterns) + "\n", encoding="utf-8", newline="")
    assert we_say(git_root, PATHS) == git_says(git_root, PATHS)


PIECES = st.sampled_from(["a", "b", "c", "*", "**", "?", "/", "!", "[ab]", "[!a]", "[b-a]", "[a/b]", ".log", "\\a"])
LINES = st.lists(st.lists(PIECES, min_size=1, max_size=6).map("".join), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(top=LINES, inner=LINES)
def test_any_rules_fit_what_git_says(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], inner: list[str]
) -> None:
    root = tmp_path_factory.mktemp("rules")
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / ".gitignore").write_text("\n".join(top))
    (root / "a").mkdir()
    (root / "a/.gitignore").write_text("\n".join(inner))
    assert we_say(root, PATHS) == git_says(root, PATHS), (top, inner)


def test_settings_of_the_user_and_the_repository_are_followed(
    git_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "someone"
    (home / ".config/git").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (home / ".config/git/ignore").write_text("by-default\n")
    paths = ("by-default", "named", "included", "INCLUDED", "in-info")
    (git_root / ".git/info/exclude").write_text("in-info\n")
    assert we_say(git_root, paths) == git_says(git_root, paths)
    (home / ".gitconfig").write_text(
        '[core] # a comment\n\texcludesFile = "~/my rules" ; another\n[include]\npath = more\n'
    )
    (home / "my rules").write_text("named\n")
    assert we_say(git_root, paths) == git_says(git_root, paths)
    (home / "more").write_text("[CORE]\n  excludesfile = \\\n~/others\n[core]\n ignoreCase\n")
    (home / "others").write_text("included\n")
    subprocess.run(["git", "-C", git_root, "config", "--unset", "core.ignorecase"], check=False)
    assert we_say(git_root, paths) == git_says(git_root, paths)
    assert we_say(git_root, paths)["INCLUDED"]


@pytest.mark.parametrize("version", [2, 3, 4])
def test_tracked_files_are_never_ignored(git_root: Path, version: int) -> None:
    (git_root / ".gitignore").write_text("*.log\nout/\n")
    (git_root / "out/deep").mkdir(parents=True)
    tracked = ["a.log", "ab.log", "out/deep/x.o", "out/ünï.o", "zz.log"]
    for name in [*tracked, "b.log", "out/deep/y.o"]:
        (git_root / name).write_text("x")
    subprocess.run(["git", "-C", git_root, "add", "-f", *tracked], check=True)
    if version == 3:
        subprocess.run(["git", "-C", git_root, "rm", "-q", "--cached", "zz.log"], check=True)
        subprocess.run(["git", "-C", git_root, "add", "-f", "--intent-to-add", "zz.log"], check=True)
    if version == 4:
        subprocess.run(["git", "-C", git_root, "update-index", "--index-version", "4"], check=True)
    assert (git_root / ".git/index").read_bytes()[7] == version
    rules = IgnoreRules(Workspace(git_root))
    assert [name for name in (*tracked, "b.log", "out/deep/y.o") if rules.is_ignored(name, False)] == [
        "b.log",
        "out/deep/y.o",
    ]
    assert not rules.is_ignored("out", True)
    assert rules.is_ignored("build.log", True)


def test_a_split_index_is_read_with_what_it_shares(git_root: Path) -> None:
    (git_root / ".gitignore").write_text("*.log\n")
    for name in ("a.log", "b.log", "c.log", "d.log"):
        (git_root / name).write_text("x")
    subprocess.run(["git", "-C", git_root, "add", "-f", "a.log", "b.log"], check=True)
    subprocess.run(["git", "-C", git_root, "update-index", "--split-index"], check=True)
    subprocess.run(["git", "-C", git_root, "add", "-f", "c.log"], check=True)
    (git_root / "a.log").write_text("another")
    subprocess.run(["git", "-C", git_root, "add", "-f", "a.log"], check=True)
    rules = IgnoreRules(Workspace(git_root))
    ignored = [name for name in ("a.log", "b.log", "c.log", "d.log") if rules.is_ignored(name, False)]
    assert ignored == ["d.log"]


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ("gitdir:~/work/", True), ("gitdir:~/other/", False), ("gitdir:work/", True), ("gitdir:./work/", True),
        ("gitdir:**/shop/.git", True), ("gitdir:~/work/*/.git", True), ("gitdir:~/WORK/", False),
        ("gitdir/i:~/WORK/", True), ("onbranch:feature/", True), ("onbranch:feature/?ew", True),
        ("onbranch:main", False),
        ("hasconfig:remote.*.url:https://example.org/**", False), ("gitdir:", True),
    ],
)  # fmt: skip
def test_settings_taken_in_on_a_condition_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, condition: str, is_met: bool
) -> None:
    home = tmp_path / "someone"
    root = home / "work" / "shop"
    root.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    subprocess.run(["git", "init", "-q", "-b", "feature/new", root], check=True)
    (home / ".gitconfig").write_text(f'[includeIf "{condition}"]\n\tpath = ~/mine\n')
    (home / "mine").write_text("[core]\n\texcludesFile = ~/rules\n")
    (home / "rules").write_text("a.log\n")
    assert we_say(root, ("a.log",)) == git_says(root, ("a.log",)) == {"a.log": is_met}


def test_a_damaged_index_tracks_nothing(git_root: Path) -> None:
    (git_root / ".gitignore").write_text("*.log\n")
    (git_root / "a.log").write_text("x")
    subprocess.run(["git", "-C", git_root, "add", "-f", "a.log"], check=True)
    whole = (git_root / ".git/index").read_bytes()
    for damaged in (b"", b"DIRC", whole[:70], b"XXXX" + whole[4:], whole[:7] + b"\x09" + whole[8:]):
        (git_root / ".git/index").write_bytes(damaged)
        assert IgnoreRules(Workspace(git_root)).is_ignored("a.log", False)


def test_a_worktree_follows_what_all_of_them_share(git_root: Path, tmp_path: Path) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", git_root, *identity, "commit", "-q", "--allow-empty", "-m", "First"], check=True)
    (git_root / ".git/info/exclude").write_text("shared\n")
    other = tmp_path / "other"
    subprocess.run(["git", "-C", git_root, "worktree", "add", "-q", other], check=True)
    (other / ".gitignore").write_text("own\n")
    paths = ("shared", "own", "else")
    assert we_say(other, paths) == git_says(other, paths) == {"shared": True, "own": True, "else": False}


def test_rules_that_want_to_try_for_ever_are_quick() -> None:
    """A folder from a stranger must not stop the program."""
    patterns = IgnorePatterns("*a" * 30 + "b\n" + "**/a/" * 30 + "b\n" + "a/*a*a*a*a*b/**/x\n")
    began = time.thread_time()
    assert patterns.verdict("a" * 250, False) is None
    assert patterns.verdict("a/" * 500 + "c", False) is None
    assert patterns.verdict("a/" + "a" * 250 + "/y", False) is None
    assert time.thread_time() - began < 5


@pytest.mark.parametrize("kind", ["folder", "pipe", "binary", "huge"])
def test_a_file_of_rules_of_another_kind_says_nothing(git_root: Path, kind: str) -> None:
    place = git_root / ".gitignore"
    match kind:
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case "binary":
            place.write_bytes(bytes(range(256)) * 10)
        case "huge":
            place.write_bytes(b"a\n" * 600_000)
    assert not IgnoreRules(Workspace(git_root)).is_ignored("a", False)
