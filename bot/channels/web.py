"""The web chat: a page that speaks by POST and listens to Server-Sent Events, one secret address per tab."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels.web_speech import ADDRESS, KEY, LONGEST_TEXT, Unfit, delivery, hear, matching, sent_json, speak
from bot.speech import Ability, Attachment, Ear, Heard, Later, Refused, Spoken
from bot.web.page import Page, PageFacts, guarded
from bot.web.photos import MOST_BYTES, NotAPhoto, TooBig, keep, kind_of
from bot.web.rings import Rings

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOSED_AFTER = timedelta(seconds=90)


class Web:
    """The web page as a channel. `clock` is the machine's own; the two callables exist only in a demonstration."""

    name = "web"
    ability = Ability(buttons=12, label=20, text=LONGEST_TEXT, reopens=False)

    def __init__(
        self,
        facts: PageFacts,
        incoming: Path,
        *,
        clock: Callable[[], datetime],
        desk_clock: Callable[[], datetime] | None = None,
        step_in: Callable[[str, str], Awaitable[str]] | None = None,
        set_clock: Callable[[datetime], Awaitable[None]] | None = None,
        heartbeat: float = 15.0,
    ) -> None:
        self._facts, self._incoming = facts, incoming
        self._desk_clock = desk_clock or clock
        self._step_in, self._set_clock = step_in, set_clock
        self._page = Page()
        self._html = self._page.html(facts, MOST_BYTES)
        self._rings = Rings(clock, heartbeat)
        self._ear: Ear | None = None

    def routes(self) -> list[Route]:
        """Everything the page needs; what belongs to the demonstration is absent outside of one."""
        routes = [
            Route("/", self._show),
            Route("/web/static/{name}", self._static),
            Route("/web/say", self._say, methods=["POST"]),
            Route("/web/photo", self._photo, methods=["POST"]),
            Route("/web/listen", self._listen),
            Route("/web/file/{id}", self._file),
        ]
        return routes + (self._demo_routes() if self._facts.demo else [])

    async def run(self, ear: Ear) -> None:
        """Let pages in until cancelled; then end their streams."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._ear = ear
        self._rings.open()
        try:
            while True:
                await asyncio.sleep(60)
                self._rings.tidy()
        finally:
            self._ear = None
            self._rings.close()

    async def send(self, spoken: Spoken) -> None:
        """Hand the bubble to whoever listens; Later while a page may be reloading, Refused once it is closed."""
        away = self._rings.away(spoken.address)
        if away is None:
            return self._rings.put(spoken)
        if away > CLOSED_AFTER:
            raise Refused("page closed")
        raise Later("page away", 1.0)

    async def fetch(self, file: Attachment) -> bytes:
        """The bytes of a photo this channel took in; FileNotFoundError for any other path."""
        return await asyncio.to_thread(self._read, Path(file.source))

    async def forget(self, file: Attachment) -> None:
        """Delete a photo this channel took in, kept elsewhere by now; any other path is left alone."""
        await asyncio.to_thread(self._delete, Path(file.source))

    def _read(self, path: Path) -> bytes:
        if not self._took_in(path):
            raise FileNotFoundError(path)
        return path.read_bytes()

    def _delete(self, path: Path) -> None:
        if self._took_in(path):
            path.unlink(missing_ok=True)

    def _took_in(self, path: Path) -> bool:
        return path.resolve().parent == self._incoming.resolve()

    @guarded
    async def _show(self, request: Request) -> Response:
        return HTMLResponse(self._html, headers={"Cache-Control": "no-cache"})

    @guarded
    async def _static(self, request: Request) -> Response:
        return self._page.static(request.path_params["name"])

    @guarded
    async def _say(self, request: Request) -> Response:
        return await self._answered(request, self._take_words(request))

    @guarded
    async def _photo(self, request: Request) -> Response:
        return await self._answered(request, self._take_photo(request))

    @guarded
    async def _listen(self, request: Request) -> Response:
        return await self._answered(request, self._stream(request))

    @guarded
    async def _file(self, request: Request) -> Response:
        return await self._answered(request, self._hand_out(request))

    async def _answered(self, request: Request, work: Awaitable[Response]) -> Response:
        try:
            return await work
        except Unfit as unfit:
            return await self._error(request, unfit.words, unfit.status)
        except TooBig:
            return await self._error(request, "too_big", 413)
        except NotAPhoto:
            return await self._error(request, "not_a_photo", 400)
        except ClientDisconnect:
            return Response(status_code=400)
        except OSError:
            return await self._error(request, "busy", 503)

    async def _error(self, request: Request, words: str, status: int) -> Response:
        # Browsers read an answer only after they have sent all: what is a little too big is read to its end, and
        # the server hangs up on the rest.
        await _pour_away(request)
        return JSONResponse({"error": self._page.words(words)}, status, {"Connection": "close"})

    async def _take_words(self, request: Request) -> Response:
        return await self._store(hear(await sent_json(request)))

    async def _take_photo(self, request: Request) -> Response:
        address = matching(ADDRESS, request.headers.get("X-Desk-Address"))
        key = matching(KEY, request.headers.get("X-Desk-Key"))
        announced = request.headers.get("Content-Length", "0")
        if announced.isdecimal() and len(announced) < 20 and int(announced) > MOST_BYTES:
            raise TooBig  # a lie in the other direction is found while reading
        path, kind = await keep(request.stream(), self._incoming, address, key)
        photo = Attachment("photo", str(path), f"photo.{kind}")
        return await self._store(Heard("web", delivery(address, key), address, file=photo))

    async def _store(self, heard: Heard) -> Response:
        if self._ear is None:
            raise OSError("the desk is not open")
        await self._ear.hear(heard)
        return JSONResponse({})

    async def _stream(self, request: Request) -> Response:
        address = matching(ADDRESS, request.headers.get("X-Desk-Address"))
        last_id = request.headers.get("Last-Event-ID") or request.query_params.get("after", "")
        headers = {"X-Accel-Buffering": "no"}
        self._rings.admit(address)
        return StreamingResponse(self._events(address, last_id), media_type="text/event-stream", headers=headers)

    async def _events(self, address: str, last_id: str) -> AsyncIterator[str]:
        async with aclosing(self._rings.follow(address, last_id)) as events:
            async for event in events:
                yield speak(*event) if event else ": still here\n\n"

    async def _hand_out(self, request: Request) -> Response:
        address = matching(ADDRESS, request.headers.get("X-Desk-Address"))
        spoken = self._rings.find(address, request.path_params["id"])
        if spoken is None or not spoken.file:
            raise Unfit("gone", 404)
        content = await asyncio.to_thread(Path(spoken.file).read_bytes)
        picture = kind_of(content[:16])
        return Response(content, media_type=f"image/{picture}" if picture else "application/octet-stream")

    def _demo_routes(self) -> list[Route]:
        routes = [Route("/web/now", self._now)]
        if self._step_in:
            routes.append(Route("/web/persona", self._persona, methods=["POST"]))
        if self._set_clock:
            routes.append(Route("/web/clock", self._clock, methods=["POST"]))
        return routes

    @guarded
    async def _now(self, request: Request) -> Response:
        return self._tell_time()

    @guarded
    async def _persona(self, request: Request) -> Response:
        return await self._answered(request, self._become(request))

    @guarded
    async def _clock(self, request: Request) -> Response:
        return await self._answered(request, self._turn_clock(request))

    def _tell_time(self) -> Response:
        now = self._desk_clock().astimezone(SHANGHAI)
        return JSONResponse({"now": now.isoformat(), "text": self._page.words("now", now=now)})

    async def _become(self, request: Request) -> Response:
        said = await sent_json(request)
        address, person = matching(ADDRESS, said.get("address")), said.get("person")
        if not isinstance(person, str) or person not in dict(self._facts.personas):
            raise Unfit("no_such_person")
        assert self._step_in
        return JSONResponse({"label": await self._step_in(address, person)})

    async def _turn_clock(self, request: Request) -> Response:
        assert self._set_clock
        try:
            at = datetime.fromisoformat(str((await sent_json(request)).get("at")))
            await self._set_clock(at if at.tzinfo else at.replace(tzinfo=SHANGHAI))
        except ValueError:
            raise Unfit("bad_time") from None
        return self._tell_time()


async def _pour_away(request: Request) -> None:
    poured = 0
    with suppress(ClientDisconnect, RuntimeError):
        async for chunk in request.stream():
            poured += len(chunk)
            if poured > MOST_BYTES:
                return
