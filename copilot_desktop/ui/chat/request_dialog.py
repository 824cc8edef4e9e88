"""Shows what was sent for an answer: the exact JSON of each request, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.sent_requests import RequestsRead, SentRequest
from copilot_desktop.ui import figures
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.theme.fixed_font import fixed_font

_NO_KEY = "No key is part of it: in the curl command variables stand for keys."


class RequestDialog(QDialog):
    """Not modal: the chat can be read beside it."""

    def __init__(self, read: RequestsRead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turn_id, self._requests = read.turn_id, read.requests
        self.setObjectName("request_dialog")
        self.setWindowTitle("Request as sent")
        self.setAccessibleName("Request as sent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(760, 620)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        self._which = QComboBox()
        self._which.setObjectName("request_which")
        self._which.setAccessibleName("Which request of this turn")
        for number, request in enumerate(read.requests, 1):
            self._which.addItem(f"Request {number} of {len(read.requests)}: {request.record.outcome.value}")
        self._which.setVisible(len(read.requests) > 1)
        self._which.currentIndexChanged.connect(self._on_which_changed)
        layout.addWidget(self._which)
        self._address = label("", name="request_address")
        layout.addWidget(self._address)
        self._figures = label("", "muted", name="request_figures")
        layout.addWidget(self._figures)
        self.body = QPlainTextEdit()
        self.body.setObjectName("request_body")
        self.body.setAccessibleName("Body of the request, as sent")
        self.body.setReadOnly(True)
        self.body.setFont(fixed_font())
        layout.addWidget(self.body, 1)
        layout.addWidget(self._buttons())
        ComboKeys(self)
        self._which.setCurrentIndex(len(read.requests) - 1)
        self._show(read.requests[-1])

    def _buttons(self) -> QWidget:
        holder = QWidget()
        holder.setProperty("plain", True)
        row = FlowLayout(holder, gap_px=8, is_spread=True)
        self.said = FlowLabel(_NO_KEY, "muted", "request_keys")
        row.addWidget(self.said)
        copy = button("request_copy", "Copy JSON")
        copy.clicked.connect(lambda: self._copy("The JSON", self._shown.body))
        self.curl = button("request_curl", "Copy as curl")
        self.curl.clicked.connect(lambda: self._copy("The curl command", self._shown.curl))
        close = button("request_close", "Close")
        close.clicked.connect(self.close)
        for each in (copy, self.curl, close):
            row.addWidget(each)
        return holder

    def _copy(self, what: str, text: str) -> None:
        QApplication.clipboard().setText(text)
        self.said.setText(f"{what} is copied. {_NO_KEY}")
        announce(self.said, f"{what} is copied.")

    def _show(self, request: SentRequest) -> None:
        self._shown = request
        self.said.setText(_NO_KEY)
        record = request.record
        usage = record.usage
        self._address.setText(f"POST {request.address}")
        line = figures.turn(
            usage.input_tokens,
            usage.output_tokens,
            record.cost_usd,
            record.first_token_s,
            record.duration_s,
            usage.reasoning_tokens,
        )
        failed = f" · failed: {record.error_kind}" if record.error_kind else ""
        self._figures.setText(f"{record.profile_name} · {record.model} · {line}{failed}")
        self.body.setPlainText(request.body)
        self.curl.setEnabled(bool(request.curl))

    def _on_which_changed(self, index: int) -> None:
        self._show(self._requests[index])
