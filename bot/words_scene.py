"""How a transcript is written down."""

import re

DESK = "台→"
FIRST = DESK + "{to}：{line}"
EARLIER = DESK + "{to}（{at:%m-%d %H:%M}）：{line}"
INDENT = "　　"
BUTTON = "［{label}］"
KILL, AGAIN = "【断电】", "【重复】"
DUTY, CHANNEL, CHECKED = "值日", "渠道", "核对"
CLOCK = re.compile(r"^【(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})】$")
SPEECH = re.compile(r"^(?!台→|#|>|- )([^:：\s][^:：\n]{0,15})：(.*)$")
PRESS = re.compile(r"^［(旧:)?([^］]+)］$")
