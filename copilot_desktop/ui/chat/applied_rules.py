"""Which rule files went with a prompt, and why: a line on its card that shows their texts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from copilot_desktop.context.items import ContextItem
from copilot_desktop.ui.chat.chips import Chip, ChipPreview

_NAMED = 3


class AppliedRules(QPushButton):
    """A click or Enter shows what was sent of them."""

    def __init__(self, rules: tuple[ContextItem, ...]) -> None:
        super().__init__()
        self._rules = rules
        names = [rule.path for rule in rules[:_NAMED]]
        more = len(rules) - len(names)
        self.words = f"Rules: {', '.join(names)}{f' and {more} more' if more else ''}"
        self.setObjectName("user_rules")
        self.setProperty("link", True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setStyleSheet("text-align: left; padding-left: 0; padding-right: 0;")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()
        self.setToolTip("\n".join(f"{rule.path}: {rule.why}" for rule in rules))
        self.setAccessibleName(
            f"Rule files that went with it: {'; '.join(f'{each.path}, {each.why}' for each in rules)}"
        )
        self.clicked.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As much of it as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, max(self.width() - 2, 0))
        self.setText(shown.replace("&", "&&"))

    def _show(self) -> None:
        from copilot_desktop.ui.popups import open_beside  # with the first popup

        text = "\n\n".join(f"{rule.path} ({rule.why}):\n\n{rule.text.rstrip()}" for rule in self._rules)
        title = "rule files" if len(self._rules) > 1 else self._rules[0].path
        preview = ChipPreview(
            Chip("rules", title, title, text, None, "As they were sent with this prompt.", is_counted=False), self
        )
        open_beside(preview, self)
        preview.text.setFocus()
