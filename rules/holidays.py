"""The State Council's yearly holiday notices as dated tables: days closed and weekends worked (调休)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's arrangement; `official` is false while it is only somebody's expectation."""

    closed: frozenset[date]
    made_up: frozenset[date]
    official: bool = True

    @classmethod
    def of(cls, year: int, *, closed: str, made_up: str, official: bool = True) -> "Notice":
        """Read one year from the form used below: MMDD or MMDD-MMDD, parted by spaces; ValueError on anything else."""
        return cls(frozenset(_days(year, closed)), frozenset(_days(year, made_up)), official)


def _days(year: int, spans: str) -> Iterator[date]:
    for span in spans.split():
        first, _, last = span.partition("-")
        day, end = _day(year, first), _day(year, last or first)
        while day <= end:
            yield day
            day += timedelta(days=1)


def _day(year: int, month_day: str) -> date:
    return date(year, int(month_day[:2]), int(month_day[2:]))


# Closed spans run from the first to the last day off, the weekends they touch included.
_OFFICIAL: dict[int, Notice] = {
    2004: Notice.of(
        2004,
        closed="0101 0122-0128 0501-0507 1001-1007",
        made_up="0117 0118 0508 0509 1009 1010",
    ),
    2005: Notice.of(
        2005,
        closed="0101-0103 0209-0215 0501-0507 1001-1007",
        made_up="0205 0206 0430 0508 1008 1009",
    ),
    2006: Notice.of(
        2006,
        closed="0101-0103 0129-0204 0501-0507 1001-1007",
        made_up="0128 0205 0429 0430 0930 1008 1230 1231",
    ),
    2007: Notice.of(
        2007,
        closed="0101-0103 0218-0224 0501-0507 1001-1007 1230-1231",
        made_up="0217 0225 0428 0429 0929 0930 1229",
    ),
    2008: Notice.of(
        2008,
        closed="0101 0206-0212 0404-0406 0501-0503 0607-0609 0913-0915 0929-1005",
        made_up="0202 0203 0504 0927 0928",
    ),
    2009: Notice.of(
        2009,
        closed="0101-0103 0125-0131 0404-0406 0501-0503 0528-0530 1001-1008",
        made_up="0104 0124 0201 0531 0927 1010",
    ),
    2010: Notice.of(
        2010,
        closed="0101-0103 0213-0219 0403-0405 0501-0503 0614-0616 0922-0924 1001-1007",
        made_up="0220 0221 0612 0613 0919 0925 0926 1009",
    ),
    2011: Notice.of(
        2011,
        closed="0101-0103 0202-0208 0403-0405 0430-0502 0604-0606 0910-0912 1001-1007",
        made_up="0130 0212 0402 1008 1009 1231",
    ),
    2012: Notice.of(
        2012,
        closed="0101-0103 0122-0128 0402-0404 0429-0501 0622-0624 0930-1007",
        made_up="0121 0129 0331 0401 0428 0929",
    ),
    2013: Notice.of(
        2013,
        closed="0101-0103 0209-0215 0404-0406 0429-0501 0610-0612 0919-0921 1001-1007",
        made_up="0105 0106 0216 0217 0407 0427 0428 0608 0609 0922 0929 1012",
    ),
    2014: Notice.of(
        2014,
        closed="0101 0131-0206 0405-0407 0501-0503 0531-0602 0906-0908 1001-1007",
        made_up="0126 0208 0504 0928 1011",
    ),
    2015: Notice.of(
        2015,
        closed="0101-0103 0218-0224 0404-0406 0501-0503 0620-0622 0903-0905 1001-1007",
        made_up="0104 0215 0228 0906 1010",
    ),
    2016: Notice.of(
        2016,
        closed="0101-0103 0207-0213 0402-0404 0430-0502 0609-0611 0915-0917 1001-1007",
        made_up="0206 0214 0612 0918 1008 1009",
    ),
    2017: Notice.of(
        2017,
        closed="0101-0102 0127-0202 0402-0404 0429-0501 0528-0530 1001-1008",
        made_up="0122 0204 0401 0527 0930",
    ),
    2018: Notice.of(
        2018,
        closed="0101 0215-0221 0405-0407 0429-0501 0616-0618 0922-0924 1001-1007 1230-1231",
        made_up="0211 0224 0408 0428 0929 0930 1229",
    ),
    2019: Notice.of(
        2019,
        closed="0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007",
        made_up="0202 0203 0428 0505 0929 1012",
    ),
    2020: Notice.of(
        2020,
        closed="0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
        made_up="0119 0426 0509 0628 0927 1010",
    ),
    2021: Notice.of(
        2021,
        closed="0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
        made_up="0207 0220 0425 0508 0918 0926 1009",
    ),
    2022: Notice.of(
        2022,
        closed="0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007",
        made_up="0129 0130 0402 0424 0507 1008 1009",
    ),
    2023: Notice.of(
        2023,
        closed="0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006",
        made_up="0128 0129 0423 0506 0625 1007 1008",
    ),
    2024: Notice.of(
        2024,
        closed="0101 0210-0217 0404-0406 0501-0505 0608-0610 0915-0917 1001-1007",
        made_up="0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    2025: Notice.of(
        2025,
        closed="0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
        made_up="0126 0208 0427 0928 1011",
    ),
    2026: Notice.of(
        2026,
        closed="0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
        made_up="0104 0214 0228 0509 0920 1010",
    ),
}
NOTICES: Mapping[int, Notice] = MappingProxyType(_OFFICIAL)

# Closed by decree in any year, whatever the notice adds around them; the lunar festivals' days are not known before.
FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
