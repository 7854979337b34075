"""Files people sent, once their bytes are there."""

from pathlib import Path

from machine_desk import desk_in

from bot.fetching import Fetching
from bot.speech import Attachment, Heard
from tests.channels.test_web_photos import JPEG, exif


async def test_who_sends_a_picture_that_tells_where_it_was_taken_is_told(tmp_path: Path) -> None:
    pictures = {"plain": JPEG, "placed": exif("<", 0x8825)}

    class Page:
        async def fetch(self, file: Attachment) -> bytes:
            return pictures[file.source]

    async with desk_in(tmp_path) as desk:
        house = desk.rehearsal.house
        for name in pictures:
            await house.desk.hear(Heard("terminal", name, "老吴", "", file=Attachment("photo", name)))
        await Fetching(house.desk, {"terminal": Page()}, tmp_path).sweep()  # type: ignore[dict-item]
        await desk.rehearsal.settle()
        assert [said.to for said in desk.said if "拍摄地点" in said.text] == ["老吴"]
