from fmsdiag.messages import visible as shared
from fmsdiag.report import visible


def test_a_report_makes_text_visible_as_messages_do() -> None:
    assert visible.visible is shared.visible
    assert visible.one_line is shared.one_line
