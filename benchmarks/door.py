"""The desk behind real HTTP: the webhooks of both platforms and an endpoint that answers an empty 200, one server.

door.py FOLDER prints its port, serves until its standard input ends, then prints what WeCom's deliveries waited.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from keys import AES_KEY, AGENT, CORP, SECRET, STAFF, TOKEN
from peer_desk import Peer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram import Telegram
from bot.channels.wecom import WeCom
from bot.clock import Clock
from bot.serving import Server, _config
from rules.people import Person, Role
from storage.catalogue import Centre

NOWHERE = "http://127.0.0.1:9"


def centre() -> Centre:
    """Colleagues who are bound, so that the app hears them."""
    people = {f"s{n}": Person(f"s{n}", f"张{n}", Role.WINDOW_STAFF, "w") for n in STAFF}
    return Centre(staff=people, accounts={("wecom", f"{n}"): f"s{n}" for n in STAFF})


async def empty(request: Request) -> Response:
    return Response()


def timed(keep: Any, waited: list[float]) -> Any:
    """From the sealed delivery to the answer: decrypted, parsed, heard, committed."""

    async def kept(*args: Any) -> Any:
        start = perf_counter()
        found = await keep(*args)
        waited.append(perf_counter() - start)
        return found

    return kept


async def serve(folder: Path) -> None:
    peer, waited = Peer("telegram", None, str(folder), lambda person, text: None, centre()), list[float]()
    await peer.start()
    telegram = Telegram(f"1:{TOKEN}", NOWHERE, f"https://{TOKEN}.example", SECRET, clock=Clock().now)
    wecom = WeCom(CORP, AGENT, SECRET, TOKEN, AES_KEY, NOWHERE, clock=Clock().now)
    # What `run` does first, without a platform to talk to.
    telegram._ear = wecom._callback.ear = peer.desk
    wecom._callback._keep = timed(wecom._callback._keep, waited)  # type: ignore[method-assign]
    routes = [Route("/empty", empty, methods=["POST"]), *telegram.routes(), *wecom.routes()]
    door = socket.create_server(("127.0.0.1", 0))
    server = Server(_config(Starlette(routes=routes)))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    print(json.dumps({"port": door.getsockname()[1]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving
    await peer.stop()
    print(json.dumps({"waited": sorted(waited), "bookings": peer.bookings}), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
