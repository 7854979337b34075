"""The short questions people put after an answer, and the words by which windows keep their entries."""

import re

# Repeated at most so often: without a bound, words that are each other's beginnings cost time without one.
_PAST = r"(?:那|还|也|都|再|具体|这个|办这个|大概|一般|请问|麻烦问下|是不是){0,3}"
_END = r"[吗么呢啊呀不\W]*$"
_WHAT = "(?:什么|哪些|啥)"
_ASKED = {
    "copies": r"(?:要不要|用不用|需不需要|要|用|需要|得|带){0,3}(?:原件还是)?复印(?:件|一份)?"
              r"(?:要几份|几份|多少份|要不要|还是原件|就行|行|可以){0,2}",
    "papers": rf"(?:要|得|需要){{0,2}}(?:带{_WHAT}(?:去|来)?|带?{_WHAT}(?:材料|东西|证件|手续)(?:去|来)?)",
    "fee": r"(?:要|得|收|交|花|需要){0,2}(?:多少钱|几块钱|多少费用|什么费用|收费|要钱|收钱|费用)(?:是多少|多少|标准)?",
    "days": r"(?:要|得|需要){0,2}(?:(?:几天|多少天|多久|多长时间)(?:能|可以|才能)?(?:办好|办完|办成|办|拿到|出来|好)?"
            r"|(?:什么时候|啥时候)(?:能|可以|才能)?(?:办好|办完|办成|拿到|出来|下来))",
    "place": r"(?:在|去|到)?(?:哪里|哪儿|哪个窗口|几号(?:窗口|窗)?|几楼|什么地方|哪)(?:办理|办|弄)?|怎么走|地址|位置",
    "hours": r"(?:你们|窗口)?(?:几点|什么时候|啥时候|什么时间)(?:上班|开门|下班|关门|可以去|能去|去)|上班时间"
             r"|(?:周末|星期[六天日]|周[六日]|中午)(?:上班|开门|能办|办公)",
    "phone": r"(?:窗口|窗口的)?(?:电话|号码)(?:是多少|多少|是什么)?|怎么联系",
}  # fmt: skip
FOLLOW_UP = re.compile(f"^{_PAST}(?:" + "|".join(f"(?P<{kind}>{said})" for kind, said in _ASKED.items()) + f"){_END}")
ORIGINAL, COPY = "原件", "复印"
NONE = ("无", "没有", "照旧", "照窗口的")
ON_THE_SPOT = "当场"
FIELDS = {
    "材料": "materials", "费用": "fee", "收费": "fee", "时限": "days", "地点": "place", "时间": "hours",
    "电话": "phone", "提示": "notes", "答复": "answer",
}  # fmt: skip
FIELD = re.compile("|".join(FIELDS))
FIELD_SAID = re.compile(rf"(?:^|[\s,:])({FIELD.pattern})")
LEGAL_DAYS = re.compile(r"法定\D{0,6}?(\d{1,3})\D*")
DAYS = re.compile(r"\d{1,3}")
PRESENCE = ("本人", "双方", "到场", "申请人", "照片")
ENTRIES = re.compile(r"^(?:我的)?条目(?:$|[\s,:]+(?P<line>.+)$)", re.S)
CHECK = ("核对条目", "条目核对")
OFFER = re.compile(r"^采用\s*第?\s*(?P<number>\d{1,9})\s*号?$")
OWN = re.compile(r"\d{4,}|电话|手机|我叫|我姓|我的?名字|姓名|身份证号")
