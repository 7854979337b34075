"""What the desk says, as WeCom is told: bytes, cards, numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom import LONGEST, Payload, pieces, speak
from bot.speech import Refused, Spoken


def said(text: str, *choices: str, token: str = "tok", number: int = 41) -> tuple[Payload, ...]:
    return speak(Spoken("wecom", "zhangsan", text, choices, token if choices else "", id=str(number)), 7)


@given(st.text(alphabet=st.sampled_from("政务a\n <😀é"), max_size=1500), st.integers(8, 100))
def test_a_split_loses_nothing_but_line_ends(text: str, limit: int) -> None:
    bubbles = pieces(text, limit)
    assert all(len(bubble.encode()) <= limit and bubble.strip() for bubble in bubbles)
    assert "".join("".join(bubbles).split()) == "".join(text.split())


def test_a_split_falls_between_lines_and_uses_the_room() -> None:
    line = "政" * 300
    assert [len(bubble.encode()) for bubble in pieces("\n".join([line] * 5))] == [1801, 1801, 900]
    assert [len(bubble.encode()) for bubble in pieces("政" * 1000)] == [2046, 954]
    assert pieces("a" * LONGEST) == ("a" * LONGEST,)


def test_a_plain_text() -> None:
    (payload,) = said("您好")
    looks = {"enable_duplicate_check": 1, "duplicate_check_interval": 3600 + 41 * 8}
    words = {"msgtype": "text", "text": {"content": "您好"}}
    assert payload == {"touser": "zhangsan", "agentid": 7, "safe": 0, **looks, **words}
    assert said(" \n ") == ()


def test_a_repeat_is_the_same_to_the_letter_and_other_news_in_the_same_words_is_not() -> None:
    for choices in ((), ("好",)):
        assert said("您好", *choices) == said("您好", *choices) != said("您好", *choices, number=42)
    assert all(said("您好", number=n)[0]["duplicate_check_interval"] <= 4 * 3600 for n in (9999, 10_000, 10**18))


@pytest.mark.parametrize("markup", ['<a href="x">', "< A href", "</a>", "<\na"])
def test_nobody_smuggles_in_a_link(markup: str) -> None:
    words = "".join(payload["text"]["content"] for payload in said(f"他写道：{markup}"))
    assert "<" not in words
    assert said("3 < 5")[0]["text"]["content"] == "3 < 5"
    title = said(markup.replace("\n", ""), "同意")[0]["template_card"]["main_title"]["title"]
    assert "<" not in title


def test_a_short_question_is_one_card() -> None:
    (payload,) = said("请哪一天的假？\n还有2步", "明天", "后天")
    card = payload["template_card"]
    assert payload["msgtype"] == "template_card"
    assert card["card_type"] == "button_interaction"
    assert card["main_title"] == {"title": "请哪一天的假？", "desc": "还有2步"}
    assert card["task_id"] == "41@tok"
    assert [(button["text"], button["key"]) for button in card["button_list"]] == [("明天", "tok:0"), ("后天", "tok:1")]


def test_a_slip_is_a_card_with_its_facts() -> None:
    (payload,) = said("李四请假，请您审批\n事由：家中有事\n顶岗：王五", "同意", "不同意")
    assert payload["template_card"]["horizontal_content_list"] == [
        {"keyname": "事由", "value": "家中有事"},
        {"keyname": "顶岗", "value": "王五"},
    ]


@pytest.mark.parametrize("text", ["问" * 27, "问" * 160, "题目\n" + "问" * 31])
def test_a_longer_line_is_the_subtitle(text: str) -> None:
    (payload,) = said(text, "好")
    assert payload["template_card"]["sub_title_text"] == text.split("\n")[-1]
    assert len(payload["template_card"]["main_title"]["title"]) <= 26


@pytest.mark.parametrize("text", ["问" * 161, "题目\n一行\n又一行", "题目\n" + "问" * 161, "问" * 30 + "\n第二行"])
def test_a_long_text_goes_ahead_of_its_card(text: str) -> None:
    before, card = said(text, "好")
    assert before["text"]["content"] == text
    assert len(card["template_card"]["main_title"]["title"]) <= 26
    assert "sub_title_text" not in card["template_card"]


@pytest.mark.parametrize("choices", [tuple("一二三四五六七"), ("一个长过十个字的按钮名称", "好"), ("", "好")])
def test_what_no_card_can_hold_is_numbered(choices: tuple[str, ...]) -> None:
    (payload,) = said("请选", *choices)
    lines = payload["text"]["content"].split("\n")
    assert lines == ["请选", *(f"{number}. {label}" for number, label in enumerate(choices, 1))]


@pytest.mark.parametrize("token", ["", "a:b", "有"])
def test_a_token_that_cannot_come_back_makes_no_button(token: str) -> None:
    assert said("请选", "好", token=token)[0]["msgtype"] == "text"


@given(
    st.text(max_size=400),
    st.lists(st.text(max_size=14), max_size=8),
    st.from_regex(r"[0-9A-Za-z_-]{1,200}", fullmatch=True),
)
def test_every_payload_is_within_the_platforms_limits(text: str, labels: list[str], token: str) -> None:
    for payload in said(text, *labels, token=token):
        card = payload.get("template_card")
        if card is None:
            assert 0 < len(payload["text"]["content"].encode()) <= LONGEST
            continue
        assert len(card["task_id"]) <= 128
        assert 0 < len(card["main_title"]["title"]) <= 26
        assert len(card["main_title"].get("desc", "")) <= 30
        assert len(card.get("sub_title_text", "")) <= 160
        assert 0 < len(card["button_list"]) <= 6


@pytest.mark.parametrize("address", ["@all", "", "a|b"])
def test_nobody_speaks_to_everybody(address: str) -> None:
    with pytest.raises(Refused):
        speak(Spoken("wecom", address, "您好"), 7)
