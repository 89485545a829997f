"""What a page must never show, whatever it is about: findings of axe, sideways scroll, a skip link that is not first."""

from playwright.sync_api import Page as Tab

AXE_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""
WIDTHS = (1280, 390)
ZOOMED = 320  # 1280 pixels at 400 %


def findings(tab: Tab, axe_script: str) -> list[str]:
    """What is wrong with the open page, each with the width where it was seen."""
    found = [] if _has_errors(tab) else skip_link_troubles(tab)
    tab.evaluate(axe_script)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        found += [f"at {width}: {finding}" for finding in tab.evaluate(AXE_RUN)]
        found += scroll_troubles(tab, width)
    tab.set_viewport_size({"width": ZOOMED, "height": 900})
    return found + scroll_troubles(tab, ZOOMED)


def scroll_troubles(tab: Tab, width: int) -> list[str]:
    """A page is never wider than its window; a table that is scrolls inside its own box."""
    needed = tab.evaluate("document.documentElement.scrollWidth")
    return [f"at {width}: scrolls sideways, {needed} pixels wide"] if needed > width else []


def skip_link_troubles(tab: Tab) -> list[str]:
    """The first Tab lands on the skip link, and the link leads to the main part."""
    tab.keyboard.press("Tab")
    target = tab.evaluate("document.activeElement.classList.contains('govuk-skip-link') && document.activeElement.hash")
    if not target:
        return ["the skip link is not first"]
    return [] if tab.locator(f"main{target}").count() == 1 else [f"the skip link leads to {target}, which is not there"]


def _has_errors(tab: Tab) -> bool:
    """The focus is in the error summary already."""
    return tab.locator(".govuk-error-summary").count() > 0
