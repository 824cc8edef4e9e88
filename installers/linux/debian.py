"""The .deb: the frozen folder with what a Debian package has."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from installers.environment import say
from installers.linux import libraries, licensing, packaged
from installers.linux.freezing import BUILD, HERE, run

ROOT: Final = BUILD / "deb"
"""What is packed, as it is installed below /."""
VERSIONS: Final = {"libc6": "2.35", "libstdc++6": "12"}
"""The least versions of packages that bring libraries."""
DATA: Final = ("ca-certificates", "fontconfig-config", "xkb-data")
"""Files that the libraries in the program read."""
THREADS: Final = "2"
"""Always as many, since the bytes of xz differ between one thread and several."""
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


def build(frozen: Path, made: Path, python: str) -> None:
    """Make the package of a frozen folder as the file `made`."""
    say(f"Making {made.name}")
    root, name = ROOT, packaged.NAME
    shutil.rmtree(root, ignore_errors=True)
    share, documents = root / "usr/share", root / f"usr/share/doc/{name}"
    shutil.copytree(frozen, root / f"usr/lib/{name}", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / f"usr/bin/{name}").symlink_to(f"../lib/{name}/{name}")
    packaged.write_shared(share)
    packaged.draw_icons(share, python)
    documents.mkdir(parents=True)
    _write_packed(share / f"man/man1/{name}.1.gz", packaged.manual())
    _write_packed(documents / "changelog.gz", _changelog())
    (documents / "copyright").write_text(_copyright(), encoding="utf-8")
    overrides = root / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    shutil.copyfile(HERE / "lintian-overrides", overrides / name)
    packaged.set_modes(root, root / f"usr/lib/{name}/{name}")
    _write_control(root, libraries.debian_packages(frozen))
    variables = {"SOURCE_DATE_EPOCH": str(int(packaged.built_at().timestamp())), "DPKG_DEB_THREADS_MAX": THREADS}
    made.parent.mkdir(parents=True, exist_ok=True)
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "-b", str(root), str(made)], "dpkg-deb", variables=variables)


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
 /usr/lib/{packaged.NAME}/{licensing.PLACE}.
"""


def depends(packages: Iterable[str]) -> str:
    """The field of that name."""
    found = [f"{name} (>= {VERSIONS[name]})" if name in VERSIONS else name for name in sorted(packages)]
    return ", ".join((*found, *DATA))


def _write_control(root: Path, packages: Iterable[str]) -> None:
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
        depends=depends(packages),
        recommends=", ".join(RECOMMENDS),
        summary=packaged.SUMMARY[0].lower() + packaged.SUMMARY[1:],
    )
    (control / "control").write_text(text, encoding="utf-8")
