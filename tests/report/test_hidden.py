import msgspec
import pytest

from fmsdiag.report.hidden import describe_hidden, hidden_lines, is_private
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.sensitive import Kind
from tests.report import samples


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_words(kind: Kind) -> None:
    assert describe_hidden(kind.value) != kind.value


def test_what_a_newer_program_hid_is_shown_by_its_code() -> None:
    report = msgspec.structs.replace(samples.healthy(), redaction=("query", "new\x1b-kind", INCLUDED))
    assert hidden_lines(report) == ("query strings of other addresses", "new\\x1b-kind")
    assert is_private(report)
    assert not is_private(samples.healthy())
