"""Context items: the pieces of text a prompt is sent with, each shown as a chip."""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.picture import Picture


class ItemKind(StrEnum):
    """What a context item is. PROPOSED: lines with a change in them that waits for a decision. COMMENTED: such lines
    that the user has commented on. BEFORE: the lines in whose place those would be. DECISIONS: what became of changes
    that were proposed before; it is of no file, and its path is empty. RULE: a rule file of the project, which stands
    with the instructions; one without a text is left out by the user. MAP: the most important signatures of the folder.
    DIFF, COMMIT: changes as a unified diff. CONVERSATION: an earlier one, as it is exported. PICTURE: its text
    is empty. PAGE: the text of a web page, empty until it is fetched. The paths of these and of MAP are empty."""

    SELECTION = "selection"
    FILE = "file"
    PROPOSED = "proposed"
    COMMENTED = "commented"
    BEFORE = "before"
    DECISIONS = "decisions"
    RULE = "rule"
    MAP = "map"
    DIFF = "diff"
    COMMIT = "commit"
    CONVERSATION = "conversation"
    PICTURE = "picture"
    PAGE = "web page"

    @property
    def is_proposed(self) -> bool:
        """Whether it is lines with a change in them."""
        return self in (ItemKind.PROPOSED, ItemKind.COMMENTED)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item comes from that is no file: `source` tells it from others of its kind, `title` is shown.

    `note`: sentences for the user, such as what was left out. `named`: the files whose texts are in it.
    """

    source: str
    title: str
    note: str = ""
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContextItem:
    """A piece of context, exactly as it will be sent.

    `path` is POSIX, relative to the workspace (an untitled document has its title). `lines` is None for a whole file.
    `is_unsaved`: the text is an open document's and not what is on disk. `why` a rule file is applied. `origin` is that
    of what is no file. `picture` goes out beside the text.
    """

    item_id: str
    kind: ItemKind
    path: str
    text: str
    lines: LineRange | None = None
    is_unsaved: bool = False
    why: str = ""
    origin: Origin | None = None
    picture: Picture | None = None

    @property
    def is_unmade(self) -> bool:
        """Whether what was chosen is still being made: none of its kind is empty. Lines may be; then they are of a
        file and have no other origin."""
        if self.kind is ItemKind.PICTURE:
            return self.picture is None
        if self.kind is ItemKind.SELECTION:
            return self.origin is not None and not self.text
        return self.kind in _NEVER_EMPTY and not self.text

    @property
    def is_rule(self) -> bool:
        """Whether it is a rule file, and none that the prompt is about."""
        return self.kind is ItemKind.RULE

    @property
    def label(self) -> str:
        """The chip's name: file name and lines."""
        if self.kind is ItemKind.DECISIONS:
            return "your decisions"
        if self.kind is ItemKind.MAP:
            return "repository map"
        if self.origin is not None:
            return self.origin.title
        if self.is_rule:
            return f"rules: {self.path}"
        name = self.path.rsplit("/", 1)[-1]
        where = name if self.lines is None else f"{name}:{self.lines.shown()}"
        return where + _SAID.get(self.kind, "")


_NEVER_EMPTY = (ItemKind.MAP, ItemKind.DIFF, ItemKind.COMMIT, ItemKind.CONVERSATION)
NAMED_RULE = "you have named it"
"""Why a rule file goes along that does not apply by itself: the beginning of its `why`."""
NOT_READ = "; not read: "
"""In the `why` of a rule file, before what it imports and does not bring."""
NOT_FETCHED = "Nothing is fetched yet: press it to fetch the page. Unfetched it is not sent."
FETCHING = "The page is being fetched …"
_SAID = {
    ItemKind.PROPOSED: " as proposed",
    ItemKind.COMMENTED: " as proposed",
    ItemKind.BEFORE: " as it is",
}
