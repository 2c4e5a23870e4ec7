"""The page: golden, the same report again, hostile text harmless, nothing fetched. tests/browser/ looks at it."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import say, use_language
from fmsdiag.model import Message, Report, RuleError
from fmsdiag.report import json, markdown
from fmsdiag.report.html import POLICY, render
from fmsdiag.report.open_file import open_report
from fmsdiag.report.phases import contrast
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.view import ReportView, ViewTexts
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.any_report import reports
from tests.report.hostile import SEEN, hostile, hostile_values
from tests.report.path_samples import two_places
from tests.report.pseudo_locales import ACCENTED, RIGHT_TO_LEFT, is_plain
from tests.report.write_golden import SAMPLES, golden_page

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


def test_golden() -> None:
    assert golden_page(sample("port_blocked")) == (GOLDEN / "port_blocked.html").read_text(
        encoding="utf-8"
    ), "look at the page, then run: python -m tests.report.write_golden"


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
        "What to do",
        "Timeline",
        "Evidence",
        "Target and names",
        "Environment",
        "Steps",
        "Transcript",
        "Hidden in this report",
        "Method and limits",
    ]
    assert page.index("<h1") < page.index("<h2>")


def test_everything_is_told_in_words() -> None:
    report = sample("port_blocked")
    text, view = Outline(render(report)).text, ReportView(report)
    assert view.finding is not None
    assert view.recommendation is not None
    lines = [
        *(line.text for line in (*view.finding.seen, *view.notes)),
        *view.finding.rules_out,
        *(step.text for reader in view.readers for step in reader.steps),
        *(line for line in view.request if line),
        *(row.outcome for row in view.players),
        *view.recommendation.lines,
        *view.contacts,
        *view.hidden,
    ]
    for words in (
        "Connected using a fallback",
        view.headline,
        view.paragraph,
        view.finding.confidence_line,
        view.identity,
        "Name lookup media.example.com, by the system: 203.0.113.10",
        "Follow-up 5 Port 1935 on reference server control.example.net No answer",
        "_result #1",
        "Nothing was published and nothing was played.",
        *lines,
    ):
        assert words in text


@pytest.mark.parametrize("name", samples.RECORDED)
def test_recorded_runs_show_all_that_their_view_has(name: str) -> None:
    report = redact(samples.recorded(name), identity=Identity())
    text, view = Outline(render(report)).text, ReportView(report)
    for finding in view.findings:
        assert finding.explanation in text
        for line in (*finding.seen, *finding.against):
            assert line.text in text
        for words in (*finding.rules_out, *finding.explains, finding.decides, *filter(None, finding.request)):
            assert words in text
        for reader in finding.readers:
            assert all(step.text in text for step in reader.steps)


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


@pytest.mark.parametrize("make", [hostile, hostile_values])
def test_a_template_in_a_servers_text_is_not_filled_in(make: Callable[[str], Report]) -> None:
    text = "{{ 7 * 7 }}{% for x in y %}${7*7}"
    outline = Outline(render(make(text)))
    assert text in outline.text
    assert " 49{" not in outline.text
    assert ">49" not in outline.text


def test_hostile_values_are_text() -> None:
    page = render(hostile_values())
    outline = Outline(page)
    assert outline.tags.count("script") == 1
    assert "img" not in outline.tags
    assert page.count(SEEN) > 50
    assert not set(page) & set("\x1b\u202e\u2066")


def test_an_unknown_message_and_damaged_values_show_the_stored_english() -> None:
    report = samples.port_blocked()
    headline = report.verdict.headline
    for damaged in (
        Message("newer.headline", {"x": {"type": "newer", "n": 1}}, "It is <b>new</b>."),
        Message(headline.id, {"ports": "1935"}, "It is <b>new</b>."),
        Message(headline.id, {}, "It is <b>new</b>."),
    ):
        verdict = msgspec.structs.replace(report.verdict, headline=damaged)
        changed = json.decode(json.encode(msgspec.structs.replace(report, verdict=verdict)))
        assert '<h1 id="headline">It is &lt;b&gt;new&lt;/b&gt;.</h1>' in render(changed)
        assert markdown.render(changed).startswith("## fmsdiag: It is \\<b\\>new\\</b\\>.\n")


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
    assert "Internal error while checking “port-blocked” (diagnosis/engine.py:41)." in text
    assert "This is a bug in fmsdiag, not a problem with your network." in text
    assert "Keep this file private." in text
    assert "Keep this file private." not in Outline(render(sample("healthy"))).text


def test_further_findings_and_a_deciding_test_are_told() -> None:
    report = samples.port_blocked()
    other = msgspec.structs.replace(
        samples.rejected().findings[0], decisive_test=plain("Ask the operator."), explains=("port-blocked",)
    )
    text = Outline(render(msgspec.structs.replace(report, findings=(*report.findings, other)))).text
    assert "Also found: The server does not recognize the application" in text
    assert f"{say(ViewTexts.DECIDES)} Ask the operator." in text
    assert "Also considered, but explained by this cause port blocked" in text


def test_what_is_undecided_is_said() -> None:
    text = Outline(render(sample("stopped"))).text
    assert f"{say(ViewTexts.DECIDES)} Run the test again and let it finish." in text


@pytest.mark.parametrize("name", ["port_blocked", "stopped", "proxied", "published"])
def test_every_text_goes_through_the_catalog(name: str, english: None) -> None:
    use_language(ACCENTED)
    report = SAMPLES[name]()
    assert [words for words in Outline(render(report)).words if is_plain(words, report)] == []


def test_right_to_left(english: None) -> None:
    use_language(RIGHT_TO_LEFT)
    page = render(samples.port_blocked())
    assert '<html lang="en" dir="rtl">' in page
    assert "\u2068" in page
    assert "\\u202e" not in page
    assert "\\u2068" not in page
    use_language(ENGLISH)
    assert '<html lang="en" dir="ltr">' in render(samples.port_blocked())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_contrast(scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)
    colors = dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[scheme == "dark"]))
    grounds = ("window", "surface", "raised", "hover", "target")
    for ground in grounds:
        for ink in ("text", "muted", "good", "caution", "bad", "neutral"):
            assert contrast(colors[ink], colors[ground]) >= 4.5, (ink, ground)
    for tone in ("good", "caution", "bad", "neutral"):
        for ink in (tone, "text", "muted"):
            assert contrast(colors[ink], colors[f"{tone}-ground"]) >= 4.5, (ink, tone)
    assert contrast(colors["accent"], colors["surface"]) >= 4.5


def test_a_finding_says_where_there_is_more_about_its_cause() -> None:
    report = samples.port_blocked()
    assert "More about this cause: fmsdiag explain port-blocked" in render(report)
    unknown = msgspec.structs.replace(report.findings[0], cause="new-cause")
    page = render(msgspec.structs.replace(report, findings=(unknown,)))
    assert "fmsdiag explain" not in page


def test_the_network_path_has_a_part_of_its_own_where_something_ends_on_it() -> None:
    page = render(two_places())
    heading = f"<h2>{say(ViewTexts.PATH)}</h2>"
    assert page.index("<h2>Timeline</h2>") < page.index(heading) < page.index("<h2>Evidence</h2>")
    assert page.count('class="path-map"') == 2
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert heading not in render(samples.healthy())
