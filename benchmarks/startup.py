"""From the start of `frontdesk run` on a loaded database until /readyz says 200."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

PATIENCE_S, GLANCE_S = 60.0, 0.005


def seconds_to_ready(folder: Path, times: int) -> list[float]:
    """One start to load the example centre, not counted, then so many counted ones; none where it cannot run yet."""
    if not (Path(__file__).parents[1] / "bot" / "serving.py").exists():
        return []
    data = tempfile.mkdtemp(dir=folder)
    try:
        _start(data)  # loads the example centre
        return [_start(data) for _ in range(times)]
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _start(data: str) -> float:
    port = _free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    command = [str(Path(sys.executable).with_name("frontdesk")), "run"]
    with Path(data, "run.log").open("ab") as log:
        start = perf_counter()
        desk = subprocess.Popen(command, env={**kept, "PORT": str(port), "DATA": data}, stdout=log, stderr=log)
        try:
            return _until_ready(desk, port, start)
        finally:
            desk.terminate()
            desk.wait(timeout=PATIENCE_S)


def _until_ready(desk: subprocess.Popen[bytes], port: int, start: float) -> float:
    while (passed := perf_counter() - start) < PATIENCE_S:
        if desk.poll() is not None:
            raise RuntimeError(f"frontdesk run ended with {desk.returncode}")
        if _ready(port):
            return perf_counter() - start
        sleep(GLANCE_S)
    raise TimeoutError(f"/readyz was not 200 after {passed:.0f} s")


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
