"""The words of complaints: matched, never said."""

import re

NO = r"(?P<no>[Tt][Ss]\d{7})"
SAID = r"[\s,:、]*(?P<said>.*)$"

LODGE = ("投诉", "我要投诉", "我想投诉", "要投诉", "举报", "我要举报", "投诉一下", "投诉电话")
BARE = re.compile(r"^(?:我|我们)?(?:要|想|想要|来)?(?:投诉|举报)(?:一下|你们|电话|信箱|渠道|部门|个?人)?[\s,.!?。]*$")
MINE = ("我的投诉", "查投诉", "投诉进度", "投诉查询")
LISTED = ("投诉列表", "投诉台账", "待办投诉")
ACCEPT = re.compile(rf"^(?:受理|收下)\s*{NO}$")
OUTSIDE = re.compile(rf"^(?:不受理|不属受理范围|不归我们管)\s*{NO}{SAID}", re.S)
REPLY = re.compile(rf"^(?:答复|回复)\s*{NO}{SAID}", re.S)
CLOSE = re.compile(rf"^办结\s*{NO}$")
CONTACT = re.compile(rf"^联系人\s*{NO}$")
READ = re.compile(r"^看(?:一下|全文)?\s*(?P<no>(?i:TS|QJ)\s*\d{7})(?:\s+(?:第)?(?P<page>\d{1,2})页?)?$")
WITHDRAW = re.compile(rf"^(?:撤诉|撤回投诉|撤销投诉|撤回|我要撤诉)\s*{NO}$")
FRINGE = " \t\n,.!?。;:、~"
MATTER = "投诉"
PRIVATE = "complaints/"  # conversations for their own section alone
DIRECTOR_ROLE = "主任"

# The first that matches is the subject; conduct while handling comes before how friendly it was.
SUBJECTS = (
    (
        "lawfulness",
        re.compile(
            r"违法|违规|不依法|乱收费|多收|红包|收钱|要钱|索要|索贿|好处费|吃请|请吃饭|刁难|卡我|徇私|关系户|插队"
        ),
    ),
    (
        "style",
        re.compile(
            r"玩手机|刷手机|看手机|玩游戏|聊天|嗑瓜子|睡觉|打瞌睡|迟到|早退|脱岗|不在岗|没人在|溜号|抽烟|推诿|踢皮球|推来推去"
        ),
    ),
    (
        "efficiency",
        re.compile(r"太慢|很慢|慢得|拖|磨蹭|半天|小时|钟头|等了|排了|效率|还没办|没下文|白跑|跑了.{1,3}趟"),
    ),
    (
        "ability",
        re.compile(r"不懂|不会办|搞错|弄错|办错|说法不一|说法都不一样|一问三不知|业务不熟|不专业"),
    ),
    (
        "quality",
        re.compile(r"态度|骂|凶|吼|嚷|训|不理|爱理不理|不耐烦|冷|脸色|白眼|服务|差劲|不尊重|赶我|难听|说话冲|没礼貌"),
    ),
)

STAFF_ID = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,4}\d{2,6})(?!\d)")
COUNTER = re.compile(
    r"(?:(?P<floor>[一二三四五六1-6])\s*(?:楼|层)\s*的?)?\s*(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s*号\s*(?:窗|台|柜)"
)
BEFORE_WINDOW = re.compile(r"([\u4e00-\u9fff]{2,8})(?:窗口|柜台|那个窗)")
BRACKETS = re.compile(r"[()]")
QUOTES = re.compile(r"[“”]")
DIRECTOR_IN_STORY = re.compile(r"(?:^|你们|中心|贵?单位)的?(?:一把手|正?主任)")
WINDOW_ENDING = re.compile(r"(?:服务)?窗口$")
ON_DUTY = re.compile(r"值班|值日|咨询台|导服|总台")
SUPERVISORS = re.compile(r"督查|监察|管投诉")
LEADERS = re.compile(r"^(?:你们|中心|单位|贵单位|的|这里){0,3}(?:领导|班子)$")
DIRECTOR = re.compile(r"^(?:你们|中心|单位|贵单位|的|这里|行政服务中心){0,3}(?:一把手|正?主任)$")
DEPUTY = re.compile(r"副主任|副职|分管领导")
ANONYMOUS = ("匿名", "改匿名", "我要匿名", "匿名吧", "不留", "不留电话", "不想留", "不想留电话", "没有电话")
NOTHING = ("无", "空", "没有", "没", "无整改", "不用", "不需要", "暂无", "略", "没有整改")
UNNAMED = re.compile(
    r"^(?:我|俺|咱|还是|那|这个|名字|姓名|真名|电话|号码|就|也|都)*(?:"
    r"(?:不想|不愿|不肯|不敢|不便|不方便|不要|不用|不能|不|别)意?[^,。;!?]{0,2}"
    r"(?:说|留|讲|写|报|告诉|透露|提|填|给)[^,。;!?]{0,6}$|(?:不方便|不便|不用|不要|不必|免|算)了?吧?$)|匿名"
)
SKIP = ("跳过", "不选", "不说了", "没有", "随便")
