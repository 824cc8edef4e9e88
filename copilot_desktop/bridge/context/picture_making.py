"""Pictures as they go to a model: read, scaled down and encoded anew, so that nothing is left of what a camera or a
program has written beside them. On workers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QPainter

from copilot_desktop.errors import UnreadableFileError, UsageError
from copilot_desktop.workspace.picture import LARGEST_BYTES, LONGEST_PX, Picture

_MOST_PIXELS: Final = 100_000_000
_LARGE_PNG_BYTES: Final = 1_500_000
_QUALITY: Final = 88
_THUMBNAIL_PX: Final = 64
_PHOTOS: Final = ("jpeg", "jpg", "jfif", "webp")


def picture_of_file(place: Path) -> Picture:
    """The picture in a file. Raises UnreadableFileError and UsageError."""
    try:
        size = place.stat().st_size
        if size > LARGEST_BYTES:
            raise UsageError(
                f"{place.name} has {size:,} bytes; pictures of more than {LARGEST_BYTES:,} are not sent.",
                advice="Save a smaller copy of it.",
            )
        data = place.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{place.name} cannot be read: {error.strerror}.") from error
    return picture_of_bytes(data, place.name)


def picture_of_bytes(data: bytes, name: str) -> Picture:
    """The first picture in what a file holds. Raises UsageError."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > _MOST_PIXELS:
        raise UsageError(
            f"{name} has {size.width():,} × {size.height():,} pixels; of more than {_MOST_PIXELS:,} none is sent.",
            advice="Save a smaller copy of it.",
        )
    is_photo = bytes(reader.format().data()).decode("ascii", "replace") in _PHOTOS
    image = reader.read()
    if image.isNull():
        raise UsageError(f"{name} is no picture that can be read: {reader.errorString()}.")
    return picture_of(image, is_photo=is_photo)


def picture_of(image: QImage, *, is_photo: bool = False) -> Picture:
    """What is seen of it."""
    source = image.size()
    if image.colorSpace().isValid():
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    if max(source.width(), source.height()) > LONGEST_PX:
        image = _fitted(image, LONGEST_PX)
    clean = _painted(image, is_opaque=not image.hasAlphaChannel())
    data, media_type = (b"", "") if is_photo and not image.hasAlphaChannel() else (_encoded(clean, "PNG"), "image/png")
    if not data or len(data) > _LARGE_PNG_BYTES:
        data, media_type = _encoded(_painted(image, is_opaque=True), "JPEG"), "image/jpeg"
    thumbnail = _encoded(_fitted(clean, _THUMBNAIL_PX), "PNG")
    scaled = f"{_words(source)} → {_words(clean.size())}" if clean.size() != source else ""
    return Picture(data, media_type, clean.width(), clean.height(), scaled, thumbnail)


def _fitted(image: QImage, longest: int) -> QImage:
    size = image.size().boundedTo(QSize(longest, longest))
    return image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _painted(image: QImage, *, is_opaque: bool) -> QImage:
    """The same pixels in another image: texts and profiles that were read with it stay behind."""
    form = QImage.Format.Format_RGB32 if is_opaque else QImage.Format.Format_ARGB32
    clean = QImage(image.size(), form)
    clean.fill(Qt.GlobalColor.white if is_opaque else Qt.GlobalColor.transparent)
    painter = QPainter(clean)
    painter.drawImage(0, 0, image)
    painter.end()
    return clean


def _encoded(image: QImage, form: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, form, _QUALITY if form == "JPEG" else -1)  # type: ignore[call-overload]  # its stub wants bytes
    return bytes(buffer.data().data())


def _words(size: QSize) -> str:
    return f"{size.width()}×{size.height()}"
