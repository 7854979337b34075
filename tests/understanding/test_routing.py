"""Where a citizen's own words lead."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.catalogue import Catalogue
from bot.understanding.cli_lines import route_line, when_line
from bot.understanding.features import Reader, forms_of
from bot.understanding.intents import Intents
from bot.understanding.lexicon import Lexicon
from bot.understanding.routing import Router
from bot.understanding.wording import fold
from rules.calendar import Calendar

CENTRE = Path(__file__).parents[2] / "deploy" / "centre.example"
CATALOGUE = Catalogue.load(CENTRE)
LEXICON = Lexicon.load()
ROUTER = Router(CATALOGUE, LEXICON)
ROUTES = {m.route for m in CATALOGUE.matters()} | {"complaint", "appointment", "smalltalk", "unknown"}


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("投诉电信", "elsewhere:phone"),
        ("投诉物业不作为", "elsewhere:property"),
        ("你们窗口的人骂人", "complaint"),
        ("那个穿蓝衣服的女同志讲话真难听", "complaint"),
        ("约专家号", "elsewhere:hospital"),
        ("我要约", "appointment"),
        ("明天下午想来办退休", "sb_retire"),
        ("我爸办退休", "sb_retire"),
        ("俺爹走了能领多少钱", "sb_death"),
        ("shenfenzheng diu le", "id_lost"),
        ("身分正丢了", "id_lost"),
        ("我妈八十了有没有补贴", "elsewhere:elder"),
        ("社保窗口电话多少", "window:shebao"),
        ("谢谢啦", "smalltalk"),
        ("证丢了", "unknown"),
        ("今天天气怎么样", "unknown"),
    ],
)
def test_leads_to(text: str, route: str) -> None:
    assert ROUTER.rank(text).ranked[0] == route


def test_a_booking_with_a_matter_keeps_both() -> None:
    found = ROUTER.rank("我要约护照")
    assert found.ranked[:2] == ("appointment", "pp_new") and found.wants_booking
    assert not ROUTER.rank("我要办护照").wants_booking


@pytest.mark.parametrize(
    "text",
    [
        "能不能在初八上午先扣下一个位子",
        "帮我卡在周四十点那个点",
        "想挑个人少的日子,礼拜二三都行",
        "初九我走不开,顺延两天",
    ],
)
def test_a_wish_about_when_is_a_booking(text: str) -> None:
    found = ROUTER.rank(text)
    assert found.ranked[0] == "appointment" and found.wants_booking


@pytest.mark.parametrize("text", ["礼拜四上午办过户要带什么材料", "周五拿证"])
def test_a_day_alone_is_no_booking(text: str) -> None:
    assert ROUTER.rank(text).ranked[0] != "appointment"


def test_somebody_of_ours_of_whom_nothing_is_asked_is_complained_of() -> None:
    assert ROUTER.rank("窗口里的女的架势不小").ranked[0] == "complaint"
    assert ROUTER.rank("窗口的人几点来").ranked[0] != "complaint"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("我不想活了", "心理援助"),
        ("有人喝农药了", "急救"),
        ("楼下煤气泄漏", "火警"),
        ("有人在大厅打人", "报警"),
        ("我抑郁了", "心理援助"),
        ("我老公天天打我,昨晚又拿刀追我,我不晓得怎么办", "报警"),
        ("办个证跑了五趟,家里又欠一屁股债,真是活着没意思", "心理援助"),
        ("屋里闻到好大的煤气味", "火警"),
        ("老人在你们大厅昏倒了", "急救"),
        ("你们再不办我就从楼上跳下去了", "急救"),
        ("我妈吃了一瓶安眠药", "急救"),
        ("电瓶车充电冒烟了", "火警"),
        ("有人困在电梯里", "火警"),
        ("这日子熬不下去了,一了百了算了", "心理援助"),
        ("再不给办我炸了你们大厅", "报警"),
        ("办护照", ""),
        ("打人民币的纸", ""),
        ("怎么打人工客服", ""),
        ("气死我了跑了三趟", ""),
        ("煤气开户要什么", ""),
        ("煤气费怎么交", ""),
        ("家里没气了怎么充", ""),
        ("系统崩溃了交不了社保", ""),
        ("去年家里失火房产证烧了", ""),
        ("我爸中风三年了能办残疾证吗", ""),
        ("抑郁症能办慢病吗", ""),
        ("驾照掉河里了", ""),
        ("救护车费能报销吗", ""),
        ("公司撑不下去了想注销", ""),
        ("钱什么时候打我卡上", ""),
        ("动手术能报多少", ""),
        ("上班触电算不算工伤", ""),
    ],
)
def test_danger_names_the_number_to_give(text: str, entry: str) -> None:
    assert ROUTER.rank(text).danger == entry


@pytest.mark.parametrize(
    ("text", "piece"), [("老师，我 护照 到期了咋弄", "护照 到期"), ("我想问下公积金贷款要啥", "公积金贷款")]
)
def test_matched_is_the_citizens_own_piece(text: str, piece: str) -> None:
    found = ROUTER.rank(text)
    assert found.confidence >= 0.5 and found.matched == piece


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("结婚证丢了还想把户口迁过去", "hk_move"),
        ("我要补身份证，还想办护照", "pp_new"),
        ("我要办退休和社保卡", "sb_retire"),
        ("预约退休和社保卡", "sb_retire"),
        ("身份证丢了", ""),
        ("跟老婆离婚", ""),
        ("儿子白血病，房子都卖了", ""),
        ("投诉你们窗口的人，还有空调不凉", ""),
    ],
)
def test_a_second_matter_is_named_only_where_two_are_said(text: str, also: str) -> None:
    assert ROUTER.rank(text).also == also


@pytest.mark.parametrize(
    "text",
    [
        "我递身份证过去她用两个指头捏,嫌脏",
        "早上八点四十了大门都没开",
        "她把我的单子一掼掼到地上,叫我自家拾,我活这么大没受过这个气",
        "轮到我了,里面那个烫头发的女的说听不懂,就喊下一个了,我妈回来眼泪直淌",
        "讲好了今天来拿,来了又讲经手的人请假了,把我当猴子耍",
        "一群吃干饭的,白养了",
        "12号那个人一直刷douyin,喊三遍不理人",
    ],
)
def test_a_complaint_is_heard_in_a_story(text: str) -> None:
    assert ROUTER.rank(text).ranked[0] == "complaint"


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("快递丢了没人管", "elsewhere:postal"),
        ("官司赢了半年,对方就是不给钱", "elsewhere:enforce"),
        ("你们几点下班", "guide"),
        ("我跟隔壁为一条滴水沟吵了三年了,想请个公家人来评评理", "elsewhere:mediation"),
        ("谢谢你们,那个小伙子扶着我上楼,帮我填表,心里头暖和,祝你们身体好", "smalltalk"),
        ("我不来了,昨天跟你们定的那个时辰让给人家吧", "appointment"),
    ],
)
def test_what_is_no_complaint_is_not_taken_for_one(text: str, route: str) -> None:
    assert ROUTER.rank(text).ranked[0] == route


def test_every_deed_of_the_lexicon_makes_a_complaint_of_a_clerk_at_a_window() -> None:
    """An expression that a guard takes back would be no use; only those without signs of their own are tried."""
    intents = Intents(LEXICON.intents)
    said = [
        deed
        for sign in LEXICON.intents["grievance"]["what"].values()
        if sign["weight"] > 0
        for deed in sign["said"].split()
        if not set(deed) & set("(|?.[\\")
    ]
    assert len(said) > 200
    stories = {deed: fold(f"你们窗口那个女的{deed}").chars for deed in said}
    assert not [deed for deed, chars in stories.items() if not intents.told(chars, intents.shown(chars))]


def test_every_word_of_small_talk_is_small_talk() -> None:
    assert not [word for word in LEXICON.intents["smalltalk"]["words"].split() if _first(f"{word}谢谢") != "smalltalk"]


def _first(text: str) -> str:
    return ROUTER.rank(text).ranked[0]


def test_what_is_not_understood_is_not_acted_on() -> None:
    for text in ("证丢了", "今天天气怎么样", "阿斯顿发", "a"):
        assert ROUTER.rank(text).confidence < 0.5


@given(st.text(max_size=80) | st.text("证护照丢我要约投诉你们窗口骂人身份 abcHZ１２😀", max_size=500))
def test_any_text_gets_an_answer(text: str) -> None:
    found = ROUTER.rank(text)
    assert found.ranked and set(found.ranked) <= ROUTES and len(set(found.ranked)) == len(found.ranked)
    assert 0 <= found.confidence <= 1 and found.matched in text
    assert found == ROUTER.rank(text)


def test_another_router_gives_the_same_answer() -> None:
    other = Router(Catalogue.load(CENTRE))
    for text in ("房产证加老婆名字", "小孩户口", "营业执照", "想约明天过户"):
        assert other.rank(text) == ROUTER.rank(text)


def test_a_centre_without_matters_still_answers() -> None:
    assert Router(Catalogue((), (), ())).rank("办护照").ranked == ("unknown",)


def test_prepared_tables_give_the_same_answers_and_bad_ones_are_made_anew(tmp_path: Path) -> None:
    first = Router(CATALOGUE, LEXICON, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    assert Router(CATALOGUE, LEXICON, tmp_path).rank("护照到期了咋弄") == first.rank("护照到期了咋弄")
    kept.write_text("{", encoding="utf-8")
    assert Router(CATALOGUE, LEXICON, tmp_path).rank("护照到期了咋弄") == first.rank("护照到期了咋弄")


def test_other_words_are_prepared_anew(tmp_path: Path) -> None:
    Router(CATALOGUE, LEXICON, tmp_path)
    other = replace(LEXICON, spoken={**LEXICON.spoken, "taiwan": ("阿猫阿狗乘风破浪",)})
    assert Router(CATALOGUE, other, tmp_path).rank("阿猫阿狗乘风破浪").ranked[0] == "taiwan"
    assert len([*tmp_path.glob("*.json")]) == 2


def test_a_disk_that_keeps_nothing_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert Router(CATALOGUE, LEXICON, tmp_path / "file" / "below").rank("办护照").ranked[0] == "pp_new"


def test_a_bare_name_leads_to_the_matter_of_that_name() -> None:
    for matter in CATALOGUE.items:
        assert matter.route in ROUTER.rank(matter.name).ranked[:2], matter


def test_every_wording_leads_to_its_own_route() -> None:
    """An entry of the lexicon that does not lead home among the first three is no use to anybody."""
    astray = [
        (route, wording)
        for route, wordings in (*LEXICON.wordings.items(), *LEXICON.spoken.items())
        for wording in wordings
        if not {route, "danger"} & {*ROUTER.rank(wording).ranked[:4]}
    ]
    assert len(astray) <= 0.05 * sum(map(len, (*LEXICON.wordings.values(), *LEXICON.spoken.values()))), astray


def test_every_route_of_the_lexicon_is_in_the_example_centre() -> None:
    assert set(LEXICON.wordings) | set(LEXICON.spoken) <= ROUTES


def test_what_a_matter_needs_is_known() -> None:
    needed = {name for names in LEXICON.needs.values() for name in names}
    assert needed <= set(LEXICON.concepts) and set(LEXICON.needs) <= set(LEXICON.spoken)


def test_every_concept_form_is_read_as_its_concept() -> None:
    reader = Reader(forms_of(LEXICON))
    for concept, forms in LEXICON.concepts.items():
        for form in forms:
            names = {feature.name for feature in reader.read(form)[1]}
            assert "k" + concept in names, (concept, form)


def test_lines_for_the_command_line() -> None:
    routed = route_line(ROUTER, {"id": "1", "text": "办护照"})
    assert json.loads(json.dumps(routed))["ranked"][0] == "pp_new" and routed["id"] == "1"
    when = {"id": "2", "text": "明天9点", "ref": "2026-09-16T10:20+08:00", "context": "appointment"}
    assert when_line(when, Calendar())["start"] == "2026-09-17T09:00:00+08:00"
    assert when_line(when | {"text": "昨天"}, Calendar()) == {
        "id": "2",
        "status": "reject",
        "start": "",
        "end": "",
        "reason": "past",
    }
