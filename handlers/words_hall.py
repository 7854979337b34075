"""The words of the hall and of a window's day: matched, never said."""

import re

_NO = r"(?:(?i:YY|PH)\s*)?\d{1,7}"
HERE = ("到了", "我到了", "已经到了", "签到", "我要签到", "报到", "我来签到")
HERE_NO = re.compile(rf"^(?:我?到了|签到|报到)[\s,:]*(?P<no>{_NO})号?(?:[\s-]+(?P<code>\d{{6}}))?$")
DAY = ("本窗口", "今天谁来", "今日名单", "今天的名单", "窗口名单")
DAY_PART = re.compile(rf"^本窗口[\s,:]*(?:第(?P<page>\d{{1,3}})页|(?P<no>{_NO})号?)$")
CHECK_IN_LINE = "签到 {no} {code}"
BOARD = ("叫号屏", "大屏")
SHEET = ("纸单", "打印名单", "打印纸单")
NEXT = ("叫号", "叫下一位", "下一位", "下一个")
MARKS = {
    "叫号": "call", "再叫": "call", "办好": "served", "办好了": "served", "办完": "served", "办完了": "served",
    "没来": "absent", "未到": "absent", "材料不齐": "lacking", "缺材料": "lacking", "撤销": "undo",
}  # fmt: skip
MARK = re.compile(
    rf"^(?P<mark>{'|'.join(sorted(MARKS, key=len, reverse=True))})[\s,:]*(?P<no>{_NO})号?(?P<rest>\D.*|\s.*)?$", re.S
)
AGAIN = re.compile(r"^另约\s*(?P<no>(?i:YY|PH)\s*\d{7})$")
PARTS = re.compile(r"[,、;.。;和\s]+")
WALK_IN = re.compile(r"^(?:现场取号|现场号|现场办)[\s,:]*(?P<line>.+)$", re.S)
CALLED = re.compile(r"(?:^|[\s,])(?P<surname>[\u4e00-\u9fff])(?:先生|女士|老师|师傅|大爷|大妈|阿姨|叔叔|某|姓)?$")
REKEY = re.compile(r"^补录[\s,:]*(?P<lines>.+)$", re.S)
ON_DAY = re.compile(r"^(?:(?P<yesterday>昨天|昨日)|(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号])(?:的)?$")
AT = re.compile(r"(?:上午|(?P<later>下午|中午))?(?<!\d)(?P<hour>\d{1,2})(?::|点)(?P<minute>\d{2}|半)?分?(?!\d)")
HALF_PAST = "半"
WRITTEN = {
    "到了": "came", "到": "came", "来了": "came",
    "办好了": "served", "办好": "served", "办完": "served", "好": "served",
    "没来": "absent", "未到": "absent", "走了": "left", "材料不齐": "lacking", "缺材料": "lacking", "缺": "lacking",
}  # fmt: skip
LACKING = tuple(word for word, mark in WRITTEN.items() if mark == "lacking")
_WRITTEN = "|".join(sorted(WRITTEN, key=len, reverse=True))
LINES = re.compile(r"\s*[\n;]+\s*")
LINE = re.compile(rf"^(?P<no>{_NO})号?\s*(?P<mark>{_WRITTEN})\s*(?P<papers>.*)$")
WALKED_IN = re.compile(rf"^(?:现场取号|现场)\s*(?P<what>.+?)\s*(?P<mark>{_WRITTEN})\s*(?P<papers>.*)$")
