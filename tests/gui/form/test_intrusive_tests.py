"""The third page: the warning, and consent that is given once."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import AdvancedInput, Consent
from fmsdiag.gui.form.intrusive_tests import IntrusiveTests, IntrusiveTexts
from fmsdiag.messages.reader import say


@pytest.fixture
def page(qtbot: QtBot) -> IntrusiveTests:
    page = IntrusiveTests()
    qtbot.addWidget(page)
    page.show()
    return page


def test_encrypted_rtmp_is_off_and_ticking_it_warns(page: IntrusiveTests) -> None:
    assert page.values(AdvancedInput()).encrypted == ()
    assert not page.warning.isVisible()
    page.encrypted.pills["rtmpe:1935"].click()
    assert page.values(AdvancedInput()).encrypted == ("rtmpe:1935",)
    assert page.warning.isVisible()
    assert "crash" in page.warning.text()
    page.set_values(AdvancedInput())
    assert not page.warning.isVisible()


def test_consent_is_asked_for_shown_and_taken_back(qtbot: QtBot, page: IntrusiveTests) -> None:
    assert page.state.text() == say(IntrusiveTexts.OFF)
    with qtbot.waitSignal(page.consent_wanted):
        page.button.click()
    assert page.consent is None  # asking is not agreeing
    with qtbot.waitSignal(page.changed):
        page.set_consent(Consent("PLANTED", publish=True, play=True))
    assert "publishes to the stream that you named, then plays" in page.state.text()
    assert "PLANTED" not in page.state.text() + repr(page.consent)
    with qtbot.assertNotEmitted(page.consent_wanted):
        page.button.click()
    assert page.consent is None
    assert page.state.text() == say(IntrusiveTexts.OFF)
