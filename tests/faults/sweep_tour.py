"""A tour of the desk over both platforms, by people who go on whatever dies meanwhile, and what must come of it."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from crash_people import ROOT

from storage.database import Database
from storage.schema import metadata
from tests.channels import fake_wecom_api
from tests.channels.desk_process import free_port
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.fake_wecom import AES_KEY, TOKEN, FakeWeCom

HERE = Path(__file__).resolve().parent
BOOKER, COMPLAINER = 41, 42
YU, WANG, LI, XU, LIAO = "BH004", "BH005", "BH022", "BH023", "BH035"
STAFF = (YU, WANG, "BH006", LI, XU, LIAO)
PATIENCE = 20.0
SECRET = "s3cret-For_tests"
MACHINE = {"inbox", "shown", "audit", "outbox", "attachment", "alembic_version"}

# Who, what they type or press ([...]), and what whom is told last because of it.
TOUR: tuple[tuple[Any, str, Any, str], ...] = (
    (BOOKER, "预约居民身份证首次申领", BOOKER, "您哪天方便"),
    (BOOKER, "11月25日上午9点", BOOKER, "请留一个电话"),
    (BOOKER, "13800000001", BOOKER, "请看对不对"),
    (BOOKER, "[提交]", BOOKER, "要带:"),
    (COMPLAINER, "你们税务窗口的人态度恶劣,骂人", COMPLAINER, "贵姓大名"),
    (COMPLAINER, "吴建华", COMPLAINER, "请留一个电话"),
    (COMPLAINER, "13800000002", COMPLAINER, "请看对不对"),
    (COMPLAINER, "[提交]", COMPLAINER, "问进度发"),
    (WANG, "[受理]", WANG, "由您受理"),
    (LIAO, "请假 明天下午 看病", LIAO, "请看对不对"),
    (LIAO, "[提交]", LIAO, "交上去了"),
    (YU, "[同意]", LIAO, "批了"),
    (XU, "外出 去县住建局送材料 5点20回 13800000000", XU, "请看对不对"),
    (XU, "[提交]", XU, "交上去了"),
    (LI, "[同意]", XU, "批了"),
    (XU, "回来了", XU, "回到岗位"),
    (LI, "交接班", LI, "“咨询”还没写"),
    (LI, "来问社保卡的2人", LI, "“代办”还没写"),
    (LI, "无", LI, "典型事例"),
    (LI, "1号窗主动帮老人填表", LI, "纪律情况"),
    (LI, "无", LI, "钥匙"),
    (LI, "咨询台钥匙2把", LI, "请核对"),
    (LI, "[提交]", LI, "已提交"),
    (XU, "[确认接班]", LI, "交接班办好了"),
)


@dataclass
class Outcome:
    """What a tour left: rows by table, what each person was told, in order, and how many crossings there were."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    told: dict[Any, list[str]] = field(default_factory=dict)
    crossings: int = 0
    died: bool = False


class Nursery:
    """Forks desks; one process for the whole sweep."""

    def __init__(self, prepared: Path) -> None:
        self.prepared = prepared
        command = [sys.executable, str(HERE / "sweep_child.py"), str(prepared)]
        keep = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1,
                                         env=keep | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"})  # fmt: skip
        assert self._line() == "ready\n"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    async def fork(self, line: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        return int(await asyncio.to_thread(self._line))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)


class Tour:
    """One desk after the other on one database, of which the first dies at a crossing; people notice nothing."""

    def __init__(self, folder: Path, nursery: Nursery, telegram: FakeTelegram, wecom: FakeWeCom, plant: str) -> None:
        self.folder, self.nursery, self.telegram, self.wecom, self.plant = folder, nursery, telegram, wecom, plant
        (folder / "data").mkdir(parents=True)
        for end in ("", ".key"):
            shutil.copy(f"{nursery.prepared}{end}", folder / "data" / f"desk.db{end}")
        self.port = free_port()
        self.died, self._replaced = False, asyncio.Event()
        wecom.desk_url = f"http://127.0.0.1:{self.port}/wecom/app"
        wecom.repeat_wait = 0.05

    async def start(self, at: int) -> None:
        line = {"at": at, "settings": self._settings(), "plant": self.plant if at else ""}
        self.child = await self.nursery.fork(
            line | {"log": str(self.folder / "log"), "count": str(self.folder / "count")}
        )

    def _settings(self) -> dict[str, Any]:
        own = {"DATA": str(self.folder / "data"), "PORT": self.port, "telegram_token": self.telegram.token}
        hook = {"telegram_webhook_url": f"http://127.0.0.1:{self.port}", "telegram_webhook_secret": SECRET}
        bot = {"telegram_base_url": self.telegram.url, "telegram_personal_data": "full"}
        app = {"wecom_corp_id": fake_wecom_api.CORP_ID, "wecom_agent_id": fake_wecom_api.AGENT_ID,
               "wecom_secret": fake_wecom_api.SECRET, "wecom_token": TOKEN, "wecom_aes_key": AES_KEY,
               "wecom_base_url": self.wecom.base_url}  # fmt: skip
        return own | hook | bot | app

    async def walk(self, at: int) -> Outcome:
        """Everybody's steps in order. Raises TimeoutError where the desk stays silent."""
        await self.start(at)
        watching = asyncio.create_task(self._replace_the_dead())
        try:
            await self._until(lambda: self.telegram.webhook, "the webhook")
            for who, does, whom, words in TOUR:
                await self._step(who, does, whom, words)
            await self._until(lambda: not self.telegram.pending, "all deliveries")
            while not self._ended():
                await self._until(self._at_rest, "all letters")
                os.kill(self.child, signal.SIGTERM)
                await self._until(lambda: self._ended() or self._replaced.is_set(), "the end")
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            if self._lives():
                os.kill(self.child, signal.SIGKILL)
        return self._outcome()

    def _at_rest(self) -> bool:
        """The books know that everything went out."""
        self._replaced.clear()
        connection = sqlite3.connect(self.folder / "data" / "desk.db")
        try:
            waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting' AND not_before IS NULL"
            return bool(connection.execute(waiting).fetchone() == (0,))
        finally:
            connection.close()

    def _ended(self) -> bool:
        return (self.folder / "count").exists()

    async def _step(self, who: Any, does: str, whom: Any, words: str) -> None:
        already = len(self.told(whom))
        if isinstance(who, int):
            press = does.strip("[]") if does.startswith("[") else ""
            self.telegram.press(who, press) if press else self.telegram.say(who, does)
        elif does.startswith("["):
            label = does.strip("[]")
            await self._until(lambda: any(label in sent.buttons for sent in self.wecom.received(who)), label)
            await self.wecom.press(who, label)
        else:
            await self.wecom.say(who, does)
        await self._until(lambda: any(words in text for text in self.told(whom)[already:]), f"{does} → {words}")

    def told(self, whom: Any) -> list[str]:
        return self.telegram.sent(whom) if isinstance(whom, int) else self.wecom.sent(whom)

    async def _until(self, ready: Callable[[], object], what: str) -> None:
        limit = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > limit or self._refuses_for_ever():
                raise TimeoutError(f"{what}: {_log(self.folder)[-1500:]}")
            await asyncio.sleep(0.005)

    def _refuses_for_ever(self) -> bool:
        """Nobody need wait where the platform is told again and again that nothing can be stored."""
        return bool(self.plant) and (self.folder / "log").exists() and _log(self.folder).count("NotStored") > 5

    async def _replace_the_dead(self) -> None:
        while True:
            if not self._lives() and not self._ended():
                self.died = True
                await self.start(0)
                self._replaced.set()
            await asyncio.sleep(0.005)

    def _lives(self) -> bool:
        try:
            os.kill(self.child, 0)
        except ProcessLookupError:
            return False
        return True

    def _outcome(self) -> Outcome:
        told = {whom: self.told(whom) for whom in (BOOKER, COMPLAINER, *STAFF)}
        count = self.folder / "count"
        found = Outcome(told=told, crossings=int(count.read_text()), died=self.died)
        engine = Database(f"sqlite:///{self.folder}/data/desk.db").engine()
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                if table.name not in MACHINE:
                    found.rows[table.name] = sorted(str(tuple(row)) for row in connection.execute(sa.select(table)))
            letters = connection.execute(sa.text("SELECT person, text, state FROM outbox ORDER BY id"))
            found.letters = sorted(str(tuple(row)) for row in letters)
        engine.dispose()
        return found


def _log(folder: Path) -> str:
    return (folder / "log").read_text("utf-8", "replace")


def faults(usual: Outcome, found: Outcome) -> Iterator[str]:
    """What a death changed, beyond one bubble said twice."""
    for name, rows in usual.rows.items():
        if found.rows[name] != rows:
            yield f"{name}: {found.rows[name]} instead of {rows}"
    if found.letters != usual.letters:
        yield f"letters: {set(found.letters) ^ set(usual.letters)}"
    again = 0
    for whom, texts in usual.told.items():
        once, repeats = without_repeats(found.told[whom], texts)
        again += repeats
        if once != texts:
            at = next((n for n, pair in enumerate(zip(once, texts, strict=False)) if pair[0] != pair[1]), -1)
            yield f"{whom} was told {once[at:]} instead of {texts[at:]}, all in all {len(once)} for {len(texts)}"
    if again > 1:
        yield f"{again} bubbles were repeated"


def without_repeats(told: list[str], usual: list[str]) -> tuple[list[str], int]:
    """What somebody was told without what was said twice running, and how often that was."""
    once: list[str] = []
    for text in told:
        if not (once and text == once[-1] and usual[len(once) : len(once) + 1] != [text]):
            once.append(text)
    return once, len(told) - len(once)
