"""Redis as aiogram's durable storage wants it: every write synced before it is answered."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from entrants import VAR, say

SYNCED = ("--port", "0", "--appendonly", "yes", "--appendfsync", "always", "--save", "")


def program() -> tuple[str, dict[str, str]] | None:
    """The system's redis-server, else the one benchmarks/setup.sh unpacked, and where its libraries lie."""
    if found := shutil.which("redis-server"):
        return found, {}
    unpacked = VAR / "redis" / "usr"
    if not (unpacked / "bin" / "redis-server").exists():
        return None
    libraries = ":".join(str(folder) for folder in (unpacked / "lib").glob("*-linux-gnu"))
    return str(unpacked / "bin" / "redis-server"), {"LD_LIBRARY_PATH": libraries}


@contextmanager
def redis() -> Iterator[None]:
    """While inside, BENCH_REDIS says where it listens; says so and goes on where there is none."""
    found = program()
    if found is None:
        say("no redis-server: aiogram with Redis is left out")
        yield
        return
    with tempfile.TemporaryDirectory(dir=VAR) as folder, tempfile.TemporaryDirectory() as short:
        door = Path(short, "s")  # a socket's path may have some hundred characters
        command = [found[0], "--dir", folder, "--unixsocket", str(door), "--logfile", str(door) + ".log", *SYNCED]
        server = subprocess.Popen(command, env=os.environ | found[1])
        try:
            _wait_for(door, server)
            os.environ["BENCH_REDIS"] = f"unix://{door}"
            yield
        finally:
            os.environ.pop("BENCH_REDIS", None)
            server.terminate()
            server.wait(timeout=30)


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        if socket.exists():
            return
        if server.poll() is not None:
            break
        sleep(0.02)
    raise RuntimeError("redis-server did not begin to listen")
