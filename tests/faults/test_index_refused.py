"""What the system refuses the index: rights, room on the disk, the database itself. It says so, and goes on."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from copilot_desktop.child_processes import worker_command
from copilot_desktop.context.index.schema import index_place
from tests.support.disk_faults import fill_disk, heeding_modes, small_disk
from tests.support.index_process import RunningIndex, ask, content, found, said_error, wait_for

_PAGE = 4096


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "good.py").write_text("def needle():\n    pass\n")
    return root


def home_of(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return home


@pytest.mark.parametrize("has_git", [False, True])
def test_what_may_not_be_read_is_listed_and_read_once_it_may(folder: Path, tmp_path: Path, has_git: bool) -> None:
    for name in ("closed/inside.py", "listed/inside.py", "mine.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"def needle_{name.partition('/')[0].partition('.')[0]}():\n    pass\n")
    if has_git:
        subprocess.run(("git", "init", "-q", folder), check=True)
    modes = {"closed": 0, "listed": 0o444, "mine.py": 0}
    for name, mode in modes.items():
        (folder / name).chmod(mode)
    index = RunningIndex(folder, tmp_path / "cache", heeding_modes(worker_command("index")))
    with index.running():
        said = dict(index.wait_complete().problems)
        assert set(said) == {
            "This account may not look into the folder closed: nothing in it is searched.",
            "This account may not read listed/inside.py. It is found by its name alone.",
            "This account may not read mine.py. It is found by its name alone.",
        }
        assert index.find("needle") == ("good.py",)
        done = ask(folder, "needle", "--json", home=home_of(tmp_path), heeds_modes=True)
        assert done.returncode == 0
        assert sorted(done.stderr.splitlines()) == sorted(said)
        assert json.loads(done.stdout)["files"] == ["good.py"]
        for name in modes:
            (folder / name).chmod(0o755)
        assert index.look_at(None).problems == ()
        assert set(index.find("needle_closed needle_listed needle_mine")) >= {
            "closed/inside.py",
            "listed/inside.py",
            "mine.py",
        }


@pytest.mark.parametrize("mode", [0, 0o444, 0o111])
def test_a_folder_that_may_not_be_read_itself(folder: Path, tmp_path: Path, mode: int) -> None:
    folder.chmod(mode)
    try:
        done = ask(folder, "needle", "--json", home=home_of(tmp_path), heeds_modes=True)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 0
    assert json.loads(done.stdout)["files"] == []
    assert "This account may not" in done.stderr


def test_an_index_of_another_account_is_made_anew(folder: Path, tmp_path: Path) -> None:
    home = home_of(tmp_path)
    ask(folder, "needle", home=home)
    (place,) = (home / "cache").rglob("*.sqlite")
    place.chmod(0)
    done = ask(folder, "needle", "--json", home=home, heeds_modes=True)
    assert json.loads(done.stdout)["files"] == ["good.py"]


def test_a_cache_that_may_not_be_written_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    home = home_of(tmp_path)
    ask(folder, "needle", home=home)
    (place,) = (home / "cache").rglob("*.sqlite")
    place.unlink()
    place.parent.chmod(0o500)
    try:
        done = ask(folder, "needle", "--json", home=home, heeds_modes=True)
    finally:
        place.parent.chmod(0o700)
    assert done.returncode == 3
    assert said_error(done) == (
        "This account may not write the index of this folder. Make the program's cache folder writable for you."
    )


def test_a_full_disk_is_a_sentence_and_the_index_goes_on_once_there_is_room(folder: Path, tmp_path: Path) -> None:
    for number in range(200):
        (folder / f"more_{number}.py").write_text(f"def thread_{number}():\n    return {number}\n" * 50)
    with small_disk(tmp_path / "home", 60_000):
        ask(folder, "needle", home=tmp_path / "home")
        cache = tmp_path / "home" / "cache"
        filler = fill_disk(tmp_path / "home")
        for number in range(200):
            (folder / f"more_{number}.py").write_text(f"def yarn_{number}():\n    return {number}\n" * 200)
        done = ask(folder, "needle", "--json", home=tmp_path / "home")
        assert done.returncode == 3
        full = "The disk is full: there is no room for the index of this folder."
        assert said_error(done) == f"{full} Make room on the disk of the program's cache."
        # What had been read before is asked without waiting.
        done = ask(folder, "needle", "--json", "--no-wait", home=tmp_path / "home")
        assert done.returncode == 0
        assert json.loads(done.stdout)["files"][0] == "good.py"
        with RunningIndex(folder, cache).running() as index:
            assert index.wait_refused().message == full
            assert index.find("needle")[0] == "good.py"
            filler.unlink()
            # Nothing is asked of it.
            index.wait_complete()
            assert index.find("yarn_77")[0] == "more_77.py"
        assert content(index.place) == fresh(folder, tmp_path)


def fresh(folder: Path, tmp_path: Path) -> object:
    """What an index says that has met nothing."""
    with RunningIndex(folder, tmp_path / "fresh").running() as index:
        index.wait_complete()
    return content(index.place)


def test_an_index_that_another_program_holds_for_long(folder: Path, tmp_path: Path) -> None:
    home = home_of(tmp_path)
    ask(folder, "needle", home=home)
    (place,) = (home / "cache").rglob("*.sqlite")
    (folder / "later.py").write_text("def needle_later():\n    pass\n")
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        index = RunningIndex(folder, home / "cache")
        with index.running():
            done = ask(folder, "needle", "--json", home=home)
            assert done.returncode == 3
            held = "Another program holds the index of this folder, and did not let go of it."
            assert said_error(done) == f"{held} Wait until it is done."
            assert index.wait_refused().message == held
            assert index.find("needle_later") == ("good.py",)
            other.execute("ROLLBACK")
            index.wait_complete()
            assert "later.py" in index.find("needle_later")


def test_a_cache_that_is_deleted_while_it_is_in_use_is_made_anew(folder: Path, tmp_path: Path) -> None:
    for number in range(400):
        (folder / f"more_{number}.py").write_text(f"def thread_{number}():\n    return {number}\n" * 50)
    with RunningIndex(folder, tmp_path / "cache").running() as index:
        # In the midst of the first look, and once it is over.
        wait_for(lambda: any(getattr(each, "done", 0) > 0 for each in index.told))
        shutil.rmtree(tmp_path / "cache")
        index.wait_complete()
        assert index.find("needle")[0] == "good.py"
        shutil.rmtree(tmp_path / "cache")
        (folder / "later.py").write_text("def yarn():\n    pass\n")
        index.look_at(["later.py"])
        assert index.find("yarn") == ("later.py",)
        assert index.find("needle")[0] == "good.py"
        assert not [each for each in index.told if isinstance(each, Exception)]
    assert content(index.place) == fresh(folder, tmp_path)


def test_damage_in_the_midst_of_work_is_mended(folder: Path, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - where to damage it
    for number in range(60):
        (folder / f"more_{number}.py").write_text(f"def thread_{number}():\n    return {number}\n" * 50)
    home = home_of(tmp_path)
    with RunningIndex(folder, home / "cache").running() as index:
        index.wait_complete()
        for each in (index.place, index.place.with_name(f"{index.place.name}-wal")):
            data = each.read_bytes()
            with each.open("r+b") as file:
                for page in range(1, len(data) // _PAGE):
                    file.seek(page * _PAGE)
                    file.write(chance.randbytes(_PAGE))
        for number in range(60):
            (folder / f"more_{number}.py").write_text(f"def yarn_{number}():\n    return {number}\n")
        # Who asks meets it first: the worker remembers the pages.
        done = ask(folder, "yarn_7", "--json", home=home)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["files"][0] == "more_7.py"
        (folder / "later.py").write_text("def wool():\n    pass\n")
        index.look_at(["later.py"])
        assert index.find("wool") == ("later.py",)
        assert index.find("yarn_7")[0] == "more_7.py"


def test_damage_that_only_a_question_meets_is_mended(folder: Path, tmp_path: Path) -> None:
    home = home_of(tmp_path)
    for number in range(40):
        (folder / f"more_{number}.py").write_text(f"def thread_{number}():\n    return {number}\n")
    ask(folder, "needle", home=home)
    (place,) = (home / "cache").rglob("*.sqlite")
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as database:
        database.execute("UPDATE text_fts_data SET block = zeroblob(40) WHERE id > 10")
        assert database.execute("SELECT changes()").fetchone()[0] > 0
    (line,) = ask(folder, "needle", "--json", home=home).stdout.splitlines()
    assert json.loads(line)["files"] == ["good.py"]


def test_several_at_once_make_the_same_index_as_one(folder: Path, tmp_path: Path) -> None:
    home, chance = home_of(tmp_path), random.Random(3)  # noqa: S311 - which files are changed
    for number in range(300):
        (folder / f"more_{number}.py").write_text(f"import more_{number - 1}\ndef thread_{number}():\n    return 1\n")
    cache = home / "cache"
    first, second = RunningIndex(folder, cache), RunningIndex(folder, cache)
    with first.running(), second.running():
        for step in range(30):
            number = chance.randrange(300)
            name = f"more_{number}.py"
            if step % 3 == 2:
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / name).write_text(f"import more_{step}\ndef yarn_{number}_{step}():\n    pass\n")
            for index in (first, second):
                index.worker.look_at(None if step == 15 else [name])
        done = ask(folder, "needle", "--json", home=home)
        assert done.returncode == 0, done.stderr
        for index in (first, second):
            index.look_at(None)
            assert not [each for each in index.told if isinstance(each, Exception)]
    assert content(first.place) == fresh(folder, tmp_path)


def test_a_worker_that_is_killed_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    for number in range(400):
        (folder / f"more_{number}.py").write_text(f"def thread_{number}():\n    return {number}\n" * 50)
    index = RunningIndex(folder, tmp_path / "cache")
    with index.running():
        wait_for(lambda: any(getattr(each, "done", 0) > 0 for each in index.told))
        process = index.worker._process
        assert process is not None
        process.kill()
        wait_for(lambda: bool(index.ended))
    assert str(index.ended[0]) == "The process that keeps the index of this folder has ended."
    assert content_is_whole(index.place)
    with RunningIndex(folder, tmp_path / "cache").running() as again:
        again.wait_complete()
    assert found(index_place(tmp_path / "cache", folder), "thread_9")[0] == "more_9.py"


def content_is_whole(place: Path) -> bool:
    with contextlib.closing(sqlite3.connect(place)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
