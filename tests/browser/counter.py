"""A counter of straw, the sizes of its visitors' screens, and what they do on the page."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from shutil import which

from playwright.async_api import Page, ViewportSize

from bot.speech import Heard
from tests.browser.web_desk import StrawDesk

CHROMIUM = which("chromium")
PICTURES = Path(__file__).parents[1] / "artefacts"
PHONE: ViewportSize = {"width": 360, "height": 740}
SMALL: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script><b>粗</b>{{7*7}}"
BOOKED = (
    "约好了。编号 YY12345678。\n12月4日(周五)上午9:30,\n二楼5号窗口(社保)。\n"
    "请带:\n1. 身份证原件\n2. 户口簿原件和复印件1份"
)
TIMES = ("周五上午9:30", "周五上午10:00", "周五下午2:30", "换一天")
PAPERS = "要带:\n" + "\n".join(f"{n}. {paper}" for n, paper in enumerate(("身份证原件", "户口簿原件和复印件1份",
    "近期免冠白底彩色照片2张(2寸)", "结婚证原件和复印件1份", "单位出具的证明,盖公章", "银行卡复印件,写上姓名和开户行",
    "房屋产权证或租房合同", "委托书(请人代办时)", "代办人的身份证原件", "原来的证件,丢了的不用带"), 1))  # fmt: skip
Opened = Callable[..., Awaitable[Page]]


class Counter(StrawDesk):
    """Answers like a short booking."""

    async def reply(self, heard: Heard) -> None:
        if heard.file:
            await self.say(heard.address, "照片收到了。")
        elif heard.tap:
            await self.say(heard.address, BOOKED)
        elif "预约" in heard.text:
            await self.say(heard.address, "您想什么时候来?还有2步。", choices=TIMES, token="t1")
        else:
            await self.say(heard.address, f"您说的是:{heard.text}")


async def write(page: Page, text: str) -> None:
    await page.get_by_label("请在这里写").fill(text)
    await page.get_by_role("button", name="发送").click()


async def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"web-{name}.png")
