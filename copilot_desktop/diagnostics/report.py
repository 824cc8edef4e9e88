"""What runs here, as text to attach to a bug report: versions, system, sizes; no names of the user's."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from copilot_desktop import __version__
from copilot_desktop.values import dataclass

_DISPLAY_VARIABLES = (
    "DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR",
    "LANG", "LC_ALL", "DBUS_SESSION_BUS_ADDRESS", "COPILOT_DESKTOP_HOME", "OPENAI_API_KEY", "HTTPS_PROXY", "HTTP_PROXY",
)  # fmt: skip
_SHOWN_WITH_VALUE = frozenset({"XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "LANG"})


@dataclass(frozen=True, slots=True)
class Library:
    """An installed library that the program uses."""

    name: str
    version: str
    licence: str


def libraries() -> tuple[Library, ...]:
    """What the program asks for and what that asks for in turn, as installed here; in a frozen program only what
    carries its description along."""
    found: dict[str, Library] = {}
    waiting = _wanted_by("copilot-desktop")
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found and (library := _library(name)) is not None:
            found[name] = library
            waiting += _wanted_by(name)
    return tuple(found[name] for name in sorted(found))


def diagnostics(folders: Mapping[str, Path], environ: Mapping[str, str]) -> str:
    """The report. `folders`: the program's own, by what they are for; their sizes are read, so call it on a worker."""
    lines = [
        f"copilot-desktop {__version__}",
        f"Python {platform.python_version()} ({sys.executable and Path(sys.executable).name})",
        _machine(),
        f"Frozen: {'yes' if getattr(sys, 'frozen', False) else 'no'}",
        "",
        "Libraries",
        *(f"  {each.name} {each.version}" for each in libraries()),
        "",
        "Environment (set or not; few with their value)",
        *(f"  {name}: {_shown(name, environ.get(name))}" for name in _DISPLAY_VARIABLES),
        "",
        "Files of the program",
        *_files(folders),
    ]
    return "\n".join(lines) + "\n"


def system_line() -> str:
    """What runs where, in one line for the log."""
    return f"copilot-desktop {__version__}, Python {platform.python_version()}, {_machine()}"


def _machine() -> str:
    return f"{platform.platform()}, {os.cpu_count()} processors"


def _wanted_by(name: str) -> list[str]:
    from importlib import metadata  # a megabyte, for a report that hardly anyone asks for

    try:
        wanted = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    return [_name(line) for line in wanted if "extra ==" not in line]


def _library(name: str) -> Library | None:
    from importlib import metadata

    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    information = found.metadata
    stated = next(iter(information.get_all("License-Expression") or []), "")
    # Old descriptions hold the whole text of the licence in this field.
    old = next(iter(information.get_all("License") or []), "").strip().split("\n")[0][:60]
    licence = stated or _classified(information.get_all("Classifier") or []) or old
    return Library(name, found.version, licence or "see its package")


def _classified(classifiers: Iterable[str]) -> str:
    found = [line.rsplit("::", 1)[1].strip() for line in classifiers if line.startswith("License ::")]
    return ", ".join(name for name in found if name != "OSI Approved")


def _name(requirement: str) -> str:
    end = next((at for at, character in enumerate(requirement) if character in " <>=~!;[("), len(requirement))
    return requirement[:end]


def _shown(name: str, value: str | None) -> str:
    if not value:
        return "not set"
    return value if name in _SHOWN_WITH_VALUE else "set"


def _files(folders: Mapping[str, Path]) -> Iterator[str]:
    for use, folder in folders.items():
        yield f"  {use}/"
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            yield f"    cannot be read: {error.strerror}"
            continue
        for entry in entries:
            yield f"    {entry.name}: {_size(entry)}"


def _size(entry: Path) -> str:
    try:
        if entry.is_dir():
            files = [each for each in entry.rglob("*") if each.is_file()]
            return f"{len(files)} files, {sum(each.stat().st_size for each in files):,} bytes"
        return f"{entry.stat().st_size:,} bytes"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
