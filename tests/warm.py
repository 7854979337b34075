"""A `frontdesk` of its own for a test, from an interpreter that has imported everything already and forks.

Importing takes a process longer than most tests do. What is forked is a process like any other: with its own arguments,
environment and pipes, to be killed, stopped and waited for.
"""

import gc
import importlib
import json
import os
import pkgutil
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
FDS = 3


# -- what a test uses --------------------------------------------------------------------------------------------------
def start(words: Sequence[str], env: Mapping[str, str], **pipes: Any) -> Any:
    """`frontdesk WORDS`, as subprocess.Popen or as good as one; a preloaded library needs a real start."""
    if "LD_PRELOAD" in env:
        return subprocess.Popen([sys.executable, "-m", "bot", *words], env=dict(env), text=True, **pipes)
    return Forked(words, env, **pipes)


def run(
    words: Sequence[str], env: Mapping[str, str], typed: str = "", timeout: float = 30
) -> "subprocess.CompletedProcess[str]":
    """`frontdesk WORDS` to its end."""
    file = partial(tempfile.TemporaryFile, "w+")
    with file() as given, file() as out, file() as err:
        given.write(typed)
        given.seek(0)
        code = start(words, env, stdin=given, stdout=out, stderr=err).wait(timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), code, out.read(), err.read())


class Forked:
    """What subprocess.Popen is, as far as the tests need it."""

    def __init__(
        self, words: Sequence[str], env: Mapping[str, str], stdin: Any = None, stdout: Any = None, stderr: Any = None
    ) -> None:
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.returncode: int | None = None
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(_server())
        with Path(os.devnull).open("r+") as nothing:
            mine = [self._end_of(stdin, "w"), self._end_of(stdout, "r"), stderr]
            theirs = [one if one is not None else nothing for one in mine]
            asked = json.dumps({"words": list(words), "env": dict(env), "cwd": f"{Path.cwd()}"}).encode()
            socket.send_fds(self._line, [len(asked).to_bytes(4, "big") + asked], [one.fileno() for one in theirs])
        for one, wanted in zip(mine, (stdin, stdout), strict=False):
            if wanted == subprocess.PIPE:
                one.close()
        self.pid = int.from_bytes(_exactly(self._line, 4), "big")

    def _end_of(self, wanted: Any, mode: str) -> Any:
        """The end the process gets; ours is kept."""
        if wanted != subprocess.PIPE:
            return wanted
        reading, writing = os.pipe()
        if mode == "w":
            self.stdin = os.fdopen(writing, "w")
            return os.fdopen(reading)
        self.stdout = os.fdopen(reading)
        return os.fdopen(writing, "w")

    def poll(self) -> int | None:
        try:
            return self.wait(0.001)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code as Popen gives it: a signal's number below nought."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                self.returncode = int.from_bytes(_exactly(self._line, 4), "big", signed=True)
            except TimeoutError:
                raise subprocess.TimeoutExpired("frontdesk", timeout or 0) from None
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@cache
def _server() -> str:
    """Where this test run's warm interpreter listens; it ends with the test run."""
    folder = tempfile.mkdtemp(prefix="warm-")
    line = [sys.executable, __file__, f"{folder}/line"]
    out, _keep = os.pipe()
    warm = subprocess.Popen(
        line, stdin=out, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUTF8": "1"}, cwd=ROOT, text=True
    )
    os.close(out)
    assert warm.stdout is not None
    assert warm.stdout.readline() == "warm\n"
    return f"{folder}/line"


def _exactly(line: socket.socket, size: int) -> bytes:
    """Four bytes come at once on a local line."""
    found = line.recv(size)
    if len(found) != size:
        raise EOFError("the warm interpreter has gone")
    return found


# -- the warm interpreter ----------------------------------------------------------------------------------------------
class Warm:
    """Forks on demand, and tells whoever asked how it ended."""

    def __init__(self, path: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(64)
        self._woken, waking = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(waking, False)
        self._waking = waking
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        self._lines: dict[int, socket.socket] = {}

    def serve(self) -> list[str] | None:
        """In a process just forked, its words; None when the tests are over."""
        eyes = selectors.DefaultSelector()
        for one in (self._listener, self._woken, sys.stdin):
            eyes.register(one, selectors.EVENT_READ)
        while True:
            for key, _ in eyes.select():
                if key.fileobj is sys.stdin:
                    return None
                if key.fileobj == self._woken:
                    self._bury()
                elif (words := self._fork()) is not None:
                    eyes.close()
                    return words

    def _bury(self) -> None:
        os.read(self._woken, 4096)
        for pid in list(self._lines):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with self._lines.pop(pid) as line, suppress(BrokenPipeError):  # nobody may be waiting for it
                    line.send(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))

    def _fork(self) -> list[str] | None:
        line, _ = self._listener.accept()
        head, fds, _, _ = socket.recv_fds(line, 4, FDS)
        asked, size = b"", int.from_bytes(head, "big")
        while len(asked) < size:
            asked += line.recv(size - len(asked))
        pid = os.fork()
        if pid:
            self._lines[pid] = line
            for fd in fds:
                os.close(fd)
            line.send(pid.to_bytes(4, "big"))
            return None
        self._begin(line, fds)
        wanted = json.loads(asked)
        os.environ.clear()
        os.environ.update(wanted["env"])
        os.chdir(wanted["cwd"])
        return list(wanted["words"])

    def _begin(self, line: socket.socket, fds: list[int]) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, fd in enumerate(fds):
            os.dup2(fd, number)
            os.close(fd)
        for one in (line, self._listener, *self._lines.values()):
            one.close()
        os.close(self._woken)
        os.close(self._waking)


def main() -> None:
    sys.path.insert(0, str(ROOT))
    for package in ("bot", "handlers", "storage"):
        folder = ROOT / package
        for module in pkgutil.walk_packages([str(folder)], f"{package}."):
            if not module.name.startswith("storage.migrations") and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    from bot.cli import main as frontdesk

    warm = Warm(sys.argv[1])
    gc.freeze()
    print("warm", flush=True)
    words = warm.serve()
    if words is None:
        shutil.rmtree(Path(sys.argv[1]).parent)
        return
    sys.argv = ["frontdesk", *words]
    frontdesk()


if __name__ == "__main__":
    main()
