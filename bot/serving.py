"""`frontdesk run`: settings in, a running desk out; it ends cleanly when told to."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.app import EXAMPLE, House
from bot.channels.web import Web
from bot.clock import Clock, steady_instant
from bot.closed import Closed
from bot.console import OCCUPIED, WRONG, complain, leave, open_door, own_folder, say, settings_or_leave
from bot.demonstration import Demonstration
from bot.discretion import Discreet
from bot.fetching import Fetching
from bot.logs import in_files
from bot.restraint import Restraint
from bot.settings import Settings
from bot.soundness import Soundness, damage_at_start, looks_damaged
from bot.speech import Channel, Ear
from bot.templates import Words
from bot.watching import Watching
from bot.web.page import PageFacts
from bot.web.papers import Papers
from storage.catalogue import Centre
from storage.database import Occupied
from storage.loading import BadCentre, load_folder, write_centre

STAND_BY = 2.0  # seconds between two looks whether the writer's place is free
AGAIN = 5.0  # seconds before a channel that fell over is started again
LAST_WORDS = 1.0  # seconds for what is on its way out when the desk closes
log = structlog.get_logger()


class Server(uvicorn.Server):
    """uvicorn in our own loop; signals are ours, so that streams end before it waits for them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Serving:
    """One desk from its opening to its closing."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.house = House(settings.database, self.clock, audit_key=settings.audit_key.get_secret_value())
        self.stop, self.started = asyncio.Event(), asyncio.Event()
        self.house.displaced = self.stop.set  # whoever starts us again finds us standing by
        self.house.damaged = self.damage
        self.damaged = False
        self._tasks: list[asyncio.Task[Any]] = []

    async def run(self, door: socket.socket) -> int:
        """Serve until told to stop; the command's exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop.set)
        if why := await asyncio.to_thread(damage_at_start, self.house.database):
            return await self._closed(door, why)
        try:
            is_open = await self._open()
        except sa.exc.DBAPIError as trouble:
            if not (self.house.database.sqlite and looks_damaged(trouble)):
                raise
            return await self._closed(door, type(trouble).__name__)
        if not is_open:
            return OCCUPIED if self.house.database.sqlite else 0
        with in_files(self.settings.data / "logs"):  # who stands by leaves the files to the writer
            log.info("opened", port=door.getsockname()[1])
            try:
                await self._serve(door, await self._centre())
            finally:
                await self.house.close()
                log.info("closed")
        return 1 if self.damaged else 0

    async def _closed(self, door: socket.socket, why: str) -> int:
        """Nothing is stored and everybody asked to telephone until another file stands here; then 1: start anew."""
        self.house.database.let_go()
        marked = self._mark(why)
        complain("doctor/closed", why=why)
        folder = self.settings.centre or (EXAMPLE if self.settings.demonstration else None)
        centre = (await asyncio.to_thread(load_folder, folder)).centre if folder else Centre.empty()
        self.house.add({c.name: c for c in (self._web(centre, False), *real_channels(self.settings, self.clock))})
        ear = Closed(self.house.channels, centre, Words(), self.clock.now)
        server, serving = _answering(door, [*ear.routes(), *self._paths()])
        for channel in self.house.channels.values():
            self._begin(self._keep(channel, ear), channel.name)
        self._tell(centre, door)
        self.started.set()
        while not self.stop.is_set() and await asyncio.to_thread(marked.exists):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), STAND_BY)
        await self._end(server, serving)
        return 0 if self.stop.is_set() else 1

    def _mark(self, why: str) -> Path:
        marked = Path(self.house.database.damaged_file)
        marked.write_text(why, encoding="utf-8")
        return marked

    def damage(self, why: str) -> None:
        """The file was found damaged: this desk ends, the next one starts closed."""
        log.error("database damaged")
        self._mark(why)
        self.damaged = True
        self.stop.set()

    # -- opening ---------------------------------------------------------------------------------------------------
    async def _open(self) -> bool:
        """Take the writer's place; on PostgreSQL wait for it, on SQLite say who has it."""
        told = False
        while not self.stop.is_set():
            try:
                await self.house.open()
                return True
            except Occupied:
                if self.house.database.sqlite:
                    complain("doctor/occupied", where=Path(self.house.database.path).name)
                    return False
                if not told:
                    complain("doctor/stand_by")
                told = True
            except sa.exc.OperationalError:
                if not told:  # who stands by outlasts a database that is away
                    raise
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), STAND_BY)
        return False

    async def _centre(self) -> Centre:
        """The centre as loaded; an empty database takes over the configured folder, else the example."""
        self._begin(asyncio.to_thread(lambda: self.house.router), "routing")
        if not self.house.desk.shelf.centre.windows:
            loaded = await asyncio.to_thread(load_folder, self.settings.centre or EXAMPLE)
            await self.house.desk.do(lambda books: write_centre(books, loaded), actor="load")
        return await self.house.desk.do(lambda books: books.centre)

    # -- at work ---------------------------------------------------------------------------------------------------
    async def _serve(self, door: socket.socket, centre: Centre) -> None:
        web = self._web(centre, self.settings.demonstration)
        if self.settings.telegram_personal_data == "none":
            self.house.desk.shelf.discreet = frozenset({"telegram"})
        self.house.desk.restraint = Restraint(self.house.desk)
        self.house.add({channel.name: channel for channel in (web, *real_channels(self.settings, self.clock))})
        token, backed_up = self.settings.metrics_token.get_secret_value(), bool(self.settings.backup_key)
        watching = Watching(self.house, self.settings.data, token, backed_up)
        self.house.desk.shelf.public_url = self.settings.public_url.rstrip("/") or self._url(door)
        routes = watching.routes() + Papers(self.house.desk).routes() + self._paths()
        server, serving = _answering(door, routes)
        for channel in self.house.channels.values():
            self._begin(self._keep(channel, self.house.desk), channel.name)
        self._begin(Soundness(self.house, self.damage).run(), "soundness")
        self._begin(Fetching(self.house.desk, self.house.channels, self.settings.data / "files").run(), "fetching")
        self._begin(self._ring(), "bells")
        self._begin(watching.note(), "watching")
        self._tell(centre, door)
        gc.freeze()  # what is there now stays to the end: the collector need not look at it again and again
        self.started.set()
        await asyncio.wait([serving, asyncio.create_task(self.stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        await self._wind_up(server, serving)
        await watching.close()

    async def _wind_up(self, server: Server, serving: "asyncio.Task[None]") -> None:
        """No new work; streams end, answers on their way out get a moment, then the doors close."""
        await self.house.courier.drain(LAST_WORDS)
        await self._end(server, serving)

    async def _end(self, server: Server, serving: "asyncio.Task[None]") -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        server.should_exit = True
        await serving

    def _begin(self, work: Any, name: str) -> None:
        self._tasks.append(asyncio.ensure_future(work))
        self._tasks[-1].set_name(name)

    async def _keep(self, channel: Channel, ear: Ear) -> None:
        while True:
            try:
                await channel.run(ear)
            except Exception as trouble:
                log.error("channel fell over", channel=channel.name, cause=type(trouble).__name__)
            await asyncio.sleep(AGAIN)

    async def _ring(self) -> None:
        """Catch up with what fell due while nobody was here, then ring with the clock."""
        while True:
            try:
                await self.house.bells.wake()
                await self.house.bells.catch_up()
                return self.house.bells.start()
            except Exception as trouble:
                log.error("not caught up", cause=type(trouble).__name__)
                await asyncio.sleep(AGAIN)

    # -- the ways in -----------------------------------------------------------------------------------------------
    def _web(self, centre: Centre, demo: bool) -> Web:
        play = Demonstration(self.house) if demo else None
        people = tuple((p.id, f"{p.name} {centre.unit_name(p.unit)}".strip()) for p in centre.staff.values())
        facts = PageFacts(centre.name, centre.service_hotline, centre.complaint_phone, centre.address, demo,
                          people if demo else ())  # fmt: skip
        return Web(
            facts,
            self.settings.data / "incoming",
            clock=steady_instant,
            desk_clock=self.clock.now,
            step_in=play.step_in if play else None,
            set_clock=play.set_clock if play else None,
        )

    def _url(self, door: socket.socket) -> str:
        return f"http://{self.settings.host}:{door.getsockname()[1]}"

    def _tell(self, centre: Centre, door: socket.socket) -> None:
        url, paths = self._url(door), {route.path for route in self._paths()}
        ways = [f"{url}{path}" for path in sorted(paths & {"/telegram", "/wecom/app"})]
        say("doctor/opened", name=centre.name, url=url, ways=ways, demo=self.settings.demonstration)

    def _paths(self) -> list[Route]:
        return [route for c in self.house.channels.values() for route in getattr(c, "routes", list)()]


def real_channels(settings: Settings, clock: Clock) -> list[Any]:
    """The platforms that are configured; their libraries load only then. Raises ValueError for a useless secret."""
    found: list[Any] = []
    if token := settings.telegram_token.get_secret_value():
        from bot.channels.telegram import Telegram

        secret = settings.telegram_webhook_secret.get_secret_value() or None
        url = settings.telegram_webhook_url or None
        telegram = Telegram(token, settings.telegram_base_url, url, secret, clock=clock.now)
        found.append(Discreet(telegram) if settings.telegram_personal_data == "none" else telegram)
    if settings.wecom_corp_id:
        from bot.channels.wecom import WeCom

        keys = (settings.wecom_secret, settings.wecom_token, settings.wecom_aes_key)
        secret, token, aes_key = (key.get_secret_value() for key in keys)
        corp, agent, base_url = settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_base_url
        found.append(WeCom(corp, agent, secret, token, aes_key, base_url, clock=clock.now))
    return found


def _answering(door: socket.socket, routes: list[Any]) -> tuple[Server, "asyncio.Task[None]"]:
    """The routes behind the door, which listens already when this returns: an address told to somebody answers."""
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off",
                            server_header=False, timeout_graceful_shutdown=2)  # fmt: skip
    door.listen(config.backlog)
    server = Server(config)
    return server, asyncio.create_task(server.serve(sockets=[door]))


def serve() -> None:
    """Run the desk as the environment says; exits 0 when told to stop, 2 on a wrong setting, 3 when another runs."""
    settings = settings_or_leave()
    own_folder(settings)
    door = open_door(settings)
    try:
        sys.exit(asyncio.run(_serving(settings, door)))
    except sa.exc.SQLAlchemyError as trouble:
        leave(WRONG, "doctor/no_database", why=type(trouble).__name__)
    except PermissionError as trouble:  # the chain's key lies open
        leave(WRONG, "doctor/no_database", why=trouble)
    except BadCentre as bad:
        for row in bad.rows:
            complain("centre/bad_row", file=row.file, line=row.line, reason=row.reason, value=row.value)
        sys.exit(WRONG)
    except ValueError as trouble:
        leave(WRONG, "doctor/wrong_setting", name="FRONTDESK_…", why=str(trouble))


async def _serving(settings: Settings, door: socket.socket) -> int:
    return await Serving(settings).run(door)
