"""The words of help on arrival: matched, never said."""

import re

HELP = re.compile(
    r"^(?:(?:我|我们|来时|到时候?|到了)?要(?:人)?(?:帮忙|帮一?下|扶|搀扶)|(?:我)?要(?:坐)?轮椅)"
    r"[\s,:]*(?P<no>(?i:YY)\s*\d{7})?[\s。.!]*$"
)
NO_HELP = re.compile(r"^不用(?:人)?帮忙了?[\s,:]*(?P<no>(?i:YY)\s*\d{7})?[\s。.!]*$")
NEEDS = (
    ("walking", re.compile(r"轮椅|搀|扶|拐|腿|脚|走不|走路|上楼|台阶|楼梯|瘫|残疾|行动")),
    ("hearing", re.compile(r"听|耳|聋|手语|哑|说不")),
    ("seeing", re.compile(r"看不|眼|盲|瞎|认字|识字|不会写|填表")),
    ("child", re.compile(r"孩子|小孩|娃|宝宝|婴儿|孕|怀")),
    ("old", re.compile(r"老人|老年|年纪|岁数|爷爷|奶奶|外公|外婆")),
)

_DB = r"[\s,:]*(?P<no>(?i:DB)\s*\d{7})"
ERRAND = re.compile(
    r"^(?:我|我们)?(?:要|想|想要|想请|请|来不了)?[\s,:]*(?:请人|找人|咨询台|帮我|你们|您)?代办(?![\s,:]*(?i:DB)\s*\d)"
    r"(?:一下|材料|吗)?[\s,:?]*(?P<matter>.{2,})?$",
    re.S,
)
BY_PHONE = re.compile(r"^(?:电话|现场|当面)代办[\s,:]*(?P<line>.+)$", re.S)
WITHDRAW = re.compile(rf"^(?:撤回|取消)代办{_DB}[\s。.!]*$")
ERRAND_ANSWER = re.compile(rf"^(?:(?P<take>接下代办|接代办)|不能代办){_DB}(?P<why>\s.*)?$", re.S)
RECEIVE = re.compile(rf"^(?:收材料|收件){_DB}号?[\s,:]+(?P<papers>.+)$", re.S)
MOVE = re.compile(rf"^(?:(?P<back>退材料|还材料)|转材料|交窗口){_DB}号?[\s,:]+(?P<which>.+)$", re.S)
END = re.compile(rf"^办结代办{_DB}(?:[\s,:]+(?P<result>.+))?$", re.S)
SHOW = re.compile(rf"^(?:看)?代办{_DB}$")
OPEN = ("代办清单", "代办列表", "看代办")
EVERY = ("全部", "都", "所有", "全部材料")
PARTS = re.compile(r"[、,;;和\s]+")
PAPER = re.compile(r"^(?P<name>\S{1,20}?)(?:的)?(?P<kind>原件|复印件)(?P<count>\d{1,2})?(?:份|张|本|个)?$")
ORIGINAL, COPIED = "原件", "复印件"
