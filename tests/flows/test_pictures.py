"""Pictures in the prompt, in the real window: pasted, named or chosen they are chips, and sent as they are shown."""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import ChipPreview, ChipView
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of

PLACE = b"GPS 48.2082 N 16.3738 E"


def encoded(width: int, height: int, form: str = "PNG", colour: str = "#c03030") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    image.setText("Comment", PLACE.decode())
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, form)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def with_exif(jpeg: bytes) -> bytes:
    """The same with what a camera writes beside the picture."""
    payload = b"Exif\0\0" + b"II*\0\x08\0\0\0\0\0" + PLACE
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


@pytest.fixture(params=["gpt-4o"])
def desktop(
    request: pytest.FixtureRequest, qtbot: QtBot, folder: Path, server: OpenAIServer
) -> Iterator[DesktopWindow]:
    profile = ProfileSetting("Test", base_url=server.base_url, model=request.param, key_source="none")
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
    (folder / "photo.jpg").write_bytes(with_exif(encoded(4000, 3000, "JPEG")))
    with open_desktop(qtbot, folder) as shown:
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def the_chip(qtbot: QtBot, panel: ChatPanel) -> ChipView:
    qtbot.waitUntil(lambda: [view.chip.picture is not None for view in panel.composer.chips.views] == [True])
    return panel.composer.chips.views[0]


def send(qtbot: QtBot, panel: ChatPanel, server: OpenAIServer, prompt: str, count: int = 1) -> list[dict[str, object]]:
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == count)
    qtbot.waitUntil(lambda: not panel._turns.is_running)
    messages = server.requests[-1].body["messages"]
    assert isinstance(messages, list)
    return messages


def pictures_in(messages: list[dict[str, object]]) -> list[bytes]:
    contents = [content for message in messages if isinstance(content := message["content"], list)]
    parts = [part["image_url"]["url"] for content in contents for part in content if part["type"] == "image_url"]
    return [base64.b64decode(url.partition(";base64,")[2]) for url in parts]


def test_a_photo_of_the_folder_is_scaled_and_loses_what_the_camera_wrote(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    QTest.keyClicks(panel.composer.prompt, "@photo")
    qtbot.wait(600)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    view = the_chip(qtbot, panel)
    assert view.chip.label == "photo.jpg"
    assert not view.icon().isNull()
    assert view.chip.note.startswith("Scaled 4000×3000 → 1568×1176, ")
    assert "Secrets in a picture are not found" in view.toolTip()

    def of_request() -> list[int]:
        return [part.tokens for part in panel.composer.budget.shown.parts if part.item_id]

    # Of the sentence that names it: what this server takes for the picture itself nobody knows.
    qtbot.waitUntil(lambda: of_request() == [each.tokens for each in panel._held])
    QTest.mouseClick(view, Qt.MouseButton.LeftButton)
    (preview,) = panel.composer.findChildren(ChipPreview)
    shown = preview.findChild(QLabel, "chip_picture")
    assert shown is not None
    assert shown.isVisible()
    assert shown.pixmap().width() == 533
    QTest.keyClick(preview, Qt.Key.Key_Escape)
    messages = send(qtbot, panel, server, "what is it")
    (sent,) = pictures_in(messages)
    assert PLACE not in sent
    assert QImage.fromData(sent).size().toTuple() == (1568, 1176)
    assert "The picture “photo.jpg” (1568×1176 pixels) is attached." in json.dumps(messages, ensure_ascii=False)
    again = send(qtbot, panel, server, "and now", 2)
    assert pictures_in(again) == [sent]
    turn_id = panel.conversation.transcript.turns[0].head.turn_id
    kept = desktop.core.ledger.records_of(turn_id) if desktop.core is not None else ()
    assert f"({len(sent):,} bytes, sha256 " in kept[0].body
    assert base64.b64encode(sent).decode()[:400] not in kept[0].body


def test_a_pasted_picture_goes_with_the_prompt_that_is_sent_at_once(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    data = QMimeData()
    data.setImageData(QImage.fromData(encoded(1400, 1200)))
    panel.composer.prompt.insertFromMimeData(data)
    # With no turn of the event loop between: it cannot have been read.
    (view,) = panel.composer.chips.views
    assert (view.chip.label, view.chip.size, view.chip.picture) == ("pasted picture", "counting …", None)
    QTest.keyClicks(panel.composer.prompt, "what")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    messages = server.requests[-1].body["messages"]
    assert isinstance(messages, list)
    (sent,) = pictures_in(messages)
    assert QImage.fromData(sent).size().toTuple() == (1400, 1200)
    qtbot.wait(200)
    assert panel.composer.chips.views == ()


def test_a_pasted_picture_becomes_a_chip_and_pasted_text_stays_text(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    data = QMimeData()
    data.setImageData(QImage.fromData(encoded(40, 30)))
    assert panel.composer.prompt.canInsertFromMimeData(data)
    panel.composer.prompt.insertFromMimeData(data)
    view = the_chip(qtbot, panel)
    assert view.chip.label == "pasted picture"
    assert view.chip.note.startswith("40×30 pixels, ")
    both = QMimeData()
    both.setText("words")
    both.setImageData(QImage.fromData(encoded(40, 30)))
    panel.composer.prompt.insertFromMimeData(both)
    assert panel.composer.prompt.toPlainText() == "words"
    (sent,) = pictures_in(send(qtbot, panel, server, " and more"))
    assert sent.startswith(b"\x89PNG")
    assert PLACE not in sent


def test_a_picture_from_outside_is_pasted_as_a_file_or_chosen(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    (tmp_path / "shot.png").write_bytes(encoded(64, 48))
    (tmp_path / "other.png").write_bytes(encoded(64, 48, colour="#3030c0"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "shot.png"))])
    panel.composer.prompt.insertFromMimeData(data)
    assert the_chip(qtbot, panel).chip.label == "shot.png"
    QTest.keyClicks(panel.composer.prompt, "@image")
    qtbot.wait(600)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    (dialog,) = desktop.window.findChildren(QFileDialog, "dialog.add_picture")
    dialog.fileSelected.emit(str(tmp_path / "other.png"))
    dialog.reject()
    qtbot.waitUntil(lambda: [each.chip.label for each in panel.composer.chips.views] == ["shot.png", "other.png"])


def test_what_is_no_picture_is_refused_with_a_sentence(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    panel = panel_of(qtbot, desktop)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    panel.add_file("broken.png")
    qtbot.waitUntil(lambda: "broken.png is no picture that can be read" in panel.composer.notice.toPlainText())
    assert panel.composer.chips.views == ()


@pytest.mark.parametrize("desktop", ["gpt-3.5-turbo"], indirect=True)
def test_a_model_that_sees_no_pictures_is_sent_none(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    panel.add_file("photo.jpg")
    qtbot.waitUntil(lambda: "gpt-3.5-turbo sees no pictures" in panel.composer.notice.toPlainText())
    assert panel.composer.chips.views == ()
