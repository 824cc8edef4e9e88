"""Finds the rule files that apply to a prompt about some files. Blocking: call it on workers.

AGENTS.md, CLAUDE.md and CLAUDE.local.md: those of the folder, and of each folder on the way to a file of the prompt,
the nearest last. .cursorrules, .claude/CLAUDE.md and .github/copilot-instructions.md always; .cursor/rules,
.github/instructions, .claude/rules and .copilot/rules by their front matter, or named by the user.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from copilot_desktop.context.items import NAMED_RULE, NOT_READ, ContextItem, ItemKind, Origin
from copilot_desktop.context.rules.rule_file import RuleFile, name_of_rule, read_rule
from copilot_desktop.errors import NeverSendError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace, parents_of
from copilot_desktop.workspace.trust.guarded import NESTED_NAMES, guarded_at_top, may_import, read_guarded
from copilot_desktop.workspace.trust.imports import Imported, imports_of, is_outside
from copilot_desktop.workspace.trust.values import Guarded

MOST_CHARACTERS: Final = 40_000
"""About 10,000 tokens: a longer rule file costs more, with every prompt, than it can say."""
MOST_IN_ALL: Final = 100_000
ON_REQUEST: Final = "rules on request"
"""The path of the item that lists rules for the model to ask for."""
_LIST_HEAD: Final = (
    "Further rules of this project. Where a description fits what you are asked, read that file with read_file before "
    "you answer, and follow it:"
)
_LONGEST_DESCRIPTION: Final = 400
_NAMES: Final = re.compile(r"(?:^|\s)@\S+")
_GENERAL_FIRST: Final = (".claude/CLAUDE.md", "AGENTS.md", "CLAUDE.md", "CLAUDE.local.md")


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule file that goes with a prompt, and why. `imports`: the files whose texts stand below its own; `not_read`:
    those whose texts do not, and why."""

    path: str
    text: str
    why: str
    imports: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherRule:
    """A rule file that does not apply by itself: the user may name it, and the model ask for it by its description."""

    path: str
    description: str = ""

    @property
    def name(self) -> str:
        """What the user calls it."""
        return name_of_rule(self.path)


@dataclass(frozen=True, slots=True)
class FoundRules:
    """`problems` are sentences about rule files that are not applied; `unseen` are not agreed to as they stand.

    `hidden`: why a rule file, or what it imports, is behind the border. `others` do not apply by themselves.
    """

    applied: tuple[AppliedRule, ...] = ()
    problems: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    others: tuple[OtherRule, ...] = ()
    hidden: tuple[NeverSendError, ...] = ()


def find_rules(
    border: ModelBorder, agreed: Mapping[str, Guarded], paths: Sequence[str], named: Collection[str] = ()
) -> FoundRules:
    """The rule files for a prompt about files of the folder, by what the user has agreed to; `named`: the paths of
    those that are wanted whatever they say."""
    return _Finding(border, agreed).find(paths, named)


def item_of_rule(rule: AppliedRule) -> ContextItem:
    """What is sent of it; the id stays the same as long as it is shown."""
    why = f"{rule.why}; it brings {', '.join(rule.imports)}" if rule.imports else rule.why
    if rule.not_read:
        why += NOT_READ + ", ".join(rule.not_read)
    return ContextItem(f"rule:{rule.path}", ItemKind.RULE, rule.path, rule.text, why=why)


def item_of_others(others: Sequence[OtherRule]) -> ContextItem | None:
    """The list from which a model that may read files asks for rules; None where none has a description."""
    lines = [
        f"- {rule.path}: {' '.join(rule.description.split())[:_LONGEST_DESCRIPTION]}\n"
        for rule in others
        if rule.description
    ]
    if not lines:
        return None
    text = f"{_LIST_HEAD}\n{''.join(lines)}"
    title = f"{ON_REQUEST} ({len(lines)})"
    why = "the model reads one where its description fits"
    return ContextItem(f"rule:{ON_REQUEST}", ItemKind.RULE, ON_REQUEST, text, why=why, origin=Origin(ON_REQUEST, title))


class _Finding:
    """Of one prompt."""

    def __init__(self, border: ModelBorder, agreed: Mapping[str, Guarded]) -> None:
        self._border, self._agreed = border, agreed
        self._problems: list[str] = []
        self._unseen: list[str] = []
        self._hidden: list[NeverSendError] = []

    def find(self, paths: Sequence[str], named: Collection[str]) -> FoundRules:
        read = list(self._read(paths))
        others = tuple(OtherRule(rule.path, rule.description) for rule, why in read if not why and rule.can_be_named)
        chosen = [(rule, why or (NAMED_RULE if rule.path in named and rule.can_be_named else "")) for rule, why in read]
        fitting = [(rule, why) for rule, why in chosen if why and rule.text.strip()]
        applied: list[AppliedRule] = []
        left, texts = MOST_IN_ALL, set[str]()
        for rule, why in fitting:
            if rule.text.strip() in texts:
                continue  # a copy of another one
            made = self._with_imports(rule, why, {each.path for each, _why in fitting})
            if not made.text.strip():
                continue
            if len(made.text) > left:
                self._problems.append(
                    f"{rule.path} is not applied: together the rule files have more than {MOST_IN_ALL:,} characters."
                )
                continue
            left -= len(made.text)
            texts.add(rule.text.strip())
            applied.append(made)
        others = tuple(rule for rule in others if rule.path not in named)
        return FoundRules(tuple(applied), tuple(self._problems), tuple(self._unseen), others, tuple(self._hidden))

    def _read(self, paths: Sequence[str]) -> Iterator[tuple[RuleFile, str]]:
        """What is agreed to, with why it applies; what may not be applied is noted."""
        for path in _candidates(self._border.workspace, paths):
            found = read_guarded(self._border.workspace, path)
            if found is None or self._is_hidden(path, "A rule file is not applied"):
                continue
            if self._agreed.get(path) != found:
                self._unseen.append(path)
            elif found.text is None or len(found.text) > MOST_CHARACTERS:
                self._problems.append(_too_large(path, found))
            else:
                rule = read_rule(path, found.text)
                yield rule, _near(path) or rule.why(paths)

    def _with_imports(self, rule: RuleFile, why: str, applied: Collection[str]) -> AppliedRule:
        """A rule with the texts of what it imports, but for other rules that apply themselves."""
        if not may_import(rule.path, rule.text):
            return AppliedRule(rule.path, rule.text, why)
        texts, brought, not_read = [rule.text], list[str](), list[str]()
        is_told = False
        for each in imports_of(rule.path, rule.text, self._read_import):
            if each.path in applied:
                is_told = True
                continue
            text, reason = self._import(each)
            if reason:
                not_read.append(f"{each.path} ({reason})")
            else:
                end = "" if texts[-1].endswith("\n") else "\n"
                texts.append(f"{end}\n{each.path}, which {each.by} imports:\n\n{text}")
                brought.append(each.path)
        # Of one that only names others, which are there, nothing is left to be said.
        is_empty = is_told and not brought and not _NAMES.sub("", rule.text).strip()
        return AppliedRule(rule.path, "" if is_empty else "".join(texts), why, tuple(brought), tuple(not_read))

    def _read_import(self, path: str) -> Guarded | None:
        """What stands there; without a text, and so without imports, where it is not agreed to or hidden."""
        found = read_guarded(self._border.workspace, path)
        agreed = self._agreed.get(path)
        if found is None or (agreed is not None and agreed.digest == found.digest and not self._border.hides(path)):
            return found
        return Guarded(found.digest)

    def _import(self, imported: Imported) -> tuple[str, str]:
        """The text of what is imported, or why it is not read, in a few words; what stands in the way is noted."""
        path, by = imported.path, imported.by
        if is_outside(path):
            self._problems.append(f"{by} imports {path}, which is not in the folder: it is not read.")
            return "", "not in the folder"
        if imported.found is None:
            self._problems.append(f"{by} imports {path}, which is not there.")
            return "", "not there"
        if self._is_hidden(path, f"{by} imports what is not read"):
            return "", "no model may see it"
        if path not in self._agreed or self._agreed[path].digest != imported.found.digest:
            self._unseen.append(path)
            return "", "you have not agreed to it as it is"
        if imported.found.text is None or len(imported.found.text) > MOST_CHARACTERS:
            self._problems.append(_too_large(path, imported.found))
            return "", "too large"
        return imported.found.text, ""

    def _is_hidden(self, path: str, said: str) -> bool:
        try:
            self._border.refuse(path)
        except NeverSendError as error:
            self._problems.append(f"{said}: {error.message}")
            self._hidden.append(error)
            return True
        return False


def _candidates(workspace: Workspace, paths: Sequence[str]) -> Iterator[str]:
    """The general ones first: what is nearer is read later, and counts more."""
    top = [path for path in guarded_at_top(workspace) if not path.startswith(".copilot/") or _is_own(path)]
    yield from sorted(top, key=_rank)
    folders = {folder for path in paths for folder in parents_of(path)}
    for folder in sorted(folders, key=lambda each: (each.count("/"), each)):
        for name in NESTED_NAMES:
            yield f"{folder}/{name}"


def _rank(path: str) -> tuple[bool, bool, int]:
    place = _GENERAL_FIRST.index(path) if path in _GENERAL_FIRST else -1
    return _is_own(path), path.count("/") > 1, place


def _is_own(path: str) -> bool:
    return path.startswith(".copilot/rules/") and path.endswith(".md")


def _near(path: str) -> str:
    folder, _slash, name = path.rpartition("/")
    return f"it stands in {folder}, above a file of the prompt" if _is_below(folder) and name in NESTED_NAMES else ""


def _is_below(folder: str) -> bool:
    return folder not in ("", ".claude")


def _too_large(path: str, found: Guarded) -> str:
    if found.text is None:
        return f"{path} is not applied: it is no text, or much too large."
    return (
        f"{path} is not applied: it has {len(found.text):,} characters, and rule files of more than "
        f"{MOST_CHARACTERS:,} would be sent with every prompt."
    )
