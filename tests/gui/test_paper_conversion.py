import pytest
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.paper_conversion import draw
from tests.report import samples


@pytest.mark.parametrize(("kind", "begin"), [("pdf", b"%PDF-"), ("png", b"\x89PNG")])
def test_the_application_that_is_there_is_used(kind: str, begin: bytes, qapp: QApplication) -> None:
    assert draw(samples.healthy(), kind).startswith(begin)
    assert QApplication.instance() is qapp
