"""Half-done talks, the chain's head, and who may see what, seen from the people's side."""

from datetime import timedelta
from pathlib import Path

from machine_desk import NOW, desk_in


async def test_a_half_done_talk_is_kept_a_day_then_put_away_with_one_word(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        await desk.rehearsal.move_to(NOW + timedelta(hours=23))
        desk.said.clear()
        await desk.rehearsal.move_to(NOW + timedelta(hours=30))
        mine = [s for s in desk.said if s.to == "老李"]
        assert len(mine) == 1 and "随时可以接着说" in mine[0].text
        assert "周" not in "".join(await desk.say("老李", "谢谢"))  # the question is gone


async def test_at_night_nothing_is_put_away(tmp_path: Path) -> None:
    async with desk_in(tmp_path, NOW + timedelta(hours=9)) as desk:
        await desk.say("老李", "预约办护照")
        await desk.rehearsal.move_to(NOW + timedelta(hours=23))  # 08:00, not yet a day
        desk.said.clear()
        await desk.rehearsal.move_to(NOW + timedelta(hours=34))  # 19:00, closed
        assert [s for s in desk.said if s.to == "老李"] == []


async def test_the_chains_head_leaves_the_machine_every_morning(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "你好")
        await desk.rehearsal.move_to(NOW + timedelta(days=1))
        assert any("审计链到第" in s.text and s.to == "BH014" for s in desk.said)
