"""What the window remembers by itself, so that it comes back as it was left. Kept in the state folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

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
    """Of one folder: open files (POSIX, relative) as their tabs stand, the active one, the conversation."""

    open_files: tuple[str, ...] = ()
    active_file: str = ""
    conversation_id: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Recent folders (absolute paths, the last one first), the window, and each folder's own state."""

    NAME: ClassVar[str] = "session"
    VERSION: ClassVar[int] = 1

    recent_folders: tuple[str, ...] = ()
    window: WindowState = field(default_factory=WindowState)
    workspaces: Mapping[str, WorkspaceState] = field(default_factory=dict)

    def with_recent(self, folder: str) -> Session:
        """The session with a folder at the top of the recent ones; the oldest beyond the limit are forgotten."""
        folders = (folder, *(other for other in self.recent_folders if other != folder))[:RECENT_LIMIT]
        workspaces = {name: state for name, state in self.workspaces.items() if name in folders}
        return replace(self, recent_folders=folders, workspaces=workspaces)

    def without_recent(self, folder: str) -> Session:
        """The session without a folder."""
        return replace(
            self,
            recent_folders=tuple(other for other in self.recent_folders if other != folder),
            workspaces={name: state for name, state in self.workspaces.items() if name != folder},
        )

    def workspace(self, folder: str) -> WorkspaceState:
        """A folder's state; the defaults when nothing is remembered."""
        return self.workspaces.get(folder, WorkspaceState())

    def with_workspace(self, folder: str, state: WorkspaceState) -> Session:
        """The session with a folder's state."""
        return replace(self, workspaces={**self.workspaces, folder: state})
