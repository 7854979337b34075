"""Learns the weights of bot/understanding/lexicon/leaning.tsv from labelled sentences; the same ones every time.

python -m tests.understanding.train            writes the weights anew (two minutes)
python -m tests.understanding.train --without J    learns without a lot and prints the router's figures on it
"""

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

from bot.understanding.catalogue import Catalogue
from bot.understanding.cli_lines import route_line
from bot.understanding.intents import Intents
from bot.understanding.leaning import FINE, KINDS, Weights, traits
from bot.understanding.lexicon import HERE, Lexicon
from bot.understanding.routing import Router
from bot.understanding.wording import fold
from tests.understanding.measure import CENTRE, DATA, Rows, read, score

FILES = (
    "dev_questions.csv",
    "own_questions.csv",
    "lots_ef.csv",
    "lots_gh.csv",
    "lots_j.csv",
    "lots_m.csv",
    "lots_n.csv",
    "told_intents.csv",
)
OURS = {"own_questions.csv": "own", "told_intents.csv": "told"}
# Their words stand in the lexicon: how near they come to it says nothing of a text nobody has read.
KNOWN = ("even", "own", "E", "F")
CLASSES, PLACES = (*KINDS, "none"), ("elsewhere", "none")
ROUNDS, RATE, DECAY, START = 8, 0.15, 3e-3, 0.1
KEPT = 6000
Traits = dict[str, float]
Weight = dict[str, list[float]]


def sentences() -> dict[str, Rows]:
    """All labelled rows by lot: ours by name, others by the letter of the id, the development rows by even and odd."""
    lots: dict[str, Rows] = {}
    for file in FILES:
        for row in read(DATA / file):
            lot = _lot(file, row["id"])
            lots.setdefault(lot, []).append({**row, "lot": lot})
    return lots


def _lot(file: str, number: str) -> str:
    if file in OURS:
        return OURS[file]
    return number[0].upper() if number[0] != "D" else ("even", "odd")[int(number[-1]) % 2]


def learnt(texts: list[Traits], right: list[int], classes: int) -> Weight:
    """Weights of each trait for each class, by stochastic steps of a size that shrinks with what was already learnt."""
    weights: Weight = {}
    steps: Weight = {}
    for turn in range(ROUNDS):
        for at in sorted(range(len(texts)), key=lambda n: (n * 2654435761 + turn * 40503 * 7919) % 1000003):
            _step(weights, steps, texts[at], right[at], classes)
    return weights


def _step(weights: Weight, steps: Weight, text: Traits, right: int, classes: int) -> None:
    off = [chance - (n == right) for n, chance in enumerate(_chances(weights, text, classes))]
    for name, value in text.items():
        held = weights.setdefault(name, [0.0] * classes)
        taken = steps.setdefault(name, [START] * classes)
        for n, wrong in enumerate(off):
            slope = wrong * value + DECAY * held[n]
            taken[n] += slope * slope
            held[n] -= RATE * slope / math.sqrt(taken[n])


def _chances(weights: Weight, text: Traits, classes: int) -> list[float]:
    found = [(weights[name], value) for name, value in text.items() if name in weights]
    said = [sum(held[n] * value for held, value in found) for n in range(classes)]
    odds = [math.exp(one - max(said)) for one in said]
    return [one / sum(odds) for one in odds]


def learn(rows: Rows, near: Callable[[str], Traits] = lambda text: {}) -> Weights:
    """The weights to be kept from labelled rows: of intent from all, of elsewhere from the matters and what is near."""
    signs = Intents(Lexicon.load().intents)
    folded = [fold(row["text"]) for row in rows]
    texts = [traits(one, signs.shown(one.chars)) for one in folded]
    intents = [_class(row["label"], CLASSES) for row in rows]
    matters = [n for n, intent in enumerate(intents) if intent == len(CLASSES) - 1]
    places = [_class(rows[n]["label"], PLACES) for n in matters]
    leaning = learnt(texts, intents, len(CLASSES))
    beside = {n: near(rows[n]["text"]) for n in matters if rows[n].get("lot") not in KNOWN}
    seen = [texts[n] | beside.get(n, {}) for n in matters]
    outward = learnt(seen, places, len(PLACES))
    often = Counter(name for text in (*texts, *beside.values()) for name in text)
    return _kept(_against_none(leaning, len(KINDS)), _against_none(outward, 1), often)


def _class(label: str, classes: tuple[str, ...]) -> int:
    kind = label.partition(":")[0]
    return classes.index(kind) if kind in classes else len(classes) - 1


def _against_none(weights: Weight, others: int) -> Weight:
    return defaultdict(
        lambda: [0.0] * others, {name: [one - held[-1] for one in held[:-1]] for name, held in weights.items()}
    )


def _kept(leaning: Weight, outward: Weight, often: Counter[str]) -> Weights:
    """In hundredths, of the traits that say most and were met more than once."""
    against = {name: leaning[name] + outward[name] for name, count in often.items() if count > 1}
    told = {name: max(map(abs, held)) * math.sqrt(often[name]) for name, held in against.items()}
    names = sorted(told, key=lambda name: (-told[name], name))[:KEPT]
    return {name: tuple(round(FINE * one) for one in against[name]) for name in sorted(names)}


def write(weights: Weights) -> None:
    lines = [
        "\t".join(("trait", *KINDS, "elsewhere")),
        *("\t".join((name, *map(str, held))) for name, held in weights.items()),
    ]
    (HERE / "leaning.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def figures(rows: Rows, lexicon: Lexicon) -> str:
    """The scorer's figures of the whole router."""
    router = Router(Catalogue.load(CENTRE), lexicon)
    return json.dumps(json.loads(score(rows, [route_line(router, dict(row)) for row in rows], "score_questions.py")))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--without", default="", help="a lot to hold out and measure: even, odd, own, E, F, G, H, J, M, N, told"
    )
    without = parser.parse_args().without
    lots = sentences()
    near = Router(Catalogue.load(CENTRE)).evidence
    weights = learn([row for lot, rows in lots.items() if lot != without for row in rows], near)
    if without:
        print(figures(lots[without], replace(Lexicon.load(), leaning=weights)))
    else:
        write(weights)


if __name__ == "__main__":
    main()
