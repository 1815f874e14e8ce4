"""The site, built strictly and opened in Chromium: what is generated is all there, links lead somewhere, pages fit."""

import functools
import html
import http.server
import json
import re
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browser
import pytest
from conftest import ROOT, run

from harness import checks
from harness.__main__ import COMMANDS
from harness.plan.plan import Plan
from harness.provenance import schema

WIDTHS = (1280, 390)
# What is wrong with a page, to the eye and to whoever cannot see it; boxes that scroll, and drawers outside the window,
# are not.
WRONG = """(() => {
  const width = document.documentElement.clientWidth, found = [];
  const inside = (one, holds) => {
    for (; one && one !== document.body; one = one.parentElement) if (holds(getComputedStyle(one), one)) return true;
  };
  const apart = (style) => ["auto", "scroll"].includes(style.overflowX) || style.position === "fixed";
  const named = (style, one) =>
    one.ariaHidden === "true" || one.ariaLabel || one.querySelector(":scope > title, :scope > figcaption") ||
    one.control?.ariaLabel || (["A", "BUTTON", "LABEL"].includes(one.tagName) && one.textContent.trim());
  const wide = document.documentElement.scrollWidth;
  if (wide > width) found.push(`the page is ${wide} pixels wide`);
  for (const one of document.querySelectorAll("body *")) {
    const box = one.getBoundingClientRect();
    if (one.ownerSVGElement || !box.width || !box.height) continue;
    if (box.right > width + 1 && !inside(one, apart)) found.push(`${one.tagName} ${one.id} ends at ${box.right}`);
    if (one.tagName === "IMG" && !one.alt.trim()) found.push(`${one.src} has no text alternative`);
    if (one.tagName === "svg" && !inside(one, named)) found.push(`a figure has no text alternative: ${one.outerHTML}`);
  }
  return found.map((text) => text.slice(0, 200));
})()"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that writes nothing down, and has an icon, for which browsers ask although no page names one."""

    def log_message(self, *_):
        """Write nothing."""

    def do_GET(self):
        """Answer."""
        if self.path == "/favicon.ico":
            self.send_response(204)
            return self.end_headers()
        return super().do_GET()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, and what the build said."""
    folder = tmp_path_factory.mktemp("site") / "html"
    said = run("make", "--no-print-directory", "docs", f"SITE={folder}", cwd=ROOT).stdout
    return folder, said


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A page of Chromium."""
    if browser.installed() is None:
        pytest.skip("not exercised: no Chromium")
    with browser.page(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def served(site):
    """Serve the site; the address."""
    handler = functools.partial(Quiet, directory=site[0])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def pages(folder):
    """The pages of the site, by their names."""
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [name for name in found if not name.startswith("_")]


def text(path):
    """What a page says, without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))


def keys(shape):
    """Every key of a JSON schema and of the tables in it."""
    return {key for one in (shape, *shape["$defs"].values()) for key in one.get("properties", ())}


def test_what_is_generated_is_complete(site):
    """Keys, commands and checks, as the code has them now."""
    reference = site[0] / "reference"
    said = {path.stem: text(path) for path in reference.glob("*.html")}
    code = {path.stem: set(re.findall(r'<span class="pre">([\w.]+)', path.read_text())) for path in reference.glob("*")}
    nested = {"choices"} | set(Plan.model_fields)  # headings
    assert keys(Plan.model_json_schema()) - nested <= code["plan"]
    assert (
        all(f"[{name}" in said["plan"] for name in nested - {"choices"}) and "[nuisances.choices.NAME]" in said["plan"]
    )
    assert keys(schema.Record.model_json_schema()) <= code["record"]
    assert all(f"harness {name}" in said["commands"] for name in [*COMMANDS, "runs why", "runs dashboard"])
    assert "--refit" in said["commands"] and "make verify" in said["commands"]
    assert all(f"{one.code} {one.name}" in said["checks"] for one in checks.CHECKS)
    assert "<!-- generated" not in "".join((site[0] / name).read_text(encoding="utf-8") for name in pages(site[0]))


def test_every_link_inside_leads_somewhere(site):
    """To a file of the site, and to a place in it where one is named; links to elsewhere are not followed."""
    folder, _ = site
    places = {path: set(re.findall(r'\bid="([^"]+)"', path.read_text("utf-8"))) for path in folder.rglob("*.html")}
    wrong, followed = [], 0
    for path in places:
        for link in re.findall(r'\b(?:href|src)="([^"]+)"', path.read_text(encoding="utf-8")):
            parts = urlsplit(html.unescape(link))
            if parts.scheme or parts.netloc:
                continue
            followed += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = target.is_file() and (not parts.fragment or parts.fragment in places.get(target, {parts.fragment}))
            wrong += [] if there else [f"{path.relative_to(folder)}: {link}"]
    assert followed > 500 and not wrong


def test_the_report_of_the_shipped_study_is_a_page_or_said_to_be_left_out(site):
    folder, said = site
    made = any(path.with_name("run.json").is_file() for path in ROOT.glob("demo/*/runs/*/report.html"))
    assert made == (folder / "shipped-study.html").is_file() == ("LEFT OUT" not in said)
    assert made == ("Left out of this build" not in text(folder / "report.html"))


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_speaks(site, served, chromium, width):
    """No page is wider than the window, raises an error, or has a figure without a text alternative."""
    wrong = {}
    for name in pages(site[0]):
        chromium.open(f"{served}/{name}", width)
        if found := chromium.value(WRONG) + chromium.errors:
            wrong[name] = found
    assert not wrong, json.dumps(wrong, indent=1)


def test_what_is_wrong_with_a_page_is_seen(chromium, tmp_path):
    """Else the test above would pass for nothing."""
    page = tmp_path / "page.html"
    drawn = "<svg width=9 height=9><circle r=4 /></svg>"
    page.write_text(
        "<!doctype html><meta name=viewport content='width=device-width'>"
        f"<p style='width: 500px'>wide<p><img src='{Path(__file__).as_uri()}' width=9 height=9>{drawn}"
        f"<figure>{drawn}<figcaption>named</figcaption></figure><div style='overflow-x: auto'><p style='width: 999px'>"
        "inside</div><script>console.error('alas'); gone()</script>"
    )
    chromium.open(page.as_uri(), 390)
    found = chromium.value(WRONG)
    assert [one.partition(" ")[0] for one in found] == ["the", "P", Path(__file__).as_uri(), "a"]
    assert "alas" in str(chromium.errors) and "gone is not defined" in str(chromium.errors)
