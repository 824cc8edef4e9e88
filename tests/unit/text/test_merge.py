"""The three-way merge is git's: the same bytes when clean, a conflict when git says conflict, and quick."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from random import Random

import pytest

from copilot_desktop.text import Merge, merge
from copilot_desktop.text.ranges import LineRange
from tests.unit.text.merges import Triple, git_merge, history_triples, random_triple

ROOT = Path(__file__).resolve().parents[3]
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not there to compare with")


def _compare(folder: Path, triple: Triple) -> bool:
    """Whether the merge was clean, once it is known to be git's."""
    count, printed = git_merge(folder, triple)
    merged = merge(*triple)
    assert (len(merged.conflicts), merged.text) == (count, printed), triple
    return count == 0


def test_changes_in_different_places_are_put_together() -> None:
    base = "one\ntwo\nthree\nfour\nfive\n"
    assert merge(base, base.replace("one", "1"), base.replace("five", "5")) == Merge("1\ntwo\nthree\nfour\n5\n")
    assert merge(base, base, "new\n" + base) == Merge("new\n" + base)
    assert merge(base, base.replace("two", "2"), base.replace("two", "2")) == Merge(base.replace("two", "2"))


def test_changes_of_the_same_lines_are_a_conflict_with_its_lines_named() -> None:
    merged = merge("a\nb\nc\n", "a\nours\nc\n", "a\ntheirs\nmore\nc\n")
    assert merged.conflicts == ((LineRange(1, 2), LineRange(1, 2), LineRange(1, 3)),)
    assert merged.text == "a\n<<<<<<< ours\nours\n||||||| base\nb\n=======\ntheirs\nmore\n>>>>>>> theirs\nc\n"


def test_a_return_alone_is_text_and_a_missing_last_ending_stays_missing() -> None:
    assert merge("a\rb\rc", "a\rb\rC", "a\rb\rc").conflicts == ()
    assert len(merge("a\rb\rc", "A\rb\rc", "a\rb\rC").conflicts) == 1
    assert merge("a\n\n\n\nb", "A\n\n\n\nb", "a\n\n\n\nB") == Merge("A\n\n\n\nB")


@needs_git
def test_random_triples_merge_as_git_merges_them(tmp_path: Path) -> None:
    random = Random(4)  # noqa: S311 - repeatable, not secret
    clean = sum(_compare(tmp_path, random_triple(random)) for _ in range(120))
    assert 30 < clean < 90


@needs_git
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_ten_thousand_random_triples_merge_as_git_merges_them(tmp_path: Path) -> None:
    random = Random(7)  # noqa: S311
    clean = sum(_compare(tmp_path, random_triple(random)) for _ in range(10_000))
    print(f"10,000 random triples: {clean} clean, all as git")


@needs_git
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_triples_of_a_real_history_merge_as_git_merges_them(tmp_path: Path) -> None:
    """COPILOT_DESKTOP_HISTORY names another repository to take them from than this checkout's."""
    repository = Path(os.environ.get("COPILOT_DESKTOP_HISTORY", ROOT))
    if not (repository / ".git").exists() and not (repository / "HEAD").exists():
        pytest.skip("this is no checkout with a history")
    triples = list(history_triples(repository, 2_000))
    clean = sum(_compare(tmp_path, triple) for triple in triples)
    print(f"{len(triples)} triples of the history: {clean} clean, all as git")


def test_ten_thousand_lines_merge_in_30_ms() -> None:
    base = [f"    value_{index} = compute({index % 700})\n" for index in range(10_000)]
    ours, theirs = list(base), list(base)
    for at in range(50, 10_000, 100):
        ours[at] = f"ours {at}\n"
        theirs[at + 40] = f"theirs {at}\nmore\n"
    texts = ["".join(each) for each in (base, ours, theirs)]
    merge("a\n", "b\n", "a\nc\n")  # libgit2 is loaded once
    took = []
    for _ in range(7):
        began = time.process_time()
        assert merge(*texts).conflicts == ()
        took.append(time.process_time() - began)
    assert min(took) < 0.03
