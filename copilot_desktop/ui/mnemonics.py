"""Which letter of each entry of a menu is underlined: one each, as far as there are letters."""

from __future__ import annotations

from collections.abc import Sequence


def with_mnemonics(titles: Sequence[str]) -> tuple[str, ...]:
    """The titles with an & before their letter; beginnings of words come before letters inside."""
    wanted = [_places(title) for title in titles]
    owner: dict[str, int] = {}
    for entry in range(len(titles)):
        _assign(entry, wanted, owner, set())
    letters = {entry: letter for letter, entry in owner.items()}
    return tuple(
        _marked(title, wanted[entry][letters[entry]] if entry in letters else None)
        for entry, title in enumerate(titles)
    )


def _places(title: str) -> dict[str, int]:
    """Each letter of a title and where it stands, the better ones first."""
    starts = [at for at in range(len(title)) if at == 0 or title[at - 1] in " -"]
    found: dict[str, int] = {}
    for at in (*starts, *range(len(title))):
        if title[at].isalnum() and title[at].isascii():
            found.setdefault(title[at].lower(), at)
    return found


def _assign(entry: int, wanted: Sequence[dict[str, int]], owner: dict[str, int], tried: set[str]) -> bool:
    """Give an entry a free letter, or one whose owner can take another."""
    free = [letter for letter in wanted[entry] if letter not in owner]
    if free:
        owner[free[0]] = entry
        return True
    for letter in wanted[entry]:
        if letter not in tried:
            tried.add(letter)
            if _assign(owner[letter], wanted, owner, tried):
                owner[letter] = entry
                return True
    return False


def _marked(title: str, at: int | None) -> str:
    if at is None:
        return title.replace("&", "&&")
    return f"{title[:at].replace('&', '&&')}&{title[at:].replace('&', '&&')}"
