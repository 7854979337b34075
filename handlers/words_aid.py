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
