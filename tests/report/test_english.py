"""The English that a report keeps for readers that do not know its messages."""

from fmsdiag.messages.reader import use_language
from fmsdiag.model import Message, Note
from fmsdiag.model.messages import Listed
from fmsdiag.report.english import in_english, with_english
from fmsdiag.report.view import ReportView
from tests.report import samples
from tests.report.pseudo_locales import ACCENTED


def test_every_message_of_a_report_has_its_text(english: None) -> None:
    for name in samples.RECORDED:
        report = samples.recorded(name)
        assert report.verdict.headline.text == ReportView(report).headline
        for finding in report.findings:
            assert finding.explanation.text
            assert all(line.message.text for line in finding.evidence)
            for step in (*finding.advice.user, *finding.advice.administrator, *finding.advice.operator):
                assert step.message.text


def test_it_is_english_whatever_the_reader_speaks(english: None) -> None:
    spoken = samples.healthy().verdict.headline
    use_language(ACCENTED)
    assert with_english(spoken) == spoken


def test_a_message_of_a_newer_program_keeps_its_own() -> None:
    newer = Message("newer.text", {"x": {"type": "newer"}}, "It is new.")
    assert in_english(newer) == newer
    assert with_english((Note(newer),)) == (Note(newer),)


def test_messages_in_messages_are_filled_too() -> None:
    headline = samples.healthy().verdict.headline
    bare = Message(headline.id, headline.values)
    filled = in_english(Message("newer.list", {"all": Listed((bare,))}, "x"))
    assert filled.values["all"].items[0].text == headline.text
