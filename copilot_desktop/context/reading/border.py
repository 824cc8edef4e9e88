"""Which files a model may look at by itself: none outside the folder, none that git ignores or no model may see."""

from __future__ import annotations

import os
from pathlib import Path

from copilot_desktop.errors import CopilotError, NeverSendError
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.never_send import refuse_never_send
from copilot_desktop.workspace.paths import Workspace, split_path


class ReadingBorder:
    """Of one turn: rules that change meanwhile are read anew. Blocking: call it on workers."""

    def __init__(self, workspace: Workspace, rules: IgnoreRules) -> None:
        self.workspace, self.rules = workspace, rules
        self._model = ModelBorder(workspace)

    def refresh(self) -> None:
        """A `.copilotignore` may have changed."""
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
        refuse_never_send(path, self.workspace)
        real = Path(os.path.realpath(place)).relative_to(self.workspace.root).as_posix()
        for name in dict.fromkeys((path, real)):
            self._model.refuse(name)
            if self.rules.is_ignored(name, place.is_dir()):
                raise NeverSendError(
                    f"{path} is ignored by git, and the model may not look at such files by itself.",
                    advice="The user can add it to the prompt.",
                )
        return place

    def hides_listed(self, path: str) -> bool:
        """The same of a file that was listed by the ignore rules, where folders are no links: quick, for many."""
        return self._model.hides(path)

    def hides(self, path: str) -> bool:
        """Whether a file must not be looked at."""
        try:
            self.refuse(path)
        except CopilotError:
            return True
        return False
