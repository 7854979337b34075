"""disk.c, compiled: a desk started with it runs on a disk that is recorded, or that fails as a test likes."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("disk.c")
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc: the disk that fails is written in C")


@cache
def compiled() -> Path:
    """The library, made once a process."""
    made = Path(tempfile.mkdtemp(prefix="disk")) / "disk.so"
    command = ["gcc", "-Wall", "-Werror", "-O2", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-ldl", "-lpthread"]
    subprocess.run(command, check=True, capture_output=True)
    return made


def shimmed(under: Path, *, trace: Path | None = None, fault: Path | None = None) -> dict[str, str]:
    """What a process's environment needs, so that all it does below a folder goes through the shim."""
    named = {"DISK_TRACE": trace, "DISK_FAULT": fault}
    given = {name: str(path) for name, path in named.items() if path}
    return {"LD_PRELOAD": str(compiled()), "DISK_UNDER": os.path.realpath(under), **given}
