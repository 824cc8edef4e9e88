"""What of a folder holds only where it is trusted: rule files for models, its own settings, and git's programs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from copilot_desktop.errors import CopilotError, RepositoryError
from copilot_desktop.workspace.atomic_write import bytes_hash
from copilot_desktop.workspace.files import read_data
from copilot_desktop.workspace.git.restraint import settings_of
from copilot_desktop.workspace.git.state import git_folder
from copilot_desktop.workspace.listing import leads_to_file
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.values import Guarded

GIT_SETTINGS: Final = ".git/config"
"""The name of git's settings of the repository that run programs; their text has a line for each."""
NESTED_NAMES: Final = ("AGENTS.md", "CLAUDE.md", "CLAUDE.local.md")
"""Rule files of any folder, the general ones first."""
_PLAIN: Final = (".cursorrules", ".github/copilot-instructions.md", ".claude/CLAUDE.md")
_FOLDERS: Final = (
    (".cursor/rules", ".mdc"),
    (".github/instructions", ".instructions.md"),
    (".claude/rules", ".md"),
    (".copilot", ""),
)
_HOOKS: Final = ".git/hooks"
_MOST_FILES: Final = 500
_SHOWN_BYTES: Final = 256 * 1024


def is_guarded(path: str) -> bool:
    """Whether a workspace path is that of a rule file or of a setting of the folder."""
    if path in _PLAIN or path.rsplit("/", 1)[-1] in NESTED_NAMES:
        return True
    return any(path.startswith(f"{folder}/") and path.endswith(suffix) for folder, suffix in _FOLDERS)


def guarded_at_top(workspace: Workspace) -> Iterator[str]:
    """The guarded files that have a fixed place. A look at a few names."""
    for path in (*NESTED_NAMES, *_PLAIN):
        if os.path.lexists(workspace.root / path):
            yield path
    for folder, suffix in _FOLDERS:
        yield from _files_below(workspace.root, folder, suffix)


def guarded_below(workspace: Workspace) -> list[str]:
    """All of them. Lists the whole folder: seconds, where it is large and git is not there."""
    from copilot_desktop.workspace.file_list import list_files
    from copilot_desktop.workspace.ignore import IgnoreRules

    nested = (path for path in list_files(workspace, IgnoreRules(workspace)) if is_guarded(path))
    return sorted({*guarded_at_top(workspace), *nested})


def read_guarded(workspace: Workspace, path: str) -> Guarded | None:
    """A guarded file as it stands; None where it is gone, or no file that may be read."""
    try:
        return _guarded(read_data(workspace.resolve(path), path))
    except CopilotError:
        return None


def may_import(path: str, text: str | None) -> bool:
    """Whether a rule file may name others by `@` that belong to it."""
    is_one = path.rsplit("/", 1)[-1] in NESTED_NAMES or path.startswith(".claude/")
    return is_one and text is not None and "@" in text


def imported_by(workspace: Workspace, files: Mapping[str, Guarded]) -> dict[str, Guarded]:
    """What these rule files import, as it stands. Of a file that no model may see only the digest is kept."""
    importing = {path: each.text for path, each in files.items() if may_import(path, each.text)}
    if not importing:
        return {}
    # With the first `@` in a rule file.
    from copilot_desktop.workspace.model_border import ModelBorder
    from copilot_desktop.workspace.trust.imports import imports_of

    border = ModelBorder(workspace)
    found = dict[str, Guarded]()
    for path, text in importing.items():
        for each in imports_of(path, text or "", lambda named: read_guarded(workspace, named)):
            if each.found is not None and each.path not in found and not is_guarded(each.path):
                found[each.path] = replace(each.found, text=None) if border.hides(each.path) else each.found
    return found


def git_programs(workspace: Workspace) -> dict[str, Guarded]:
    """What git's settings of the repository would have run, and its hooks. Runs git, which only reads its settings."""
    folders = (git_folder(each / ".git") for each in (workspace.root, *workspace.root.parents))
    git = next((each for each in folders if each is not None), None)
    if git is None:
        return {}
    try:
        settings = [each for each in settings_of(workspace.root) if each.is_of_repository]
    except RepositoryError:
        settings = []
    programs = dict[str, Guarded]()
    lines = [f"{each.key} = {each.value}\n" for each in settings if each.runs_program]
    if lines:
        programs[GIT_SETTINGS] = _guarded("".join(lines).encode("utf-8", "surrogateescape"))
    hooks = next((each.value for each in reversed(settings) if each.key.lower() == "core.hookspath"), "")
    for name, place in _hooks(git, hooks):
        with contextlib.suppress(CopilotError):
            programs[name] = _guarded(read_data(place, name))
    return programs


def _hooks(git: Path, named: str) -> Iterator[tuple[str, Path]]:
    """Each hook with the name that it is shown under."""
    folder, shown = _common(git) / "hooks", _HOOKS
    if named:
        # Relative to the top of the working tree, as git takes it.
        folder, shown = git.parent / Path(named).expanduser(), named.rstrip("/")
    for place in _plain_files(folder):
        is_run = sys.platform == "win32" or os.access(place, os.X_OK) or bool(named)
        if is_run and place.suffix != ".sample":
            yield f"{shown}/{place.name}", place
    if folder.name == "_":
        # As husky has it: what stands there runs the scripts beside.
        for place in _plain_files(folder.parent):
            yield f"{shown[:-2]}/{place.name}", place


def _common(git: Path) -> Path:
    with contextlib.suppress(OSError):
        return git / (git / "commondir").read_text(encoding="utf-8").strip()
    return git


def _plain_files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if leads_to_file(entry))[:_MOST_FILES]
    except OSError:
        return []


def _files_below(root: Path, folder: str, suffix: str) -> Iterator[str]:
    waiting, count = [folder], 0
    while waiting and count < _MOST_FILES:
        inner = waiting.pop()
        try:
            with os.scandir(root / inner) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in listed:
            path = f"{inner}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.name.endswith(suffix):
                count += 1
                yield path


def _guarded(data: bytes) -> Guarded:
    text = None
    if len(data) <= _SHOWN_BYTES and b"\0" not in data:
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode("utf-8-sig")
    return Guarded(bytes_hash(data), text)
