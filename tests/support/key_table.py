"""The page docs/keys.md and resources/page_commands.json, made from the window's one list of actions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from copilot_desktop.ui.actions import MENUS, Action

INTRO = """# Keys

Made from the list of actions that also feeds the menus and the command palette (`Ctrl+Shift+P`), where every command
can be found by its name. Keys can be changed under the ids in the last column.

After adding an action, write this page anew: `WRITE_DOCS=1 python3 -m pytest tests/flows/test_key_table.py`.
"""

BESIDES = """
## In the text, beside the commands

| key or mouse | what it does |
|---|---|
| `Home` | to the line's text, then to its start; `Shift` selects |
| `Enter` | a new line, indented like the last, a level deeper after an opening bracket or a colon |
| `Tab`, `Shift+Tab` | to the next level, or a level deeper for several lines; a level less |
| `(` `[` `{` and quotes | the closing one comes along; around a selection, they surround it |
| `)` `]` `}` and quotes | typed over where the program has put them in |
| `Backspace` | takes an empty pair away that the program has put in |
| `Esc` | back to one caret |
| `Alt`+click, `Ctrl`+click | one more caret; dragging selects |
| `Shift+Alt`+drag | a rectangle of text |
| middle click | pastes what is selected, on X11 |
| `Ctrl`+wheel | larger or smaller text |

In the fields of the find bar: `Enter` and `Shift+Enter` go on and back, `Up` and `Down` bring back what was looked for
before, `Esc` goes back to the text. In a regular expression's replacement, `$1` or `\\1` is a group, `$&` the match,
`\\n` a line break, and `\\U`, `\\L`, `\\u`, `\\l`, `\\E` turn letters.
"""


def key_page(actions: Iterable[Action]) -> str:
    """The whole page."""
    every = tuple(actions)
    parts = [INTRO]
    for menu in (*MENUS, ""):
        chosen = sorted((action for action in every if action.menu == menu), key=lambda action: action.group)
        if chosen:
            title = f"## {menu}" if menu else "## Without a menu: by key or in the palette"
            rows = "\n".join(_row(action) for action in chosen)
            parts.append(f"\n{title}\n\n| command | keys | only in | id |\n|---|---|---|---|\n{rows}\n")
    return "".join((*parts, BESIDES))


def page_commands(actions: Iterable[Action], at_first: Collection[str]) -> str:
    """What a window that has just opened knows of the pages it has not made: all but the actions of `at_first`."""
    pages: dict[tuple[str, tuple[str, ...]], list[dict[str, object]]] = {}
    for action in actions:
        if action.action_id not in at_first:
            assert action.place is not None, f"{action.action_id} works in all of the window, and is not there at first"
            assert not action.menu, f"the menu {action.menu} lacks {action.action_id} at first"
            known: dict[str, object] = {"id": action.action_id, "title": action.title, "keys": list(action.shortcuts)}
            pages.setdefault((action.place.name, action.place.path), []).append(known)
    parts = [
        f'{{"name": {json.dumps(name)}, "path": {json.dumps(path)}, "commands": [\n'
        + ",\n".join(json.dumps(command, ensure_ascii=False) for command in commands)
        + "\n]}"
        for (name, path), commands in pages.items()
    ]
    return "[\n" + ",\n".join(parts) + "\n]\n"


def _row(action: Action) -> str:
    keys = " or ".join(f"`{key.replace(', ', ' ')}`" for key in action.shortcuts)
    place = action.place.name.lower() if action.place is not None else ""
    title = action.title.replace("|", "\\|")
    return f"| {title} | {keys} | {place} | `{action.action_id}` |"
