"""Which files a model may look at by itself: none outside the folder, none that git ignores or no model may see."""

from __future__ import annotations

from pathlib import Path

from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import split_path


class ReadingBorder:
    """Of one turn: rules that change meanwhile are read anew. Blocking: call it on workers."""

    def __init__(self, border: ModelBorder) -> None:
        self.workspace, self.rules = border.workspace, border.rules
        self._model = border

    def refresh(self) -> None:
        """Rules may have changed."""
        self._model.refresh()

    def cleaned(self, path: str) -> str:
        """The path as the folder's files are named. Raises UnsafePathError."""
        path = path.strip()
        root = f"{self.workspace.root.as_posix()}/"
        # Models that were shown absolute paths elsewhere write them here, too.
        return "/".join(split_path(path.removeprefix(root)))

    def refuse(self, path: str) -> Path:
        """The place of a file; raises UnsafePathError, or NeverSendError where it must not be looked at."""
        place = self.workspace.resolve(path)
        self._model.refuse(path, place.is_dir())
        return place

    def hides_listed(self, path: str) -> bool:
        """The same of a file that was listed by the ignore rules: quick, for many."""
        return self._model.hides_listed(path)

    def hides(self, path: str) -> bool:
        """Whether a file must not be looked at."""
        try:
            self.refuse(path)
        except CopilotError:
            return True
        return False
