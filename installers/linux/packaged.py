"""What both packages hold beside the program: names, texts for menus and shops, icons, the manual page."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "copilot-desktop"
TITLE: Final = "Copilot Desktop"
SUMMARY: Final = "Pair programming with a language model in a native window"
MAINTAINER: Final = "Copilot Desktop maintainers <copilot-desktop@users.noreply.github.com>"
ICON_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
MIME_TYPES: Final = (
    "inode/directory", "text/plain", "text/x-python", "text/x-csrc", "text/x-chdr", "text/x-c++src", "text/x-c++hdr",
    "text/x-java", "text/x-csharp", "text/x-go", "text/rust", "text/x-ruby", "text/x-lua", "text/markdown",
    "text/html", "text/css", "text/javascript", "application/javascript", "application/typescript",
    "application/json", "application/x-yaml", "application/toml", "application/xml", "application/x-shellscript",
    "application/x-php",
)  # fmt: skip


def constant(name: str) -> str:
    """A constant of the package, read without importing it."""
    text = (ROOT / "copilot_desktop" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(rf'^{name}(?:: Final)? = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise LookupError(f"copilot_desktop has no constant {name}")
    return found[1]


def version() -> str:
    """The program's version."""
    return constant("__version__")


def application_id() -> str:
    """The name under which desktops know the program: of its desktop file, its icons and its window."""
    return constant("APPLICATION_ID")


def built_at() -> dt.datetime:
    """The date that stands in the packages: SOURCE_DATE_EPOCH, else the last commit's, so that two builds agree."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        given = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return dt.datetime.fromtimestamp(int(given), dt.UTC)


def desktop_entry() -> str:
    """The entry for menus; `%F`: a file manager opens folders and files with it."""
    return f"""[Desktop Entry]
Type=Application
Version=1.4
Name={TITLE}
GenericName=Code Editor
Comment={SUMMARY}
Exec={NAME} %F
Icon={application_id()}
Terminal=false
Categories=Development;IDE;
Keywords=editor;code;ai;llm;programming;review;
MimeType={";".join(MIME_TYPES)};
StartupNotify=true
StartupWMClass={application_id()}
"""


def metainfo() -> str:
    """The component that software centres show."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>{application_id()}</id>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>Apache-2.0</project_license>
  <name>{TITLE}</name>
  <summary>{SUMMARY}</summary>
  <developer id="io.github.copilot_desktop">
    <name>Copilot Desktop maintainers</name>
  </developer>
  <description>
    <p>
      Open a folder, edit code, talk to a language model about it, and get proposed changes back that you read, correct
      and approve hunk by hunk before a byte reaches the disk.
    </p>
    <ul>
      <li>Nothing is written before you approve it; every write can be undone to the byte.</li>
      <li>You see everything that is sent, with its tokens and its price.</li>
      <li>It works with OpenAI, any compatible server, or a small model of its own, without a browser engine.</li>
    </ul>
  </description>
  <categories>
    <category>Development</category>
    <category>IDE</category>
  </categories>
  <launchable type="desktop-id">{application_id()}.desktop</launchable>
  <provides>
    <binary>{NAME}</binary>
  </provides>
  <content_rating type="oars-1.1"/>
  <releases>
    <release version="{version()}" date="{built_at():%Y-%m-%d}"/>
  </releases>
</component>
"""


def manual() -> str:
    """The manual page, section 1."""
    text = Path(__file__).with_name(f"{NAME}.1.in").read_text(encoding="utf-8")
    return text.replace("@MONTH@", f"{built_at():%B %Y}").replace("@VERSION@", version())


def write_shared(share: Path) -> None:
    """Put what desktops look for below a folder like /usr/share."""
    for place, text in (
        (f"applications/{application_id()}.desktop", desktop_entry()),
        (f"metainfo/{application_id()}.metainfo.xml", metainfo()),
    ):
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        (share / place).write_text(text, encoding="utf-8")
    drawing = ROOT / "resources" / "icons" / "app.svg"
    scalable = share / "icons/hicolor/scalable/apps" / f"{application_id()}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(drawing.read_bytes())


def draw_icons(share: Path, python: str) -> None:
    """Put the icon in all sizes below a folder like /usr/share; `python` is one that has Qt."""
    pairs = []
    for size in ICON_SIZES:
        pairs += [str(size), str(share / f"icons/hicolor/{size}x{size}/apps/{application_id()}.png")]
    subprocess.run([python, str(Path(__file__).with_name("draw_icons.py")), *pairs], check=True)


def set_modes(root: Path, program: Path) -> None:
    """Folders 755, programs 755, everything else 644, links as they are, all of one date.

    `program` is the frozen one; those that it starts lie in a folder `bin` inside.
    """
    started = program.with_name("_internal") / "bin"
    when = built_at().timestamp()
    for place in (*sorted(root.rglob("*"), reverse=True), root):
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() or place == program or place.parent == started else 0o644)
        os.utime(place, (when, when), follow_symlinks=False)
