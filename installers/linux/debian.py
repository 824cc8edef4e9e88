"""The .deb: the frozen folder with what a Debian package has, checked by lintian."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Final

from installers.environment import say
from installers.linux import packaged
from installers.linux.freezing import BUILD, HERE, run

DEPENDS: Final = (
    "libc6 (>= 2.35)", "libstdc++6 (>= 12)", "libgcc-s1", "libexpat1", "libgl1", "libegl1", "libxcb1",
    "libwayland-client0", "libwayland-cursor0", "libwayland-egl1", "xkb-data", "fontconfig-config",
)  # fmt: skip
RECOMMENDS: Final = ("gnome-keyring | org.freedesktop.secrets", "fonts-dejavu-core", "git")
_CONTROL = """Package: {name}
Version: {version}
Section: editors
Priority: optional
Architecture: amd64
Maintainer: {maintainer}
Installed-Size: {size_kib}
Depends: {depends}
Recommends: {recommends}
Description: {summary}
 Open a folder, edit code in a Scintilla editor, talk to a model about it, and
 get proposed changes back that you read, correct and approve hunk by hunk
 before a byte reaches the disk.
 .
 It works with OpenAI, any server that speaks the same language, or a small
 model of its own, needs no browser engine and sends nothing nobody asked for.
"""


def build(frozen: Path, out: Path, python: str) -> Path:
    """Make the package; returns its file."""
    say("Making the .deb")
    root, name = BUILD / "deb", packaged.NAME
    shutil.rmtree(root, ignore_errors=True)
    share, documents = root / "usr/share", root / f"usr/share/doc/{name}"
    shutil.copytree(frozen, root / f"usr/lib/{name}", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / f"usr/bin/{name}").symlink_to(f"../lib/{name}/{name}")
    packaged.write_shared(share)
    pairs = []
    for size in packaged.ICON_SIZES:
        place = share / f"icons/hicolor/{size}x{size}/apps/{packaged.application_id()}.png"
        pairs += [str(size), str(place)]
    run([python, str(HERE / "draw_icons.py"), *pairs], "Drawing the icons")
    documents.mkdir(parents=True)
    _write_packed(share / f"man/man1/{name}.1.gz", packaged.manual())
    _write_packed(documents / "changelog.gz", _changelog())
    (documents / "copyright").write_text(_copyright(), encoding="utf-8")
    _set_modes(root)
    _write_control(root)
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"{name}_{packaged.version()}_amd64.deb"
    when = {"SOURCE_DATE_EPOCH": str(int(packaged.built_at().timestamp()))}
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "-b", str(root), str(made)], "dpkg-deb", variables=when)
    return made


def _write_packed(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _changelog() -> str:
    when = packaged.built_at().strftime("%a, %d %b %Y %H:%M:%S +0000")
    head = f"{packaged.NAME} ({packaged.version()}) unstable; urgency=medium"
    return f"{head}\n\n  * Release {packaged.version()}.\n\n -- {packaged.MAINTAINER}  {when}\n"


def _copyright() -> str:
    return f"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: {packaged.TITLE}

Files: *
Copyright: 2026 Copilot Desktop maintainers
License: Apache-2.0
 On Debian systems, the text of the Apache License, Version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
 .
 The package holds programs of others. Their names, licences and notices are in
 /usr/lib/{packaged.NAME}/_internal/copilot_desktop/_resources/licences.
"""


def _set_modes(root: Path) -> None:
    """Folders 755, programs and their links as they are, everything else 644, all of one date."""
    when = packaged.built_at().timestamp()
    program = root / f"usr/lib/{packaged.NAME}/{packaged.NAME}"
    for place in sorted(root.rglob("*"), reverse=True):
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() or place == program else 0o644)
        os.utime(place, (when, when), follow_symlinks=False)


def _write_control(root: Path) -> None:
    files = [each for each in sorted((root / "usr").rglob("*")) if stat.S_ISREG(each.lstat().st_mode)]
    sums = [f"{hashlib.md5(each.read_bytes()).hexdigest()}  {each.relative_to(root)}\n" for each in files]  # noqa: S324
    control = root / "DEBIAN"
    control.mkdir(mode=0o755)
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")
    text = _CONTROL.format(
        name=packaged.NAME,
        version=packaged.version(),
        maintainer=packaged.MAINTAINER,
        size_kib=sum(each.stat().st_size for each in files) // 1024,
        depends=", ".join(DEPENDS),
        recommends=", ".join(RECOMMENDS),
        summary=packaged.SUMMARY[0].lower() + packaged.SUMMARY[1:],
    )
    (control / "control").write_text(text, encoding="utf-8")


def check(package: Path) -> list[str]:
    """What lintian says against it beyond the tags that are explained in docs/; [] where it is not installed, said."""
    if not shutil.which("lintian"):
        say("lintian is not installed: sudo apt install lintian")
        return []
    command = ["lintian", "--no-cfg", "--allow-root", "--fail-on", "none", "--tag-display-limit", "0", str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(("E:", "W:"))]
