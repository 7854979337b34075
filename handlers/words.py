"""The words people use to open something: matched, never said; and where a long name may be cut."""

import re

ME = r"^(?:我|我们)?(?:要|想|想要|来)?"
NUMBER = r"[A-HJ-NP-Z]{2}\s*\d{5,8}"

BOOK = ("预约", "我要预约", "我想预约", "约个号", "约号", "取号")
MINE = (
    "我的预约", "查预约", "预约查询", "看我的预约", "取消预约", "我要取消预约", "退号", "我要退号", "退预约",
    "改约", "我要改约", "改时间", "我要改时间", "改预约",
)  # fmt: skip
PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8})(?!\d)")
PHONE_BOOKING = re.compile(r"^电话预约[\s,:]*(?P<line>.+)$", re.S)
WAIT_ANSWER = re.compile(r"^候补\s*(?P<no>(?i:HB)\s*\d{7})[\s,:]*(?:(?P<take>要)|不要|不等了)$")
HOURS = re.compile(r"^(?:(?P<close>停办|停号)|(?P<fewer>减号|限号)|加开|加号)[\s,:]*(?P<line>.+)$", re.S)
RATE = re.compile(r"每(?:(?P<half>半个?小时)|个?小时|(?P<minutes>\d{1,3})分钟?)\s*(?P<n>\d{1,3})个?(?:号|人|位)?")
WINDOW = "窗口"
_KIN = (
    "爸爸|爸|父亲|老爸|妈妈|妈|母亲|老妈|爷爷|奶奶|外公|外婆|姥爷|姥姥|公公|婆婆|岳父|岳母|丈人|丈母娘|老公|丈夫|"
    "老婆|妻子|爱人|儿子|女儿|孩子|小孩|孙子|孙女|哥哥|弟弟|姐姐|妹妹|舅舅|叔叔|姑姑|家里人|家人|邻居|朋友|同事|父母"
)
FOR_WHOM = re.compile(
    rf"(?:帮|替|(?<!过)给|为|代)(?:我们?|俺)?(?:的|家)?(?P<whom>{_KIN})|我(?:家)?(?P<mine>{_KIN})(?=[要想的办换补领没退])"
)
CALLED = {
    **dict.fromkeys(("爸爸", "爸", "老爸"), "父亲"), **dict.fromkeys(("妈妈", "妈", "老妈"), "母亲"),
    "老公": "丈夫", "老婆": "妻子", "小孩": "孩子", "家里人": "家人", "丈人": "岳父", "丈母娘": "岳母",
}  # fmt: skip
ENQUIRE = re.compile(rf"^(?:查询|查一下|进度|查)?\s*(?P<no>(?i:{NUMBER}))$")
ENQUIRE_BARE = ("进度", "查询", "办到哪了", "查进度")
BIND = re.compile(r"^(?:绑定|/start)\s*(?P<code>[0-9A-Za-z]{6,12})$")
# What a window's code says (bot/window_codes.py): the page sends it as Telegram passes on a link's payload.
WINDOW_CODE = re.compile(r"^/start at-(?P<window>\S{1,40})$")
FIND_WINDOW = ("我找窗口", "找窗口", "我要找窗口", "哪个窗口", "去哪个窗口")
WHO_HANDLES = ("谁在办我的事", "谁负责", "你叫什么", "谁在管")
VISIT = re.compile(r"(?:明|后|今|周|星期|礼拜|号|点|上午|下午).{0,6}(?:想|要|能)?(?:来|去|过来|过去)(?:办|弄|搞|领|交)")
NOT_THIS = ("不是这件事", "不是这个", "你理解错了", "不对")
THANKS = ("谢谢", "谢谢你", "谢谢您", "知道了", "好的谢谢", "再见", "多谢")
BOOK_MATTER = re.compile(r"^(?:我|我们)?(?:要|想|想要|来|帮我)?预约(?:一下|办理|办)?[\s,:]*(?P<matter>.{2,})$", re.S)
ONE_MORE = re.compile(r"^(?:同一趟)?(?:再办|再约|加办)一?件(?:事)?[\s,:]*(?P<no>(?i:YY)\s*\d{7})?$")
_ACTS = "(?P<drop>取消预约|退号|退预约)|(?P<move>改约|改时间|改预约)|看预约"
ACT_FOR = re.compile(rf"^(?:{_ACTS})[\s,:]*(?P<no>(?i:YY)\s*\d{{7}})$")
FIND = re.compile(r"^(?:查预约|找预约)[\s,:]*(?P<phone>[\d\s+-]{7,20})$")
CALENDAR = re.compile(r"^(?:放进|加到|加入|放到)(?:我的|手机)*日历[\s,:]*(?P<no>(?i:YY)\s*\d{7})?$")
BOOK_TWO = re.compile(r"^两件一趟约[\s,:]*(?P<matter>[^+]{2,})\+(?P<second>.{2,})$")
ISSUE_CODE = re.compile(r"^发编码\s*(?P<id>[A-Za-z0-9]+)$")
UNBIND = ("解除绑定", "解绑")
STAFF_WORD = re.compile(r"^(?P<word>请假|外出|值班记录|交接班|发编码)(?:\s.*)?$", re.S)
LONGEST = 10  # ux 10
BREAKS, BRACKETS = "、,，;；/ (（", "(（"


SWEARS = re.compile(r"傻[逼比叉x]|[操草日]你|[他你]妈的|滚蛋|^滚|狗东西|王八|神经病|去死|shit|fuck|tmd|cnm|nmd", re.I)
RUDE = re.compile(
    r"(?:[你他妈的个滚蛋操草靠日傻逼比叉x狗东西混账王八神经病去死吧了啊呀呸,.!?。!\s]|shit|fuck|sb|nmd|tmd|cnm)+",
    re.I,
)
ELDER = ("长辈", "老人", "大字", "长辈模式", "老人模式", "大字版", "老年版", "关怀版", "关怀模式")
USUAL = ("普通版", "普通模式", "退出长辈模式", "关闭长辈模式", "标准版")
ELDER_OF = re.compile(r"^(?P<off>关闭)?长辈模式\s*第?\s*(?P<number>\d{1,9})\s*号?$")
CALL_BACK = ("打给我", "请打给我", "给我打电话", "打电话给我", "回电话", "给我回电话", "回我电话", "打我电话")
SECOND = re.compile(r"^第二件:(?P<name>.+)$")


def window_numbers(painted: str) -> frozenset[str]:
    """How a window with 1-3 painted on it is named by its number: 1-3号窗, 2号窗口, 3号."""
    ends = [int(end) for end in painted.split("-") if end.isdecimal()]
    numbers = {painted, *map(str, range(ends[0], ends[-1] + 1))} if ends else {painted}
    return frozenset(number + ending for number in numbers for ending in ("号", "号窗", "号窗口"))


def short_label(name: str) -> str:
    """A name as a button: cut where it pauses, never inside brackets."""
    if len(name) <= LONGEST:
        return name
    opened = [at for at, char in enumerate(name[:LONGEST]) if char in BRACKETS]
    pauses = [at for at, char in enumerate(name[: LONGEST + 1]) if char in BREAKS]
    fit = [at for at in pauses if at > 1 and (not opened or at <= opened[0])]
    return name[: fit[-1] if fit else LONGEST]


ASKS_ONLY = re.compile(r"[我要想来帮请先]*(?:预约|约|取|挂|排)[个号一下]*")
