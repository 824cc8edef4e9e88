"""Rule files of a window's folder: they go with its prompts where the folder is trusted and they are switched on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chat.held_rules import RulesWanted
from copilot_desktop.bridge.folder.trust import TrustController
from copilot_desktop.context.items import ContextItem
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.context.rules.finding import FoundRules
    from copilot_desktop.ui.chat.rules_popup import ShownRules


class RulesInWindow(QObject):
    """Lives as long as the window; `memory` knows whether rule files are applied in a folder."""

    def __init__(self, parts: WindowParts, chat: ChatInWindow, trust: TrustController, memory: WindowMemory) -> None:
        super().__init__(parts.window)
        self._parts, self._chat, self._trust, self._memory = parts, chat, trust, memory
        self._problems: tuple[str, ...] = ()
        composer = chat.panel.composer
        composer.focused.connect(chat.chips.rules.use)
        composer.prompt_changed.connect(lambda prompt: chat.chips.rules.use() if prompt else None)
        trust.changed.connect(self._apply)
        chat.models.changed.connect(self._apply)
        parts.workspace.opened.connect(self._apply)
        parts.window.commands.add(
            (
                Action(
                    "chat.rules",
                    "Apply rule files",
                    self.switch,
                    (),
                    "Chat",
                    3,
                    when=lambda: parts.workspace.workspace is not None,
                    checked=lambda: self._memory.of_folder.applies_rules,
                ),
                Action(
                    "chat.rules_of_prompt",
                    "Rule files of the prompt…",
                    self.show,
                    (),
                    "Chat",
                    3,
                    when=lambda: parts.workspace.workspace is not None,
                ),
            )
        )
        composer.rules_wanted.connect(self.show)
        self._apply()

    def show(self) -> None:
        """List the rule files of the prompt: what goes with it and why, what is left out, and what is asked for."""
        from copilot_desktop.ui.chat.rules_popup import RulesPopup

        composer, rules = self._chat.panel.composer, self._chat.chips.rules
        rules.use()
        popup = RulesPopup(self._shown, self._parts.theme, composer)
        popup.removed.connect(composer.chip_removed)
        popup.put_back.connect(rules.put_back)
        popup.named.connect(rules.name)
        composer.chips.shown.connect(popup.refresh)
        popup.open_above(composer)

    def _shown(self) -> ShownRules:
        from copilot_desktop.ui.chat.rules_popup import RuleRow, ShownRules

        composer, rules = self._chat.panel.composer, self._chat.chips.rules
        left_out = tuple(RuleRow(path, path) for path in rules.left_out)
        others = tuple(RuleRow(each.path, each.name, each.description) for each in rules.others)
        return ShownRules(composer.chips.rules, left_out, others, self._memory.of_folder.lets_model_read)

    def switch(self) -> None:
        """Apply rule files in this folder, or apply none."""
        self._memory.change_folder(lambda state: replace(state, applies_rules=not state.applies_rules))
        self._apply()

    def _apply(self, _changed: object = None) -> None:
        workspace, state = self._parts.workspace.workspace, self._trust.state
        from copilot_desktop.workspace.trust.guarded import is_guarded  # with what is known of the folder

        # A tiny model is led astray by all that is more than the question.
        is_on = self._memory.of_folder.applies_rules and not self._chat.models.current.is_weak
        if workspace is None or state is None or not (is_on and state.is_trusted and any(map(is_guarded, state.found))):
            self._chat.chips.rules.apply(None)
        else:
            self._chat.chips.rules.apply(partial(self._find, workspace))

    def _find(self, workspace: Workspace, wanted: RulesWanted) -> tuple[ContextItem, ...]:
        """On a worker."""
        from copilot_desktop.context.rules.finding import find_rules, item_of_others, item_of_rule

        agreed = self._trust.trust_of(workspace).agreed()
        found = find_rules(self._chat.files.border(), agreed, wanted.paths, wanted.named)
        self._parts.thread.post(lambda: self._on_found(workspace, wanted, found))
        may_read = wanted.in_chat and self._memory.of_folder.lets_model_read
        listed = item_of_others(found.others) if may_read else None
        return (*map(item_of_rule, found.applied), *(() if listed is None else (listed,)))

    def _on_found(self, workspace: Workspace, wanted: RulesWanted, found: FoundRules) -> None:
        if workspace is not self._parts.workspace.workspace:
            return
        if wanted.in_chat:
            self._chat.chips.rules.show_others(found.others)
        if found.unseen:
            self._trust.notice(found.unseen)
        if found.problems != self._problems:
            composer, before = self._chat.panel.composer, " ".join(self._problems)
            self._problems = found.problems
            # What is said of something else stays.
            if found.problems or composer.notice.toPlainText() == before:
                hidden = found.hidden[0] if found.hidden else None
                composer.show_refused(Refused(" ".join(found.problems), "", hidden))
