"""The page as it is served: its headers, its words, and what exists only in a demonstration."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.channels.web import Web
from bot.web.page import PageFacts
from tests.browser.web_desk import StrawDesk, opened
from tests.channels.web_tab import ANN, say

HOSTILE = "<script>alert(1)</script>{{7*7}} & \"'"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[StrawDesk]:
    async with opened(StrawDesk(tmp_path / "incoming", heartbeat=0.2)) as desk:
        yield desk


@pytest.fixture
async def client(desk: StrawDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=desk.url, timeout=5) as client:
        yield client


async def served(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
    front = await client.get("/")
    assert front.status_code == 200
    paths = re.findall(r'(?:href|src)="(/[^"#]+)"', front.text)
    assert len(paths) == 5
    return {"/": front} | {path: await client.get(path) for path in paths}


async def test_every_answer_is_bound_to_our_own_origin(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    answers = [*(await served(client)).values(), await say(client, "x", "y"), await client.get("/web/now")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


async def test_nothing_served_leaves_the_house_or_runs_inline(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    for path, answer in (await served(client)).items():
        assert answer.status_code == 200, path
        text = answer.text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", text), path
        assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(|@import", text), path
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", (await client.get("/")).text)


async def test_no_word_for_people_hides_in_the_script(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    scripts = {path: answer.text for path, answer in (await served(client)).items() if path.endswith((".js", ".css"))}
    assert len(scripts) == 4
    assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in scripts.values())


async def test_static_files_stay_a_year_under_the_name_of_their_content(
    desk: StrawDesk, client: httpx.AsyncClient
) -> None:
    for path, answer in (await served(client)).items():
        cached = answer.headers["cache-control"]
        assert ("immutable" in cached) == path.startswith("/web/static/"), path
    for path in ("page.js", "page.000000000000.js", "..%2fpage.html", "page.html"):
        assert (await client.get(f"/web/static/{path}")).status_code == 404


async def test_hostile_facts_are_text_in_the_page(tmp_path: Path) -> None:
    facts = PageFacts(HOSTILE, "1", "2", HOSTILE, True, (("X", HOSTILE),))
    html = Web(facts, tmp_path, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))._html
    assert "<script>alert" not in html and "{{7*7}}" in html and "49" not in html


async def test_outside_a_demonstration_nobody_steps_in_or_turns_the_clock(tmp_path: Path) -> None:
    async with (
        opened(StrawDesk(tmp_path, demo=False)) as desk,
        httpx.AsyncClient(base_url=desk.url) as client,
    ):
        persona = {"address": ANN, "person": "BH005"}
        assert (await client.post("/web/persona", json=persona)).status_code == 404
        assert (await client.post("/web/clock", json={"at": "2026-12-04T09:00"})).status_code == 404
        assert (await client.get("/web/now")).status_code == 404
        assert desk.stepped_in == []
        page = (await client.get("/")).text
        assert "演示" not in page and "王爱民" not in page and "demo." not in page


async def test_in_a_demonstration_anybody_steps_in(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    answer = await client.post("/web/persona", json={"address": ANN, "person": "BH005"})
    assert answer.json() == {"label": "王爱民 督查科"} and desk.stepped_in == [(ANN, "BH005")]
    stranger = await client.post("/web/persona", json={"address": ANN, "person": "BH999"})
    assert stranger.status_code == 400 and len(desk.stepped_in) == 1


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-12-04T09:05", "12月4日(周五)上午9:05"),
        ("2026-12-04T07:00:00+00:00", "12月4日(周五)下午3:00"),
        ("2026-12-06T12:30", "12月6日(周日)下午12:30"),
    ],
)
async def test_the_clock_turns_and_is_shown_in_shanghai(
    desk: StrawDesk, client: httpx.AsyncClient, at: str, shown: str
) -> None:
    assert (await client.post("/web/clock", json={"at": at})).json()["text"] == shown
    assert desk.desk_time.tzinfo is not None
    assert (await client.get("/web/now")).json()["text"] == shown


@pytest.mark.parametrize("at", ["", "明天", None, "2001-01-01T00:00", "2026-13-01"])
async def test_a_time_that_cannot_be_is_said_so(desk: StrawDesk, client: httpx.AsyncClient, at: object) -> None:
    answer = await client.post("/web/clock", json={"at": at})
    assert answer.status_code == 400 and "换一个时间" in answer.json()["error"]


def test_the_ability_says_a_closed_page_is_not_reached_again() -> None:
    ability = Web.ability
    assert (ability.buttons, ability.label, ability.text, ability.reopens) == (12, 20, 4000, False)
