"""The folded part: what is told, what is remembered, and what never is."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.advanced_options import AdvancedOptions
from fmsdiag.gui.form.form_input import AdvancedInput, Consent, ProxyKind
from fmsdiag.model import Family, ProxyType
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.report import samples

CHOSEN = AdvancedInput(
    50,
    3,
    True,
    Family.IPV6,
    "none",
    "192.0.2.53",
    True,
    ProxyKind.SOCKS5,
    "p.example:1080",
    ProxyType.CONNECT,
)

LARGEST_GAP = 12
"""Pixels below what a page holds."""


@pytest.fixture
def options(qtbot: QtBot) -> AdvancedOptions:
    options = AdvancedOptions()
    qtbot.addWidget(options)
    options.show()
    return options


def again(qtbot: QtBot, settings: QSettings) -> AdvancedOptions:
    """A new form that remembers."""
    options = AdvancedOptions()
    qtbot.addWidget(options)
    options.restore(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    return options


def test_values_are_shown_told_and_remembered(
    qtbot: QtBot, options: AdvancedOptions, settings: QSettings
) -> None:
    with qtbot.waitSignal(options.changed):
        options.set_values(CHOSEN)
    assert options.values() == CHOSEN
    options.save(settings)
    settings.sync()
    assert again(qtbot, settings).values() == CHOSEN


def test_no_secret_and_no_risk_is_remembered(
    qtbot: QtBot, options: AdvancedOptions, settings: QSettings
) -> None:
    page = options.proxies
    page.choice.setCurrentIndex(page.choice.findData(ProxyKind.HTTP))
    page.address.setText("http://PLANTED-1:PLANTED-2@proxy.example:3128")
    for line in page.lines()[1:]:
        line.setText("PLANTED-3")
    options.further.encrypted.choose(("rtmpe:1935",))
    options.further.set_consent(Consent("PLANTED-4", publish=True, play=True))
    options.save(settings)
    settings.sync()
    assert "PLANTED" not in Path(settings.fileName()).read_text(encoding="utf-8")
    assert "rtmpe" not in Path(settings.fileName()).read_text(encoding="utf-8")
    other = again(qtbot, settings)
    assert other.values().proxy_address == "proxy.example:3128"
    assert other.values().encrypted == ()
    assert other.further.consent is None


def test_a_password_in_the_wrong_place_is_not_remembered(
    options: AdvancedOptions, settings: QSettings
) -> None:
    options.proxies.address.setText("PLANTED two words")
    options.save(settings)
    assert settings.value("form/proxy_address") == ""


def test_a_damaged_memory_gives_the_usual_values(options: AdvancedOptions, settings: QSettings) -> None:
    settings.setValue("form/family", "ipv9")
    settings.setValue("form/interval_ms", "soon")
    settings.setValue("form/proxy", "carrier pigeon")
    options.restore(settings)
    assert options.values() == AdvancedInput()


def test_filling_forgets_what_was_entrusted(options: AdvancedOptions) -> None:
    options.proxies.server_password.setText("PLANTED")
    options.further.set_consent(Consent("PLANTED", publish=True, play=False))
    options.set_values(CHOSEN)
    assert options.entrusted().server_password == ""
    assert options.further.consent is None


def test_a_field_is_revealed_on_its_page(options: AdvancedOptions) -> None:
    for field in (options.proxies.address, options.further.button, options.pace.control):
        options.reveal(field)
        assert field.isVisible()


def has_no_gap(page: QWidget) -> bool:
    return page.height() - page.childrenRect().bottom() <= LARGEST_GAP


def test_no_page_leaves_a_gap_below_it(qtbot: QtBot, make_window: MakeWindow) -> None:
    form = make_window(telling(samples.healthy())).parts.form
    form.advanced_toggle.setChecked(True)
    options = form.advanced
    options.further.encrypted.choose(("rtmpe:1935",))
    for field in (options.proxies.address, options.further.button, options.pace.control):
        options.reveal(field)
        inner = options.further if field is options.further.button else field.parentWidget()
        assert inner is not None
        qtbot.waitUntil(partial(has_no_gap, inner))


def test_every_field_has_a_name(options: AdvancedOptions) -> None:
    assert all(field.accessibleName() for field in options.fields())
    assert len({field.accessibleName() for field in options.fields()}) == len(options.fields())


def test_nothing_can_be_changed_during_a_run(options: AdvancedOptions) -> None:
    options.set_editable(False)
    assert not any(field.isEnabled() for field in options.fields())
    options.set_editable(True)
    assert options.further.button.isEnabled()
    assert (
        not options.proxies.address.isEnabled()
    )  # there is nothing to type while the system's proxy is used


def test_a_kind_of_proxy_use_that_is_gone_is_forgotten(qtbot: QtBot, settings: QSettings) -> None:
    settings.setValue("form/proxy_type", "bygone")
    settings.sync()
    assert again(qtbot, settings).values().proxy_type is None
