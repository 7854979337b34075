"""What a confidence is worth: the share right by band, recorded the first time the router saw each sentence."""

import csv
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

BANDS = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.01)
SIDE, EDGE = 260, 36
Band = tuple[float, float, int]


def bands(path: Path) -> list[Band]:
    """Mean confidence, share right and count of each band that holds a sentence."""
    with path.open(encoding="utf-8") as file:
        seen = [(float(row["confidence"]), int(row["right"])) for row in csv.DictReader(file)]
    parts = ([s for s in seen if low <= s[0] < high] for low, high in pairwise(BANDS))
    return [(_mean(c for c, _ in part), _mean(r for _, r in part), len(part)) for part in parts if part]


def _mean(values: Iterable[float]) -> float:
    known = [*values]
    return sum(known) / len(known)


def meant(confidence: float) -> float:
    """The chance of being right a confidence stands for: 3.5 c to 1 - c."""
    return 3.5 * confidence / (3.5 * confidence + 1 - confidence)


def plot(found: list[Band]) -> str:
    """An SVG: the promised chance as a line, the bands as dots as large as they are many."""
    line = " ".join(f"{_x(n / 20):.1f},{_y(meant(n / 20)):.1f}" for n in range(21))
    dots = "".join(_dot(*band) for band in found)
    size = SIDE + 2 * EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="10">'
        f'<rect width="{size}" height="{size}" fill="#fff"/>'
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>'
        f'<line x1="{_x(0.5)}" y1="{_y(0)}" x2="{_x(0.5)}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4 3"/>'
        f'<polyline points="{line}" fill="none" stroke="#357"/>{dots}{_words(size)}</svg>\n'
    )


def _words(size: int) -> str:
    """The axes' names and ends."""
    return (
        f'<text x="{size / 2}" y="{size - 6}" text-anchor="middle">'
        f"confidence; the desk acts right of the dashes</text>"
        f'<text x="12" y="{size / 2}" text-anchor="middle" transform="rotate(-90 12 {size / 2})">share right</text>'
        f'<text x="{_x(0)}" y="{_y(0) + 12}">0</text><text x="{_x(1) - 6}" y="{_y(0) + 12}">1</text>'
        f'<text x="{EDGE - 10}" y="{_y(1) + 8}">1</text>'
    )


def _dot(confidence: float, right: float, count: int) -> str:
    x, y = _x(confidence), _y(right)
    label = f'<text x="{x + 7:.1f}" y="{y + 12:.1f}">{count}</text>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + count**0.5 / 3:.1f}" fill="#c63"/>{label}'


def _x(value: float) -> float:
    return EDGE + SIDE * value


def _y(value: float) -> float:
    return EDGE + SIDE * (1 - value)
