"""Words that mean somebody is in danger, by the service of centre.yaml's `emergency` they call for."""

import re

DANGERS = {
    "火警": re.compile(r"着火|失火|起火|火灾|煤气(?:泄|漏)|燃气(?:泄|漏)|漏气了|爆炸"),
    "心理援助": re.compile(r"自杀|不想活|想死|去死|跳楼|割腕|轻生|活不下去|喝农药"),
    "急救": re.compile(r"晕倒|昏倒|昏迷|心脏病发|喘不上气|大出血|中风|救护车|没气了"),
    "报警": re.compile(r"抢劫|持刀|拿刀|杀人|砍人|绑架|打人了|打起来了|炸弹"),
}
