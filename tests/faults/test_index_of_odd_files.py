"""Files that are none, and text nested without end, stop the real worker nowhere: what stands beside them is found."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import index_place, read_index
from tests.faults.test_damaged_index import bring_up_to_date

NESTED = 10_000


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
