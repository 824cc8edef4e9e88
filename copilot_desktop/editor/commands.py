"""What the user can do with the text from menus and keys."""

from __future__ import annotations

from copilot_desktop.editor.code_widget import EOL_MODES, CodeWidget
from copilot_desktop.editor.typing_steps import TypingSteps
from copilot_desktop.text.lines import LineEnding


class EditorCommands:
    """Commands of one view; each is one undo step where it changes the text."""

    def __init__(self, code: CodeWidget, typing: TypingSteps) -> None:
        self._code, self._typing = code, typing

    def set_line_ending(self, ending: LineEnding) -> None:
        """End every line so, as one undo step, and the lines that are typed from now on."""
        self._code.convertEOLs(EOL_MODES[ending])
        self._code.setEOLMode(EOL_MODES[ending])

    def undo(self) -> None:
        """Take back the last change."""
        self._typing.undo(self._code)

    def redo(self) -> None:
        """Make the change again that was taken back."""
        self._typing.redo(self._code)

    def select_all(self) -> None:
        """Select all text."""
        self._code.selectAll()

    def zoom_in(self) -> None:
        """Make the text larger."""
        self._code.zoomIn()

    def zoom_out(self) -> None:
        """Make the text smaller."""
        self._code.zoomOut()

    def reset_zoom(self) -> None:
        """Show the text at its set size."""
        self._code.setZoom(0)

    def toggle_word_wrap(self) -> bool:
        """Wrap long lines, or no more; returns whether they wrap now."""
        self._code.setWrapMode(0 if self._code.wrapMode() or not self.can_wrap() else 1)
        return bool(self._code.wrapMode())

    def can_wrap(self) -> bool:
        """Not where a line is so long that wrapping it would hold up the window."""
        return not self._code.has_long_lines

    def is_word_wrapped(self) -> bool:
        """Whether long lines wrap."""
        return bool(self._code.wrapMode())

    def toggle_blanks(self) -> None:
        """Show spaces and tabs as dots and arrows, or no more."""
        self._code.setViewWS(0 if self._code.viewWS() else 1)

    def are_blanks_shown(self) -> bool:
        """Whether spaces and tabs are shown."""
        return bool(self._code.viewWS())

    def toggle_fold(self) -> None:
        """Fold or unfold the block of the caret."""
        self._know_folds()
        line = self._code.lineFromPosition(self._code.currentPos())
        if not self._code.foldLevel(line) & 0x2000:
            line = self._code.foldParent(line)
        if line >= 0:
            self._code.toggleFold(line)

    def fold_all(self, is_folded: bool) -> None:
        """Fold or unfold everything."""
        self._know_folds()
        self._code.foldAll(0 if is_folded else 1)

    def _know_folds(self) -> None:
        """Scintilla learns what can be folded as it paints; what is below the screen may not be known yet."""
        self._code.colourise(self._code.endStyled(), -1)
