"""The page: golden, the same report again, hostile text harmless, nothing fetched. tests/browser/ looks at it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from fmsdiag.model import Report, RuleError
from fmsdiag.report import json
from fmsdiag.report.html import POLICY, render
from fmsdiag.report.open_file import open_report
from fmsdiag.report.phases import contrast
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples
from tests.report.any_report import reports
from tests.report.hostile import SEEN, hostile
from tests.report.write_golden import SAMPLES

GOLDEN = Path(__file__).parent / "golden"
NAMES = list(SAMPLES)
CSS = Path(__file__).parents[2] / "resources" / "report" / "report.css"


class Outline(HTMLParser):
    """The elements, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words: list[str] = []
        self._silent = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self._silent = tag if tag in ("script", "style") else self._silent

    def handle_endtag(self, tag: str) -> None:
        self._silent = "" if tag == self._silent else self._silent

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def sample(name: str) -> Report:
    return redact(SAMPLES[name](), identity=Identity())


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str) -> None:
    page = re.sub(r"(?s)<style>.*?</style>", "<style></style>", render(sample(name)))
    assert page == (GOLDEN / f"{name}.html").read_text(encoding="utf-8"), (
        "look at the page, then run: python -m tests.report.write_golden"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_page_opens_again_to_the_same_report(name: str) -> None:
    report = sample(name)
    opened = open_report(render(report).encode())
    assert opened.report == report == open_report(json.encode(report)).report
    assert opened.encode() == json.encode(report)


@given(reports())
def test_any_report_survives_its_page(report: Report) -> None:
    opened = open_report(render(report).encode())
    assert opened.report == report


def test_order_of_the_parts() -> None:
    page = render(sample("port_blocked"))
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings == [
        "Who does what",
        "Timeline",
        "Evidence",
        "Target and names",
        "Environment",
        "Steps",
        "Transcript",
        "What was hidden",
        "Method and limits",
    ]
    assert page.index("<h1") < page.index("<h2>")


def test_everything_is_told_in_words() -> None:
    text = Outline(render(sample("port_blocked"))).text
    for words in (
        "Connected by fallback",
        "Port 1935 gives no answer, but port 80 connects",
        "Likely: port 80 of the same address answers",
        "would have connected by RTMP, port 80, after 303 ms",
        "Your network administrator can mend this Allow outbound TCP port 1935",
        "Please allow outbound TCP from [client network] to media.example.com (203.0.113.10) port 1935.",
        "Port 1935 gave no answer for 5.0 s. attempt 1, TCP connection",
        "Name lookup media.example.com, by the system: 203.0.113.10",
        "Follow-up 5 The same port on control.example.net, a server known to work No answer after 5.0 s",
        "_result #1",
        "local addresses, but for the server's own (shown as lan-1, lan-2 …)",
        "Nothing was published and nothing was played.",
    ):
        assert words in text


def test_links_lead_somewhere_in_the_page_and_ids_are_unique() -> None:
    for name in NAMES:
        found = Outline(render(sample(name))).attributes
        ids = [value for _, attribute, value in found if attribute == "id"]
        assert len(ids) == len(set(ids))
        for _, attribute, value in found:
            if attribute == "href":
                assert value is not None
                assert value.startswith("#")
                assert value[1:] in ids
            if value and value.startswith("url("):
                assert value.removeprefix("url(#").removesuffix(")") in ids
            if attribute == "aria-labelledby":
                assert value is not None
                assert set(value.split()) <= set(ids)


def test_nothing_is_fetched_or_run() -> None:
    page = render(sample("port_blocked"))
    outline = Outline(page)
    assert ("meta", "content", POLICY) in outline.attributes
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(outline.tags)
    assert outline.tags.count("script") == 1
    assert not [
        name for _, name, _ in outline.attributes if name.startswith("on") or name in ("src", "style")
    ]
    assert "@import" not in page
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", page)


def test_hostile_text_is_text() -> None:
    page = render(hostile())
    calm = Outline(render(samples.port_blocked()))
    outline = Outline(page)
    assert sorted(set(outline.tags)) == sorted(set(calm.tags))
    assert outline.tags.count("script") == 1
    assert {name for _, name, _ in outline.attributes} == {name for _, name, _ in calm.attributes}
    assert page.count(SEEN) > 50
    assert "</script><script>alert(1)</script>" in outline.text
    assert not set(page) & set("\x1b\u202e\u2066")
    assert open_report(page.encode()).report == hostile()


def test_a_template_in_a_servers_text_is_not_filled_in() -> None:
    text = "{{ 7 * 7 }}{% for x in y %}${7*7}"
    outline = Outline(render(hostile(text)))
    assert text in outline.text
    assert "49" not in outline.text.replace("1934", "")


@given(reports())
def test_no_markup_comes_out_of_any_report(report: Report) -> None:
    outline = Outline(render(report))
    assert set(outline.tags) <= {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "svg",
            "symbol",
            "circle",
            "path",
            "rect",
            "defs",
        ),
        *(
            "lineargradient",
            "stop",
            "main",
            "header",
            "p",
            "b",
            "br",
            "section",
            "use",
            "div",
            "h1",
            "h2",
            "h3",
        ),
        *(
            "dl",
            "dt",
            "dd",
            "code",
            "figure",
            "figcaption",
            "pre",
            "ul",
            "ol",
            "li",
            "a",
            "desc",
            "g",
            "text",
        ),
        *(
            "line",
            "pattern",
            "details",
            "summary",
            "span",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "script",
        ),
    }


def test_faults_and_private_data_are_said() -> None:
    report = msgspec.structs.replace(
        samples.healthy(), rule_errors=(RuleError("port-blocked", "KeyError: 'x'", "diagnosis/engine.py:41"),)
    )
    text = Outline(render(redact(report, include_sensitive=True, identity=Identity()))).text
    assert (
        "A fault of fmsdiag These causes could not be judged. This says nothing about your network." in text
    )
    assert "port-blocked : KeyError: 'x' ( diagnosis/engine.py:41 )" in text
    assert "Keep this file private." in text
    assert "Keep this file private." not in Outline(render(sample("healthy"))).text


def test_further_findings_and_a_deciding_test_are_told() -> None:
    report = samples.port_blocked()
    other = msgspec.structs.replace(samples.rejected().findings[0], decisive_test="Ask the operator.")
    text = Outline(render(msgspec.structs.replace(report, findings=(*report.findings, other)))).text
    assert "Also found: The server does not know the application" in text
    assert "This test would decide Ask the operator." in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_contrast(scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[scheme == "dark"]))
    grounds = ("window", "surface", "raised", "hover", "target")
    for ground in grounds:
        for ink in ("text", "muted", "good", "caution", "bad", "neutral"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for tone in ("good", "caution", "bad", "neutral"):
        for ink in (tone, "text", "muted"):
            assert contrast(colours[ink], colours[f"{tone}-ground"]) >= 4.5, (ink, tone)
    assert contrast(colours["accent"], colours["surface"]) >= 4.5
