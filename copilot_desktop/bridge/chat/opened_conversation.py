"""A conversation as the chat opens it: as it is kept, with the turns that run in it."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Final

from copilot_desktop.bridge.chat.running_turn import TurnProgress
from copilot_desktop.conversation.branches import TurnTree
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.summaries import SummaryStore
from copilot_desktop.conversation.turns import Conversation, StoredTurn
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ConversationOpened:
    """The chat shows this conversation now; None: a new one, which is kept from its first prompt on.

    `turns` are those of the shown branch, `tree` holds all; `turn_id` is the turn to go to ("": the last one). Of those
    that `running` names more is known there than is kept. `is_asked_for`: the user has opened it, it did not come with
    its folder. `has_summaries`: some of its turns may be sent as their summary.
    """

    conversation: Conversation | None
    turns: tuple[StoredTurn, ...] = ()
    tree: TurnTree = field(default_factory=TurnTree)
    turn_id: str = ""
    running: tuple[TurnProgress, ...] = ()
    is_asked_for: bool = False
    has_summaries: bool = False


NEW: Final = ConversationOpened(None)


def read_conversation(store: ConversationStore, conversation: Conversation, turn_id: str = "") -> ConversationOpened:
    """On a worker: a conversation with its shown branch, or the one that has a turn, which is shown from then on."""
    turns = {turn.turn_id: turn for turn in store.turns(conversation.conversation_id)}
    tree = TurnTree.of((turn.turn_id, turn.parent_id) for turn in turns.values())
    kept = store.leaf_id(conversation.conversation_id)
    leaf_id = tree.leaf(kept)
    if turn_id in turns and turn_id not in tree.path(leaf_id):
        leaf_id = tree.newest_leaf(turn_id)
    if leaf_id != kept:
        store.show_branch(conversation.conversation_id, leaf_id)
    path = tuple(turns[each] for each in tree.path(leaf_id))
    has_summaries = bool(SummaryStore(store).of_conversation(conversation.conversation_id))
    return ConversationOpened(
        conversation, path, tree, turn_id if turn_id in turns else "", has_summaries=has_summaries
    )


def with_running(opened: ConversationOpened, running: tuple[TurnProgress, ...]) -> ConversationOpened:
    """What was read, with the turns that run: the newest of them may not be kept yet."""
    turns, tree = list(opened.turns), opened.tree
    for request in (each.request for each in running):
        if request.turn_id not in tree.parents:
            parent_id = request.parent_id or (turns[-1].turn_id if turns else "")
            tree = tree.with_turn(request.turn_id, parent_id)
            turns.append(
                StoredTurn(request.turn_id, request.conversation_id, request.prompt, request.items, request.mode)
            )
    return replace(opened, turns=tuple(turns), tree=tree, running=running)
