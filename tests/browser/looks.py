"""What the page must be for old eyes and hands, keyboards and screen readers, measured in the browser (ux 42)."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

# In a zoom a CSS pixel is several of the screen's, and devicePixelRatio says how many.
SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, textarea, .photo, summary, select, input')]
  .filter((one) => one.checkVisibility() && !one.closest('.photo input'))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) * devicePixelRatio < 60)
  .map(([one, box]) => `${one.tagName} ${one.textContent.trim()} ${box.width}x${box.height}`)"""
# A label gives a control its name; a placeholder does not.
UNNAMED = """() => [...document.querySelectorAll('button, a, input, textarea, select, summary, form, .choices, #log')]
  .filter((one) => one.checkVisibility() && !one.textContent.trim() && !one.ariaLabel && !one.labels?.length)
  .map((one) => one.outerHTML)"""
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('body, main, .bubble, .composer, .top')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.tagName}.${one.className} too wide`)"""
TEXT = """() => {
  const light = (colour) => colour.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility()) continue;
    if (one.closest('.unseen, script, template, noscript')) continue;
    const style = getComputedStyle(one);
    const [a, b] = [light(parts(style.color).slice(0, 3)), light(behind(one))];
    const size = parseFloat(style.fontSize);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const line = parseFloat(style.lineHeight) / size;
    found.push({ text: walker.currentNode.data.trim(), size: size * devicePixelRatio, line, contrast });
  }
  return found;
}"""
# What a keyboard stands on: seen, with a ring round it, not under the bars.
FOCUS = """() => {
  const one = document.activeElement, ring = one.matches('.photo input') ? one.nextElementSibling : one;
  const box = ring.getBoundingClientRect(), style = getComputedStyle(ring);
  const [x, y] = [box.x + Math.min(box.width, 40) / 2, box.y + Math.min(box.height, 40) / 2];
  const top = document.elementFromPoint(x, y);
  const there = top && (ring.contains(top) || one.contains(top) || top.contains(ring));
  const name = one.ariaLabel || one.textContent || one.labels?.[0]?.textContent || one.tagName;
  return { name: name.trim(), tag: one.tagName,
           ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3, there };
}"""
AXE = """async () => (await axe.run({ resultTypes: ['violations'] })).violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => `${one.impact} ${one.id}: ` + one.nodes.map((node) => `${node.target} ${node.failureSummary}`))"""


async def read_text(page: Page) -> list[dict[str, Any]]:
    """Every piece of text in sight with its size, line height and contrast."""
    found: list[dict[str, Any]] = await page.evaluate(TEXT)
    return found


async def axe(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page as it stands."""
    # Evaluated by the debugger, so the page's own Content-Security-Policy stays as it is.
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(AXE)
    return found


async def amiss(page: Page) -> list[str]:
    """Everything an old person, a keyboard or a screen reader would stumble over on the page as it stands."""
    found = await axe(page)
    for script in (SMALL_TARGETS, UNNAMED, SIDEWAYS):
        found += await page.evaluate(script)
    texts = await read_text(page)
    found += [f"pale: {one}" for one in texts if one["contrast"] < 4.5]
    found += [f"small: {one}" for one in texts if one["size"] < 24]  # 18 pt
    return found


async def stops(page: Page, *, most: int = 40) -> list[dict[str, Any]]:
    """Where Tab stops, from the top of the page until it leaves it."""
    found: list[dict[str, Any]] = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUS)
        if stop["tag"] == "BODY":
            break
        found.append(stop)
    return found
