"""A very small browser: one person, cookies for both sites, pages, frames and forms."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, get_cookie_header

from examples.classroom.html_page import Element, form_fields, parse


class StepError(Exception):
    """Something was not as it should be: a sentence with what was expected and what was found."""


class Deadline:
    """The moment at which all patience ends.

    Parameters
    ----------
    seconds
        From now on.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, at_most: float) -> float:
        """Give the seconds that are left, but not more than `at_most`.

        Raises
        ------
        StepError
            When none are left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise StepError("expected to be done by now, found that the time is up")
        return min(left, at_most)


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered."""

    url: str
    status: int
    root: Element
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """The visible words."""
        return self.root.text

    @property
    def heading(self) -> str:
        """The page's first heading."""
        headings = self.root.find_all("h1")
        return headings[0].text if headings else self.text[:200]

    def expect(self, *words: str) -> None:
        """Hold that the page says all of this.

        Raises
        ------
        StepError
            Otherwise, with what the page says instead.
        """
        for word in words:
            if " ".join(word.split()) not in self.text:
                raise StepError(
                    f"expected “{word}” on {self.url}, found {self.status} “{self.text[:300]}”"
                )

    def expect_not(self, *words: str) -> None:
        """Hold that the page says nothing of this."""
        for word in words:
            if word in self.text:
                raise StepError(f"expected nothing of “{word}” on {self.url}, found it")

    def form(self, ending: str) -> Element:
        """Find the form whose action ends like this (without query).

        Raises
        ------
        StepError
            If there is none.
        """
        for form in self.root.find_all("form"):
            if form.attributes.get("action", "").partition("?")[0].endswith(ending):
                return form
        actions = [form.attributes.get("action", "") for form in self.root.find_all("form")]
        raise StepError(
            f"expected a form to …{ending} on {self.url}, "
            f"found {self.status} “{self.heading}” with forms to {actions}"
        )


class _CookieAdapter(HTTPAdapter):
    """Send the cookies of this jar, by its policy.

    A session copies its cookies into a jar with the default policy for each request. That one
    would keep Secure cookies back.
    """

    def __init__(self, jar: RequestsCookieJar) -> None:
        super().__init__()
        self._jar = jar

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]  # only handed through
        request.headers.pop("Cookie", None)
        cookies = get_cookie_header(self._jar, request)  # type: ignore[no-untyped-call]  # theirs
        if cookies:
            request.headers["Cookie"] = cookies
        return super().send(request, **options)


class Browser:
    """One person's browser. It keeps cookies as Chromium does for addresses of this machine.

    Parameters
    ----------
    deadline
        When to give up for good.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._http = requests.Session()
        # Neither a proxy nor a .netrc of this machine has a say between two local servers.
        self._http.trust_env = False
        # Chromium takes plain http of this very machine for secure enough.
        self._http.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self._http.mount("http://", _CookieAdapter(self._http.cookies))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def open(self, url: str) -> Page:
        """Open an address, and follow where its page posts itself to."""
        return self._settle(self.open_once(url))

    def open_once(self, url: str) -> Page:
        """Open an address and stop at its first page."""
        return self._ask("GET", url)

    def open_frame(self, page: Page) -> Page:
        """Open what stands in the page's frame."""
        frames = page.root.find_all("iframe")
        if not frames:
            raise StepError(f"expected a frame on {page.url}, found {page.status} “{page.heading}”")
        return self.open(urljoin(page.url, frames[0].attributes["src"]))

    def submit(self, page: Page, ending: str, button: str = "", **changes: str) -> Page:
        """Fill in and post a form, and follow where that leads.

        Parameters
        ----------
        page
            Where the form is.
        ending
            How the address that it posts to ends.
        button
            The value of the button to press, where there are several.
        changes
            Field names and what to write into them.
        """
        return self._settle(self.post_once(page, ending, button, **changes))

    def submit_form(self, page: Page, form: Element, **changes: str) -> Page:
        """Fill in and post this very form, and follow where that leads."""
        return self._settle(self._post(page, form, "", changes))

    def post_once(self, page: Page, ending: str, button: str = "", **changes: str) -> Page:
        """Post a form and stop at its first answer, even if that would post itself again."""
        return self._post(page, page.form(ending), button, changes)

    def _post(self, page: Page, form: Element, button: str, changes: Mapping[str, str]) -> Page:
        fields = [(name, value) for name, value in form_fields(form) if name not in changes]
        fields += changes.items()
        buttons = [b for b in form.find_all("button") if button in ("", b.attributes.get("value"))]
        # Without a choice it is the first button, as with the Enter key.
        if buttons and "name" in buttons[0].attributes:
            fields.append((buttons[0].attributes["name"], buttons[0].attributes.get("value", "")))
        return self._ask("POST", urljoin(page.url, form.attributes.get("action", "")), fields)

    def cookies(self) -> list[Cookie]:
        """List the cookies."""
        return [*self._http.cookies]

    def _settle(self, page: Page) -> Page:
        """Press the buttons that a script would press, and go where a page sends on."""
        for _ in range(6):
            forms = [form for form in page.root.find_all("form") if "data-post" in form.attributes]
            onward = _refresh(page)
            if forms:
                action = urljoin(page.url, forms[0].attributes["action"])
                page = self._ask("POST", action, form_fields(forms[0]))
            elif onward is not None:
                page = self._ask("GET", onward)
            else:
                return page
        raise StepError(f"expected a page, found only pages that send on at {page.url}")

    def _ask(self, method: str, url: str, fields: list[tuple[str, str]] | None = None) -> Page:
        try:
            answer = self._http.request(
                method, url, data=fields, timeout=self._deadline.left(30), allow_redirects=True
            )
        except requests.RequestException as error:
            raise StepError(
                f"expected an answer from {url}, found {type(error).__name__}"
            ) from error
        answer.encoding = "utf-8"
        return Page(answer.url, answer.status_code, parse(answer.text), answer.headers)


def _refresh(page: Page) -> str | None:
    """Find where a page sends browsers without JavaScript; None where it stays or reloads."""
    for meta in page.root.find_all("meta"):
        _, found, address = meta.attributes.get("content", "").partition("; url=")
        if found and meta.attributes.get("http-equiv") == "refresh":
            return urljoin(page.url, address)
    return None
