"""The page docs/keys.md, made from the window's one list of actions."""

from __future__ import annotations

from collections.abc import Iterable

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


def _row(action: Action) -> str:
    keys = " or ".join(f"`{key.replace(', ', ' ')}`" for key in action.shortcuts)
    place = action.place.name.lower() if action.place is not None else ""
    title = action.title.replace("|", "\\|")
    return f"| {title} | {keys} | {place} | `{action.action_id}` |"
