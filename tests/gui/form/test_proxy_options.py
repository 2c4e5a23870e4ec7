"""The second page: which proxy, and whose name and password."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import AdvancedInput, ProxyKind
from fmsdiag.gui.form.proxy_options import ProxyOptions
from fmsdiag.model import ProxyType


@pytest.fixture
def page(qtbot: QtBot) -> ProxyOptions:
    page = ProxyOptions()
    qtbot.addWidget(page)
    page.show()
    return page


def choose(page: ProxyOptions, choice: ProxyKind) -> None:
    page.choice.setCurrentIndex(page.choice.findData(choice))


def test_only_what_the_choice_needs_can_be_typed(page: ProxyOptions) -> None:
    assert page.values(AdvancedInput()).proxy is ProxyKind.SYSTEM
    assert not page.address.isEnabled()
    assert page.proxy_name.isEnabled()  # the system's proxy may ask for one
    choose(page, ProxyKind.NONE)
    assert not page.proxy_name.isEnabled()
    choose(page, ProxyKind.SOCKS5)
    assert page.address.isEnabled()
    assert page.server_name.isEnabled()


@pytest.mark.parametrize(
    ("typed", "choice", "address", "name", "password"),
    [
        ("socks5://p.example:1080", ProxyKind.SOCKS5, "p.example:1080", "", ""),
        ("http://me:a%40b@p.example:3128/", ProxyKind.HTTP, "p.example:3128", "me", "a@b"),
        ("me:secret@p.example:3128", ProxyKind.HTTP, "p.example:3128", "me", "secret"),
        ("https://p.example:8443", ProxyKind.HTTP, "https://p.example:8443", "", ""),
        ("p.example:3128", ProxyKind.HTTP, "p.example:3128", "", ""),
        ("ftp://p.example", ProxyKind.HTTP, "ftp://p.example", "", ""),
    ],
)
def test_a_whole_url_fills_the_fields(
    page: ProxyOptions, typed: str, choice: ProxyKind, address: str, name: str, password: str
) -> None:
    choose(page, ProxyKind.HTTP)
    page.address.setText(typed)
    page.address.editingFinished.emit()
    values, entrusted = page.values(AdvancedInput()), page.entrusted()
    assert (values.proxy, values.proxy_address) == (choice, address)
    assert (entrusted.proxy_name, entrusted.proxy_password) == (name, password)


def test_every_way_of_flash_can_be_chosen(page: ProxyOptions) -> None:
    assert [page.use.itemData(n) for n in range(page.use.count())] == [None, *ProxyType]
    page.set_values(AdvancedInput(proxy_type=ProxyType.CONNECT_ONLY))
    assert page.values(AdvancedInput()).proxy_type is ProxyType.CONNECT_ONLY
    page.set_values(AdvancedInput())
    assert page.values(AdvancedInput()).proxy_type is None


def test_passwords_are_dots_and_leave_with_their_server(page: ProxyOptions) -> None:
    for field in page.lines()[1:]:
        field.setText("PLANTED")
    assert "PLANTED" not in page.proxy_password.displayText() + page.server_password.displayText()
    page.forget_sign_in()
    entrusted = page.entrusted()
    assert (entrusted.server_name, entrusted.server_password) == ("", "")
    assert entrusted.proxy_password == "PLANTED"
    choose(page, ProxyKind.NONE)
    assert page.entrusted().proxy_password == ""
    assert "PLANTED" not in repr(entrusted)
