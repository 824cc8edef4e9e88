"""What the user does with the files chosen in the tree; the files themselves are the operations' business."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtGui import QGuiApplication

from copilot_desktop.bridge.files.operations import FileOperations, FilesChanged
from copilot_desktop.bridge.folder.workspace import FolderListed
from copilot_desktop.ui.explorer.file_clipboard import files_there, forget_files, put_files
from copilot_desktop.ui.explorer.naming import Naming
from copilot_desktop.ui.explorer.panel import ExplorerPanel


class WhenIdle(Protocol):
    """Calls what it is given once nothing decided waits to be written."""

    def __call__(self, call: Callable[[], None], /) -> None:
        """Call it now or later."""


class ExplorerCommands(QObject):
    """The commands of one explorer. GUI thread."""

    def __init__(
        self, panel: ExplorerPanel, operations: FileOperations, listed: SignalInstance, when_idle: WhenIdle
    ) -> None:
        super().__init__(panel)
        self._panel, self._tree, self._operations, self._when_idle = panel, panel.tree, operations, when_idle
        self.naming = Naming(panel.tree, panel.model)
        self.revealer = panel.revealer
        self._to_open = ""
        self.naming.create_wanted.connect(self._on_create_wanted)
        self.naming.rename_wanted.connect(self._on_rename_wanted)
        panel.tree.edit_wanted.connect(self._on_edit_wanted)
        panel.tree.dropped.connect(self._on_dropped)
        operations.changed.connect(self._on_changed)
        listed.connect(self._on_listed)

    def has_chosen(self) -> bool:
        """Whether a row is chosen."""
        return bool(self._tree.chosen())

    def has_one(self) -> bool:
        """Whether just one row is chosen."""
        return len(self._tree.chosen()) == 1

    def can_undo(self) -> bool:
        """Whether an operation can be taken back."""
        return bool(self._operations.last_title)

    def open(self) -> None:
        """Open the chosen files, each in a tab."""
        for path in self._files():
            self._panel.file_chosen.emit(path)

    def add_to_chat(self) -> None:
        """Add the chosen files to the prompt."""
        for path in self._files():
            self._panel.add_to_chat_requested.emit(path)

    def begin_new(self, *, is_folder: bool) -> None:
        """Have a name typed for a new file or folder, where the current row is."""
        folder = self._tree.folder_here()
        self._panel.show_tree()
        self.naming.begin_new(folder, is_folder=is_folder)

    def rename(self) -> None:
        """Have another name typed for the chosen row."""
        self.naming.begin_rename()

    def duplicate(self) -> None:
        """Copy the chosen rows beside themselves."""
        for place in self._places():
            folder = self._panel.model.folder_of(place)
            self._operations.bring_in((place,), folder, is_move=False)

    def trash(self) -> None:
        """Put the chosen rows into the trash."""
        chosen = self._tree.chosen()
        if chosen:
            self._when_idle(partial(self._operations.trash, chosen))

    def undo(self) -> None:
        """Take the last operation back."""
        self._when_idle(self._operations.undo)

    def copy_paths(self, *, is_relative: bool) -> None:
        """Put the paths of the chosen rows on the clipboard, one a line."""
        chosen = self._tree.chosen()
        lines = chosen if is_relative else tuple(str(place) for place in self._places())
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _files(self) -> tuple[str, ...]:
        model = self._panel.model
        return tuple(path for path in self._tree.chosen() if not model.is_folder(model.index_of(path)))

    def _places(self) -> tuple[Path, ...]:
        root = self._panel.model.root
        return tuple(root / path for path in self._tree.chosen()) if root is not None else ()

    def _on_create_wanted(self, path: str, is_folder: bool) -> None:
        self._to_open = "" if is_folder else path
        self._operations.create(path, is_folder=is_folder)

    def _on_rename_wanted(self, old: str, new: str) -> None:
        self._when_idle(partial(self._operations.rename, old, new))

    def _on_edit_wanted(self, command: str) -> None:
        if command == "undo":
            self.undo()
        elif command == "paste":
            places, is_cut = files_there()
            self._bring(places, self._tree.folder_here(), is_cut)
            if is_cut and places:
                self._panel.model.set_faded(())
                forget_files()
        elif self._tree.chosen():
            put_files(self._places(), is_cut=command == "cut")
            self._panel.model.set_faded(self._tree.chosen() if command == "cut" else ())

    def _on_dropped(self, places: tuple[Path, ...], folder: str, is_move: bool) -> None:
        self._bring(places, folder, is_move)

    def _bring(self, places: tuple[Path, ...], folder: str, is_move: bool) -> None:
        self._when_idle(partial(self._operations.bring_in, places, folder, is_move=is_move))

    def _on_changed(self, event: FilesChanged) -> None:
        done = event.operation
        for old, new in done.moved:
            self.revealer.unfold(new + path[len(old) :] for path in self.revealer.unfolded(old))
        for path in done.shown:
            self.revealer.unfold(self.revealer.unfolded(path))
        pairs = [path for pair in done.moved for path in pair]
        self._panel.refresh([*done.made, *done.gone, *done.shown, *pairs])
        self.revealer.choose(done.shown)
        if self._to_open and self._to_open in done.made and not event.is_undo:
            self._panel.file_chosen.emit(self._to_open)
        self._to_open = ""

    def _on_listed(self, event: FolderListed) -> None:
        self.naming.go_on(event.folder)
