"""Commands of the search: those of its switches have their keys in the side view alone, one-key ones in its list."""

from __future__ import annotations

from functools import partial

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.search.panel import SearchPanel

MENU = (
    ("search.go_to", "search.replace_chosen"),
    ("search.dismiss", "search.fold"),
    ("search.again",),
)
_SWITCHES = (
    ("case", "Search: match case", "Alt+C"),
    ("word", "Search: whole words", "Alt+W"),
    ("regex", "Search: regular expression", "Alt+R"),
    ("more", "Search: choose which files", "Ctrl+Shift+J"),
    ("ignored", "Search: leave out what git ignores", "Alt+I"),
)


def panel_actions(panel: SearchPanel) -> tuple[Action, ...]:
    """All of them."""
    listed, replacements = panel.list, panel.replacements

    def has_chosen() -> bool:
        return bool(listed.rows_chosen())

    return (
        *(
            Action(f"search.{name}", title, partial(panel.toggle, name), (key,), focus=panel)
            for name, title, key in _SWITCHES
        ),
        Action("search.again", "Search again", panel.run, ("F5",), icon="refresh-cw", focus=panel),
        Action("search.replace_all", "Search: propose replacing all", replacements.replace_all, ("Ctrl+Alt+Return",),
               when=replacements.can_replace, focus=panel),
        Action("search.go_to", "Go to the result", listed.open_current, when=has_chosen, focus=listed),
        Action("search.replace_chosen", "Propose replacing the chosen results", listed.replace_chosen,
               ("Ctrl+Shift+1",), when=lambda: replacements.can_replace() and has_chosen(), focus=listed),
        Action("search.dismiss", "Dismiss the chosen results", listed.dismiss, ("Del",), when=has_chosen, focus=listed),
        Action("search.fold", "Fold all files up or out", listed.collapse_all, when=panel.results.has_results,
               focus=listed),
    )  # fmt: skip
