"""The page's Content-Security-Policy, as a browser keeps it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp

LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => violations.push(event.effectiveDirective));
"""
ATTEMPTS = {
    "a request": ("fetch('http://127.0.0.1:9/x').catch(() => 0)", "connect-src"),
    "a socket": ("try { new WebSocket('ws://127.0.0.1:9/') } catch {}", "connect-src"),
    "a picture from elsewhere": ("new Image().src = 'http://127.0.0.1:9/x.png'", "img-src"),
    "a handler in the markup": (
        "const b = document.createElement('b'); b.setAttribute('onclick', 'window.ran = 1');"
        "document.body.append(b); b.click()",
        "script-src-attr",
    ),
    "a script in the markup": (
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)",
        "script-src-elem",
    ),
    "a frame": (
        "const f = document.createElement('iframe'); f.src = 'http://127.0.0.1:9/'; document.body.append(f)",
        "frame-src",
    ),
    "a form": (
        "const f = document.createElement('form'); f.action = 'http://127.0.0.1:9/'; document.body.append(f);"
        "f.submit()",
        "form-action",
    ),
    # The driver's own scripts may use eval; one that the page starts by itself may not.
    "text as code": ("setTimeout('window.ran = 1', 0)", "script-src"),
}


@pytest.fixture
def page(chromium: Any, tmp_path: Path) -> Any:
    G = nx.DiGraph([("a", "b"), ("a", "<img src=x onerror=window.ran=1>")])
    nxp.write_html(G, path := tmp_path / "page.html")
    chromium.execute_cdp_cmd("Page.enable", {})
    added = chromium.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": LISTEN})
    chromium.get("about:blank")
    chromium.get(path.as_uri())
    yield chromium
    chromium.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    chromium.get_log("browser")  # what was stopped is logged; the next test looks for errors of its own


def until(condition: Callable[[], Any], browser: Any) -> Any:
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 10, poll_frequency=0.02).until(lambda _: condition())


def test_the_page_itself_does_nothing_against_it(page: Any) -> None:
    until(lambda: page.execute_script("return document.documentElement.dataset.state === 'still'"), page)
    assert page.execute_script("return [violations, window.ran]") == [[], None]


@pytest.mark.parametrize("what", ATTEMPTS)
def test_what_is_put_into_it_is_stopped(page: Any, what: str) -> None:
    script, directive = ATTEMPTS[what]
    page.execute_script(script)
    until(lambda: page.execute_script("return violations.length"), page)
    assert page.execute_script("return [violations[0], window.ran]") == [directive, None]
