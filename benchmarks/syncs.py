"""How often a second this disk takes a page for good; prints one line of JSON."""

import json
import os
import tempfile
from pathlib import Path
from time import perf_counter

VAR = Path(__file__).resolve().parent / "var"
SECONDS = 1.0


def main() -> None:
    page, count = os.urandom(4096), 0
    with tempfile.TemporaryFile(dir=VAR) as file:
        start = perf_counter()
        while (passed := perf_counter() - start) < SECONDS:
            os.pwrite(file.fileno(), page, count % 256 * 4096)
            os.fdatasync(file.fileno())
            count += 1
    print(json.dumps({"per_s": count / passed}))


if __name__ == "__main__":
    main()
