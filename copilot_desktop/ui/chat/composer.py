"""Where a prompt is written: chips, the field, what it will cost, and Send or Stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from math import ceil

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chosen_secrets import SecretRow
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.credentials.placeholders import SeenSecret
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.budget_bar import BudgetBar
from copilot_desktop.ui.chat.cards import button
from copilot_desktop.ui.chat.chip_area import ChipArea
from copilot_desktop.ui.chat.chips import RULES_ID, Chip, ChipPreview, ChipRow
from copilot_desktop.ui.chat.editing_bar import EditingBar
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.chat.prompt_field import PromptField
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton, Pressing
from copilot_desktop.ui.secrets_button import SecretsButton
from copilot_desktop.ui.theme.icons import icon, spaced_icon
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.ui.theme.theme import Theme

# Wider than high: the text of the button keeps its distance from the icon.
_SEND_ICON = QSize(20, 14)
_NOTICE_LINES = 8
"""In a narrow chat with large letters a long one would push the foot of the window out of the screen."""
_LEAST_TO_CLEAR = 3
"""Of fewer each has its cross."""
_ASK, _NEXT = "Ask or describe a change", "Next prompt; sent after this answer"


_AUTOMATIC = (
    "Automatic context",
    "Automatic context is off",
    "Automatic context is on: what is found is shown above the prompt before it is sent",
)
_READING = (
    "Let the model read files",
    "The model sees only what is sent with the prompt",
    "The model may look into the folder by itself: what it reads goes to it, costs tokens, and is shown in its answer",
)


class FolderSwitch(IconButton):
    """Stands for something that is on or off in the opened folder; `words`: its name, and its tips while off and on."""

    chosen = Signal()
    """It is to be switched; whoever hears it says by `show_on` how it is then."""

    def __init__(self, name: str, icon_name: str, words: tuple[str, str, str], theme: Theme) -> None:
        super().__init__(
            lambda each, is_on: icon(each, theme.tokens.accent if is_on else theme.tokens.muted), icon_name, words[0]
        )
        self._tips = words[1:]
        self.setObjectName(name)
        self.setCheckable(True)
        self._pressing = Pressing(self, self.chosen.emit)

    def show_on(self, is_on: bool, but: str = "") -> None:
        """How it is now; `but` says why it does nothing all the same."""
        self._pressing.show_checked(is_on)
        self.setToolTip(but or self._tips[is_on])


class LookingSign(ElidedLabel):
    """Says whether automatic context looks for something."""

    def __init__(self) -> None:
        super().__init__("looking_for_context")
        self.setProperty("role", "muted")

    def show_looking(self, *, is_looking: bool, is_awaited: bool = False) -> None:
        """Say it. `is_awaited`: the prompt is sent after that."""
        words = "Looking for context…" if is_looking else ""
        words = "Looking, then sending…" if is_awaited else words
        if words != self.text():
            self.show_text(words)
            announce(self, words if is_awaited else "")


class Composer(QFrame):
    """The card at the foot of the chat."""

    submitted = Signal(str)
    stop_chosen = Signal()
    chip_removed = Signal(str)
    chip_kept = Signal(str)
    chip_renewed = Signal(str)
    cleared = Signal()
    """All that was added is to go."""
    rules_wanted = Signal()
    """The list of the rule files is to be opened."""
    page_wanted = Signal(str)
    """The page of a chip is to be fetched."""
    prompt_changed = Signal(str)
    focused = Signal()
    look_chosen = Signal()
    """All that would be sent is to be read."""
    allow_chosen = Signal(object)
    """Carries the `Refused` whose file is to be allowed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: tuple[Chip, ...] = ()
        self._given: tuple[Chip, ...] = ()
        self._ratio: float | None = None
        self._is_busy: bool | None = None
        self.setObjectName("composer")
        self.setProperty("card", True)
        # As high as its sentences become where they wrap, not as high as Qt guesses.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.chips = ChipRow(theme)
        self.chip_area = ChipArea(self.chips)
        self.prompt = PromptField()
        self.editing = EditingBar()
        self.notice = PlainText("composer_notice", "Why it was not added or sent", most_lines=_NOTICE_LINES)
        self.notice.hide()
        self._dismiss = IconButton(lambda name, _is_on: icon(name, theme.tokens.muted), "x", "Dismiss this notice")
        self._dismiss.setObjectName("composer_notice_dismiss")
        self._dismiss.setFixedSize(20, 20)
        self._dismiss.hide()
        self.offer = button("composer_offer", "", is_link=True)
        self.offer.hide()
        self.clear = button("chips_clear", "Remove all", is_link=True)
        self.clear.setToolTip("Remove all that was added to the prompt (Shift+Delete on a chip); rule files stay")
        self.clear.hide()
        self._offered: Callable[[], object] | None = None
        """What a press on what is offered below the notice does."""
        self.secrets = SecretsButton("secrets")
        self._seen: Mapping[str, tuple[SeenSecret, ...]] = {}
        self.budget = BudgetBar(theme)
        self.automatic = FolderSwitch("automatic_context", "scan-search", _AUTOMATIC, theme)
        self.reading = FolderSwitch("model_reads", "book-open", _READING, theme)
        self.look = IconButton(
            lambda name, _is_on: icon(name, theme.tokens.muted), "eye", "Show exactly what will be sent"
        )
        self.look.setObjectName("show_sent")
        self.looking = LookingSign()
        self.send = button("send", "Send", is_primary=True)
        self.send.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.send.setIconSize(_SEND_ICON)
        for each in (self.offer, self.secrets):
            each.setProperty("flush", True)  # its words begin where those of the prompt do
        self._lay_out()
        self._connect()
        self.set_busy(False)
        self._on_theme_changed()

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show the context that goes with the prompt."""
        self._given = chips
        self._chips = tuple(self._as_sent(chip) for chip in chips)
        self.chips.show_chips(self._chips)
        count = sum(1 for chip in chips if not chip.rule_why)
        self.clear.setText(f"Remove all {count}")
        self.clear.setVisible(count >= _LEAST_TO_CLEAR)

    def show_secrets(self, rows: tuple[SecretRow, ...], by_item: Mapping[str, tuple[SeenSecret, ...]]) -> None:
        """Tell of the secrets in all that would be sent, and mark the chips that hold some."""
        self.secrets.show_rows(rows)
        if by_item != self._seen:
            self._seen = by_item
            self.show_chips(self._given)

    def show_ratio(self, ratio: float | None) -> None:
        """How many tokens the model makes of each that was counted, where that is an estimate; None: it is none."""
        if ratio != self._ratio:
            self._ratio = ratio
            self.show_chips(self._given)

    def _as_sent(self, chip: Chip) -> Chip:
        tokens = chip.tokens
        if chip.picture is not None:
            return chip
        if tokens is not None and self._ratio is not None:
            tokens = ceil(tokens * self._ratio)
        is_estimate = self._ratio is not None
        return replace(chip, secrets=self._seen.get(chip.item_id, ()), tokens=tokens, is_estimate=is_estimate)

    def show_refused(self, refused: Refused | ErrorNotice) -> None:
        """Say why something was refused; a file that no model may see can be allowed."""
        can_allow = isinstance(refused, Refused) and refused.hidden is not None
        allow = ("Allow this file…", partial(self.allow_chosen.emit, refused)) if can_allow else None
        # What can be done is the button below it.
        self.show_notice(f"{refused.message} {'' if can_allow else refused.advice}".rstrip(), allow)

    def show_notice(self, sentence: str, offer: tuple[str, Callable[[], object]] | None = None) -> None:
        """Say why something did not happen; empty takes it away. `offer`: what can be done about it, in words, and
        what does it."""
        self._offered = None if offer is None else offer[1]
        self.offer.setText("" if offer is None else offer[0])
        self.offer.setAccessibleName(self.offer.text())
        self.offer.setVisible(offer is not None)
        self.notice.show_text(sentence)
        self.notice.setVisible(bool(sentence))
        self._dismiss.setVisible(bool(sentence))

    def set_busy(self, is_busy: bool) -> None:
        """While an answer arrives the button stops it; Enter queues the next prompt meanwhile."""
        if is_busy is self._is_busy:
            # Asked for with every piece of an answer.
            return
        self._is_busy = is_busy
        title = "Stop" if is_busy else "Send"
        self.send.setText(title)
        self.send.setAccessibleName(title)
        self.send.setToolTip("Stop the answer (Esc)" if is_busy else "Send the prompt (Enter)")
        mark(self.send, "primary", not is_busy)
        self.prompt.setPlaceholderText(_NEXT if is_busy else _ASK)
        # Qt paints it anew only when it appears.
        self.prompt.viewport().update()
        self._on_theme_changed()
        self._on_prompt_changed()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """What is between the field and its buttons looks like the field."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.prompt.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def focus_prompt(self) -> None:
        """The keyboard goes to the field."""
        self.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self.editing)
        layout.addWidget(self.chip_area)
        layout.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeft)
        said = QHBoxLayout()
        said.setSpacing(6)
        said.addWidget(self.notice, 1)
        said.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(said)
        layout.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.secrets, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.prompt)
        # On a row of its own: in a narrow chat the buttons leave nothing beside them.
        layout.addWidget(self.budget)
        foot = QHBoxLayout()
        foot.setSpacing(2)
        foot.addWidget(self.automatic)
        foot.addWidget(self.reading)
        foot.addWidget(self.look)
        foot.addSpacing(4)
        foot.addWidget(self.looking, 1)
        foot.addWidget(self.send)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.prompt.submitted.connect(self._on_prompt_submitted)
        self.prompt.stopped.connect(self._on_prompt_stopped)
        self.prompt.textChanged.connect(self._on_prompt_changed)
        self.prompt.focused.connect(self.focused)
        self.prompt.focused.connect(self._show_ring)
        self.prompt.left.connect(self._show_ring)
        self.chips.removed.connect(self.chip_removed)
        self.chips.cleared.connect(self.cleared)
        self.clear.clicked.connect(lambda _checked: self.cleared.emit())
        self.chips.kept.connect(self.chip_kept)
        self.chips.renewed.connect(self.chip_renewed)
        self.chips.stopped.connect(self._stop_counting)
        self.chips.opened.connect(self._on_chip_opened)
        self.chips.left_empty.connect(self.focus_prompt)
        self._dismiss.clicked.connect(self._on_dismiss_clicked)
        self.offer.clicked.connect(lambda _checked: self._offered() if self._offered is not None else None)
        self.look.clicked.connect(lambda _checked: self.look_chosen.emit())
        self.send.clicked.connect(self._on_send_clicked)
        self._theme.changed.connect(self._on_theme_changed)

    def _show_ring(self) -> None:
        """The card shows the focus of its field, without moving what is in it."""
        has_ring = self.prompt.hasFocus()
        # Qt goes on counting with the border it had before, so the margins stay as they are.
        mark(self, "ring", has_ring)

    def _on_prompt_submitted(self) -> None:
        text = self.prompt.toPlainText()
        if text.strip():
            self.submitted.emit(text)

    def _on_prompt_stopped(self) -> None:
        """Esc stops the answer; where none arrives it ends the editing of a prompt, puts the notice aside, or stops
        counting what was added."""
        if self._is_busy:
            self.stop_chosen.emit()
        elif self.editing.text:
            self.editing.cancelled.emit()
        elif not self.notice.isHidden():
            self.show_notice("")
        else:
            self._stop_counting()

    def _stop_counting(self) -> None:
        """Take away what is being counted: what is sent has its tokens and its price shown before."""
        counted = [chip for chip in self._chips if chip.tokens is None]
        for chip in counted:
            self.chip_removed.emit(chip.item_id)
        if counted:
            names = " and ".join(chip.label for chip in counted)
            goes = "it is" if len(counted) == 1 else "they are"
            self.show_notice(f"The counting of {names} was stopped, so {goes} not sent. Select the lines that matter.")

    def _on_dismiss_clicked(self) -> None:
        self.show_notice("")
        self.focus_prompt()

    def _on_send_clicked(self) -> None:
        if self._is_busy:
            self.stop_chosen.emit()
        else:
            self._on_prompt_submitted()

    def _on_prompt_changed(self) -> None:
        text = self.prompt.toPlainText()
        self.send.setEnabled(bool(self._is_busy or text.strip()))
        self._show_icon()
        self.prompt_changed.emit(text)

    def _on_chip_opened(self, item_id: str) -> None:
        if item_id == RULES_ID:
            self.rules_wanted.emit()
            return
        chip = next((chip for chip in self._chips if chip.item_id == item_id), None)
        if chip is None:
            return
        if chip.unfetched:
            self.page_wanted.emit(item_id)
            return
        from copilot_desktop.ui.popups import open_beside  # with the first popup

        preview = ChipPreview(chip, self)
        preview.renewed.connect(self.chip_renewed)
        open_beside(preview, self)
        preview.text.setFocus()

    def _on_theme_changed(self, _changed: object = None) -> None:
        self._show_icon()
        self.notice.use_colour(self._theme.tokens.amber)

    def _show_icon(self) -> None:
        tokens = self._theme.tokens
        if self._is_busy:
            self.send.setIcon(spaced_icon("square", tokens.text, _SEND_ICON))
        else:
            colour = tokens.on_accent if self.send.isEnabled() else tokens.muted
            self.send.setIcon(spaced_icon("corner-down-left", colour, _SEND_ICON))
