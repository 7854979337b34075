"""The words of the duty desk: matched, never said."""

import re

RECEIVED = ("收到", "收到了", "已收到", "收到,谢谢", "收到谢谢", "收到,好的")
PHONED = ("已电话通知", "电话通知了", "已打电话", "打过电话了", "电话通知到了")
WHO = re.compile(r"^(?P<which>今天|今日|明天|明日|下一班)?是?谁(?:在)?值(?:班|日)(?:呀|啊|呢)?[\s?!。.]*$")
TOMORROW = ("明天", "明日", "下一班")
LOG = re.compile(r"^(?:写|记|填)?值班记录[\s,:。]*(?P<line>.*)$", re.S)
SHOW_LOG = ("看值班记录", "查值班记录", "今天的值班记录", "看记录本")
UNDO_LOG = re.compile(r"^撤销(?:这条|值班)?记录\s*(?P<number>\d{1,9})?[\s。.]*$")
HAND_OVER = ("交接班", "交班", "我要交班", "我要交接班", "值班交接", "交接")
TAKE_OVER = ("确认接班", "接班", "我接班")
NOTHING = ("无", "没有", "没", "无。", "都没有")
NONE = "无"
HEADINGS = (
    ("consultations", re.compile(r"^(?:咨询记录|咨询情况|咨询)[\s,:、。]*(?P<rest>.*)$", re.S)),
    ("errands", re.compile(r"^(?:代办情况|代办)[\s,:、。]*(?P<rest>.*)$", re.S)),
    ("good_service", re.compile(r"^(?:典型事例|典型|好人好事)[\s,:、。]*(?P<rest>.*)$", re.S)),
    ("discipline", re.compile(r"^(?:纪律情况|遵守纪律|纪律)[\s,:、。]*(?P<rest>.*)$", re.S)),
)
