"""The AppImage's runtime with a small image: mounted and unpacked, exit codes, signals, nothing left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

from installers.environment import SetupError
from installers.linux import appimage
from tests.support.private_desktop import wait_until

PROGRAM = """#!/bin/sh
case "$1" in
  wait) echo started; exec sleep 60;;
  leave) (sleep 2; cat "$APPDIR/folder/file" > "$2") & exit 0;;
esac
printf '%s\\n' "$APPDIR" "$APPIMAGE" "$OWD" "$@"
cat "$APPDIR/link"
cmp "$APPDIR/large" "$2" && exit 42
"""
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (shutil.which("gcc") and shutil.which("mksquashfs")), reason="apt install gcc squashfs-tools"
    ),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An AppImage with a script in it."""
    folder = tmp_path_factory.mktemp("image")
    content = folder / "content"
    (content / "folder").mkdir(parents=True)
    (content / "folder/file").write_text("text\n", encoding="utf-8")
    (content / "link").symlink_to("folder/file")
    (content / "large").write_bytes(os.urandom(3_000_000) + bytes(5_000_000))
    (content / "AppRun").write_text(PROGRAM, encoding="utf-8")
    (content / "AppRun").chmod(0o755)
    try:
        runtime = appimage.compile_runtime(folder / "runtime")
    except SetupError as error:
        pytest.skip(str(error))
    image = folder / "image"
    subprocess.run(["mksquashfs", str(content), str(image), "-comp", "zstd", "-quiet", "-no-progress"], check=True)
    made = folder / "small.AppImage"
    made.write_bytes(runtime.read_bytes() + image.read_bytes())
    made.chmod(0o755)
    return made


@pytest.fixture(params=["mounted", "unpacked"])
def way(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the image is reached; temporary folders are the test's own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("APPIMAGE_EXTRACT_AND_RUN", "1" if request.param == "unpacked" else "")
    if request.param == "mounted" and not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("there is no FUSE here")
    return str(request.param)


def left(tmp_path: Path) -> list[Path]:
    """What is in the folder for temporary files."""
    return list((tmp_path / "temporary").iterdir())


def test_the_program_gets_its_arguments_and_gives_its_exit_code(file: Path, way: str, tmp_path: Path) -> None:
    large = file.parent / "content/large"
    done = subprocess.run([file, "a b", str(large)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 42, done.stderr
    folder, own, here, *arguments = done.stdout.splitlines()
    assert folder.startswith(f"{tmp_path}/temporary/")
    assert (".mount_" in folder) == (way == "mounted")
    assert (own, here, arguments) == (str(file), str(tmp_path), ["a b", str(large), "text"])
    wait_until(lambda: not left(tmp_path), "the removal")


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_and_the_folder(file: Path, way: str, tmp_path: Path, which: signal.Signals) -> None:
    with subprocess.Popen([file, "wait"], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "started\n"
        program.send_signal(which)
        code = program.wait(timeout=30)
    assert code == (-which if way == "mounted" else 128 + which)
    wait_until(lambda: not left(tmp_path), "the removal")


@pytest.mark.parametrize("way", ["mounted"], indirect=True)
def test_mounted_files_stay_for_what_the_program_leaves_behind(file: Path, way: str, tmp_path: Path) -> None:
    assert way == "mounted"
    written = tmp_path / "written"
    assert subprocess.run([file, "leave", str(written)], check=False).returncode == 0
    assert left(tmp_path)
    wait_until(lambda: written.is_file() and written.read_text(encoding="utf-8") == "text\n", "the late reading")
    wait_until(lambda: not left(tmp_path), "the removal")


def test_it_mounts_for_looking(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("there is no FUSE here")
    with subprocess.Popen([file, "--appimage-mount"], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        place = Path(program.stdout.readline().strip())
        assert (place / "folder/file").read_text(encoding="utf-8") == "text\n"
        assert sorted(each.name for each in place.iterdir()) == ["AppRun", "folder", "large", "link"]
        with pytest.raises(OSError, match="Read-only file system"):
            (place / "new").write_text("", encoding="utf-8")
        program.terminate()
        assert program.wait(timeout=30) == 0
    wait_until(lambda: not left(tmp_path), "the removal")
