"""Photos to the web chat, and files from it."""

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.speech import Attachment
from bot.web.photos import MOST_BYTES, kind_of, names_place
from tests.browser.web_desk import StrawDesk, opened
from tests.channels.web_tab import ANN, BEN, KEY, listening

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 200
PICTURES = {
    "jpg": JPEG,
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "gif": b"GIF89a" + b"\0" * 20,
    "webp": b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 20,
    "heic": b"\0\0\0\x18ftypheic" + b"\0" * 20,
}
NO_PICTURES = {
    "empty": b"",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "html": b"<!doctype html><script>1</script>",
    "short": b"GIF8",
    "video": b"\0\0\0\x18ftypisom" + b"\0" * 20,
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[StrawDesk]:
    async with opened(StrawDesk(tmp_path / "incoming", heartbeat=0.2)) as desk:
        yield desk


@pytest.fixture
async def client(desk: StrawDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=desk.url, timeout=5) as client:
        yield client


async def send_photo(client: httpx.AsyncClient, content: bytes, key: str = KEY) -> httpx.Response:
    return await client.post("/web/photo", content=content, headers={"X-Desk-Address": ANN, "X-Desk-Key": key})


@pytest.mark.parametrize("kind", PICTURES)
async def test_photos_are_kept_under_a_name_nobody_can_guess(
    desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path, kind: str
) -> None:
    async with listening(client, ANN):
        assert [(await send_photo(client, PICTURES[kind])).status_code for _ in range(2)] == [200, 200]
    file = desk.heard[0].file
    assert file and (file.kind, file.name) == ("photo", f"photo.{kind}")
    [kept] = (tmp_path / "incoming").iterdir()
    assert file.source == str(kept) and re.fullmatch("[0-9a-f]{64}", kept.name)
    assert await desk.web.fetch(file) == PICTURES[kind]


@pytest.mark.parametrize("kind", NO_PICTURES)
async def test_what_is_no_photo_leaves_nothing(
    desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path, kind: str
) -> None:
    answer = await send_photo(client, NO_PICTURES[kind])
    assert answer.status_code == 400 and "不是照片" in answer.json()["error"]
    assert not desk.heard and not list((tmp_path / "incoming").iterdir())


async def test_a_photo_may_have_ten_megabytes_and_not_one_byte_more(
    desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    async with listening(client, ANN):
        assert (await send_photo(client, JPEG.ljust(MOST_BYTES, b"\0"))).status_code == 200
    answer = await send_photo(client, JPEG.ljust(MOST_BYTES + 1, b"\0"), "another-key")
    assert answer.status_code == 413 and "10兆" in answer.json()["error"]
    assert len(list((tmp_path / "incoming").iterdir())) == 1


async def test_a_photo_of_untold_length_is_cut_while_it_streams(
    desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 40 * MOST_BYTES:
            sent += 65536
            yield JPEG.ljust(65536, b"\0")

    headers = {"X-Desk-Address": ANN, "X-Desk-Key": KEY}
    try:
        answer = await client.post("/web/photo", content=endless(), headers=headers)
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # the server hung up while we were still pouring
    assert sent < 8 * MOST_BYTES and not desk.heard and not list((tmp_path / "incoming").iterdir())


async def test_a_photo_half_sent_leaves_nothing(desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield JPEG
        raise ConnectionResetError

    headers = {"X-Desk-Address": ANN, "X-Desk-Key": KEY}
    with pytest.raises(ConnectionResetError):
        await client.post("/web/photo", content=broken(), headers=headers)
    for _ in range(100):
        await asyncio.sleep(0.02)
        if not list((tmp_path / "incoming").iterdir()):
            break
    assert not desk.heard and not list((tmp_path / "incoming").iterdir())


async def test_a_photo_survives_a_desk_that_could_not_store_it(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    desk.failing = 1
    async with listening(client, ANN):
        assert [(await send_photo(client, JPEG)).status_code for _ in range(2)] == [503, 200]
    assert desk.heard[0].file and await desk.web.fetch(desk.heard[0].file) == JPEG


async def test_fetch_reads_nothing_but_its_own_folder(desk: StrawDesk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("密")
    for source in (tmp_path / "secret", tmp_path / "incoming" / ".." / "secret"):
        with pytest.raises(FileNotFoundError):
            await desk.web.fetch(Attachment("photo", str(source)))


async def test_forget_deletes_nothing_but_its_own(desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("密")
    await desk.web.forget(Attachment("photo", str(tmp_path / "secret")))
    assert (tmp_path / "secret").exists()
    async with listening(client, ANN):
        await send_photo(client, JPEG)
    assert desk.heard[0].file
    for _ in range(2):  # twice is no fault
        await desk.web.forget(desk.heard[0].file)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_jpeg_by_name_alone_is_none() -> None:
    assert kind_of(b"photo.jpg") is None


async def test_a_file_from_the_desk_is_handed_to_its_page_alone(
    desk: StrawDesk, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    slip = tmp_path / "slip.ics"
    slip.write_text("BEGIN:VCALENDAR")
    async with listening(client, ANN) as page:
        await desk.say(ANN, "日历", file=str(slip))
        assert (await page.bubble())["file"] == "slip.ics"
    path = f"/web/file/{page.last_id}"
    mine = await client.get(path, headers={"X-Desk-Address": ANN})
    assert (mine.text, mine.headers["content-type"]) == ("BEGIN:VCALENDAR", "application/octet-stream")
    assert (await client.get(path, headers={"X-Desk-Address": BEN})).status_code == 404
    assert (await client.get(path)).status_code == 400


def exif(order: str, *tags: int) -> bytes:
    """A camera's JPEG whose first directory has these tags."""
    mark = b"II" if order == "<" else b"MM"
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, 26) for tag in tags)
    tiff = mark + struct.pack(f"{order}HIH", 42, 8, len(tags)) + entries
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_picture_that_tells_where_it_was_taken_is_known(order: str) -> None:
    assert names_place(exif(order, 0x010F, 0x8825))
    assert not names_place(exif(order, 0x010F, 0x0110))
    assert not any(names_place(content) for content in (*PICTURES.values(), exif(order, 0x8825)[:16], b"Exif\0\0II*\0"))
