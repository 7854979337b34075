"""A whole desk as its own process: `frontdesk run` on a free port, killed and started again as a test likes."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import warm
from databases import furnish

from bot.clock import Clock
from bot.serving import Serving
from bot.settings import Settings

KEPT = {"PATH", "HOME", "LANG", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "TMPDIR"}


def environment(data: Path, settings: Mapping[str, object]) -> dict[str, str]:
    """Nothing of the tester's own settings reaches the desk."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    own = {name: str(value) for name, value in settings.items()}
    return {**kept, "PYTHONUTF8": "1", "PORT": "0", "DATA": str(data), **own}


def command(*words: str, data: Path, typed: str = "", **settings: Any) -> "subprocess.CompletedProcess[str]":
    """Run one frontdesk command to its end."""
    return warm.run(words, environment(data, settings), typed)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


class DeskProcess:
    """One desk; `url` once it has started."""

    def __init__(self, data: Path, *, first: bool = False, **settings: Any) -> None:
        """`first`: nothing is there yet, not even the example centre."""
        self.data, self.settings = data, settings
        if not first and not data.exists() and "FRONTDESK_DATABASE_URL" not in settings:
            furnish(data)
        self.url = ""
        self.log = data.parent / f"{data.name}.log"
        self._process: Any = None

    async def start(self) -> float:
        """Start and wait until it is ready; the seconds it took."""
        began = time.monotonic()
        await self.start_unready()
        await self.until_ready()
        return time.monotonic() - began

    async def start_unready(self) -> None:
        """Start, and do not wait longer than until it tells its address."""
        with self.log.open("a") as log:
            self._process = warm.start(
                ["run"], environment(self.data, self.settings), stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdout is not None
        line = await asyncio.to_thread(self._process.stdout.readline)
        self.url = "http" + line.strip().partition("http")[2]
        assert self.url != "http", self.log.read_text()

    async def until_ready(self, seconds: float = 20.0) -> None:
        said: Any = ""
        async with httpx.AsyncClient() as client:
            limit = time.monotonic() + seconds
            while time.monotonic() < limit:
                with suppress(httpx.TransportError):
                    answer = await client.get(f"{self.url}/readyz")
                    said = answer.text
                    if answer.status_code == 200:
                        return
                await asyncio.sleep(0.02)
        raise AssertionError(f"not ready: {said} {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """No goodbye: kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def freeze(self) -> None:
        """SIGSTOP: it stands still and keeps all its connections."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if nothing had been."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def ended(self) -> bool:
        """Has the process that was started last gone?"""
        return self._process is None or self._process.poll() is not None

    async def over(self) -> int:
        """The exit code, once it has ended by itself."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, 15)

    async def end(self) -> int:
        """SIGTERM, and the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self._process.wait, 15)

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A frontdesk command beside the running desk, with its settings."""
        return command(*words, data=self.data, **self.settings)


@asynccontextmanager
async def opened(clock: Clock, data: Path, port: int = 0, **settings: Any) -> AsyncIterator[Serving]:
    """The same desk inside the test, so that its clock can be the test's."""
    data.mkdir(exist_ok=True)  # noqa: ASYNC240
    serving = Serving(Settings.model_validate({"DATA": data, "PORT": port, **settings}), clock)
    with socket.create_server(("127.0.0.1", port)) as door:
        running = asyncio.create_task(serving.run(door))
        async with asyncio.timeout(20):
            await serving.started.wait()
        try:
            yield serving
        finally:
            serving.stop.set()
            await running
