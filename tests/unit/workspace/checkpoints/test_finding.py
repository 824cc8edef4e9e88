"""Steps found by words and paths, and what is compared of them."""

from __future__ import annotations

from pathlib import Path

from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.comparing import LIMIT_BYTES, Comparer
from copilot_desktop.workspace.checkpoints.entries import About, FileAbout
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import bytes_hash


def test_words_are_found_in_titles_prompts_models_and_paths(applier: Applier) -> None:
    about = About(prompt="Räume AUF", model="some/model")
    first = applier.apply([FileWrite("src/a.py", None, b"a")], "Accept 1 change", about).checkpoint_id
    second = applier.apply([FileWrite("b.py", None, b"b")], "Accept 2 changes").checkpoint_id

    def found(words: str, path: str | None = None, before: str | None = None) -> list[str]:
        return [each.entry_id for each in applier.history.entries(path, words=words, before=before)]

    assert found("accept") == [second, first]
    assert found("accept", before=second) == [first]
    assert found("räume MODEL") == [first]
    assert found("SRC/") == [first]
    assert found("accept", path="b.py") == [second]
    assert found("nowhere") == []


def test_paths_that_are_gone_are_known(applier: Applier) -> None:
    assert applier.history.paths() == ()
    applier.apply([FileWrite("a.py", None, b"a"), FileWrite("b.py", None, b"b")], "Make")
    applier.apply([FileWrite("a.py", bytes_hash(b"a"), None)], "Delete a.py")
    assert applier.history.paths() == (("a.py", False), ("b.py", True))


def test_a_step_is_compared_with_before_and_with_now(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    (root / "old.py").write_bytes("größe\n".encode("cp1252"))
    before = bytes_hash("größe\n".encode("cp1252"))
    files = {"new.py": FileAbout("old.py", "cp1252"), "old.py": FileAbout(encoding="cp1252")}
    writes = [
        FileWrite("new.py", None, "Größe\n".encode("cp1252"), like="old.py"),
        FileWrite("old.py", before, None),
        FileWrite("c.bin", None, b"\0\1"),
    ]
    entry = applier.history.entry(applier.apply(writes, "Rename", About(files=files)).checkpoint_id)
    comparer = Comparer(applier.history, planner)
    renamed, binary = comparer.step(entry)
    assert (renamed.status, renamed.old_path, renamed.path) == ("renamed", "old.py", "new.py")
    assert (renamed.before, renamed.after) == ("größe\n", "Größe\n")
    assert "not text" in binary.problem
    (root / "new.py").write_bytes("GRÖẞE\n".encode())
    now = {each.path: each for each in Comparer(applier.history, planner, {"old.py": "in a tab\n"}).with_now(entry)}
    assert (now["new.py"].before, now["new.py"].after) == ("Größe\n", "GRÖẞE\n")
    assert (now["old.py"].before, now["old.py"].after, now["old.py"].status) == (None, "in a tab\n", "added")


def test_what_a_plan_would_write_is_compared_with_now(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    (root / "a.py").write_bytes(b"one\ntwo\n")
    writes = [FileWrite("a.py", bytes_hash(b"one\ntwo\n"), b"ONE\ntwo\n"), FileWrite("b.py", None, b"b\n")]
    entry_id = applier.apply(writes, "Accept").checkpoint_id
    comparer = Comparer(applier.history, planner)
    (root / "b.py").unlink()
    (a,) = comparer.plan(planner.undo(entry_id))
    assert (a.before, a.after, a.problem) == ("ONE\ntwo\n", "one\ntwo\n", "")
    (root / "a.py").write_bytes(b"1\ntwo\n")
    (root / "b.py").write_bytes(b"mine\n")
    a, b = comparer.plan(planner.undo(entry_id))
    assert "in the same lines (line 1)" in a.problem
    assert "was changed since the step made it, so it is not deleted" in b.problem


def test_contents_that_are_gone_or_too_large_say_so(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    writes = [FileWrite("a.py", None, b"a\n"), FileWrite("large", None, b"x" * (LIMIT_BYTES + 1))]
    entry = applier.history.entry(applier.apply(writes, "Make").checkpoint_id)
    for place in root.parent.glob("state/apply/*/objects"):
        (place / bytes_hash(b"a\n")[:2] / bytes_hash(b"a\n")[2:]).unlink()
    lost, large = Comparer(applier.history, planner).step(entry)
    assert lost.is_lost
    assert "no longer kept" in lost.problem
    assert "too much to be compared" in large.problem
    assert not large.is_lost
