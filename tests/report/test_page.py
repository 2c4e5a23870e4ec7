"""What the page adds to the view: links, open attempts, dumps."""

import msgspec

from fmsdiag.model import EvidenceLine
from fmsdiag.report.page import SHOWN_BYTES, Page
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.path_samples import two_places


def test_evidence_leads_to_the_step_that_shows_it() -> None:
    page = Page(samples.port_blocked())
    finding = page.view.finding
    assert finding is not None
    links = [page.link(line) for line in finding.seen]
    assert [(link.anchor, link.words) for link in links if link is not None] == [
        ("step-1-2", "Attempt 1, TCP connection"),
        ("step-2-2", "Attempt 2, TCP connection"),
        ("step-5-2", "Follow-up 5, TCP connection"),
        ("step-6-1", "Follow-up 6, Network path"),
    ][: len(links)]
    anchors = {step.anchor for attempt in page.attempts for step in attempt.steps}
    assert {link.anchor for link in links if link is not None} <= anchors
    assert [attempt.is_open for attempt in page.attempts][:5] == [True, True, False, False, True]


def test_evidence_may_point_at_an_attempt_or_at_nothing() -> None:
    report = samples.port_blocked()
    seen = (EvidenceLine(plain("a"), "2"), EvidenceLine(plain("b"), "99.tcp"), EvidenceLine(plain("c")))
    finding = msgspec.structs.replace(report.findings[0], evidence=seen)
    page = Page(msgspec.structs.replace(report, findings=(finding,)))
    assert page.view.finding is not None
    links = [page.link(line) for line in page.view.finding.seen]
    assert [link.anchor if link is not None else "" for link in links] == ["attempt-2", "", ""]
    assert [a.anchor for a in page.attempts if a.is_open] == ["attempt-2"]


def test_bytes_are_shown_up_to_a_limit_and_counted() -> None:
    report = samples.rejected()
    first = report.attempts[0]
    seen = msgspec.structs.replace(
        first.observations[2], first_in=bytes(200), bytes_in=3073, first_out=b"", bytes_out=0
    )
    attempt = msgspec.structs.replace(first, observations=(seen,))
    [step] = Page(msgspec.structs.replace(report, attempts=(attempt,))).attempts[0].steps
    assert [(title, len(lines)) for title, lines in step.dumps] == [
        (f"First {SHOWN_BYTES} of 3,073 bytes received", SHOWN_BYTES // 16)
    ]


def test_repeats_are_numbered() -> None:
    report = samples.port_blocked()
    again = msgspec.structs.replace(report.attempts[0], id=8)
    page = Page(msgspec.structs.replace(report, attempts=(*report.attempts, again)))
    names = [attempt.method for attempt in page.attempts]
    assert names[0] == "RTMP on port 1935 (1 of 2)"
    assert names[-1] == "RTMP on port 1935 (2 of 2)"
    assert len(set(names)) == len(names)


def test_the_step_that_a_stop_cut_off_is_there() -> None:
    last = Page(samples.interrupted()).attempts[1].steps[-1]
    assert (last.label, last.outcome) == ("TCP connection", "Not finished")
    assert last.times == "at 212 ms, took 988 ms"


def test_an_international_server_is_named_as_people_type_it() -> None:
    report = samples.healthy()
    target = msgspec.structs.replace(report.target, host="xn--mller-kva.example")
    assert Page(msgspec.structs.replace(report, target=target)).host == "müller.example"


def test_the_network_path_is_drawn_where_something_ends_on_it() -> None:
    drawings = dict(Page(two_places()).path_drawings)
    assert list(drawings) == ["wide", "narrow"]
    assert 'id="path-wide-title"' in drawings["wide"]
    assert 'id="path-narrow-title"' in drawings["narrow"]
    assert Page(samples.healthy()).path_drawings == []
