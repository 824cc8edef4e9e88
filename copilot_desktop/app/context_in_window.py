"""What may go to the model from a window's folder: by `@` in the prompt, by automatic context, and what it reads by
itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.app.index_in_window import IndexInWindow
from copilot_desktop.app.pictures_in_window import PicturesInWindow
from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.context.items import ItemKind
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    # Made with the first `@`, or where automatic context is on.
    from copilot_desktop.app.meaning_in_window import MeaningInWindow
    from copilot_desktop.bridge.context.automatic import AutomaticContext
    from copilot_desktop.bridge.context.freshness import Freshness
    from copilot_desktop.bridge.context.mention_chips import ChipMakers
    from copilot_desktop.bridge.context.model_reading import ModelReading
    from copilot_desktop.conversation.reading_rounds import Reader
    from copilot_desktop.ui.chat.mentions_in_chat import MentionsInChat


_OTHER_FOLDER = "Another folder was opened before all that was named had been read."
_READS_NOTHING = "The built-in model reads no files by itself; others may, where this is on"


class ContextInWindow(QObject):
    """Lives as long as the window; `memory` knows whether automatic context is on in a folder, and whether models may
    read in it. Fulfils `bridge.chat.turns.FolderReading`."""

    def __init__(self, parts: WindowParts, chat: ChatInWindow, memory: WindowMemory) -> None:
        super().__init__(parts.window)
        self._parts, self._chat, self._memory = parts, chat, memory
        self._index = IndexInWindow(parts, memory, lambda: self._meaning.show())
        composer = chat.panel.composer
        composer.prompt.mention_changed.connect(self._on_mention_changed)
        composer.prompt_changed.connect(self._on_prompt_changed)
        composer.automatic.chosen.connect(self.switch)
        composer.reading.chosen.connect(self.switch_reading)
        chat.turns.folder_reading = self
        self._read_tokens = ChatPage().read_tokens
        parts.preferences.page_changed.connect(self._on_page_changed)
        composer.chip_kept.connect(self._on_chip_kept)
        composer.chip_renewed.connect(self._on_chip_renewed)
        composer.page_wanted.connect(self._on_page_wanted)
        composer.cleared.connect(self.remove_all)
        self._pictures = PicturesInWindow(parts, chat.panel, chat.chips, lambda: self._makers.pictures)
        composer.focused.connect(self._on_something_changed)
        parts.workspace.changed.connect(self._on_something_changed)
        parts.documents.text_changed.connect(self._on_something_changed)
        parts.workspace.opened.connect(lambda _workspace: chat.chips.checks.stop_expecting(_OTHER_FOLDER))
        parts.workspace.opened.connect(self._show)
        chat.models.changed.connect(self._show)
        parts.window.commands.add(self._actions())
        self._show()

    def _actions(self) -> tuple[Action, ...]:
        def has_folder() -> bool:
            return self._parts.workspace.workspace is not None

        return (
            Action(
                "chat.automatic_context",
                "Automatic context",
                self.switch,
                ("Ctrl+Alt+M",),
                "Chat",
                3,
                when=has_folder,
                checked=lambda: self._memory.of_folder.has_automatic_context,
            ),
            Action(
                "chat.remove_context",
                "Remove all context of the prompt",
                self.remove_all,
                when=lambda: bool(self._chat.chips.items),
            ),
            Action(
                "chat.model_reads",
                "Let the model read files",
                self.switch_reading,
                ("Ctrl+Alt+F",),
                "Chat",
                3,
                when=has_folder,
                checked=lambda: self._memory.of_folder.lets_model_read,
            ),
        )

    @cached_property
    def automatic(self) -> AutomaticContext:
        """Finds what a prompt is about."""
        from copilot_desktop.bridge.context.automatic import AutomaticContext

        parts = self._parts
        made = AutomaticContext(self._index.index, self._chat.chips, parts.documents, self._chat.files)
        made.meaning = lambda: self._meaning.meaning if self._memory.of_folder.meaning.is_on else None
        return made

    @cached_property
    def _meaning(self) -> MeaningInWindow:
        from copilot_desktop.app.meaning_in_window import MeaningInWindow

        return MeaningInWindow(self._parts, self._chat, self._index, self._memory)

    @cached_property
    def mentions(self) -> MentionsInChat:
        """Offers what `@` may name."""
        from copilot_desktop.app.features import files_of
        from copilot_desktop.bridge.context.mention_chips import chips_of_mentions
        from copilot_desktop.bridge.context.mentions import MentionsController
        from copilot_desktop.bridge.context.named_things import NamedThings
        from copilot_desktop.ui.chat.mentions_in_chat import MentionsInChat

        parts = self._parts
        named = NamedThings(parts.thread, git_of(parts.window), self._chat.turns, parts.core.conversations)
        mentions = MentionsController(parts.thread, files_of(parts), parts.documents, self._index.index, named)
        named.rules = lambda: self._chat.chips.rules.others
        self._chat.chips.changed.connect(lambda _changed: mentions.tell())
        mentions.tab_paths = parts.window.editors.open_paths
        add = chips_of_mentions(self._makers, mentions.files_in, self._pictures.choose)
        return MentionsInChat(self._chat.panel.composer.prompt, mentions, add)

    @cached_property
    def _makers(self) -> ChipMakers:
        from copilot_desktop.bridge.context.conversation_chip import ConversationChip
        from copilot_desktop.bridge.context.git_chips import GitChips
        from copilot_desktop.bridge.context.map_chip import MapChip
        from copilot_desktop.bridge.context.mention_chips import ChipMakers
        from copilot_desktop.bridge.context.page_chips import PageChips
        from copilot_desktop.bridge.context.picture_chips import PictureChips
        from copilot_desktop.bridge.context.symbol_chips import SymbolChips

        parts, chips, turns = self._parts, self._chat.chips, self._chat.turns
        return ChipMakers(
            chips,
            SymbolChips(chips, parts.documents, self._chat.files, parts.thread),
            MapChip(chips, self._index.index, parts.documents, self._chat.files),
            GitChips(chips, git_of(parts.window), self._chat.files),
            ConversationChip(chips, turns, parts.core.conversations, parts.thread),
            PictureChips(chips, parts.thread, parts.workspace, self._chat.files, lambda: self._chat.models.current),
            PageChips(chips, parts.thread),
        )

    @cached_property
    def _freshness(self) -> Freshness:
        from copilot_desktop.bridge.context.freshness import Freshness

        parts, makers = self._parts, self._makers
        remakes = {
            ItemKind.DIFF: makers.git.remake,
            ItemKind.CONVERSATION: makers.conversations.remake,
            ItemKind.PICTURE: makers.pictures.remake,
        }
        return Freshness(parts.thread, self._chat.chips, parts.documents, self._chat.files, remakes)

    def switch(self) -> None:
        """Switch automatic context on or off in this folder."""
        if self._parts.workspace.workspace is None:
            self._chat.panel.composer.show_notice(
                "No folder is open that could be searched for what a prompt is about."
            )
        else:
            self._memory.change_folder(lambda now: replace(now, has_automatic_context=not now.has_automatic_context))
        self._show()

    def remove_all(self) -> None:
        """Take out of the prompt all that was added or found for it; rule files stay."""
        chips = self._chat.chips
        items = chips.items
        if not items:
            return
        composer = self._chat.panel.composer
        # What was found is found again where the prompt still is about it.
        removed = tuple(item for item in items if not chips.found.why(item.item_id))
        for item in items:
            chips.found.put_aside(item)

        def put_back() -> None:
            chips.restore(removed)
            composer.show_notice("")
            composer.focus_prompt()

        chips.show(())
        said = "1 chip was removed." if len(items) == 1 else f"{len(items)} chips were removed."
        composer.show_notice(said, ("Put back", put_back) if removed else None)
        composer.focus_prompt()

    def switch_reading(self) -> None:
        """Let models look into this folder by themselves, or no longer."""
        if self._parts.workspace.workspace is None:
            self._chat.panel.composer.show_notice("No folder is open in which the model could read.")
        else:
            self._memory.change_folder(lambda state: replace(state, lets_model_read=not state.lets_model_read))
        self._show()
        # What the model is told of its tools is counted as well.
        self._chat.chips.show(self._chat.chips.items)
        self._chat.chips.rules.look_again()

    @property
    def is_on(self) -> bool:
        """Whether the model may read in the open folder by itself."""
        return self._memory.of_folder.lets_model_read

    def reader(self, conversation_id: str) -> Reader | None:
        """Answers the calls to read of one turn."""
        return self._reading.reader(conversation_id, self._read_tokens)

    @cached_property
    def _reading(self) -> ModelReading:
        from copilot_desktop.bridge.chat.chips import Refused
        from copilot_desktop.bridge.context.model_reading import ModelReading

        parts = self._parts
        made = ModelReading(
            parts.thread, parts.documents, self._index.index, parts.core.tokens.count, self._chat.border_of
        )
        made.refused = lambda error: self._chat.chips.kept_back.emit(Refused.by(error))
        return made

    def _on_page_changed(self, page: object) -> None:
        if isinstance(page, ChatPage):
            self._read_tokens = page.read_tokens

    def _show(self, _workspace: object = None) -> None:
        but = _READS_NOTHING if self._chat.models.current.is_weak else ""
        self._chat.panel.composer.reading.show_on(self._memory.of_folder.lets_model_read, but)
        is_on = self._memory.of_folder.has_automatic_context
        self._chat.panel.composer.automatic.show_on(is_on)
        if is_on or "automatic" in self.__dict__:
            self.automatic.follow(self._chat.panel.composer.prompt.toPlainText())
            self.automatic.switch(is_on)

    def _on_mention_changed(self, letters: str | None) -> None:
        self.mentions.take(letters)

    def _on_prompt_changed(self, prompt: str) -> None:
        if self._memory.of_folder.has_automatic_context:
            self.automatic.follow(prompt)

    def _on_something_changed(self, _event: object = None) -> None:
        if self._chat.chips.items:
            self._freshness.look_soon()
            self._makers.map.look_soon()

    def _on_chip_renewed(self, item_id: str) -> None:
        self._freshness.renew(item_id)

    def _on_page_wanted(self, item_id: str) -> None:
        self._makers.pages.fetch(item_id)

    def _on_chip_kept(self, item_id: str) -> None:
        self.automatic.keep(item_id)


def git_of(window: MainWindow) -> GitController:
    """What knows the repository of a window's folder."""
    found = window.findChild(GitController)
    assert found is not None  # noqa: S101 - made with the features, before anybody can ask
    return found
