"""An answer that arrives: of a weak model the selection's new text grows, and nothing is shown for a refused file."""

from __future__ import annotations

import pytest

from copilot_desktop.context.collecting import item_of
from copilot_desktop.conversation.arriving import ArrivingAnswer
from copilot_desktop.conversation.read_once import ReadOnce
from copilot_desktop.conversation.turns import TurnMode, TurnRequest
from copilot_desktop.errors import NotTextError
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.text.ranges import LineRange

TEXT = "class A:\n    def f(self):\n        return 1\n\n    x = 2\n"


def arriving(*, is_weak: bool = False, mode: TurnMode = TurnMode.EDIT, read: ReadOnce | None = None) -> ArrivingAnswer:
    profile = Profile("Test", ProviderKind.CHAT, "http://x/v1", "m", KeySource.NONE, is_weak=is_weak)
    items = (item_of("a.py", TEXT, LineRange(1, 3)),)
    return ArrivingAnswer(TurnRequest("t", "c", "change it", items, {"a.py": TEXT}, profile, mode), read)


def shown(answer: ArrivingAnswer, piece: str) -> list[tuple[str, int, int, str, bool]]:
    changes = answer.feed(piece)
    return [
        (change.path, hunk.start, hunk.end, hunk.new_text, hunk.hunk_id in changes.growing)
        for change in changes.change_set.files
        for hunk in change.hunks
    ]


@pytest.mark.parametrize("is_weak", [True, False])
def test_a_plain_block_grows_over_the_selection(is_weak: bool) -> None:
    answer = arriving(is_weak=is_weak)
    head = "    def f(self):\n"
    # Nothing has changed yet: only the place is known.
    place = [("a.py", 1, 3, f"{head}        return 1\n", True)]
    assert shown(answer, "```python\n") == (place if is_weak else [])
    assert shown(answer, "def f(self):\n    ret") == place
    whole = f"{head}        return 2\n"
    assert shown(answer, "urn 2\n") == [("a.py", 1, 3, whole, True)]
    assert shown(answer, "```\n") == [("a.py", 1, 3, whole, False)]


def test_a_weak_model_is_not_looked_at_for_blocks_with_marks() -> None:
    answer = arriving(is_weak=True)
    assert shown(answer, "a.py\n<<<<<<< SEARCH\n    x = 2\n=======\n    x = 3\n>>>>>>> REPLACE\n") == []


def test_nothing_is_shown_for_a_file_that_may_not_be_read() -> None:
    asked: list[str] = []

    def refuse(path: str) -> str | None:
        asked.append(path)
        raise NotTextError("It is not text.")

    answer = arriving(mode=TurnMode.CHAT, read=ReadOnce(refuse))
    block = "<<<<<<< SEARCH\n    x = 2\n=======\n    x = 3\n>>>>>>> REPLACE\n"
    found = shown(answer, f"b.bin\n```\nwhole\n```\n\nb.bin\n{block}a.py\n{block}")
    assert [each[0] for each in found] == ["a.py"]
    assert asked == ["b.bin"]


def test_each_file_is_read_once_and_refused_again() -> None:
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path)
        if path == "c":
            raise NotTextError("It is not text.")
        return "text" if path == "a" else None

    once = ReadOnce(read)
    assert [once("a"), once("a"), once("b"), once("b")] == ["text", "text", None, None]
    for _ in range(2):
        with pytest.raises(NotTextError):
            once("c")
    assert asked == ["a", "b", "c"]
