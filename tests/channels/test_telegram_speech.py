"""Updates heard and bubbles spoken, as pure functions: tests/channels/fake_telegram.py is not needed for these."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_errors import scrub
from bot.channels.telegram_speech import NO_BUTTON, delivery, hear, speak, split, width
from bot.speech import Attachment, Heard, Refused, Spoken, Tap

TOKEN = "7001:AAFakeTokenForTestsOnly-0123456789abc"
PRIVATE = {"id": 42, "type": "private", "first_name": "王"}
PERSON = {"id": 42, "is_bot": False, "first_name": "王"}


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1790000000, "chat": PRIVATE, "from": PERSON, **fields}


def heard(**update: Any) -> Heard | None:
    return hear({"update_id": 9, **update})


def pressed(data: str | None, **fields: Any) -> Heard | None:
    return heard(callback_query={"id": "q", "from": PERSON, "chat_instance": "1", "data": data, **fields})


def sticker() -> dict[str, Any]:
    size = {"width": 1, "height": 1, "type": "regular", "is_animated": False, "is_video": False}
    return {"file_id": "S", "file_unique_id": "u", **size}


@pytest.mark.parametrize("text", ["我要预约", "/start", "/start AB12CD", "  <b>&\u200b "])
def test_text_is_heard_as_it_was_typed(text: str) -> None:
    assert heard(message=message(text=text)) == Heard("telegram", "9", "42", text)


def test_of_a_photo_the_largest_size_and_the_caption() -> None:
    sizes = [
        {"file_id": name, "file_unique_id": name, "width": edge, "height": edge}
        for name, edge in (("small", 90), ("large", 1280), ("middle", 320))
    ]
    assert heard(message=message(photo=sizes, caption="漏水")) == Heard(
        "telegram", "9", "42", "漏水", file=Attachment("photo", "large")
    )


@pytest.mark.parametrize(
    ("fields", "file"),
    [
        ({"voice": {"file_id": "V", "file_unique_id": "u", "duration": 3}}, Attachment("voice", "V")),
        (
            {"document": {"file_id": "D", "file_unique_id": "u", "file_name": "表.doc"}},
            Attachment("file", "D", "表.doc"),
        ),
        ({"sticker": sticker()}, Attachment("file", "S")),
        ({"location": {"latitude": 33.9, "longitude": 120.1}}, None),
    ],
)
def test_what_is_no_text_is_heard_without_words(fields: dict[str, Any], file: Attachment | None) -> None:
    assert heard(message=message(**fields)) == Heard("telegram", "9", "42", "", file=file)


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(text="同意", chat={"id": -100, "type": "group", "title": "g"})},
        {"message": message(text="同意", chat={"id": -100, "type": "supergroup", "title": "g"})},
        {"edited_message": message(text="改了", edit_date=1790000001)},
        {"channel_post": message(text="公告", chat={"id": -7, "type": "channel", "title": "c"})},
        {"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})},
        {"my_chat_member": {"chat": PRIVATE, "from": PERSON, "date": 1}},
        {"something_new": {"a": 1}},
    ],
    ids=["group", "supergroup", "edited", "channel", "service note", "membership", "unknown"],
)
def test_what_is_not_for_the_desk(update: dict[str, Any]) -> None:
    if "my_chat_member" in update:
        member = {"user": PERSON, "status": "kicked", "until_date": 0}
        update["my_chat_member"] |= {"old_chat_member": member, "new_chat_member": member}
    assert heard(**update) is None


def test_a_press_names_its_question_and_which_button() -> None:
    assert pressed("k7Qx:3", message=message(text="哪天?")) == Heard("telegram", "9", "42", tap=Tap("k7Qx", 3))


def test_a_press_under_a_message_no_longer_accessible_or_absent() -> None:
    gone = {"message_id": 5, "date": 0, "chat": PRIVATE}
    assert pressed("k:0", message=gone) == pressed("k:0") == Heard("telegram", "9", "42", tap=Tap("k", 0))


def test_a_press_in_a_group_is_ignored() -> None:
    assert pressed("k:0", message=message(chat={"id": -100, "type": "group", "title": "g"})) is None


@pytest.mark.parametrize("data", ["", None, "k", "k:", ":1", "k:-1", "k:１", "k:x", "k:99999", "k:+1"])
def test_crafted_button_data_is_an_outdated_button(data: str | None) -> None:
    found = pressed(data)
    assert found is not None
    assert found.tap == NO_BUTTON


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"update_id": "9"}, {"update_id": True}, {"update_id": None}])
def test_what_has_no_number_is_no_update(raw: object) -> None:
    with pytest.raises(ValueError, match="update_id"):
        hear(raw)


@pytest.mark.parametrize(
    "broken",
    [
        {"message": "junk"},
        {"message": message(text=5)},
        {"message": message(text="a", chat=PRIVATE | {"id": "x"})},
    ],
)
def test_a_broken_update_raises_what_the_intake_catches(broken: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        heard(**broken)


def test_a_delivery_has_a_steady_key_and_a_body_that_can_be_stored() -> None:
    key, body = delivery(json.loads('{"update_id": 3, "x": "\\ud800\\u0000投诉"}'))
    assert key == "3"
    assert "投诉" in body.encode("utf-8").decode()
    assert "\0" not in body
    assert delivery("junk")[0] == delivery("junk")[0] != delivery("other")[0]


def bubble(text: str = "请选", **fields: Any) -> Spoken:
    return Spoken("telegram", "42", text, **fields)


def test_plain_text_one_button_a_row_with_token_and_index() -> None:
    (request,) = speak(bubble("a<b>&*_", choices=("上午", "下午"), token="k7Qx"))
    assert request.method == "send_message"
    assert request.parameters["text"] == "a<b>&*_"
    assert "parse_mode" not in request.parameters
    rows = request.parameters["reply_markup"].to_dict()["inline_keyboard"]
    assert rows == [[{"text": "上午", "callback_data": "k7Qx:0"}], [{"text": "下午", "callback_data": "k7Qx:1"}]]


def test_without_a_token_nothing_can_be_pressed() -> None:
    (request,) = speak(bubble(choices=("上午",)))
    assert "reply_markup" not in request.parameters


def test_button_data_is_counted_in_bytes() -> None:
    assert speak(bubble(choices=("a",), token="预" * 20 + "ab"))
    with pytest.raises(Refused):
        speak(bubble(choices=("a",), token="预" * 21))


@pytest.mark.parametrize("address", ["@channel", "-100", "", "４２"])
def test_only_private_chats_are_written_to(address: str) -> None:
    with pytest.raises(Refused):
        speak(Spoken("telegram", address, "a"))


def test_the_buttons_hang_under_the_last_piece_and_a_paper_goes_first() -> None:
    requests = speak(bubble("行\n" * 3000, choices=("a",), token="k", file="form.docx"))
    assert [request.method for request in requests] == ["send_document", "send_message", "send_message"]
    assert ["reply_markup" in request.parameters for request in requests] == [False, False, True]


WIDE = st.text(st.sampled_from("a预𠮷😀\n\r \u2028"), max_size=200)


@given(WIDE, st.integers(2, 12))
def test_pieces_fit_lose_nothing_and_break_no_character(text: str, units: int) -> None:
    pieces = split(text, units)
    assert all(0 < len(piece.encode("utf-16-le")) // 2 <= units for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert width(text) == len(text.encode("utf-16-le")) // 2


@given(st.lists(st.text("预a😀", min_size=1, max_size=5), max_size=20))
def test_lines_that_fit_are_never_cut(lines: list[str]) -> None:
    pieces = split("\n".join(lines), 11)
    assert [line for piece in pieces for line in piece.splitlines()] == lines


def test_the_token_is_taken_out_whole_or_half() -> None:
    text = f"no {TOKEN} and {TOKEN.partition(':')[2]} here"
    assert scrub(text, TOKEN) == "no *** and *** here"
