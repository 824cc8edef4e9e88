"""What a model can ask for in the opened folder, and what it is told, as frozen values."""

from __future__ import annotations

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ListFiles:
    """The files below a folder ("": all); `glob` names some of them."""

    folder: str = ""
    glob: str = ""

    @property
    def title(self) -> str:
        """What it does, for the user."""
        below = f"{self.folder}/" if self.folder else "the folder"
        return f"List {below} {self.glob}".rstrip()


@dataclass(frozen=True, slots=True)
class ReadLines:
    """Lines of a file, counted from 1, the last one included; None: from the first, or to the last."""

    path: str
    first: int | None = None
    last: int | None = None

    @property
    def title(self) -> str:
        """What it does, for the user."""
        if self.first is None and self.last is None:
            return f"Read {self.path}"
        return f"Read {self.path}:{self.first or 1}–{self.last or ''}"


@dataclass(frozen=True, slots=True)
class SearchText:
    """The lines that hold a text, or what a regular expression finds; `glob` names the files that are searched."""

    text: str
    is_regex: bool = False
    glob: str = ""

    @property
    def title(self) -> str:
        """What it does, for the user."""
        return f"Search “{self.text}”" + (f" in {self.glob}" if self.glob else "")


@dataclass(frozen=True, slots=True)
class FindSymbols:
    """What the folder's code defines under a name, or one with these letters."""

    name: str

    @property
    def title(self) -> str:
        """What it does, for the user."""
        return f"Find symbol “{self.name}”"


Question = ListFiles | ReadLines | SearchText | FindSymbols


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """For one turn: how often the model is asked again, how many calls are carried out, and tokens of results."""

    rounds: int = 10
    calls: int = 30
    result_tokens: int = 4_000
    turn_tokens: int = 30_000


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is what the model reads, `title` what the user sees of it. Refused: no model may see it."""

    text: str
    title: str
    is_refused: bool = False
