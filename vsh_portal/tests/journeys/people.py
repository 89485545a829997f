"""A person at a browser: what they open, press and type, in words that read as a journey."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
SENT_AWAY = re.compile(r"status of (4\d\d)")  # Chromium's own line for a page that says no; the page itself is looked at


class Person:
    """One person with one browser window. `troubles` collects what no page may do: a 500, a script error, a breach of the CSP."""

    def __init__(self, name: str, email: str, password: str, page: Page, portal: str) -> None:
        self.name, self.email, self.password, self.page, self.portal = name, email, password, page, portal
        self.troubles: list[str] = []
        page.set_default_timeout(15_000)
        self.watch(page)

    def watch(self, page: Page) -> None:
        """Listen to a page (a second tab, for instance)."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def signs_in(self, *, to: str = "/home/") -> None:
        """Sign in on the sign-in page that `to` leads to."""
        self.page.goto(to)
        self.types("E-mail address", self.email)
        self.types("Password", self.password)
        self.presses("Sign in")

    def opens(self, address: str) -> None:
        """Go to an address of the portal."""
        self.page.goto(address)

    def follows(self, name: str, *, exact: bool = True) -> None:
        """Click a link of the main part of the page."""
        self.page.locator("main, .govuk-width-container").get_by_role("link", name=name, exact=exact).first.click()

    def follows_row(self, words: str) -> None:
        """Click the link of a row of the page's table."""
        self.page.get_by_role("table").get_by_role("link", name=words).first.click()

    def presses(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def types(self, label: str, text: str) -> None:
        """Fill a box by its label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def chooses(self, label: str, *, of: str = "") -> None:
        """Choose a radio button or tick a box by its label; `of` is the question where several have the same answers."""
        inside: Any = self.page.get_by_role("group", name=of) if of else self.page
        inside.get_by_label(label).first.check()

    def picks(self, label: str, option: str) -> None:
        """Choose from a list by its label."""
        self.page.get_by_label(label).select_option(label=option)

    def hands_in(self, label: str, name: str, content: bytes) -> None:
        """Choose a file."""
        self.page.get_by_label(label).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})

    def fills(self, answers: Mapping[str, Any]) -> None:
        """Fill inputs by their names: text, dates as three parts, radio buttons, boxes to tick."""
        for name, value in answers.items():
            self._unfold(name)
            for each in value if isinstance(value, list) else [value]:
                _fill(self.page, name, each)

    def sees(self, *texts: str) -> None:
        """These words stand on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        """These words do not stand on the page."""
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def is_told(self, text: str) -> None:
        """The banner after a change."""
        expect(self.page.locator(".govuk-notification-banner").first).to_contain_text(text)

    def is_stopped(self, text: str) -> None:
        """The error summary has the focus and says what to do; the title says so too."""
        summary = self.page.locator(".govuk-error-summary").first
        expect(summary).to_contain_text(text)
        expect(summary).to_be_focused()

    def downloads(self, name: str) -> tuple[str, bytes]:
        """The file behind a button-like link: its name and its bytes."""
        with self.page.expect_download() as found:
            self.page.get_by_role("button", name=name).click()
        return found.value.suggested_filename, found.value.path().read_bytes()

    def _unfold(self, name: str) -> None:
        """Open the fold that an input lies in, as a person would before typing there."""
        folds = self.page.locator("details:not([open])").filter(has=_inputs(self.page, name))
        for fold in folds.all():
            fold.locator("summary").first.click()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not SENT_AWAY.search(message.text):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.url}: {response.status}")


def flat(answers: Mapping[str, Mapping[str, Any]], targets: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Answers by code as input names: S8-areas-reading-level, W2-people-0-name, S18-targets-1-what."""
    found = dict(_leaves("", answers))
    return found | dict(_leaves("S18-targets", dict(enumerate(targets or []))))


def texts_of(answers: Any) -> Iterator[str]:
    """Every sentence that was written, without ticks, dates and one-word choices."""
    if isinstance(answers, Mapping):
        answers = list(answers.values())
    if isinstance(answers, list):
        for each in answers:
            yield from texts_of(each)
    elif isinstance(answers, str) and " " in answers:
        yield answers


def _leaves(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        value = dict(enumerate(value))
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{prefix}-{key}" if prefix else str(key), inner)
    else:
        yield prefix, value


def _inputs(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"], [name="{name}_day"]')


def _fill(page: Page, name: str, value: Any) -> None:
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        day = date.fromisoformat(value)
        for part in ("day", "month", "year"):
            page.locator(f'[name="{name}_{part}"]').fill(str(getattr(day, part)))
    elif value is True:
        page.locator(f'[name="{name}"]').check()
    elif page.locator(f'[name="{name}"]').first.get_attribute("type") in {"radio", "checkbox"}:
        page.locator(f'[name="{name}"][value="{value}"]').check()
    else:
        page.locator(f'[name="{name}"]').fill(value)
