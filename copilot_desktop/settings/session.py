"""What the window remembers by itself, so that it comes back as it was left. Kept in the state folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any, ClassVar, Final

from copilot_desktop.values import dataclass

RECENT_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class WindowState:
    """`geometry` is Qt's own, in base64. `splitters`: object name → sizes in pixels; `hidden`: object names."""

    geometry: str = ""
    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    side_view: str = ""


@dataclass(frozen=True, slots=True)
class TabState:
    """One tab: its file (POSIX, relative), or the title of a text without one, and how it is looked at; or the `page`
    that it is ("review", "history": of the file `path`, or of all).

    `selections` are (line and column of the anchor, line and column of the caret), the main one last; `folded` the
    lines whose block is folded. Lines and columns (code points) count from 0.
    """

    path: str = ""
    title: str = ""
    is_pinned: bool = False
    is_preview: bool = False
    selections: tuple[tuple[int, ...], ...] = ()
    first_line: int = 0
    folded: tuple[int, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class PaneState:
    """A group of tabs, of which number `active` is in front; or `panes` beside or (`is_column`) below each other with
    their sizes in pixels."""

    tabs: tuple[TabState, ...] = ()
    active: int = 0
    panes: tuple[PaneState, ...] = ()
    is_column: bool = False
    sizes: tuple[int, ...] = ()

    def groups(self) -> tuple[PaneState, ...]:
        """The groups of tabs in it, from the left and the top."""
        return tuple(group for pane in self.panes for group in pane.groups()) if self.panes else (self,)


@dataclass(frozen=True, slots=True)
class TabFile:
    """What the file of a tab is found by once it has another name: the hash of its bytes ("": not known), and the
    numbers of its device and inode and when it was made (empty: not known)."""

    content: str = ""
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MeaningChoice:
    """What the user has agreed to, to find things in a folder by meaning as well: `model` of the server `base_url`, by
    the account of `profile`, may be sent so many more tokens of it. `input_usd`: the price of a million tokens, where
    the user has told it. `group`: under which name the ledger keeps what is sent."""

    is_on: bool = False
    profile: str = ""
    base_url: str = ""
    model: str = ""
    input_usd: float | None = None
    tokens_left: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """Of one folder: its open tabs as they stand, which group of them is active, its window, the folders in it that are
    unfolded in the explorer, the encodings chosen for files, by their paths, and the name of the profile that was
    chosen in its chat ("": none). `identity` stays the same when the folder is renamed: the numbers of its device and
    inode and when it was made, as far as that is known (empty: not known). `files` are those of the tabs, by paths.
    `has_automatic_context`: its prompts are searched for in it. `commit_message`: one not yet committed.
    `applies_rules`: its rule files go with prompts. `lets_model_read`: models may look into it by themselves.
    `is_index_paused`: its index is asked as it is, and not kept up to date. `meaning`: whether things are found in it
    by meaning as well, and by whom."""

    editors: PaneState = field(default_factory=PaneState)
    active_group: int = 0
    window: WindowState = field(default_factory=WindowState)
    unfolded: tuple[str, ...] = ()
    encodings: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    identity: tuple[int, ...] = ()
    files: Mapping[str, TabFile] = field(default_factory=dict)
    has_automatic_context: bool = False
    commit_message: str = ""
    applies_rules: bool = True
    lets_model_read: bool = False
    is_index_paused: bool = False
    meaning: MeaningChoice = field(default_factory=MeaningChoice)


def _without_conversation_ids(values: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had a field that nothing ever filled."""
    for state in values.get("workspaces", {}).values():
        state.pop("conversation_id", None)
    return values


def _with_panes(values: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew the paths of the tabs alone, in one group."""
    for state in values.get("workspaces", {}).values():
        paths, active = list(dict.fromkeys(state.pop("open_files", []))), state.pop("active_file", "")
        if paths:
            state["editors"] = {
                "tabs": [{"path": path} for path in paths],
                "active": paths.index(active) if active in paths else len(paths) - 1,
            }
    return values


def _with_unfolded(values: dict[str, Any]) -> dict[str, Any]:
    """Version 3 knew nothing of the explorer, which then has nothing unfolded."""
    return values


def _with_encodings(values: dict[str, Any]) -> dict[str, Any]:
    """Version 4 forgot which encodings were chosen."""
    return values


def _with_models(values: dict[str, Any]) -> dict[str, Any]:
    """Version 5 forgot which model was chosen."""
    return values


def _with_identities(values: dict[str, Any]) -> dict[str, Any]:
    """Version 6 knew folders by their names alone."""
    return values


def _with_pages(values: dict[str, Any]) -> dict[str, Any]:
    """Version 7 forgot tabs that are no documents."""
    return values


def _with_files(values: dict[str, Any]) -> dict[str, Any]:
    """Version 8 knew the files of tabs by their names alone."""
    return values


def _with_context(values: dict[str, Any]) -> dict[str, Any]:
    """Version 9 knew no automatic context, which then is off, and forgot the message of a commit not yet made."""
    return values


def _with_rules(values: dict[str, Any]) -> dict[str, Any]:
    """Version 10 knew no rule files, which then are applied."""
    return values


def _with_reading(values: dict[str, Any]) -> dict[str, Any]:
    """Version 11 let no model read by itself."""
    return values


def _with_pauses(values: dict[str, Any]) -> dict[str, Any]:
    """Version 12 could not pause an index."""
    return values


def _with_meaning(values: dict[str, Any]) -> dict[str, Any]:
    """Version 13 found by words alone."""
    return values


@dataclass(frozen=True, slots=True)
class Session:
    """What all windows remember.

    Recent folders (absolute paths, the last one first), the folders of the windows that were open together when the
    program was left ("" for a window without a folder), that of the window in front first, how the window used last
    looked, each folder's own state, and the profile that was chosen in a window without one. `renames`: folders, by
    their names before and now, that not everything which is kept of them has followed yet.
    """

    NAME: ClassVar[str] = "session"
    VERSION: ClassVar[int] = 14
    MIGRATIONS: ClassVar[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = (
        _without_conversation_ids,
        _with_panes,
        _with_unfolded,
        _with_encodings,
        _with_models,
        _with_identities,
        _with_pages,
        _with_files,
        _with_context,
        _with_rules,
        _with_reading,
        _with_pauses,
        _with_meaning,
    )

    recent_folders: tuple[str, ...] = ()
    open_folders: tuple[str, ...] = ()
    window: WindowState = field(default_factory=WindowState)
    workspaces: Mapping[str, WorkspaceState] = field(default_factory=dict)
    model: str = ""
    renames: tuple[tuple[str, str], ...] = ()

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

    def without(self, folder: str) -> Session:
        """The session without a folder that is gone for good."""
        return replace(
            self,
            recent_folders=tuple(each for each in self.recent_folders if each != folder),
            open_folders=tuple(each for each in self.open_folders if each != folder),
            workspaces={name: state for name, state in self.workspaces.items() if name != folder},
        )

    def with_renamed(self, before: str, folder: str) -> Session:
        """The session with all that is remembered of a folder under the name that it has now.

        What stands there already stays where it is of the same folder, which was used under both names.
        """
        was, now = self.workspace(before), self.workspaces.get(folder)
        is_used = now is not None and now.identity == was.identity
        others = {name: state for name, state in self.workspaces.items() if name != before}
        return replace(
            self,
            recent_folders=_renamed(self.recent_folders, before, folder),
            open_folders=_renamed(self.open_folders, before, folder),
            workspaces=others if is_used else {**others, folder: was},
        )


def _renamed(folders: tuple[str, ...], before: str, folder: str) -> tuple[str, ...]:
    """Windows without a folder ("") stay as many as they are."""
    named = [folder if each == before else each for each in folders]
    return tuple(each for at, each in enumerate(named) if not each or each not in named[:at])
