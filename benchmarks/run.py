"""`make bench`: the desk beside its peers, interleaved, a fresh process for every run; medians over the rounds.

A ratio is the peer's cost per message over the desk's in the same round: greater is better for the desk. Writes
latest.json and the table in docs/promises.md.
"""

import argparse
import json
from statistics import median

from crowds import growth, on_postgres, open_many, slow_disk
from entrants import ALL, HERE, VAR, rounds_of, say
from figures import Figures, keep, known, peers, table
from redis_server import redis
from startup import seconds_to_ready
from visitors import figures as over_http
from where import taken

LATEST = HERE / "latest.json"
PROMISES = HERE.parent / "docs" / "promises.md"


def started(rounds: int) -> Figures:
    say("from start to ready")
    return {"start_s": round(median(seconds_to_ready(VAR, rounds)), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dry", action="store_true", help="print, and leave latest.json and docs/promises.md alone")
    asked = parser.parse_args()
    VAR.mkdir(exist_ok=True)
    with redis():
        for entrant in ALL:
            if not entrant.ready:
                say(f"{entrant.name} is left out: benchmarks/setup.sh says why")
        runs = rounds_of([entrant for entrant in ALL if entrant.ready], asked.rounds)
    print(table(runs))
    few = min(3, asked.rounds)
    figures = known(peers(runs) | started(asked.rounds) | open_many(few) | slow_disk(few) | over_http(few)
                    | on_postgres(few) | growth(few))  # fmt: skip
    rooms = taken(few)
    print(f"{json.dumps(figures, indent=2)}\n{rooms}")
    if not asked.dry:
        keep(figures, runs, rooms, LATEST, PROMISES)


if __name__ == "__main__":
    main()
