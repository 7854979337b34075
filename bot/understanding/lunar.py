"""The farmers' calendar from 2020 to 2040: lunar dates and the festivals that hang on them."""

from datetime import date, timedelta

_FIRST_YEAR, _FIRST_DAY = 2020, date(2020, 1, 25)
# One year each: bit 16 a long leap month, bits 15 to 4 the long months from the first on, bits 3 to 0 the leap month.
_YEARS = (
    0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6, 0x0A4E0, 0x0D260, 0x0EA65, 0x0D530, 0x05AA0,
    0x076A3, 0x096D0, 0x04AFB, 0x04AD0, 0x0A4D0, 0x1D0B6, 0x0D250, 0x0D520, 0x0DD45, 0x0B5A0,
)  # fmt: skip
SOLAR = {
    "元旦": (1, 1), "妇女节": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1),
    "六一": (6, 1), "六一儿童节": (6, 1), "儿童节": (6, 1), "三八节": (3, 8), "三八妇女节": (3, 8),
    "五四青年节": (5, 4), "青年节": (5, 4), "建军节": (8, 1), "教师节": (9, 10), "双十一": (11, 11),
    "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
LUNAR = {
    "春节": (1, 1), "过年": (1, 1), "大年初一": (1, 1), "元宵": (1, 15), "端午": (5, 5), "七夕": (7, 7),
    "中秋": (8, 15), "八月半": (8, 15), "重阳": (9, 9), "腊八": (12, 8),
    "中元": (7, 15), "七月半": (7, 15), "寒衣节": (10, 1), "龙抬头": (2, 2),
}  # fmt: skip
OTHER = ("清明", "冬至", "除夕", "年三十", "大年三十")
NAMES = (*SOLAR, *LUNAR, *OTHER)


def festival(name: str, year: int) -> date | None:
    """The festival's day in the year of its month; None outside the known years."""
    if name in SOLAR:
        return date(year, *SOLAR[name])
    if name == "清明":
        return date(year, 4, int((year % 100) * 0.2422 + 4.81) - (year % 100) // 4)
    if name == "冬至":
        return date(year, 12, int((year % 100) * 0.2422 + 21.94) - (year % 100) // 4)
    if name in LUNAR:
        return solar(year, *LUNAR[name])
    first = solar(year, 1, 1)
    return first - timedelta(days=1) if first else None


def solar(year: int, month: int, day: int, leap: bool = False) -> date | None:
    """The day of a lunar date, of the leap month when asked; None when it does not exist or is not known."""
    if not (0 <= year - _FIRST_YEAR < len(_YEARS) and 1 <= month <= 12):
        return None
    code = _YEARS[year - _FIRST_YEAR]
    if leap and month != code & 15:
        return None
    if not 1 <= day <= (_leap_length(code) if leap else _length(code, month)):
        return None
    days = sum(map(_year_length, _YEARS[: year - _FIRST_YEAR])) + (_length(code, month) if leap else 0)
    days += sum(_length(code, m) + (_leap_length(code) if m == code & 15 else 0) for m in range(1, month))
    return _FIRST_DAY + timedelta(days=days + day - 1)


def _length(code: int, month: int) -> int:
    return 30 if code >> (16 - month) & 1 else 29


def _leap_length(code: int) -> int:
    return (30 if code >> 16 & 1 else 29) if code & 15 else 0


def _year_length(code: int) -> int:
    return sum(_length(code, month) for month in range(1, 13)) + _leap_length(code)
