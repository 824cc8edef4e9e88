"""Files that are none, and text nested without end, stop the real worker nowhere: what stands beside them is found."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import index_place, read_index
from copilot_desktop.context.index.symbols import find_symbols, imported_files, symbols_named
from copilot_desktop.errors import UnreadableFileError
from copilot_desktop.workspace.files import read_data
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from tests.faults.test_damaged_index import bring_up_to_date
from tests.support.index_process import RunningIndex, ask, content

NESTED = 10_000
WORDS = "def thread():\n    return 'yarn'\n"
GIGABYTE_S = 10.0
QUESTION_S = 1.0
READ_AT_LEAST = 3_000
TANGLED_S, TANGLED_KB = 12.0, 2_500_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIndex]:
    """The index of one file."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "good.py").write_text("def needle():\n    pass\n")
    with RunningIndex(folder, tmp_path_factory.mktemp("cache")).running() as index:
        index.wait_complete()
        yield index


def test_pipes_sockets_devices_and_nested_brackets(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "good.py").write_text("def needle():\n    pass\n")
    for end in ("py", "js", "json"):
        (folder / f"nested.{end}").write_text(f"{'[' * NESTED}{']' * NESTED}\n")
    os.mkfifo(folder / "pipe.py")
    with contextlib.suppress(PermissionError):  # only root may make one
        os.mknod(folder / "device.py", 0o020666, os.makedev(1, 5))
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listening, contextlib.chdir(folder):
        listening.bind("socket.py")  # by a short name: systems allow about a hundred bytes
        place = index_place(tmp_path / "cache", folder)
        bring_up_to_date(folder, place)
    index = read_index(place)
    assert index is not None
    assert rank(index, "needle", 5).files == ("good.py",)
    paths = {path for (path,) in index.execute("SELECT path FROM files")}
    index.close()
    assert paths == {"good.py", "nested.py", "nested.js", "nested.json"}


def test_names_that_are_none_are_listed_and_shown_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    names = ["quo\"te's.py", "new\nline.py", "bidi\u202egnp.py", "esc\x1b[31m.py", "tab\t.py", "-dash.py", "emoji😀.py"]
    for name in names:
        (folder / name).write_text("def needle():\n    pass\n")
    (folder / "back\\slash.py").write_text("def needle():\n    pass\n")
    (folder / os.fsdecode(b"latin\xe9\n.py")).write_text("def needle():\n    pass\n")
    done = ask(folder, "needle", "--json", "--limit", "20", home=tmp_path)
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert done.stdout.isascii()
    assert sorted(json.loads(line)["files"]) == sorted(names)
    assert sorted(done.stderr.splitlines()) == [
        "back\\slash.py holds a backslash; paths are written with / on every system. It is found by its name alone.",
        "latin�⟨LF⟩.py has a name that is no text: it is not in the index.",
    ]
    # A terminal is told nothing but text.
    shown = ask(folder, "needle\n\x1b[2J", "--limit", "20", home=tmp_path).stdout
    assert shown.replace("\n", "").replace("\t", "").isprintable()
    assert {"  new⟨LF⟩line.py", "  bidi⟨U+202E⟩gnp.py", "  esc⟨ESC⟩[31m.py"} <= set(shown.splitlines())


@pytest.mark.parametrize("has_git", [False, True])
def test_folders_nested_deeper_than_the_system_takes_are_listed(tmp_path: Path, has_git: bool) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "good.py").write_text("def needle():\n    pass\n")
    if has_git:
        subprocess.run(("git", "init", "-q", folder), check=True)
    try:
        with contextlib.chdir(folder):
            for at in range(3_000):
                os.mkdir("d")
                os.chdir("d")
                if at == 1_500:
                    Path("deep.py").write_text("def needle_deep():\n    pass\n")
        done = ask(folder, "needle", "--json", home=tmp_path)
        assert done.returncode == 0
        said = done.stderr.splitlines()
        assert [each.partition(" is nested")[2] for each in said] == [
            " too deep for this system: nothing in it is searched."
        ]
        assert len(said[0]) < 300
        assert set(json.loads(done.stdout)["files"]) == {"good.py", "d/" * 1_501 + "deep.py"}
        # One file of it is asked about alone, as after a change.
        assert not ModelBorder(Workspace(folder)).hides("d/" * 1_501 + "deep.py")
    finally:
        subprocess.run(("rm", "-rf", folder), check=True)  # Python's own gives up


def test_files_of_a_gigabyte_are_found_by_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "good.py").write_text("def needle():\n    pass\n")
    with (folder / "sparse.py").open("wb") as file:
        file.truncate(1 << 30)
    with (folder / "text.log").open("wb") as file:
        for _at in range(64):
            file.write(b"a needle in a line of words\n" * (1 << 20 >> 1))
    try:
        began = os.times().children_user
        done = ask(folder, "needle text.log", "--json", home=tmp_path)
        assert os.times().children_user - began < GIGABYTE_S
    finally:
        (folder / "text.log").unlink()
    assert set(json.loads(done.stdout)["files"]) == {"good.py", "text.log"}
    assert done.stderr.splitlines() == [
        "sparse.py is too large (1,024.0 MB): it is found by its name alone.",
        "text.log is too large (896.0 MB): it is found by its name alone.",
    ]


def test_code_in_no_encoding_is_listed_and_a_picture_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "shift_jis", "koi8_r", "gb18030"):
        words = {"shift_jis": "日本語のテスト", "koi8_r": "Привет, как дела", "gb18030": "中文测试的文字"}
        text = f"def needle_{encoding.replace('-', '_')}():\n    return '{words.get(encoding, 'café crème brûlée')}'\n"
        (folder / f"{encoding}.py").write_bytes(text.encode(encoding))
    (folder / "mixed.py").write_bytes(b"needle = '" + bytes(range(128, 256)) + b"'\n")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    done = ask(folder, "needle", "--json", "--limit", "20", home=tmp_path)
    assert done.stderr == "mixed.py is in no encoding that is known: it is found by its name alone.\n"
    assert len(json.loads(done.stdout)["files"]) == 8


@pytest.mark.timeout(120)
def test_a_file_that_becomes_a_pipe_as_it_is_opened_holds_nobody_up(tmp_path: Path) -> None:
    place, pipe, ended = tmp_path / "file.py", tmp_path / "pipe", threading.Event()
    place.write_text("needle\n")

    def swap() -> None:
        while not ended.is_set():
            os.mkfifo(pipe)
            os.replace(pipe, place)
            (tmp_path / "new").write_text("needle\n")
            os.replace(tmp_path / "new", place)

    read = {"file": 0, "pipe": 0}
    with ThreadPoolExecutor(1) as swapping:
        going = swapping.submit(swap)
        try:
            while sum(read.values()) < READ_AT_LEAST or not all(read.values()):
                try:
                    read["file"] += read_data(place, "file.py") == b"needle\n"
                except UnreadableFileError:
                    read["pipe"] += 1
        finally:
            ended.set()
        going.result()


def test_files_that_change_while_they_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    names = [f"f{number}.py" for number in range(40)]
    for name in names:
        (folder / name).write_text(WORDS * 50)
    ended = threading.Event()

    def shake() -> None:
        chance = random.Random(7)  # noqa: S311 - which file becomes what
        while not ended.is_set():
            change(folder / chance.choice(names), chance.randrange(7))

    with RunningIndex(folder, tmp_path / "cache").running() as index, ThreadPoolExecutor(1) as shaking:
        going = shaking.submit(shake)
        try:
            index.wait_complete()
            for at in range(60):
                index.look_at(None if at % 10 == 0 else names)
                assert not [each for each in index.told if isinstance(each, Exception)]
        finally:
            ended.set()
        going.result()
        for name in names:
            make_plain(folder / name)
            (folder / name).write_text(f"def needle_{name[:-3]}():\n    pass\n")
        assert index.look_at(None).problems == ()
        assert set(index.find("needle")) == set(names)
        with RunningIndex(folder, tmp_path / "fresh").running() as fresh:
            fresh.wait_complete()
    assert content(index.place) == content(fresh.place)


def make_plain(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        for each in place.iterdir():
            each.unlink()
        place.rmdir()
    else:
        place.unlink(missing_ok=True)


def change(place: Path, what: int) -> None:
    """Into something else, at once or piece by piece."""
    if what in (0, 1) and place.is_file() and not place.is_symlink():
        with place.open("r+") as file:
            if what:
                file.seek(0, os.SEEK_END)
                for _at in range(20):
                    file.write(WORDS)
                    file.flush()
            else:
                file.truncate(7)
        return
    make_plain(place)
    if what <= 2:
        place.write_text(WORDS * 50)
    elif what == 3:
        place.mkdir()
        (place / "inside.py").write_text(WORDS)
    elif what == 4:
        os.mkfifo(place)
    elif what == 5:
        place.symlink_to("/etc/passwd" if place.name > "f2" else place.name)
    # else it is gone


@pytest.mark.parametrize(
    "question",
    [
        '"', "needle OR", "NEAR(needle", "needle*", "text_fts:needle", "(((", "", "   ", 'needle" OR "x', "^needle",
        "{needle}", "needle AND NOT", "%_\\", "\x01\x7f", "needle\0x", "\ud800 needle \udfff", "needle " * 150_000,
        "x" * 1_000_000, '"' * 1_000_000, "`" * 500_000 + "needle", "aA_" * 300_000,
        "needle `a\ud800b` x\udfff.py", "needle ' -- ; DROP TABLE files",
        " ".join(f"w{number}" for number in range(150_000)) + " needle",
    ],
)  # fmt: skip
def test_questions_that_look_like_something_else(small: RunningIndex, question: str) -> None:
    began = time.process_time()
    found = small.find(question)
    assert time.process_time() - began < QUESTION_S
    assert found == (("good.py",) if "needle" in question else ())


@pytest.mark.parametrize("letters", ["%", "_", "\\", "\ud800", "\0", "'", '"', "n" * 100_000, "\U0010ffff"])
def test_letters_that_look_like_something_else_name_no_symbol(small: RunningIndex, letters: str) -> None:
    index = read_index(small.place)
    assert index is not None
    with contextlib.closing(index):
        assert find_symbols(index, letters, 5) == ()
        assert find_symbols(index, f"{letters}.{letters}", 5) == ()
        assert symbols_named(index, letters, 5) == ()
        assert imported_files(index, letters) == ()


def test_hostile_lines_of_questions_are_usage_errors(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for line in ("[1]", '"x"', "5", '{"id":1,"query":', "null", "[" * 100_000, '{"id": 1, "query": ' + "9" * 5_000):
        done = ask(folder, "--queries", "-", "--json", home=tmp_path, stdin=f"{line}\n")
        assert done.returncode == 2, line[:40]
        assert "Line 1 of - is no question" in json.loads(done.stdout)["error"]["message"]
    odd = json.dumps({"id": "\ud800", "query": "\0 \udfff ✓"})
    done = ask(folder, "--queries", "-", "--json", home=tmp_path, stdin=f"{odd}\n")
    assert json.loads(done.stdout) == {"id": "\ud800", "files": [], "snippets": []}


def test_a_tangled_text_takes_no_more_time_and_memory_than_a_large_one(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "good.py").write_text("def needle():\n    pass\n")
    # 16 s and 5.7 GB without a limit.
    (folder / "tangled.cpp").write_text("needle<" * 250_000)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = ask(folder, "needle", "--json", home=tmp_path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stderr == "tangled.cpp is too tangled: it is found by its words alone.\n"
    assert set(json.loads(done.stdout)["files"]) == {"good.py", "tangled.cpp"}
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < TANGLED_S
    assert after.ru_maxrss < TANGLED_KB


def test_links_in_circles_are_followed_by_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "below").mkdir(parents=True)
    (folder / "good.py").write_text("def needle():\n    pass\n")
    links = {"below/up": "..", "below/here": ".", "self": "self", "one": "other", "other": "one", "gone": "nowhere"}
    for name, target in links.items():
        (folder / name).symlink_to(target)
    (folder / "twin.py").symlink_to("good.py")
    for has_git in (False, True):
        if has_git:
            subprocess.run(("git", "init", "-q", folder), check=True)
        done = ask(folder, "needle", "--json", home=tmp_path)
        assert done.stderr == ""
        assert set(json.loads(done.stdout)["files"]) == {"good.py", "twin.py"}


def test_thousands_of_problems_are_counted_and_a_thousand_told(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for number in range(1_200):
        (folder / os.fsdecode(b"latin\xe9_%d.py" % number)).touch()
    with RunningIndex(folder, tmp_path / "cache").running() as index:
        ended = index.wait_complete()
    assert (len(ended.problems), ended.more) == (1_000, 200)
    assert ask(folder, "latin", home=tmp_path).stderr.splitlines()[-1] == "… and 200 more are not indexed."
