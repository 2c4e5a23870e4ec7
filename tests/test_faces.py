"""One voice: what a report says, all of its faces say, each in its own way or with the words "left out"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import pytest
from PySide6.QtWidgets import QApplication

from fmsdiag.model import Report
from fmsdiag.report.redact import redact
from fmsdiag.report.request_text import request_lines
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.view import ReportView
from tests.each import each_of
from tests.faces import FACES, words
from tests.report import samples, transport_samples

Make = Callable[[], Report]
MADE: dict[str, Make] = {name: lambda name=name: samples.recorded(name) for name in samples.RECORDED} | {
    f"sample {make.__name__}": make
    for make in (
        samples.healthy,
        samples.port_blocked,
        samples.rejected,
        samples.unreachable,
        samples.stopped,
        transport_samples.rtmfp,
        transport_samples.proxied,
        transport_samples.encrypted,
        transport_samples.published,
    )
}
_ELSEWHERE = re.compile(r"\b(below|above)\b", re.IGNORECASE)
_OPTION = re.compile(r"(?<![\w-])--[a-z]")
_PSEUDONYM = re.compile(r"\b(?:lan|proxy)-\d+\b")
_LEFT_OUT = re.compile(r"left out", re.IGNORECASE)

every_report = each_of((name, name) for name in MADE)
every_face_of_every_report = each_of((f"{name}, {face}", (name, face)) for name in MADE for face in FACES)


@cache
def report_of(name: str) -> Report:
    return MADE[name]()


@cache
def text_of(name: str, face: str) -> str:
    return FACES[face](report_of(name))


def view_of(name: str, face: str = "") -> ReportView:
    return ReportView(report_of(name), has_buttons=face == "window")


def missing(parts: Iterable[str], text: str) -> list[str]:
    return [part for part in parts if words(part) not in text]


@pytest.fixture(autouse=True)
def _a_window_can_be_made(qapp: QApplication) -> None:
    """The card is a widget."""


@every_face_of_every_report
def test_all_name_the_same_cause_headline_and_address(name: str, face: str) -> None:
    view, text = view_of(name), text_of(name, face)
    told = [view.headline, view.mark.word]
    if view.finding is not None:
        told += [view.finding.cause, view.finding.explanation, view.finding.confidence_line]
    if view.recommendation is not None:
        told += [view.recommendation.url, *view.recommendation.lines]
    assert not missing(told, text)


@every_face_of_every_report
def test_all_have_the_code_for_the_telephone(name: str, face: str) -> None:
    assert text_of(name, face).count(view_of(name).code) == 1


@every_face_of_every_report
def test_every_step_is_in_each_face_in_its_words(name: str, face: str) -> None:
    steps = [step.text for reader in view_of(name, face).readers for step in reader.steps]
    assert not missing(steps, text_of(name, face))


@every_face_of_every_report
def test_all_have_the_request_and_what_stays_open(name: str, face: str) -> None:
    view, text = view_of(name), text_of(name, face)
    assert not missing([*view.request, view.decides], text)


@every_face_of_every_report
def test_what_a_face_has_no_room_for_it_says_is_left_out(name: str, face: str) -> None:
    view, text = view_of(name), text_of(name, face)
    told = [line.text for line in (*view.seen, *view.notes)]
    told += [*view.contacts, *view.hidden, view.identity]
    told += [part for row in view.players for part in (row.players, row.outcome, row.note)]
    told += [other.headline for other in view.findings[1:]]
    if view.finding is not None:
        told += [line.text for line in view.finding.against]
        told += [*view.finding.rules_out, *view.finding.explains]
    assert not missing(told, text) or _LEFT_OUT.search(text)


@every_report
def test_folded_causes_are_in_every_face(name: str) -> None:
    finding = view_of(name).finding
    for face in FACES:
        assert not missing(finding.explains if finding is not None else (), text_of(name, face))


@every_report
def test_no_two_rows_have_the_same_name(name: str) -> None:
    names = [row.method for _, rows in view_of(name).rows for row in rows]
    assert len(names) == len(set(names))


@every_face_of_every_report
def test_nothing_points_to_another_place_of_the_page(name: str, face: str) -> None:
    assert not _ELSEWHERE.search(text_of(name, face))


@every_report
def test_only_the_window_names_its_buttons(name: str) -> None:
    for face in set(FACES) - {"window"}:
        text = text_of(name, face)
        assert "Press " not in text
        assert "Copy Request" not in text


@every_report
def test_the_window_names_no_option_of_the_command_line(name: str) -> None:
    assert not _OPTION.search(text_of(name, "window"))


@every_report
def test_the_software_of_the_server_is_said_once(name: str) -> None:
    identity = view_of(name).identity
    for face in FACES:
        assert text_of(name, face).count(identity) <= 1 or not identity


@every_report
def test_a_redacted_report_tells_nobody_to_type_a_pseudonym(name: str) -> None:
    hidden = redact(report_of(name), identity=Identity())
    view = ReportView(hidden, has_buttons=True)
    steps = [step for f in view.findings for reader in f.readers for step in reader.steps]
    steps += [step for reader in view.readers for step in reader.steps]
    assert not [step for step in steps if _PSEUDONYM.search(" ".join((step.text, step.target)))]
    if view.recommendation is not None:
        assert not _PSEUDONYM.search(" ".join((view.recommendation.url, *view.recommendation.lines)))


@every_report
def test_the_request_keeps_the_addresses_of_its_network(name: str) -> None:
    for before, after in zip(
        report_of(name).findings, redact(report_of(name), identity=Identity()).findings, strict=True
    ):
        assert request_lines(before.request) == request_lines(after.request)


def test_a_hidden_proxy_is_called_so() -> None:
    hidden = redact(samples.recorded("proxy-required"), identity=Identity())
    for make in FACES.values():
        assert "the proxy of this network (hidden)" in make(hidden)
