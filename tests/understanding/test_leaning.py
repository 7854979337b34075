"""The weights of intent: learnt the same way every time, and what a text leans to by them."""

from bot.understanding.intents import Intents
from bot.understanding.leaning import KINDS, Leaning, Leans
from bot.understanding.lexicon import Lexicon
from bot.understanding.wording import fold
from tests.understanding.train import FILES, learn, sentences

LEXICON = Lexicon.load()
SIGNS = Intents(LEXICON.intents)
ROWS = [
    {"text": text, "label": label}
    for label, texts in {
        "complaint": ("柜台那人骂我", "骂了我一顿", "那人摔我本子"),
        "appointment": ("给我留个位", "周三留个位", "留个号给我"),
        "unknown": ("晚饭烧什么", "鱼怎么烧", "烧什么菜好"),
        "smalltalk": ("多谢你啊", "谢谢你噢", "谢谢了啊"),
        "id_new": ("办身份证", "补身份证", "换身份证"),
    }.items()
    for text in texts
]


def leans(text: str, leaning: Leaning) -> Leans:
    folded = fold(text)
    return leaning.of(folded, SIGNS.shown(folded.chars), {})


def test_what_is_learnt_is_the_same_every_time_and_holds_for_words_met_elsewhere() -> None:
    weights = learn(ROWS)
    assert weights == learn(ROWS)
    taught = Leaning(weights)
    for kind, text in zip(KINDS, ("他骂我们", "先留个好位", "烧点什么呢", "真谢谢啊"), strict=True):
        assert getattr(leans(text, taught), kind) == max(leans(text, taught)[:4]) > 0.4
    assert leans("老年身份证", taught).none > 0.4


def test_without_weights_nothing_is_likelier_than_another() -> None:
    assert leans("随便什么", Leaning({})) == (0.2, 0.2, 0.2, 0.2, 0.0)


def test_chances_of_any_text_are_chances() -> None:
    for text in ("", "a", "你们" * 300, "1点"):
        found = leans(text, Leaning(LEXICON.leaning))
        assert all(0 <= chance <= 1 for chance in found[:4]) and -1e-9 <= found.none <= 1


def test_every_lot_is_learnt_from() -> None:
    assert {"even", "odd", "own", "E", "F", "G", "H", "J", "M", "N", "told"} <= set(sentences()) and len(FILES) >= 8
    assert 3000 < len(LEXICON.leaning) <= 6000
