from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from copilot_desktop.errors import FileChangedError, NotTextError, UnreadableFileError, UnsafePathError, WriteError
from copilot_desktop.workspace.files import ANY_CONTENT, LIMIT_BYTES, bytes_hash, missing_files, read_file, write_file
from copilot_desktop.workspace.paths import Workspace
from tests.support.disk_faults import as_ordinary_user, file_size_limit, small_disk


def listing(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


@pytest.mark.parametrize("data", [b"", b"a\r\nb\n\rc", "\ufeffä\n".encode(), "ä\n".encode("utf-16")])
def test_reading_changes_nothing(workspace: Workspace, data: bytes) -> None:
    (workspace.root / "a.txt").write_bytes(data)
    file = read_file(workspace, "a.txt")
    assert (file.disk_hash, file.size_bytes) == (bytes_hash(data), len(data))
    assert file.text == data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def test_what_is_no_text_says_so(workspace: Workspace) -> None:
    (workspace.root / "a.bin").write_bytes(b"\x7fELF\0\0\1")
    with pytest.raises(NotTextError, match=r"a\.bin"):
        read_file(workspace, "a.bin")
    with open(workspace.root / "huge", "wb") as file:
        file.truncate(LIMIT_BYTES + 1)
    with pytest.raises(NotTextError, match="50 MB"):
        read_file(workspace, "huge")


def test_what_cannot_be_read_says_why(workspace: Workspace) -> None:
    (workspace.root / "folder").mkdir()
    os.mkfifo(workspace.root / "pipe")
    (workspace.root / "dangling").symlink_to("nowhere")
    (workspace.root / "loop").symlink_to("loop")
    for path, words in {
        "folder": "folder",
        "pipe": "pipe",
        "gone": "not exist",
        "dangling": "link",
        "loop": "read",
    }.items():
        with pytest.raises(UnreadableFileError, match=words):
            read_file(workspace, path)
    with pytest.raises(UnsafePathError):
        read_file(workspace, "../x")


def test_writing_keeps_mode_and_link_and_leaves_no_trace(workspace: Workspace) -> None:
    real = workspace.root / "run.sh"
    real.write_bytes(b"old")
    real.chmod(0o751)
    (workspace.root / "link").symlink_to("run.sh")
    new_hash = write_file(workspace, "link", b"new", expected_hash=bytes_hash(b"old"))
    assert (new_hash, real.read_bytes()) == (bytes_hash(b"new"), b"new")
    assert stat.S_IMODE(real.stat().st_mode) == 0o751
    assert (workspace.root / "link").is_symlink()
    assert listing(workspace.root) == ["link", "run.sh"]


def test_a_new_file_gets_folders_and_the_usual_mode(workspace: Workspace) -> None:
    (workspace.root / "usual").write_bytes(b"")
    write_file(workspace, "a/b/new.py", b"x", expected_hash=None)
    new = workspace.root / "a/b/new.py"
    assert new.stat().st_mode == (workspace.root / "usual").stat().st_mode


def test_a_file_that_is_not_what_was_seen_is_left_alone(workspace: Workspace) -> None:
    file = workspace.root / "a.txt"
    file.write_bytes(b"theirs")
    for expected in (bytes_hash(b"ours"), None):
        with pytest.raises(FileChangedError):
            write_file(workspace, "a.txt", b"new", expected_hash=expected)
    with pytest.raises(FileChangedError, match="gone"):
        write_file(workspace, "b.txt", b"new", expected_hash=bytes_hash(b"ours"))
    assert file.read_bytes() == b"theirs"
    assert listing(workspace.root) == ["a.txt"]
    write_file(workspace, "a.txt", b"new", expected_hash=ANY_CONTENT)
    assert file.read_bytes() == b"new"


def test_a_write_beyond_a_limit_leaves_the_old_content(workspace: Workspace) -> None:
    file = workspace.root / "a.txt"
    file.write_bytes(b"old")
    with file_size_limit(4096), pytest.raises(WriteError, match="larger than"):
        write_file(workspace, "a.txt", b"x" * 100_000, expected_hash=bytes_hash(b"old"))
    assert file.read_bytes() == b"old"
    assert listing(workspace.root) == ["a.txt"]


def test_a_read_only_file_is_not_replaced(workspace: Workspace) -> None:
    file = workspace.root / "a.txt"
    file.write_bytes(b"old")
    file.chmod(0o444)
    with pytest.raises(WriteError, match="read-only"):
        write_file(workspace, "a.txt", b"new", expected_hash=bytes_hash(b"old"))
    assert file.read_bytes() == b"old"


def test_a_folder_without_permission_is_a_sentence(open_folder: Path) -> None:
    workspace = Workspace(open_folder)
    (open_folder / "locked").mkdir(mode=0o555)
    with as_ordinary_user(), pytest.raises(WriteError, match="may not write"):
        write_file(workspace, "locked/a.txt", b"new", expected_hash=None)


def test_a_file_in_place_of_a_folder_is_a_sentence(workspace: Workspace) -> None:
    (workspace.root / "a").write_bytes(b"")
    (workspace.root / "folder").mkdir()
    for path in ("a/b.txt", "folder"):
        with pytest.raises(WriteError, match="nothing was changed"):
            write_file(workspace, path, b"x", expected_hash=None)


def test_what_is_missing_is_told_from_what_cannot_be_looked_at(workspace: Workspace) -> None:
    (workspace.root / "there.py").write_text("x")
    (workspace.root / "dangling").symlink_to("nowhere")
    paths = ("there.py", "gone.py", "there.py/inner", "dangling", "a\0b", "gone/inner.py")
    assert missing_files(workspace, paths) == ("gone.py", "there.py/inner", "gone/inner.py")


def test_a_file_with_another_name_keeps_it(workspace: Workspace) -> None:
    file, twin = workspace.root / "a.txt", workspace.root / "twin.txt"
    file.write_bytes(b"old and long")
    twin.hardlink_to(file)
    for text in (b"new", b"newer and longer than before", b""):
        write_file(workspace, "a.txt", text, expected_hash=bytes_hash(file.read_bytes()))
        assert (file.read_bytes(), twin.read_bytes()) == (text, text)
        assert file.samefile(twin)
    assert listing(workspace.root) == ["a.txt", "twin.txt"]


def test_a_file_with_another_name_has_its_old_content_when_the_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 128):
        workspace = Workspace(tmp_path / "disk")
        file, twin = workspace.root / "a.txt", workspace.root / "twin.txt"
        old = bytes(range(256)) * 128
        file.write_bytes(old)
        twin.hardlink_to(file)
        # It is full when the old content is written over, when it is copied, and when the new one is staged.
        for size in (60_000, 80_000, 120_000):
            with pytest.raises(WriteError, match="disk is full"):
                write_file(workspace, "a.txt", b"x" * size, expected_hash=bytes_hash(old))
            assert (file.read_bytes(), twin.read_bytes()) == (old, old)
            assert listing(workspace.root) == ["a.txt", "twin.txt"]
        write_file(workspace, "a.txt", b"x" * 40_000, expected_hash=bytes_hash(old))
        assert twin.read_bytes() == b"x" * 40_000
