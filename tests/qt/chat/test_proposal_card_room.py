"""A proposal in a narrow chat in large letters: all of it can be read."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.chat.proposal_card import FileCount, ProposalCard, ProposalSummary
from tests.support.clipping import clipped

_DOUBT = "Placed by ignoring blanks inside lines, the old text's indentation (the new text has the file's)"


@pytest.mark.parametrize("width", [352, 372, 640])
def test_nothing_of_a_proposal_is_cut_in_a_narrow_chat(qtbot: QtBot, width: int) -> None:
    files = tuple(FileCount(f"folder/module_{at}.py", "modified", 120, 80) for at in range(3))
    host = QWidget()
    qtbot.addWidget(host)
    font = host.font()
    font.setPointSize(18)
    host.setFont(font)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    summary = ProposalSummary("c", files, undecided=9, confidence="0.80", refused=10, unseen=1, doubt=_DOUBT)
    card = ProposalCard(summary)
    column.addWidget(card)
    column.addStretch()
    host.resize(width, 1200)
    with qtbot.waitExposed(host):
        host.show()
    assert card.width() == width
    assert clipped(card) == []
