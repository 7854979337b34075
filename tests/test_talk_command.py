"""`frontdesk talk`: a machine holds a conversation, line by line, over real pipes."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import warm

NOW = "2026-11-23T09:00"


class Talk:
    """A running `frontdesk talk`; `say` returns what was said because of a line."""

    def __init__(self, *arguments: str) -> None:
        self.process = warm.start(["talk", *arguments], os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def raw(self, text: str) -> list[dict[str, Any]]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        lines = []
        while True:
            line = json.loads(self.process.stdout.readline())
            lines.append(line)
            if "done" in line:
                return lines

    def say(self, person: str = "老李", **line: Any) -> list[dict[str, Any]]:
        *said, done = self.raw(json.dumps({"person": person, **line}, ensure_ascii=False))
        assert done == {"done": len([s for s in said if "error" not in s])}
        return said

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(10)


@pytest.fixture
def talk() -> Iterator[Talk]:
    running = Talk("--now", NOW)
    yield running
    assert running.end() == 0


def test_a_bubble_has_time_person_channel_text_and_choices(talk: Talk) -> None:
    (hello,) = talk.say(text="你好")
    assert hello["at"] == "2026-11-23T09:00:00+08:00"
    assert (hello["to"], hello["channel"]) == ("老李", "terminal")
    assert "您好" in hello["text"] and "您有什么事要我帮忙吗?" in hello["text"]
    assert "投诉" in hello["choices"]


def test_colleagues_are_known_by_name_or_number_and_citizens_by_prefix(talk: Talk) -> None:
    assert talk.say("许正义", text="你好")[0]["to"] == "BH023"
    assert talk.say("BH023", text="你好")[0]["to"] == "BH023"
    citizen = talk.say("citizen:许正义", text="你好")[0]
    assert citizen["to"] == "许正义" and "投诉" in citizen["choices"]


def test_the_same_id_twice_is_a_repeated_delivery(talk: Talk) -> None:
    assert talk.say(text="预约", id="a1")
    assert talk.say(text="预约", id="a1") == []


def test_buttons_are_pressed_by_label_and_the_old_one_answers(talk: Talk) -> None:
    talk.say(text="预约办护照")
    talk.say(text="明天上午九点")
    talk.say(text="13800000000")
    talk.say(tap="改一项")
    talk.say(text="返回")
    old = talk.say(tap="#old 提交")
    assert "已经办过了" in old[0]["text"]
    assert "YY26" in talk.say(tap="提交")[0]["text"]


def test_a_line_that_cannot_be_read_is_an_error_and_stops_nobody(talk: Talk) -> None:
    for bad in ("{", "[]", "7", '{"text": "谁"}', '{"person": "老李"}', '{"person":"老李","at":"gestern","text":"a"}'):
        *errors, done = talk.raw(bad)
        assert [set(e) for e in errors] == [{"error"}] and done == {"done": 0}
    assert "error" in talk.say(tap="没有这个按钮")[0]
    assert talk.say(text="你好")


def test_at_alone_moves_the_clock_and_fires_what_falls_due(talk: Talk) -> None:
    talk.say(text="预约办护照")
    talk.say(text="11月25日上午九点")
    talk.say(text="13800000000")
    talk.say(tap="提交")
    *said, done = talk.raw('{"at": "2026-11-25T08:01"}')
    mine = [s for s in said if s["to"] == "老李"]
    assert [s["at"][:16] for s in mine] == ["2026-11-24T15:00", "2026-11-25T08:00"]
    assert done["done"] == len(said)
    assert [s["at"] for s in said] == sorted(s["at"] for s in said)


def test_a_time_with_the_message_moves_the_clock_first(talk: Talk) -> None:
    assert talk.say(at="2026-11-23T10:30", text="你好")[-1]["at"] == "2026-11-23T10:30:00+08:00"


def test_killed_between_any_two_lines_it_goes_on(tmp_path: Path) -> None:
    where = ("--database", f"sqlite:///{tmp_path}/d.db", "--now", NOW)
    lines = [{"text": "预约办护照"}, {"text": "明天上午九点"}, {"text": "13800000000"}, {"tap": "提交"}]
    said: list[dict[str, Any]] = []
    for line in lines:
        talk = Talk(*where)
        said = talk.say(**line)
        talk.kill()
    assert "YY2600001" in said[0]["text"]
    last = Talk(*where)
    assert "YY2600001" in last.say(text="我的预约")[0]["text"]
    assert last.end() == 0


def test_what_was_not_yet_said_is_said_after_the_restart(tmp_path: Path) -> None:
    """Committed and killed before a word came out: the answer is not lost, and the repeat is no second message."""
    where = ("--database", f"sqlite:///{tmp_path}/d.db", "--now", NOW)
    first = Talk(*where)
    first.say(text="预约办护照")
    assert first.process.stdin and first.process.stdout
    first.process.stdout.close()  # the next answer cannot be written
    first.process.stdin.write(json.dumps({"person": "老李", "id": "x", "text": "明天上午九点"}) + "\n")
    first.process.stdin.flush()
    first.process.wait(20)
    again = Talk(*where).say(id="x", text="明天上午九点")
    assert [s["text"][:5] for s in again] == ["请留一个电"]


def test_a_file_is_heard(talk: Talk, tmp_path: Path) -> None:
    picture = tmp_path / "p.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0 not much")
    assert "值班" in talk.say(file=str(picture))[-1]["text"]
