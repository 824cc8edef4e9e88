"""What git's history and the window say of files: real repositories, read without running anything of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.context.index.history import changed_lately, changed_together
from copilot_desktop.context.index.lately import Around, edited_lately
from copilot_desktop.context.index.ranking import Ranked, rank
from tests.support.git_repository import GitFolder
from tests.unit.context.index.test_building import Indexed, make

LONG_AGO_S = 1_600_000_000
CART = "def total_price(cart):\n    return {}\n"
TAX = "RATE = {}\n"


@pytest.fixture
def repository(tmp_path: Path) -> GitFolder:
    made = GitFolder(tmp_path / "project")
    for number in range(3):
        made.commit("Raise the rate", cart_py=CART.format(number), tax_py=TAX.format(number))
    for number in range(5):
        made.commit("Write a letter", mail_py=f"def send_mail():\n    return {number}\n")
    return made


@pytest.fixture
def indexed(repository: GitFolder, tmp_path: Path) -> Iterator[Indexed]:
    made = Indexed(repository.root, tmp_path / "cache")
    made.update()
    yield made
    made.close()


def together(indexed: Indexed, path: str) -> list[str]:
    found = changed_together(indexed.database, {path: 1.0})
    return [name for file in found for (name,) in _named(indexed, file)]


def lately(indexed: Indexed) -> list[str]:
    found = changed_lately(indexed.database)
    return [name for file in sorted(found, key=lambda each: -found[each]) for (name,) in _named(indexed, file)]


def _named(indexed: Indexed, file: int) -> list[tuple[str]]:
    return indexed.database.execute("SELECT path FROM files WHERE id = ?", (file,)).fetchall()


def why(ranked: Ranked, path: str) -> str:
    return next(each.why for each in ranked.snippets if each.path == path)


def test_what_was_changed_together_comes_along_and_says_so(indexed: Indexed) -> None:
    assert together(indexed, "cart.py") == ["tax.py"]
    assert together(indexed, "mail.py") == []
    found = rank(indexed.database, "total price of the cart", 5)
    assert found.files[:2] == ("cart.py", "tax.py")
    assert why(found, "tax.py") == "changed together with cart.py"


def test_the_last_commits_say_what_was_edited_lately(indexed: Indexed, repository: GitFolder) -> None:
    assert lately(indexed)[0] == "mail.py"
    repository.commit("Rate", tax_py=TAX.format(9))
    indexed.update()
    assert lately(indexed)[0] == "tax.py"
    assert "edited lately" in why(rank(indexed.database, "RATE", 5), "tax.py")


def test_commits_that_are_gone_are_forgotten(indexed: Indexed, repository: GitFolder) -> None:
    for _round in range(2):
        repository.commit("Both", mail_py=str(_round), tax_py=str(_round))
    indexed.update()
    assert "mail.py" in together(indexed, "tax.py")
    repository.git("reset", "-q", "--hard", "HEAD~2")
    indexed.update()
    assert together(indexed, "tax.py") == ["cart.py"]


def test_commits_of_many_files_say_nothing(indexed: Indexed, repository: GitFolder) -> None:
    for round_ in range(2):
        for number in range(40):
            repository.write(f"f{number}.py", f"value = {round_}\n")
        repository.commit("Format everything")
    indexed.update()
    assert together(indexed, "f1.py") == []


def test_it_is_read_in_portions_and_only_once(indexed: Indexed, repository: GitFolder) -> None:
    for number in range(4):
        repository.commit("More", cart_py=CART.format(f"{number} + 1"))
    history = indexed.builder
    count = "SELECT count(*) FROM commits"
    assert indexed.database.execute(count).fetchone() == (7,)  # the first commit has nothing to be compared with
    while history.work_on():
        pass
    assert indexed.database.execute(count).fetchone() == (11,)
    assert not history.work_on()


def test_a_folder_inside_the_repository_has_its_own_paths(tmp_path: Path) -> None:
    repository = GitFolder(tmp_path / "whole")
    for number in range(3):
        repository.write("inner/cart.py", CART.format(number))
        repository.write("inner/tax.py", TAX.format(number))
        repository.write("other.py", str(number))
        repository.commit()
    indexed = Indexed(repository.root / "inner", tmp_path / "cache")
    indexed.update()
    assert together(indexed, "cart.py") == ["tax.py"]
    indexed.close()


@pytest.mark.parametrize("kind", ["empty", "broken", "shallow"])
def test_odd_repositories_stop_nothing(tmp_path: Path, repository: GitFolder, kind: str) -> None:
    root = tmp_path / kind
    if kind == "shallow":
        repository.git("clone", "-q", "--depth", "1", repository.root.as_uri(), str(root))
    else:
        GitFolder(root)
        (root / "cart.py").write_text(CART.format(1))
    if kind == "broken":
        (root / ".git" / "HEAD").write_text("nonsense")
    indexed = Indexed(root, tmp_path / "cache")
    assert indexed.update().is_complete
    assert indexed.find("total price")[0] == "cart.py"
    assert not indexed.builder.work_on()
    indexed.close()


def test_what_is_open_or_was_just_written_goes_before_its_equals(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    make(root, **{f"{name}_dot_py": "def voucher():\n    return 1\n" for name in "abcdefgh"})
    for place in root.iterdir():
        os.utime(place, (LONG_AGO_S, LONG_AGO_S))
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    assert indexed.find("voucher")[0] == "a.py"
    opened = rank(indexed.database, "voucher", 8, Around(opened=("c.py",)))
    assert opened.files[0] == "c.py"
    assert why(opened, "c.py") == "matches in voucher, open"
    edited = rank(indexed.database, "voucher", 8, Around(opened=("c.py",), edited=("d.py",)))
    assert edited.files[:2] == ("d.py", "c.py")
    assert why(edited, "d.py") == "matches in voucher, edited lately"
    make(root, e_dot_py="def voucher():\n    return 2\n")
    indexed.update()
    now = Around(now_s=time.time())
    assert rank(indexed.database, "voucher", 8, now).files[0] == "e.py"
    assert rank(indexed.database, "voucher", 8).files[0] == "a.py"
    for place in root.iterdir():
        os.utime(place)
    indexed.update()
    assert edited_lately(indexed.database, now) == {}, "a checkout writes everything"
    indexed.close()
