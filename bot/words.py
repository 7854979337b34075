"""Words that are matched or written as dates: the only Chinese in `bot` outside the lexicon."""

BACK, AGAIN, CANCEL, PERSON, ALOUD, HELP, MENU = "返回", "重来", "取消", "人工", "大声念", "帮助", "主菜单"

GLOBAL: dict[str, str] = {
    **dict.fromkeys((BACK, "上一步", "退回", "回上一步"), BACK),
    **dict.fromkeys((AGAIN, "重新来", "从头来", "重新开始"), AGAIN),
    **dict.fromkeys((CANCEL, "不办了", "算了", "退出", "不用了"), CANCEL),
    **dict.fromkeys((PERSON, "转人工", "人工服务", "找人工", "找人", "真人", "人工客服"), PERSON),
    **dict.fromkeys(("看不懂", "不会用", "我年纪大", "我年纪大了", "老人家", "我老了"), PERSON),
    **dict.fromkeys((ALOUD, "再说一遍", "念一遍", "没看清"), ALOUD),
    **dict.fromkeys((HELP, "怎么用", "help", "/help", "?", "？"), HELP),
    **dict.fromkeys((MENU, "菜单", "首页", "/start"), MENU),
}

DIGITS = "零一二三四五六七八九十"
ORDINAL = r"^(?:第)?([0-9]{1,2}|[一二两三四五六七八九十])(?:个|项|号|\.|、|。)?$"
WEEKDAYS = "一二三四五六日"
MORNING, NOON, AFTERNOON = "上午", "中午", "下午"
DAY = "{month}月{day}日(周{weekday})"
YEAR_DAY = "{year}年{month}月{day}日(周{weekday})"
CLOCK = "{half}{hour}:{minute:02d}"
FILLERS = ["我们", "我", "要", "想", "请", "麻烦", "给", "帮", "一下", "你好", "您好", ",", "。", "!", "?"]
HALF_LABEL = "周{weekday}{day}日{half}"
YES = frozenset(
    ("对", "对的", "对呀", "是", "是的", "没错", "好", "好的", "可以", "行", "没问题", "确认", "确定", "就这样")
)
WRONG = frozenset(("不对", "不对的", "不对不对", "错了", "不对错了", "说错了", "弄错了", "搞错了"))
EDIT, SUBMIT = "改一项", "提交"
EMPTY = "无"
MORE = "更多"
