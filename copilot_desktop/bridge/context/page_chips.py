"""Adds web pages to a prompt: a chip names the page, and only a press on it fetches it."""

from __future__ import annotations

import uuid
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.context.items import FETCHING, NOT_FETCHED, ContextItem, ItemKind, Origin
from copilot_desktop.errors import CopilotError

if TYPE_CHECKING:
    from copilot_desktop.context.web.fetching import FetchedPage

_SHOWN = 40


class PageChips(QObject):
    """Of one window. GUI thread. What refuses one is told as `ChipsController.refused`."""

    def __init__(self, chips: ChipsController, thread: AsyncThread) -> None:
        super().__init__(chips)
        self._chips, self._thread = chips, thread
        self._running: dict[str, Future[FetchedPage]] = {}
        chips.changed.connect(self._on_chips_changed)

    def add(self, url: str) -> None:
        """Name a page; nothing is fetched."""
        from copilot_desktop.context.web.fetching import refuse_address

        try:
            refuse_address(url)
        except CopilotError as error:
            self._chips.refused.emit(Refused(error.message, error.advice))
            return
        origin = Origin(url, _short(url), NOT_FETCHED)
        self._chips.take(ContextItem(uuid.uuid4().hex[:12], ItemKind.PAGE, "", "", origin=origin))

    def fetch(self, item_id: str) -> None:
        """The user has confirmed it: fetch the page."""
        from copilot_desktop.context.web.fetching import fetch_page

        item = next((each for each in self._chips.items if each.item_id == item_id), None)
        if item is None or item.origin is None or item_id in self._running:
            return
        origin = item.origin
        self._show(item_id, replace(origin, note=FETCHING), "")

        def done(fetched: FetchedPage) -> None:
            self._running.pop(item_id, None)
            self._show(item_id, _origin_of(origin, fetched), fetched.page.text)

        def failed(error: BaseException) -> None:
            self._running.pop(item_id, None)
            self._show(item_id, origin, "")
            if not isinstance(error, CopilotError):
                raise error
            self._chips.refused.emit(Refused(error.message, error.advice))

        self._running[item_id] = self._thread.submit(fetch_page(origin.source), done, failed)

    def _show(self, item_id: str, origin: Origin, text: str) -> None:
        items = self._chips.items
        self._chips.show(
            tuple(replace(each, origin=origin, text=text) if each.item_id == item_id else each for each in items)
        )

    def _on_chips_changed(self, _changed: object) -> None:
        """What is taken away, or sent, is fetched no further."""
        held = {item.item_id for item in self._chips.items}
        for item_id in [each for each in self._running if each not in held]:
            self._running.pop(item_id).cancel()


def _origin_of(origin: Origin, fetched: FetchedPage) -> Origin:
    at = datetime.now().astimezone().strftime("%H:%M")
    said = [f"{fetched.url}, fetched at {at}: {fetched.size_bytes:,} bytes, its text without scripts and styles."]
    if fetched.is_cut or fetched.page.is_cut:
        said.append("The page is longer: the rest is left out.")
    said.append("The model is told that it is data from others, and no instruction.")
    title = fetched.page.title or origin.title
    return replace(origin, title=title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1]}…", note=" ".join(said))


def _short(url: str) -> str:
    bare = url.partition("://")[2].rstrip("/")
    return bare if len(bare) <= _SHOWN else f"{bare[: _SHOWN - 1]}…"
