"""What finding by meaning would send and cost, seen before it is agreed to; and how far it is afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.context.index import IndexController
from copilot_desktop.bridge.context.meaning import MeaningController, MeaningState
from copilot_desktop.context.index.embedding import Amount
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.settings.session import MeaningChoice
from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.figures import money
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, in_letters, low_page, push_button, text_label
from copilot_desktop.ui.size_words import size_words
from copilot_desktop.ui.theme.fixed_font import fixed_font
from copilot_desktop.values import dataclass

_WIDTH_PX, _HEIGHT_PX, _EXAMPLE_PX = 640, 620, 120
_ROOM = 1.25
"""So much more than what is to be sent now may be sent, and no less than what a few weeks of changes have."""
_LEAST_ROOM = 50_000
_INTRO = (
    "Each function and section of this folder is sent once to a model that makes a vector of it: numbers that are "
    "alike where texts mean the same. With automatic context on, the prompt you write is sent to it as well, each time "
    "you pause. Files that no model may see are not sent, and secrets are masked."
)
_NONE = (
    "The built-in model makes no vectors. Connect a server in Settings, Models: one on this machine, such as Ollama, "
    "costs nothing."
)


@dataclass(frozen=True, slots=True)
class MeaningOffers:
    """What may be chosen: profiles of servers, and the models that are offered for one. `priced` gives a profile with
    such a model, at the price that is known or, in US dollars for a million tokens, told."""

    profiles: Sequence[Profile]
    models: Callable[[Profile], Sequence[str]]
    priced: Callable[[Profile, str, float | None], Profile]


class MeaningDialog(QDialog):
    """Not modal. It sends nothing by itself."""

    agreed = Signal(object)
    """Carries one `MeaningChoice`, without a group."""
    switched_off = Signal()
    deleted = Signal()
    sent_wanted = Signal()
    """What was sent is to be shown."""

    def __init__(
        self,
        meaning: MeaningController,
        index: IndexController,
        offers: MeaningOffers,
        choice: MeaningChoice,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._meaning, self._index, self._offers, self._choice = meaning, index, offers, choice
        self._amount: Amount | None = None
        self._planned, self._is_running = "", False
        self.setObjectName("dialog.meaning")
        self.setWindowTitle("Find by meaning")
        self.setAccessibleName("Find by meaning")
        column = self._column()
        column.addWidget(text_label(_INTRO, "muted", "meaning.intro"))
        column.addLayout(self._form())
        self.figures = text_label("", "", "meaning.figures")
        column.addWidget(self.figures)
        self._example_label = text_label("The first text, as it would be sent:", "muted", "meaning.example_label")
        column.addWidget(self._example_label)
        self.example = QPlainTextEdit()
        self.example.setObjectName("meaning.example")
        self.example.setAccessibleName("The first text, as it would be sent")
        self.example.setReadOnly(True)
        self.example.setTabChangesFocus(True)
        self.example.setFont(fixed_font())
        self.example.setMinimumHeight(in_letters(self, _EXAMPLE_PX))
        column.addWidget(self.example, 1)
        column.addStretch()
        self.status = StatusLine("meaning.status", self)
        self._foot.addWidget(self.status)
        self._foot.addWidget(self._buttons())
        ComboKeys(self)
        meaning.changed.connect(self._show)
        index.changed.connect(self._on_index_changed)
        self._on_account_chosen()
        self.model.setEditText(choice.model or self.model.currentText())
        self._show(meaning.state)
        self.finished.connect(self._on_finished)
        (self.model if offers.profiles else self.close_button).setFocus()

    def choose(self, choice: MeaningChoice) -> None:
        """Something else is agreed to now."""
        self._choice = choice
        self._show(self._meaning.state)
        self._plan()

    def _column(self) -> QVBoxLayout:
        """What is above the buttons; it scrolls where the screen is too low for it, and the buttons stay in sight."""
        self._foot = QVBoxLayout(self)
        self._foot.setContentsMargins(16, 16, 16, 16)
        self._foot.setSpacing(10)
        inner = QWidget()
        inner.setProperty("plain", True)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        area = low_page(inner)
        area.setObjectName("meaning.low")
        self._foot.addWidget(area, 1)
        room = self.screen().availableSize()
        wide, high = in_letters(self, _WIDTH_PX), in_letters(self, _HEIGHT_PX)
        self.resize(min(wide, room.width()), min(high, room.height()))
        return column

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        # With large letters the names leave the fields nothing beside them.
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.account = QComboBox()
        self.account.setObjectName("meaning.account")
        self.account.addItems([profile.name for profile in self._offers.profiles])
        names = [profile.name for profile in self._offers.profiles]
        self.account.setCurrentIndex(names.index(self._choice.profile) if self._choice.profile in names else 0)
        self.account.currentIndexChanged.connect(self._on_account_chosen)
        self.model = QComboBox()
        self.model.setObjectName("meaning.model")
        self.model.setEditable(True)
        self.model.editTextChanged.connect(self._on_model_changed)
        self.price = QLineEdit()
        self.price.setObjectName("meaning.price")
        told = self._choice.input_usd
        self.price.setText("" if told is None else f"{told:g}")
        validator = QDoubleValidator(0.0, 1000.0, 6, self.price)
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        self.price.setValidator(validator)
        self.price.textChanged.connect(self._show_figures)
        for title, widget in (
            ("Server", self.account),
            ("Model for embeddings", self.model),
            ("US dollars for a million tokens", self.price),
        ):
            widget.setAccessibleName(title)
            line = widget.lineEdit() if isinstance(widget, QComboBox) else None
            if line is not None:
                line.setAccessibleName(title)  # it has the keyboard, not the box around it
            form.addRow(title, widget)
        return form

    def _buttons(self) -> QWidget:
        row = QWidget()
        row.setProperty("plain", True)
        layout = FlowLayout(row)
        self.agree = push_button("meaning.agree", "Agree and switch on", is_primary=True)
        self.agree.clicked.connect(self._on_agreed)
        self.pause = push_button("meaning.pause", "Pause")
        self.pause.clicked.connect(self._on_pause_clicked)
        self.off = push_button("meaning.off", "Switch off")
        self.off.clicked.connect(self.switched_off)
        self.delete = push_button("meaning.delete", "Delete the vectors")
        self.delete.clicked.connect(self.deleted)
        self.sent = push_button("meaning.sent", "Show what was sent")
        self.sent.clicked.connect(self.sent_wanted)
        self.close_button = push_button("meaning.close", "Close")
        self.close_button.clicked.connect(self.reject)
        for each in (self.agree, self.pause, self.off, self.delete, self.sent, self.close_button):
            layout.addWidget(each)
        return row

    @property
    def _profile(self) -> Profile | None:
        """The chosen account with the chosen model, at its price; None where one of them lacks."""
        at, model = self.account.currentIndex(), self.model.currentText().strip()
        if not 0 <= at < len(self._offers.profiles) or not model:
            return None
        told = self.price.text().strip().replace(",", ".")
        try:
            usd = float(told) if told else None
        except ValueError:
            usd = None
        return self._offers.priced(self._offers.profiles[at], model, usd)

    def _on_account_chosen(self, _at: int = 0) -> None:
        at = self.account.currentIndex()
        models = self._offers.models(self._offers.profiles[at]) if at >= 0 else ()
        self.model.clear()
        self.model.addItems(list(models))
        self._on_model_changed()

    def _on_model_changed(self, _text: str = "") -> None:
        profile = self._profile
        price = None if profile is None else profile.price
        self.price.setPlaceholderText("not known" if price is None else f"{price.input_usd:g}")
        self._plan()

    def _on_index_changed(self, _state: object) -> None:
        # One that was closed hears of it until it is deleted.
        if self.isVisible() and (self._amount is None or not self._amount.files):
            self._plan()

    def _plan(self) -> None:
        """Count what would be sent, once the index is complete."""
        profile = self._profile
        self._amount = None
        self._show_figures()
        state = self._index.state
        if profile is None or not (state.is_complete or state.is_paused):
            return
        self._planned = asked = f"{profile.name} {profile.model}"

        def done(amount: Amount) -> None:
            if asked == self._planned:
                self._amount = amount
                self._show_example(amount.example)
                self._show_figures()

        def failed(error: CopilotError) -> None:
            if asked == self._planned:
                self.status.say(f"{error.message} {error.advice}".strip(), Mood.BAD)

        self._meaning.plan(profile, done, failed)

    def _show_example(self, text: str) -> None:
        self.example.setPlainText(text)
        for each in (self._example_label, self.example):
            each.setVisible(bool(text))

    @property
    def _tokens(self) -> int:
        """What is agreed to by the button: not all of it is sent now."""
        return 0 if self._amount is None else round(self._amount.tokens * _ROOM) + _LEAST_ROOM

    def _show_figures(self, _text: str = "") -> None:
        profile, amount = self._profile, self._amount
        if not self._offers.profiles:
            said = _NONE
        elif profile is None:
            said = "Choose a model that makes embeddings."
        elif amount is None:
            said = "Nothing has been sent. The folder is being read, to say how much it would be …"
        else:
            said = _amount_words(amount, self._tokens, profile)
        self.figures.setText(said)
        self.agree.setEnabled(profile is not None and amount is not None)

    def _on_finished(self, _code: int) -> None:
        self._planned = ""  # what is counted by now finds no dialog any more

    def _on_agreed(self) -> None:
        profile = self._profile
        if profile is not None and self._amount is not None:
            told = profile.price.input_usd if profile.price is not None and self.price.text().strip() else None
            tokens = self._tokens
            self.close_button.setFocus()  # the button that was pressed waits for what is left to be counted
            self.agreed.emit(MeaningChoice(True, profile.name, profile.base_url, profile.model, told, tokens))

    def _on_pause_clicked(self) -> None:
        if self._meaning.state.is_paused or self._meaning.state.problem:
            self._meaning.resume()
        else:
            self._meaning.pause()

    def _show(self, state: MeaningState) -> None:
        if self._is_running and not state.is_running:
            self._plan()  # what was to be sent has been
        self._is_running = state.is_running
        is_on = state.is_on
        self.agree.setText("Agree to this from now on" if is_on else "Agree and switch on")
        self.pause.setVisible(is_on and (state.is_running or state.is_paused or bool(state.problem)))
        self.pause.setText("Go on" if state.is_paused or state.problem else "Pause")
        self.off.setVisible(is_on)
        self.delete.setVisible(bool(state.size_bytes))
        self.delete.setText(f"Delete the vectors ({size_words(state.size_bytes)})")
        self.sent.setVisible(bool(self._choice.group))
        for each in (self.agree, self.pause, self.delete):
            each.setAccessibleName(each.text())
        said, mood = _state_words(state, self._choice)
        if said != self.status.text():
            self.status.say(said, mood)


def _amount_words(amount: Amount, most_tokens: int, profile: Profile) -> str:
    """What is sent now, and what may be sent before the user is asked again, with prices."""
    price = profile.price

    def cost(tokens: int) -> str:
        return ", at a price that is not known" if price is None else f", {money(tokens * price.input_usd / 1e6)}"

    more = f"At most {most_tokens:,} tokens{cost(most_tokens)}, your prompts and changed files included, are sent "
    if not amount.files:
        return f"Nothing is left to be sent of this folder. {more}before you are asked again."
    files = "1 file" if amount.files == 1 else f"{amount.files:,} files"
    pieces = "1 piece" if amount.pieces == 1 else f"{amount.pieces:,} pieces"
    now = f"{pieces} of {files} would be sent to {profile.name}: about {amount.tokens:,} tokens{cost(amount.tokens)}. "
    return f"{now}{more}before you are asked again."


def _state_words(state: MeaningState, choice: MeaningChoice) -> tuple[str, Mood]:
    if state.problem:
        return state.problem, Mood.BAD
    if not state.is_on:
        return "", Mood.BUSY
    left = f"{max(choice.tokens_left, 0):,} tokens may still be sent."
    if state.is_paused:
        return f"Paused: nothing is sent. {left}", Mood.BUSY
    if state.note:
        return state.note, Mood.BUSY
    if state.is_running:
        done = f"{state.done:,} of {state.total:,} files have vectors" if state.total else "Looking what has changed"
        return f"{done} … {left}", Mood.BUSY
    return f"On: what means the same is found, too. {left}", Mood.BUSY
