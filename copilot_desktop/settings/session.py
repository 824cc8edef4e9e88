"""What the window remembers by itself, so that it comes back as it was left. Kept in the state folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

RECENT_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class WindowState:
    """`geometry` is Qt's own, in base64. `splitters`: object name → sizes in pixels; `hidden`: object names."""

    geometry: str = ""
    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    side_view: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """Of one folder: open files (POSIX, relative) as their tabs stand, the active one, its window."""

    open_files: tuple[str, ...] = ()
    active_file: str = ""
    window: WindowState = field(default_factory=WindowState)


def _without_conversation_ids(values: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had a field that nothing ever filled."""
    for state in values.get("workspaces", {}).values():
        state.pop("conversation_id", None)
    return values


@dataclass(frozen=True, slots=True)
class Session:
    """Recent folders (absolute paths, the last one first), the folders of the windows that were open together when the
    program was left ("" for a window without a folder), the window used last, and each folder's own state."""

    NAME: ClassVar[str] = "session"
    VERSION: ClassVar[int] = 2
    MIGRATIONS: ClassVar[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = (_without_conversation_ids,)

    recent_folders: tuple[str, ...] = ()
    open_folders: tuple[str, ...] = ()
    window: WindowState = field(default_factory=WindowState)
    workspaces: Mapping[str, WorkspaceState] = field(default_factory=dict)

    def with_recent(self, folder: str) -> Session:
        """The session with a folder at the top of the recent ones; the oldest beyond the limit are forgotten."""
        folders = (folder, *(other for other in self.recent_folders if other != folder))[:RECENT_LIMIT]
        workspaces = {name: state for name, state in self.workspaces.items() if name in folders}
        return replace(self, recent_folders=folders, workspaces=workspaces)

    def workspace(self, folder: str) -> WorkspaceState:
        """A folder's state; the defaults when nothing is remembered."""
        return self.workspaces.get(folder, WorkspaceState())

    def with_workspace(self, folder: str, state: WorkspaceState) -> Session:
        """The session with a folder's state."""
        return replace(self, workspaces={**self.workspaces, folder: state})
