"""Finds the rule files that apply to a prompt about some files. Blocking: call it on workers.

AGENTS.md and CLAUDE.md: those of the folder, and of each folder on the way to a file of the prompt; the nearest comes
last. .cursorrules and .github/copilot-instructions.md always; .cursor/rules and .copilot/rules by their front matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.context.rules.rule_file import RuleFile, read_rule
from copilot_desktop.errors import NeverSendError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace, parents_of
from copilot_desktop.workspace.trust.guarded import NESTED_NAMES, guarded_at_top, read_guarded
from copilot_desktop.workspace.trust.values import Guarded

MOST_CHARACTERS: Final = 40_000
"""About 10,000 tokens: a longer rule file costs more, with every prompt, than it can say."""
MOST_IN_ALL: Final = 100_000
_IMPORTS_AGENTS: Final = "@AGENTS.md"


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule file that goes with a prompt, and why."""

    path: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class FoundRules:
    """`problems` are sentences about rule files that are not applied; `unseen` are not agreed to as they stand."""

    applied: tuple[AppliedRule, ...] = ()
    problems: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


def find_rules(border: ModelBorder, agreed: Mapping[str, Guarded], paths: Sequence[str]) -> FoundRules:
    """The rule files for a prompt about files of the folder, by what the user has agreed to."""
    workspace = border.workspace
    applied: list[AppliedRule] = []
    problems: list[str] = []
    unseen: list[str] = []
    left, texts = MOST_IN_ALL, set[str]()
    for path in _candidates(workspace, paths):
        found = read_guarded(workspace, path)
        if found is None:
            continue
        try:
            border.refuse(path)
        except NeverSendError as error:
            problems.append(f"A rule file is not applied: {error.message}")
            continue
        if agreed.get(path) != found:
            unseen.append(path)
            continue
        if found.text is None or len(found.text) > MOST_CHARACTERS:
            problems.append(_too_large(path, found))
            continue
        rule = read_rule(path, found.text)
        why = _near(path) or rule.why(paths)
        if not why or not rule.text.strip() or _is_there(rule, texts):
            continue
        if len(rule.text) > left:
            problems.append(
                f"{path} is not applied: together the rule files have more than {MOST_IN_ALL:,} characters."
            )
            continue
        left -= len(rule.text)
        texts.add(rule.text.strip())
        applied.append(AppliedRule(path, rule.text, why))
    return FoundRules(tuple(applied), tuple(problems), tuple(unseen))


def item_of_rule(rule: AppliedRule) -> ContextItem:
    """What is sent of it; the id stays the same as long as it is shown."""
    return ContextItem(f"rule:{rule.path}", ItemKind.RULE, rule.path, rule.text, why=rule.why)


def _candidates(workspace: Workspace, paths: Sequence[str]) -> Iterator[str]:
    """The general ones first: what is nearer is read later, and counts more."""
    top = [path for path in guarded_at_top(workspace) if not path.startswith(".copilot/") or _is_own(path)]
    yield from sorted(top, key=lambda path: (_is_own(path), path.startswith(".cursor/rules/"), path in NESTED_NAMES))
    folders = {folder for path in paths for folder in parents_of(path)}
    for folder in sorted(folders, key=lambda each: (each.count("/"), each)):
        for name in NESTED_NAMES:
            yield f"{folder}/{name}"


def _is_own(path: str) -> bool:
    return path.startswith(".copilot/rules/") and path.endswith(".md")


def _near(path: str) -> str:
    folder, _slash, name = path.rpartition("/")
    return f"it stands in {folder}, above a file of the prompt" if folder and name in NESTED_NAMES else ""


def _is_there(rule: RuleFile, texts: set[str]) -> bool:
    """Whether all it says is said already: a copy of another one, or a CLAUDE.md that only names AGENTS.md."""
    text = rule.text.strip()
    return text in texts or (bool(texts) and text == _IMPORTS_AGENTS)


def _too_large(path: str, found: Guarded) -> str:
    if found.text is None:
        return f"{path} is not applied: it is no text, or much too large."
    return (
        f"{path} is not applied: it has {len(found.text):,} characters, and rule files of more than "
        f"{MOST_CHARACTERS:,} would be sent with every prompt."
    )
