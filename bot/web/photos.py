"""Photos on their way in: judged by their first bytes, never decoded, kept under a name nobody can guess."""

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterable
from pathlib import Path
from typing import BinaryIO, Literal

MOST_BYTES = 10 * 1024 * 1024
_EXIF = re.compile(rb"(?:Exif\x00\x00|EXIF....)(II\*\x00|MM\x00\*)", re.S)
_EXIF_WITHIN, _GPS = 256 * 1024, 0x8825
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


class TooBig(Exception):
    """More bytes than a photo may have."""


class NotAPhoto(Exception):
    """The first bytes are none of the kinds taken here."""


def kind_of(head: bytes) -> str | None:
    """The file ending of the picture that begins with these bytes, or None when it is none we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return "heic" if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS else None


def names_place(content: bytes) -> bool:
    """Does the picture say where it was taken? EXIF 2.3: the first directory points at one of GPS. Only looked for."""
    begin = _EXIF.search(content, 0, _EXIF_WITHIN)
    if begin is None:
        return False
    start = begin.start(1)
    order: Literal["little", "big"] = "little" if content[start : start + 2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(content[start + at : start + at + size], order)

    directory = number(4, 4)
    entries = range(directory + 2, directory + 2 + 12 * number(directory, 2), 12)
    return any(number(entry, 2) == _GPS for entry in entries)


async def keep(body: AsyncIterable[bytes], folder: Path, address: str, key: str) -> tuple[Path, str]:
    """Store the body durably and return its path and kind; the same message again keeps the first file."""
    # Named after the secret address and the message: not guessable, and a repeated upload leaves no second copy.
    place = folder / hashlib.sha256(f"{address}/{key}".encode()).hexdigest()
    handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=folder, prefix="part-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            kind = await _copy(body, file)
        await asyncio.to_thread(_settle, part, place)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
    return place, kind


async def _copy(body: AsyncIterable[bytes], file: BinaryIO) -> str:
    head, size = b"", 0
    async for chunk in body:
        size += len(chunk)
        if size > MOST_BYTES:
            raise TooBig
        head = (head + chunk)[:16] if len(head) < 16 else head
        if len(head) >= 16 and kind_of(head) is None:
            raise NotAPhoto
        await asyncio.to_thread(file.write, chunk)
    await asyncio.to_thread(_flush, file)
    kind = kind_of(head)
    if kind is None:
        raise NotAPhoto
    return kind


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle(part: Path, place: Path) -> None:
    if not place.exists():
        part.replace(place)
        _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
