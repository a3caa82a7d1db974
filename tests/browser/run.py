#!/usr/bin/env python3
"""Reads the demo's pages in a real browser, as people do: clicks, keys, themes, widths.

    tests/browser/run.py [--pictures DIR] PROGRAM

PROGRAM is the built `offprint`. With --pictures, screenshots for the documentation
go into DIR. Needs chromium and chromedriver, and Python 3.9 with nothing beside it.
"""

import argparse
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from driver import ENTER, TAB, Browser

WIDTHS = (390, 1280)
HEADLINE = ".lead h3 a"
AUDIT = (Path(__file__).parent / "audit.js").read_text()


class Demo:
    """`offprint demo`, until the `with` block ends."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "demo"], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.match(r"Status page\s+(http://\S+)/$", line.strip())
            if found:
                # What it says further on must not fill the pipe.
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                self.settle(found.group(1))
                return found.group(1)
        raise SystemExit("the demo ended before it said where it is")

    def settle(self, base):
        """Waits for the first stories, and for the source that fails."""
        for _ in range(120):
            page = fetch(base + "/")[1]
            if 'class="more"' in page and "badge failing" in page and "full text" in page.lower():
                return
            time.sleep(0.5)
        raise SystemExit("no stories after a minute")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def addresses(base):
    """One page of each kind, and what is special about some."""
    front = fetch(base + "/")[1]
    found = {"front": base + "/", "list": base + "/sources", "missing": base + "/sources/no-such-thing",
             "good": base + "/sources/courier", "failing": base + "/sources/outage"}
    found["article"] = re.search(r'class="lead".*?<h3><a href="([^"]+)"', front, re.S).group(1)
    for lang in ("ar", "de", "ja"):
        story = re.search(rf'lang="{lang}"[^>]*><h3><a href="([^"]+)"', front)
        assert story, f"no story in {lang} on the front page"
        found[lang] = story.group(1)
    return found


def clicking(browser, base):
    """From the front page to a source, to an article, and back."""
    browser.look(1280, dark=False)
    browser.go(base + "/")
    name = browser.text(".sources .name a")
    browser.click(".sources .name a")
    assert browser.text("h1") == name, "the source's page has another name than its link"
    browser.back()
    headline = browser.text(HEADLINE)
    browser.click(HEADLINE)
    assert browser.text("h1") == headline, "the article's page has another title than its link"
    assert len(browser.text(".text")) > 100, "an article without a text"
    browser.click(".kicker a")
    assert "/sources/" in browser.url(), browser.url()
    browser.click(".running .nameplate a")
    assert browser.url() == base + "/", browser.url()
    browser.click(".masthead nav a[href='#corrections']")
    assert browser.url() == base + "/#corrections"
    browser.go(base + "/sources/outage")
    for section in ("#health", "#figures", "#polls", "#pages"):
        assert browser.all(section), f"no {section} on the page of a source"
    assert browser.all(".verdict .advice"), "a source fails, and nothing says what to do"
    assert browser.all(".log .bad"), "a source fails, and its log doesn't say so"


def keys(browser, base):
    """The first stop is the link past the masthead, and it leads past it."""
    focused = "return document.activeElement.matches(arguments[0])"
    for path in ("/", "/sources", "/sources/courier"):
        browser.go(base + path)
        browser.press(TAB)
        assert browser.run(focused, ".skip"), f"the first stop on {path} is not the link past the masthead"
        seen = browser.run("const box = document.activeElement.getBoundingClientRect(); return box.left >= 0")
        assert seen, "the link past the masthead has the focus and can't be seen"
        browser.press(ENTER)
        browser.press(TAB)
        assert browser.run(focused, "main a"), f"behind that link on {path} the next stop is not in main"
        ring = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", f"the focus can't be seen on {path}"


def looks(browser, found):
    """Nothing sticks out, everything can be read, in both themes and at both widths."""
    for name, url in found.items():
        for width in WIDTHS:
            for dark in (False, True):
                browser.look(width, dark)
                browser.go(url)
                faults = browser.run(AUDIT)
                assert not faults, f"{name}, {width} px, {'dark' if dark else 'light'}: " + "\n  ".join(faults)


def spoken(browser, base):
    """Where a table is set as a list, it is still a table for those who listen."""
    browser.look(390, dark=False)
    browser.go(base + "/sources")
    nodes = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if "role" in node]
    rows = len(browser.all(".sources tr"))
    assert roles.count("table") == 1 and roles.count("row") == rows, "the table has lost its rows"
    assert roles.count("rowheader") == rows - 1 and "columnheader" in roles, "the table has lost its headers"
    pictures = [node for node in nodes if node.get("role", {}).get("value") in ("img", "image")]
    assert pictures and all(node["name"]["value"] for node in pictures), "a picture without a name"


def manners(browser, base, found):
    """Pages ask for nothing of anybody else's; articles for their pictures only."""
    browser.console(), browser.requests()
    ours = urlsplit(base).netloc
    for name, url in found.items():
        browser.go(url)
        asked = [address for address in browser.requests() if address.startswith("http")]
        others = [address for address in asked if urlsplit(address).netloc != ours]
        article = "/articles/" in url
        assert len(asked) - len(others) == 1, f"{name} is more than one document: {asked}"
        assert article or not others, f"{name} asks elsewhere: {others}"
        shown = browser.run("return [...document.images].flatMap(image => [image.src, image.currentSrc])")
        assert set(others) <= set(shown), f"{name} asks for more than its pictures: {others}"
        # A page that is missing is said to be missing; that is no fault.
        console = [line for line in browser.console() if not (name == "missing" and "404" in line)]
        assert not console, f"{name}: {console}"


def without_scripts(browser, base):
    browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
    browser.go(base + "/")
    root = browser.cdp("DOM.getDocument")["root"]["nodeId"]
    for css in ("h1", HEADLINE, ".subscribe a", ".sources tbody tr"):
        node = browser.cdp("DOM.querySelector", nodeId=root, selector=css)
        assert node["nodeId"], f"without scripts there is no {css}"
    browser.cdp("Emulation.setScriptExecutionDisabled", value=False)


def pictures(browser, found, folder):
    for name, page, width, dark, most in (
        ("front-page", "front", 1280, False, 1500),
        ("source", "failing", 1280, True, 1200),
        ("article", "de", 1280, False, 1300),
        ("front-page-small", "front", 390, True, 1500),
    ):
        browser.look(width, dark)
        browser.go(found[page])
        while page == "front" and not browser.all(".lead[lang=en]"):
            time.sleep(2)
            browser.go(found[page])
        browser.picture(folder / f"{name}.png", most)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pictures", type=Path)
    options.add_argument("program")
    options = options.parse_args()
    with Demo(options.program) as base, Browser() as browser:
        found = addresses(base)
        for check, arguments in ((clicking, (base,)), (keys, (base,)), (looks, (found,)), (spoken, (base,)),
                                 (manners, (base, found)), (without_scripts, (base,))):
            check(browser, *arguments)
            print(f"ok: {check.__name__.replace('_', ' ')}", flush=True)
        if options.pictures:
            pictures(browser, found, options.pictures)


if __name__ == "__main__":
    main()
