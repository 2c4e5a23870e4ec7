"""The one view of a report: every part that a face lays out."""

import msgspec

from fmsdiag.model import Actor, FilledField, Message, Prepared, RuleError
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.view import ReportView, attempt_line, prepared_line
from fmsdiag.report.words import Tone
from tests.report import samples
from tests.report.path_samples import two_places


def test_a_finding_whole() -> None:
    view = ReportView(samples.port_blocked())
    assert view.finding is not None
    assert view.finding.confidence_line.startswith("Likely. ")
    assert [line.observation for line in view.finding.seen][:2] == ["1.tcp", "2.tcp"]
    assert view.request[0] == "Please allow this outgoing connection."
    assert len(view.readers) == 3
    assert [reader.acts for reader in view.readers] == [False, True, False]


def test_without_a_finding_it_says_what_stays_open() -> None:
    view = ReportView(samples.stopped())
    assert view.finding is None
    assert view.decides == "Run the test again and let it finish."
    assert [line.observation for line in view.seen] == ["1.tcp", "2.dns"]
    assert view.readers[0].steps


def test_the_servers_software_is_told_where_it_is_more_likely_than_not() -> None:
    assert ReportView(samples.port_blocked()).identity == "Likely Adobe Media Server"
    assert ReportView(samples.port_blocked()).marks
    sure = samples.port_blocked().identity
    assert sure is not None
    unsure = msgspec.structs.replace(sure, probability=0.4)
    guessed = msgspec.structs.replace(samples.port_blocked(), identity=unsure)
    assert ReportView(guessed).identity == ""
    assert not ReportView(guessed).marks
    # whose sign-in page comes from nginx: nothing of the server was seen
    assert samples.recorded("hotel").identity is None


def test_a_connection_that_is_not_well_is_shown_with_caution() -> None:
    report = samples.healthy()
    impaired = msgspec.structs.replace(report.verdict, impaired=True)
    assert ReportView(report).mark.tone is Tone.GOOD
    assert ReportView(msgspec.structs.replace(report, verdict=impaired)).mark.tone is Tone.CAUTION


def test_a_hidden_proxy_is_not_to_be_typed() -> None:
    hidden = redact(samples.recorded("proxy-required"), identity=Identity())
    found = ReportView(hidden).recommendation
    assert found is not None
    assert "Needs this proxy: the proxy of this network (hidden)." in found.lines


def test_faults_of_this_program_stand_among_the_notes() -> None:
    fault = RuleError("port-blocked", "KeyError", "diagnosis/engine.py:41")
    view = ReportView(msgspec.structs.replace(samples.healthy(), rule_errors=(fault,)))
    assert "diagnosis/engine.py:41" in view.notes[-1].text


def test_a_time_is_said_once() -> None:
    assert attempt_line(samples.port_blocked().attempts[0]) == "RTMP on port 1935: No answer (5.0 s)"


def test_a_stranger_s_message_is_plain_text() -> None:
    report = samples.healthy()
    strange = Message("newer.headline", {"x": [1]}, "New\x1b\nlines")
    verdict = msgspec.structs.replace(report.verdict, headline=strange)
    assert ReportView(msgspec.structs.replace(report, verdict=verdict)).headline == "New\\x1b lines"


def test_where_something_ends_on_the_path_is_told_as_map_and_in_lines() -> None:
    view = ReportView(two_places())
    assert view.path_map is not None
    assert view.path_lines == view.path_map.lines
    assert len(view.path_lines) == 2
    assert ReportView(samples.healthy()).path_map is None
    assert ReportView(samples.healthy()).path_lines == ()


def test_nobody_has_nothing_to_do_where_another_finding_has_steps_for_them() -> None:
    """ "There is nothing to do" is said of the finding alone, and of no reader who has steps elsewhere in the report."""
    first, second = ReportView(samples.blocked_behind_another_finding()).findings
    nothing = {reader.actor: reader.nothing for reader in first.readers if not reader.steps}
    assert nothing[Actor.ADMINISTRATOR] == (
        "For this finding alone, there is nothing for your network administrator to do."
    )
    assert any(reader.actor is Actor.ADMINISTRATOR and reader.steps for reader in second.readers)
    assert ReportView(samples.healthy()).findings == ()


def test_a_report_from_a_file_may_name_any_number_of_fields() -> None:
    fields = tuple(FilledField(f"\u202e{n}", "x" * 5000) for n in range(1000))
    said = prepared_line(Prepared("A\nB", "id", fields))
    assert said.startswith("Prepared by A B (")
    assert len(said) < 2000
    assert "\u202e" not in said
    assert prepared_line(None) == ""
