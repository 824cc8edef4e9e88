"""A repository whose every setting that can name a program names one that leaves a mark."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.support.git_repository import GitFolder

_HOOKS = (
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-commit", "post-index-change",
    "post-rewrite", "pre-auto-gc", "pre-commit", "pre-merge-commit", "prepare-commit-msg", "reference-transaction",
)  # fmt: skip
_SETTINGS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.askPass", "core.sshCommand", "core.gitProxy",
    "core.alternateRefsCommand", "sequence.editor", "gpg.program", "gpg.ssh.program", "gpg.x509.program",
    "gpg.openpgp.program", "gpg.ssh.defaultKeyCommand", "credential.helper", "diff.external", "gc.recentObjectsHook",
    "interactive.diffFilter", "hook.evil.command", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process",
    "diff.evil.command", "diff.evil.textconv", "merge.evil.driver", "trailer.evil.command", "trailer.evil.cmd",
    "remote.origin.uploadpack", "remote.origin.receivepack", "submodule.inner.update", "alias.commit", "alias.add",
    "alias.ls-files", "alias.diff-index", "credential.https://example.org.helper", "pager.config", "pager.ls-files",
    "pager.commit",
)  # fmt: skip


class HostileRepository:
    """A repository with two commits in `root`; `marks()` names what of it was run."""

    def __init__(self, root: Path, marks: Path) -> None:
        self._marks = marks
        marks.mkdir(parents=True)
        self.folder = made = GitFolder(root)
        made.commit("First", a_py="one\ntwo\n", b_txt="plain\n")
        made.commit("Second", a_py="one\ntwo\nthree\n")
        self._set_submodule()
        made.write(".gitattributes", "*.evil filter=evil diff=evil merge=evil\n")
        made.write("c.evil", "passes through a program\n")
        for setting in _SETTINGS:
            command = self._script(setting.replace("/", "_").replace(":", "_"))
            made.git("config", setting, f"!{command}" if setting.startswith(("alias.", "submodule.")) else command)
        made.git("config", "hook.evil.event", "pre-commit")
        made.git("config", "filter.evil.required", "true")
        for setting in ("commit.gpgSign", "tag.gpgSign", "log.showSignature", "commit.verbose"):
            made.git("config", setting, "true")
        made.git("config", "gc.auto", "1")
        # Also by a file that the settings include, with a name of its own.
        included = made.write(".git/more", f'[filter "more"]\n\tclean = {self._script("included")}\n')
        included.write_text(included.read_text() + f"\tsmudge = {self._script('included-smudge')}\n\trequired = true\n")
        made.git("config", "include.path", "more")
        made.write("d.more", "passes through an included one\n")
        made.write(".gitattributes", "*.evil filter=evil diff=evil merge=evil\n*.more filter=more\n")
        for name in _HOOKS:
            place = made.root / ".git" / "hooks" / name
            place.parent.mkdir(exist_ok=True)
            place.write_text(f"#!/bin/sh\ntouch '{marks}/hook-{name}'\n")
            place.chmod(0o755)
        self.clear()

    def clear(self) -> None:
        """Forget what was run: making it has run some of it."""
        for each in self._marks.iterdir():
            if not each.name.endswith(".sh"):
                each.unlink()

    def marks(self) -> list[str]:
        """What of it was run, sorted."""
        return sorted(each.name for each in self._marks.iterdir() if not each.name.endswith(".sh"))

    def _script(self, name: str) -> str:
        place = self._marks / f"{name}.sh"
        place.write_text(f"#!/bin/sh\ntouch '{self._marks}/{name}'\ncat\n")
        place.chmod(place.stat().st_mode | stat.S_IXUSR)
        return str(place)

    def _set_submodule(self) -> None:
        """A repository inside, whose own settings are as bad."""
        inner = GitFolder(self.folder.root / "inner")
        inner.commit("Inside", x_txt="inside\n")
        inner.git("config", "core.fsmonitor", self._script("submodule-fsmonitor"))
        inner.git("config", "filter.inside.clean", self._script("submodule-filter"))
        inner.write(".gitattributes", "* filter=inside\n")
        self.folder.git("add", "inner", may_fail=True)
        self.folder.write(".gitmodules", '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n')
        self.folder.git("add", ".gitmodules")
        self.folder.git("commit", "-q", "-m", "A submodule")
        inner.write("x.txt", "changed inside\n")
