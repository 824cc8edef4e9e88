"""The files of the workspace that a model may see: safe paths, text only, nothing that is behind the border."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.errors import UnreadableFileError, UsageError
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.workspace.files import read_file
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace


class WorkspaceFiles:
    """Fulfils `bridge.documents.file_checks.ReadableFiles`. Blocking: call it on workers.

    `border_of`: the border of a folder with what the user has allowed; without it nothing is.
    """

    def __init__(
        self, workspace_now: Callable[[], Workspace | None], border_of: Callable[[Workspace], ModelBorder] = ModelBorder
    ) -> None:
        self._workspace_now, self._border_of = workspace_now, border_of

    def border(self) -> ModelBorder:
        """The border as it is now, for many files. Raises UsageError where no folder is open."""
        return self._border_of(self._workspace())

    def check(self, path: str) -> None:
        """Raise NeverSendError or UnsafePathError for a path that no model may see; rules are read anew."""
        self._workspace().resolve(path)
        self.border().refuse(path)

    def read(self, path: str) -> str:
        """The text on disk; raises like `check`, UnreadableFileError and NotTextError."""
        self.check(path)
        return read_file(self._workspace(), path).text

    def read_named(self, path: str) -> str | None:
        """Text of a file that an answer names though it was not shown; None where there is none."""
        try:
            return read_file(self._workspace(), path).text
        except UnreadableFileError:
            return None

    def format_of(self, path: str) -> TextFormat:
        """How a file holds its text; raises WorkspaceError where it cannot be read."""
        return read_file(self._workspace(), path).format

    def _workspace(self) -> Workspace:
        workspace = self._workspace_now()
        if workspace is None:
            raise UsageError("No folder is open.", advice="Open a folder first.")
        return workspace
