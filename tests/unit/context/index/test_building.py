"""The index follows the folder: real files, real git, and whatever stands in a folder of a real project."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot_desktop.context.index.building import IndexBuilder, Progress
from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import FILE_FTS, PIECE_FTS, index_place, open_index, read_index
from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder

WORDS = "price cart total shop order stock customer invoice discount voucher parcel weight".split()  # noqa: SIM905


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return root


class Indexed:
    """A folder's index."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.place = index_place(cache, root)
        self.database = open_index(self.place)
        self.told: list[Progress] = []
        self.workspace = Workspace(root)
        self.builder = IndexBuilder(self.workspace, self.database, self.told.append)

    def update(self) -> Progress:
        return self.builder.bring_up_to_date()

    def paths(self) -> list[str]:
        return [path for (path,) in self.database.execute("SELECT path FROM files ORDER BY path")]

    def find(self, question: str, limit: int = 10) -> tuple[str, ...]:
        return rank(self.database, question, limit).files

    def content(self) -> dict[str, list[Any]]:
        """All that the index says, whatever numbers its rows have."""
        queries = {
            "files": "SELECT path, hash, lines, characters, problem, imported_by FROM files",
            "pieces": "SELECT path, first, last, name FROM pieces JOIN files ON files.id = pieces.file",
            "symbols": "SELECT path, name, kind, first, last, outer_names, signature FROM symbols "
            "JOIN files ON files.id = symbols.file",
            "links": "SELECT a.path, b.path FROM links JOIN files a ON a.id = source JOIN files b ON b.id = target",
            "calls": "SELECT a.path, b.path, names FROM call_links JOIN files a ON a.id = source "
            "JOIN files b ON b.id = target",
            "counts": "SELECT path, imported_by, used_by, neighbours FROM files",
            "near": "SELECT a.path, b.path FROM near JOIN files a ON a.id = file JOIN files b ON b.id = other",
            "nearness": "SELECT count(*) FROM near",
        } | {name: f"SELECT term, doc, cnt FROM {name}_counts" for name in (*FILE_FTS, PIECE_FTS)}  # noqa: S608
        return {name: sorted(self.database.execute(query)) for name, query in queries.items()}

    def close(self) -> None:
        self.database.close()


@pytest.fixture
def indexed(folder: Path, tmp_path: Path) -> Iterator[Indexed]:
    made = Indexed(folder, tmp_path / "cache")
    yield made
    made.close()


def make(root: Path, **files: str) -> None:
    for name, text in files.items():
        place = root / name.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def test_what_is_written_is_found_and_what_is_deleted_is_not(indexed: Indexed, folder: Path) -> None:
    make(folder, cart_dot_py="def total_price(cart):\n    return 1\n", mail_dot_py="def send_invoice():\n    pass\n")
    ended = indexed.update()
    assert ended.is_complete
    assert indexed.find("how is the price of a cart summed up?")[0] == "cart.py"
    make(folder, mail_dot_py="def weigh_parcel():\n    pass\n")
    assert indexed.builder.look_at(["mail.py"]).is_complete
    assert indexed.find("parcel") == ("mail.py",)
    assert indexed.find("invoice") == ()
    (folder / "mail.py").unlink()
    indexed.builder.look_at(["mail.py"])
    assert indexed.find("parcel") == ()


def test_an_unchanged_folder_is_not_read_again(indexed: Indexed, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(folder, a_dot_py="x = 1\n", b_dot_py="y = 2\n")
    long_ago = 1_600_000_000
    for name in ("a.py", "b.py"):
        os.utime(folder / name, (long_ago, long_ago))
    indexed.update()
    read: list[str] = []
    monkeypatch.setattr(
        "copilot_desktop.context.index.reading.read_for_index", lambda _workspace, path, _hash: read.append(path)
    )
    indexed.update()
    assert read == []


def test_a_change_within_the_clocks_grain_is_seen(indexed: Indexed, folder: Path) -> None:
    make(folder, a_dot_py="first = 1\n")
    indexed.update()
    status = (folder / "a.py").stat()
    make(folder, a_dot_py="other = 1\n")
    os.utime(folder / "a.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    indexed.update()
    assert indexed.find("other") == ("a.py",)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_it_equals_a_fresh_one(folder: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - what to change
    indexed = Indexed(folder, tmp_path / "cache")
    names = [f"{where}{word}.py" for word in (*WORDS, "__init__") for where in ("", "inner/", "inner/deep/")]
    names += [f"inner/{word}/{word}.go" for word in WORDS[:4]]
    for _round in range(16):
        touched = chance.sample(names, chance.choice((1, 2, 4, 12)))
        for name in touched:
            place = folder / name
            if place.exists() and chance.random() < 0.4:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            used = chance.sample(WORDS, 3)
            imports = "".join(f"from inner import {word}\nimport {word}, inner.deep\n" for word in used[:2])
            imports += f'import "shop/inner/{used[0]}"\n' if name.endswith(".go") else ""
            defined = f"def {used[0]}_{used[1]}(x):\n    # {used[2]} of it\n    return {_round}\n\n\n"
            if chance.random() < 0.3:
                defined = ""
            called = "".join(f"    {word}(x)\n" for word in chance.sample(WORDS, 4))
            another = chance.choice(("", f"class {used[2].title()}:\n    pass\n"))
            used_type = f"    {chance.choice(WORDS).title()}.{used[0]}_{used[2]}(x)\n"
            place.write_text(f"{imports}\n\n{defined}def {used[0]}(x):\n{called}{used_type}\n\n{another}")
        if chance.random() < 0.7:
            indexed.builder.look_at(touched)
        else:
            indexed.update()
        if chance.random() < 0.2:  # the next one begins with what this one left
            indexed.close()
            indexed = Indexed(folder, tmp_path / "cache")
            indexed.update()
    fresh = Indexed(folder, tmp_path / "another cache")
    fresh.update()
    assert fresh.content()["calls"]
    assert indexed.content() == fresh.content()
    for word in WORDS:
        assert indexed.find(word) == fresh.find(word)
    indexed.close()
    fresh.close()


def test_what_was_left_unlinked_is_linked_by_the_next(
    indexed: Indexed, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(
        folder,
        cart_dot_py="import money\n\n\ndef price():\n    return money.total()\n",
        money_dot_py="def total():\n    pass\n",
    )

    def killed(*_arguments: Any, **_named: Any) -> None:
        raise StoreError("ended")

    with monkeypatch.context() as patched:
        patched.setattr("copilot_desktop.context.index.linking.Linker.link", killed)
        with pytest.raises(StoreError):
            indexed.update()
    assert indexed.paths() == ["cart.py", "money.py"]
    assert indexed.content()["links"] == []
    next_one = Indexed(folder, tmp_path / "cache")
    next_one.update()
    assert next_one.content()["links"] == [("cart.py", "money.py")]
    assert next_one.content()["calls"] == [("cart.py", "money.py", "total")]
    next_one.close()


def _end(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_folder_that_came_or_went_is_looked_into(indexed: Indexed, folder: Path) -> None:
    make(folder, a_dot_py="x = 1\n")
    indexed.update()
    make(folder, new__deep__b_dot_py="def needle():\n    pass\n", new__c_dot_py="y = 1\n", newer_dot_py="z = 1\n")
    indexed.builder.look_at(["new"])
    assert indexed.paths() == ["a.py", "new/c.py", "new/deep/b.py", "newer.py"]
    shutil.rmtree(folder / "new")
    assert indexed.builder.look_at(["new"]).is_complete
    assert indexed.paths() == ["a.py", "newer.py"]


def test_a_file_without_a_suffix_is_no_reason_to_look_at_all(
    indexed: Indexed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder, a_dot_py="x = 1\n")
    indexed.update()
    make(folder, Makefile="needle: all\n")
    with monkeypatch.context() as patch:
        patch.setattr(indexed.builder, "bring_up_to_date", _end)
        indexed.builder.look_at(["Makefile", ".git/HEAD"])
    assert indexed.paths() == ["Makefile", "a.py"]


def test_what_git_is_told_to_track_is_found_then(folder: Path, tmp_path: Path) -> None:
    repository = GitFolder(folder)
    repository.write(".gitignore", "*.log\n")
    repository.write("kept.log", "needle\n")
    indexed = Indexed(folder, tmp_path / "cache")
    indexed.update()
    assert indexed.paths() == [".gitignore"]
    repository.git("add", "-f", "kept.log")
    indexed.builder.look_at([".git/index"])
    assert indexed.find("needle") == ("kept.log",)
    indexed.close()


def test_what_git_ignores_and_what_no_model_may_see_is_left_out(folder: Path, tmp_path: Path) -> None:
    repository = GitFolder(folder)
    repository.write(".gitignore", "build/\n")
    repository.write(".copilotignore", "private/\n*.sql\n!public.sql\n")
    for path in ("build/out.py", "private/plan.py", "data.sql", "public.sql", ".env", "keys/server.key", "main.py"):
        repository.write(path, "planted = 'secret word'\n")
    repository.write("sub/.copilotignore", "hidden.py\n")
    repository.write("sub/hidden.py", "planted = 'secret word'\n")
    indexed = Indexed(folder, tmp_path / "cache")
    indexed.update()
    assert indexed.paths() == [".copilotignore", ".gitignore", "main.py", "public.sql", "sub/.copilotignore"]
    repository.write(".copilotignore", "main.py\n")
    indexed.update()
    assert "main.py" not in indexed.find("planted secret word")
    assert "private/plan.py" in indexed.paths()
    indexed.builder.look_at(["private/plan.py", ".env", "build/out.py", "main.py"])
    assert ".env" not in indexed.paths()
    indexed.close()


def test_odd_files_are_listed_and_stop_nothing(indexed: Indexed, folder: Path) -> None:
    make(folder, good_dot_py="def needle():\n    pass\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0" + bytes(range(256)))
    (folder / "utf16.py").write_text("def wide():\n    pass\n", encoding="utf-16")
    (folder / "latin.py").write_bytes("# größte Bestellung\n".encode("latin-1"))
    (folder / "huge.txt").write_text("word " * 500_000)
    with open(folder / "sparse.bin", "wb") as file:
        file.truncate(1_100_000_000)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.py").symlink_to(folder / "nowhere.py")
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"caf\xe9.py")).write_text("def not_utf8_name():\n    pass\n")
    (folder / "line\nbreak.py").write_text("def broken_name():\n    pass\n")
    deep = folder.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    (deep / "deep.py").write_text("def very_deep():\n    pass\n")
    ended = indexed.update()
    assert indexed.find("needle") == ("good.py",)
    assert indexed.find("wide") == ("utf16.py",)
    assert indexed.find("very deep")[0].endswith("d/deep.py")
    assert indexed.find("broken name") == ("line\nbreak.py",)
    problems = dict(ended.problems)
    assert set(problems) == {"huge.txt", "sparse.bin", os.fsdecode(b"caf\xe9.py")}
    assert "too large" in problems["huge.txt"]
    assert "too large" in problems["sparse.bin"]
    assert "a name that is no text" in problems[os.fsdecode(b"caf\xe9.py")]
    assert "pipe" not in indexed.paths()
    assert indexed.find("picture") == ("picture.png",)


def test_a_file_that_cannot_be_read_is_told(indexed: Indexed, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(folder, a_dot_py="x = 1\n", b_dot_py="y = 1\n")
    monkeypatch.setattr("copilot_desktop.context.index.reading.read_data", _refusing("a.py"))
    ended = indexed.update()
    assert [path for path, _problem in ended.problems] == ["a.py"]
    assert indexed.paths() == ["a.py", "b.py"]


def _refusing(refused: str) -> Any:
    from copilot_desktop.errors import UnreadableFileError
    from copilot_desktop.workspace.files import read_data

    def read(place: Path, path: str, limit_bytes: int) -> bytes:
        if path == refused:
            raise UnreadableFileError(f"This account may not read {path}.")
        return read_data(place, path, limit_bytes)

    return read


def test_a_damaged_index_is_made_anew(folder: Path, tmp_path: Path) -> None:
    make(folder, cart_dot_py="def total():\n    pass\n")
    indexed = Indexed(folder, tmp_path / "cache")
    indexed.update()
    indexed.close()
    indexed.place.write_bytes(b"this is no database at all" * 400)
    again = Indexed(folder, tmp_path / "cache")
    again.update()
    assert again.find("total") == ("cart.py",)
    again.close()


def test_a_locked_index_is_a_sentence(
    folder: Path, tmp_path: Path, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder, cart_dot_py="def total():\n    pass\n")
    indexed.database.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(indexed.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another program holds the index"):
        indexed.update()
    other.execute("ROLLBACK")
    other.close()
    assert indexed.update().is_complete
    assert indexed.find("total") == ("cart.py",)


def test_without_an_index_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert read_index(tmp_path / "none.sqlite") is None


def test_an_index_is_private(indexed: Indexed) -> None:
    indexed.update()
    for place in indexed.place.parent.iterdir():
        assert place.stat().st_mode & 0o077 == 0, place
    assert indexed.place.parent.stat().st_mode & 0o077 == 0


def test_portions_are_told(indexed: Indexed, folder: Path) -> None:
    for number in range(60):
        (folder / f"f{number}.py").write_text("".join(f"value_{number}_{line} = {line}\n" for line in range(2000)))
    indexed.update()
    assert len(indexed.told) > 2
    assert [each.is_complete for each in indexed.told] == [False] * (len(indexed.told) - 1) + [True]
    assert all(each.total == 60 for each in indexed.told)


def test_problems_stay_told_when_other_files_are_looked_at(indexed: Indexed, folder: Path) -> None:
    make(folder, a_dot_py="x = 1\n")
    (folder / "huge.txt").write_text("word " * 500_000)
    assert [path for path, _problem in indexed.update().problems] == ["huge.txt"]
    assert [path for path, _problem in indexed.builder.look_at(["a.py"]).problems] == ["huge.txt"]
    (folder / "huge.txt").unlink()
    assert indexed.builder.look_at(["huge.txt"]).problems == ()
