"""A tree that makes trouble: names that are no text, very long ones, links in circles, folders nobody may read."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

MANY = 500
LIMIT_S = 60.0


def make_bad_tree(root: Path) -> None:
    """Some of everything, many of each."""
    for at in range(MANY):
        folder = root / f"folder_{at}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"plain_{at}.py").write_text(f"def plain_function_{at}():\n    return needle\n")
        (folder / ("long_" + "x" * 240 + ".py")).write_text("needle = 1\n")
        for name, target in (("here", "."), ("up", ".."), ("nowhere", "gone"), ("outside", "/etc"), ("self", "self")):
            with contextlib.suppress(FileExistsError):
                (folder / name).symlink_to(target)
        with open(os.fsencode(folder) + b"/latin_\xe9\xff.py", "wb") as file:
            file.write(b"def latin_function():\n    return needle\n")
        with contextlib.suppress(FileExistsError):
            os.mkfifo(folder / "pipe.py")
    deep = root
    for _at in range(60):
        deep /= "deep" * 10
    parts = deep.relative_to(root).parts
    place = root
    for part in parts:
        place /= part
        if len(str(place)) > 3_900:
            break
        place.mkdir(exist_ok=True)
    for at in range(0, MANY, 10):
        closed = root / f"closed_{at}"
        closed.mkdir(exist_ok=True)
        (closed / "hidden.py").write_text("needle = 2\n")
        closed.chmod(0)


@contextlib.contextmanager
def bad_tree(root: Path) -> Iterator[Path]:
    """One that can be deleted afterwards."""
    root.mkdir(parents=True, exist_ok=True)
    try:
        make_bad_tree(root)
        yield root
    finally:
        for closed in root.glob("closed_*"):
            closed.chmod(0o700)


def check_bad_tree(root: Path) -> dict[str, bool]:
    """Sentences, each with whether it is so, of lists, search and index, without and with git."""
    found: dict[str, bool] = {}
    with bad_tree(root):
        found |= looked_at(root, "without git")
        subprocess.run(("git", "-C", str(root), "init", "-q"), check=True)
        found |= looked_at(root, "with git")
    return found


def looked_at(root: Path, how: str) -> dict[str, bool]:
    """What lists, mentions, search and index make of it."""
    from copilot_desktop.workspace.file_list import list_files
    from copilot_desktop.workspace.ignore import IgnoreRules
    from copilot_desktop.workspace.listing import list_folder
    from copilot_desktop.workspace.paths import Workspace

    workspace = Workspace.at(root)
    rules = IgnoreRules(workspace)
    began = time.monotonic()
    files = list_files(workspace, rules)
    rows = list_folder(workspace, rules, "folder_1")
    names = {each.name for each in rows}
    plain = [path for path in files if "/plain_" in path]
    return {
        f"{how}: {len(plain)} plain files are listed once each": len(plain) == MANY == len(set(plain)),
        f"{how}: no link is followed in circles": not any("/here/" in path or "/up/" in path for path in files),
        f"{how}: names that are no text are listed": sum("latin_" in path for path in files) == MANY,
        f"{how}: the explorer shows links within": {"here", "up"} <= names,
        f"{how}: the explorer shows no link that leads out": "outside" not in names,
        f"{how}: letters find files among them": finds(files),
        f"{how}: search finds all that may be read": asyncio.run(search(workspace.root)),
        f"{how}: the index is made, and names its problems": is_indexed(root, how),
        f"{how}: within {LIMIT_S:.0f} s": time.monotonic() - began < LIMIT_S,
    }  # fmt: skip


def finds(files: tuple[str, ...]) -> bool:
    """Quick open's and mentions' way to look."""
    from copilot_desktop.bridge.context.mentions import _matching

    return (
        bool(_matching("plain_7", files)) and bool(_matching("latin", files)) and bool(_matching("xxxxxxxxxxxx", files))
    )


async def search(root: Path) -> bool:
    """By ripgrep, as the search view does it."""
    from copilot_desktop.text.searching import FindQuery
    from copilot_desktop.workspace.search.running import SearchRequest, search_folder
    from copilot_desktop.workspace.search.values import FileFound, SearchQuery

    found = list[FileFound]()
    ended = await search_folder(
        SearchRequest(root, SearchQuery(FindQuery("return needle")), {}, lambda _path: False), found.extend
    )
    plain = sum("/plain_" in each.path for each in found)
    latin = sum("latin_" in each.path for each in found)
    return plain == MANY and latin == MANY and (os.geteuid() == 0 or bool(ended.unread))


def is_indexed(root: Path, how: str) -> bool:
    """By the real worker."""
    from copilot_desktop.context.index.schema import index_place, read_index
    from tests.bench.index import Worker

    place = index_place(root.with_name(f"bad-cache-{how.replace(' ', '-')}"), root)
    worker = Worker(root, place)
    worker.ask(None)
    worker.close()
    database = read_index(place)
    assert database is not None
    (plain,) = database.execute("SELECT count(*) FROM symbols WHERE name LIKE 'plain_function_%'").fetchone()
    database.close()
    return bool(plain == MANY)
