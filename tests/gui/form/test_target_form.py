"""The form by hand: paste, blur, errors on fields, recents, Run that turns into Stop."""

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form import target_form
from fmsdiag.gui.form.consent_dialog import ConsentDialog
from fmsdiag.gui.form.form_input import AdvancedInput, FormInput, ProxyKind, Request
from fmsdiag.gui.form.recents import Recents
from fmsdiag.gui.form.target_form import FormTexts, TargetForm
from fmsdiag.messages.reader import say
from fmsdiag.model import Family, ProxySource, Target
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.plan import PRESETS
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.typed_proxy import parse_proxy_choice


@pytest.fixture
def recents() -> Recents:
    return Recents()


@pytest.fixture
def form(qtbot: QtBot, recents: Recents) -> TargetForm:
    form = TargetForm(recents)
    form.folding.unfold()
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    form.server.setFocus()
    return form


def texts(form: TargetForm) -> tuple[str, str, str]:
    return form.server.currentText(), form.application.text(), form.ports.text()


def paste(qtbot: QtBot, form: TargetForm, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    form.server.setFocus()
    qtbot.keyClick(form.server.lineEdit(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(form.server.lineEdit(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_pasting_a_url_fills_all_fields(qtbot: QtBot, form: TargetForm) -> None:
    paste(qtbot, form, " rtmp://media.example.com:80/live ")
    assert texts(form) == ("media.example.com", "live", "80")
    paste(qtbot, form, "rtmps://other.example.com/vod")
    assert texts(form) == ("other.example.com", "vod", "rtmps:443")


def test_a_typed_url_is_spread_only_when_it_is_complete(qtbot: QtBot, form: TargetForm) -> None:
    qtbot.keyClicks(form.server.lineEdit(), "rtmp://media.example.com:80/live")
    assert texts(form) == ("rtmp://media.example.com:80/live", "", "")
    form.application.setFocus()
    assert texts(form) == ("media.example.com", "live", "80")


def test_a_stream_key_is_kept_but_not_shown(qtbot: QtBot, form: TargetForm) -> None:
    paste(qtbot, form, "rtmp://media.example.com/live/s3cret")
    assert "s3cret" not in "".join(texts(form)) + form.contacts.text()
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0].target.stream == "s3cret"
    form.application.setText("other")
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0].target.stream is None


def test_a_sign_in_that_came_with_the_address_is_kept_for_its_server(qtbot: QtBot, form: TargetForm) -> None:
    paste(
        qtbot,
        form,
        '{"server": "rtmp://media.example.com/live", "key": "k", "use_auth": true, "username": "bob", "password": "s3cret"}',
    )
    assert texts(form) == ("media.example.com", "live", "")
    assert form.errors["server"].text() == "The user name and password are kept under Advanced."
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0].credentials.server == ("bob", "s3cret")
    assert "s3cret" not in repr(form.fields())
    form.server.setEditText("other.example.com")
    assert form.errors["server"].isHidden()
    assert form.advanced.proxies.entrusted().server_name == ""


@pytest.mark.parametrize(
    "typed", ["media.example.com\nlive\ns3cret", "rtmp://media.example.com/live/s3cret\nThanks!"]
)
def test_a_key_on_a_line_of_its_own_is_shown_no_longer(qtbot: QtBot, form: TargetForm, typed: str) -> None:
    paste(qtbot, form, typed)
    assert texts(form) == ("media.example.com", "live", "")
    assert form.fields().stream == "s3cret"


def test_a_hidden_part_of_the_path_stays_with_a_recommended_address(qtbot: QtBot, form: TargetForm) -> None:
    paste(qtbot, form, "rtmp://media.example.com/live/hunter Stream key: key")
    form.use_address("rtmps://media.example.com/live/***")
    assert texts(form) == ("media.example.com", "live", "rtmps:443")
    assert (form.fields().stream, form.fields().query) == ("key", "/hunter")


def test_errors_come_on_blur_and_nothing_is_lost(qtbot: QtBot, form: TargetForm) -> None:
    qtbot.keyClicks(form.server.lineEdit(), "media example.com")
    assert form.errors["server"].isHidden()
    form.application.setFocus()
    assert (
        form.errors["server"].text()
        == "Enter only the server's address, without spaces, such as rtmp://live.example.com/app"
    )
    assert form.errors["server"].isVisible()
    assert form.server.accessibleDescription() == form.errors["server"].text()
    assert form.server.currentText() == "media example.com"
    form.server.setEditText("media.example.com")
    form.ports.setFocus()
    assert form.errors["server"].isHidden()


def test_an_empty_form_is_no_error_until_it_is_run(qtbot: QtBot, form: TargetForm) -> None:
    form.application.setFocus()
    assert form.errors["server"].isHidden()
    with qtbot.assertNotEmitted(form.run_requested):
        qtbot.keyClick(form.application, Qt.Key.Key_Return)
    assert form.errors["server"].isVisible()
    assert form.server.hasFocus()


def test_a_wrong_field_in_the_fold_opens_it(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.advanced.pace.resolver.setText("dns.example")
    form.run()
    assert form.advanced.pace.resolver.isVisible()
    assert form.errors["resolver"].isVisible()


@pytest.mark.parametrize("field", ["server", "application", "ports"])
def test_enter_runs_from_every_field(qtbot: QtBot, form: TargetForm, field: str) -> None:
    form.server.setEditText("media.example.com")
    where = form.server.lineEdit() if field == "server" else getattr(form, field)
    assert isinstance(where, QLineEdit)
    where.setFocus()
    with qtbot.waitSignal(form.run_requested) as asked:
        qtbot.keyClick(where, Qt.Key.Key_Return)
    assert isinstance(asked.args[0], Request)


def test_contacts_and_plan_are_told_before_the_run(qtbot: QtBot, form: TargetForm) -> None:
    assert form.contacts.text() == say(FormTexts.NOTHING_YET)
    with qtbot.waitSignal(form.planned) as planned:
        qtbot.keyClicks(form.server.lineEdit(), "media.example.com")
    assert form.contacts.text().startswith("Connects to media.example.com: RTMP on port 1935,")
    assert "If something fails" in form.contacts.toolTip()
    assert planned.args[0].plan.name == "ams"
    with qtbot.waitSignal(form.planned) as planned:
        form.ports.setText("no port")
    assert planned.args[0] is None
    assert form.contacts.text() == say(FormTexts.NOTHING_YET)


def test_what_was_shown_is_what_runs(qtbot: QtBot, form: TargetForm, monkeypatch: pytest.MonkeyPatch) -> None:
    with qtbot.waitSignal(form.planned, check_params_cb=lambda request: request is not None) as planned:
        form.server.setEditText("media.example.com")
    monkeypatch.setattr(target_form, "judge", lambda *_: pytest.fail("the fields were parsed again"))
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0] is planned.args[0]


def test_the_plan_knows_this_computers_proxies(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    with qtbot.waitSignal(form.planned) as planned:
        form.set_proxies(settings_from({"http": "http://cache.example:3128"}, ProxySource.ENVIRONMENT))
    assert "http://cache.example:3128" in [p.endpoint.proxy for p in planned.args[0].plan.attempts]
    assert "Also through the proxy cache.example:3128." in form.contacts.text()


def test_every_preset_is_offered_with_its_order(form: TargetForm) -> None:
    offered = [form.plan.itemText(i) for i in range(form.plan.count())]
    assert offered[0] == "Flash Media Server: 1935 RTMP › 80 RTMP › 80 RTMPT"
    assert len(offered) == len(PRESETS)


def test_given_ports_grey_the_plan(form: TargetForm) -> None:
    form.ports.setText("1935")
    assert not form.plan.isEnabled()
    form.ports.clear()
    assert form.plan.isEnabled()


def test_run_turns_into_stop(qtbot: QtBot, form: TargetForm) -> None:
    form.set_running(True)
    assert form.button.text().replace("&", "") == "Stop"
    assert form.button.hasFocus()
    assert not form.server.isEnabled()
    assert not form.plan.isEnabled()
    with qtbot.waitSignal(form.stop_requested):
        form.button.click()
    form.set_running(True, stopping=True)
    assert not form.button.isEnabled()
    form.set_running(False)
    assert form.server.isEnabled()
    assert form.button.text().replace("&", "") == "Run Test"


def test_recents_are_listed_and_what_is_typed_stays(form: TargetForm, recents: Recents) -> None:
    form.server.setEditText("typed.example.com")
    recents.add(Target("media.example.com", "live"))
    assert form.server.currentText() == "typed.example.com"
    assert [form.server.itemText(i) for i in range(form.server.count())] == ["rtmp://media.example.com/live"]


def test_choosing_a_recent_server_fills_the_fields(form: TargetForm, recents: Recents) -> None:
    recents.add(Target("2001:db8::1", "live"))
    form.server.setCurrentIndex(0)
    form.server.textActivated.emit(form.server.currentText())
    assert texts(form) == ("2001:db8::1", "live", "")
    form.use_address("rtmp://other.example.com/")
    assert texts(form) == ("other.example.com", "", "")


@pytest.mark.parametrize("typed", ["live s3cret-1234", "live/s3cret-1234", "/live/s3cret-1234/"])
def test_a_key_in_the_application_is_kept_and_shown_no_longer(
    qtbot: QtBot, form: TargetForm, typed: str
) -> None:
    form.server.setEditText("media.example.com")
    qtbot.keyClicks(form.application, typed)
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert texts(form) == ("media.example.com", "live", "")
    assert (asked.args[0].target.application, asked.args[0].target.stream) == ("live", "s3cret-1234")
    form.application.setText("rtmp://media.example.com/live")
    form.ports.setFocus()
    assert "whole address" in form.errors["application"].text()


KEY = "Abcd1234efgh"


@pytest.mark.parametrize(
    ("pasted", "typed", "application", "stream"),
    [
        (f"rtmp://media.example.com/live/{KEY}", f"live/{KEY}", f"live/{KEY}", None),
        (f"rtmp://media.example.com/live/{KEY}?sig=1", f"/live/{KEY}/", f"live/{KEY}", None),
        (f"rtmp://media.example.com/live/{KEY}/cam1", f"live/{KEY}", f"live/{KEY}", "cam1"),
        ("rtmp://media.example.com/vod/dir/movie.mp4", "vod", "vod", "dir/movie.mp4"),
        ("rtmp://media.example.com/vod/dir/movie.mp4", "vod/dir/movie.mp4", "vod/dir/movie.mp4", None),
        ("media.example.com", f"live/{KEY}", "live", KEY),
    ],
)
def test_where_a_path_is_cut_can_be_typed(
    qtbot: QtBot, form: TargetForm, pasted: str, typed: str, application: str, stream: str | None
) -> None:
    form.server.setEditText(pasted)
    with qtbot.waitSignal(form.run_requested):
        form.run()
    form.application.setText(typed)
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    target = asked.args[0].target
    assert (target.host, target.application, target.stream) == ("media.example.com", application, stream)
    with qtbot.waitSignal(form.run_requested) as again:
        form.run()
    assert again.args[0].target == target


def test_a_stream_that_was_typed_as_an_application_can_be_one(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    for typed in (f"live/{KEY}", f"live/{KEY}"):
        form.application.setText(typed)
        with qtbot.waitSignal(form.run_requested) as asked:
            form.run()
    assert (asked.args[0].target.application, asked.args[0].target.stream) == (f"live/{KEY}", None)
    form.application.setText("other")
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert (asked.args[0].target.application, asked.args[0].target.stream) == ("other", None)


def test_that_a_stream_name_is_kept_is_said_at_the_application(form: TargetForm) -> None:
    label = form.errors["application"]
    form.server.setEditText(f"rtmp://media.example.com/live/{KEY}")
    form.run()
    assert label.text() == "The stream name is kept but hidden."
    assert "type it here again" in form.application.toolTip()
    assert not label.isHidden()
    assert KEY not in label.text()
    assert not form.application.property("invalid")
    form.application.setText("rtmp://x.example/live")
    form.run()
    assert "whole address" in label.text()
    form.application.setText("live2")
    form.run()
    assert label.isHidden()
    assert not form.application.toolTip()


def test_a_redirects_query_is_not_the_servers(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("rtmp://media.example.com/live?token=s3cret")
    form.run()
    form.use_address("rtmp://edge.example.com/live?session=***")
    assert texts(form)[:2] == ("edge.example.com", "live")
    assert form.fields().query is None


def test_a_recommended_address_keeps_what_came_with_the_first(form: TargetForm) -> None:
    form.server.setEditText("rtmp://media.example.com/live?token=s3cret/key")
    form.use_address("rtmps://media.example.com/live?token=***")
    assert texts(form) == ("media.example.com", "live", "rtmps:443")
    assert (form.fields().stream, form.fields().query) == (None, None)  # it was not spread yet
    form.server.setEditText("rtmp://media.example.com/live?token=s3cret/key")
    form.application.setFocus()
    form.edit(form.ports)
    form.run()
    form.use_address("rtmps://media.example.com/live?token=***")
    assert (form.fields().stream, form.fields().query) == ("key", "token=s3cret")
    form.use_address("rtmp://other.example.com/live")
    assert (form.fields().stream, form.fields().query) == (None, None)


def test_pills_and_advanced_reach_the_request(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.checks.choose(("http:8134",))
    form.advanced.set_values(AdvancedInput(interval_ms=50, sequential=True, family=Family.IPV4, deep=True))
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    options = asked.args[0].options
    assert options.checks == parse_ports("http:8134")
    assert (options.interval_ms, options.sequential, options.family, options.deep) == (
        50,
        True,
        Family.IPV4,
        True,
    )


def test_filling_shows_everything(form: TargetForm) -> None:
    fields = FormInput(
        "media.example.com", "live", "", "secure", ("admin:1111",), AdvancedInput(sequential=True)
    )
    form.fill(fields)
    assert form.fields() == fields
    assert form.advanced_toggle.isChecked()


def test_contacts_make_room_while_a_result_is_shown(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.run()
    form.set_running(True)
    form.set_running(False)
    assert form.contacts.isHidden()
    form.application.setText("other")
    assert not form.contacts.isHidden()


def test_choices_are_remembered(form: TargetForm, settings: QSettings) -> None:
    form.plan.setCurrentIndex(form.plan.findData("secure"))
    form.advanced.pace.control.setText("none")
    form.advanced_toggle.setChecked(True)
    form.save(settings)
    again = TargetForm(Recents())
    again.restore(settings)
    assert again.plan.currentData() == "secure"
    assert again.advanced.pace.control.text() == "none"
    assert again.advanced_toggle.isChecked()


def test_fields_have_names_for_screen_readers(form: TargetForm) -> None:
    names = [f.accessibleName() for f in (form.server, form.application, form.ports, form.plan)]
    assert names == ["Server", "Application", "Ports", "Plan"]


def test_clear_empties_everything(form: TargetForm) -> None:
    form.server.setEditText("x y")
    form.application.setText("live")
    form.run()
    form.clear()
    assert texts(form) == ("", "", "")
    assert form.errors["server"].isHidden()


def test_a_wrong_proxy_is_shown_on_its_page(form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    page = form.advanced.proxies
    page.choice.setCurrentIndex(page.choice.findData(ProxyKind.HTTP))
    page.server_password.setText("PLANTED")
    form.run()
    assert page.address.isVisible()
    assert form.errors["proxy"].isVisible()
    assert form.errors["server_name"].text() == "Enter the user name that belongs to the password"


def test_names_and_passwords_reach_the_request_and_no_text(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    page = form.advanced.proxies
    page.choice.setCurrentIndex(page.choice.findData(ProxyKind.HTTP))
    for line, text in zip(
        page.lines(), ("proxy.example:3128", "bob", "PLANTED-1", "alice", "PLANTED-2"), strict=True
    ):
        line.setText(text)
    form.announce()
    assert "Also through the proxy proxy.example:3128." in form.contacts.text()
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    request = asked.args[0]
    assert request.options.proxy == parse_proxy_choice("http://proxy.example:3128")[0]
    assert (request.credentials.proxy, request.credentials.server) == (
        ("bob", "PLANTED-1"),
        ("alice", "PLANTED-2"),
    )
    assert "PLANTED" not in repr(request) + repr(form.fields()) + form.contacts.text()


def test_a_password_for_one_server_goes_to_no_other(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.advanced.proxies.server_name.setText("alice")
    form.advanced.proxies.server_password.setText("PLANTED")
    form.run()
    form.run()
    assert form.advanced.entrusted().server_password == "PLANTED"
    form.server.setEditText("other.example.com")
    assert form.advanced.entrusted().server_password == ""


def test_encrypted_rtmp_warns_wherever_it_is_asked_for(form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.announce()
    assert not form.risk.isVisible()
    form.ports.setText("rtmpe:1935")
    form.announce()
    assert form.risk.isVisible()
    form.ports.setText("1935")
    form.advanced.set_values(AdvancedInput(encrypted=("rtmpte:80",)))
    form.announce()
    assert form.risk.isVisible()  # folded away, the page's own warning could not be seen
    form.advanced_toggle.setChecked(True)
    form.advanced.reveal(form.advanced.further.button)
    form.announce()
    assert form.advanced.further.warning.isVisible()
    assert not form.risk.isVisible()


def test_encrypted_checks_reach_the_plan(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.advanced.set_values(AdvancedInput(encrypted=("rtmpe:1935",)))
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0].options.checks == parse_ports("rtmps:443, rtmfp:1935, rtmpe:1935")
    assert "tcp/1935/rtmpe" in [planned.endpoint.key for planned in asked.args[0].plan.attempts]


def consent_dialog(form: TargetForm) -> ConsentDialog | None:
    return next((d for d in form.window().findChildren(ConsentDialog) if d.isVisible()), None)


def agree(form: TargetForm) -> None:
    form.advanced.further.button.click()
    dialog = consent_dialog(form)
    assert dialog is not None
    dialog.publish.setChecked(True)
    dialog.stream.setText("s3cret")
    dialog.mine.setChecked(True)
    dialog.allow.click()


def test_consent_needs_a_server(form: TargetForm) -> None:
    form.advanced.further.button.click()
    assert consent_dialog(form) is None
    assert form.errors["server"].isVisible()


def test_nothing_is_published_without_consent(qtbot: QtBot, form: TargetForm) -> None:
    paste(qtbot, form, "rtmp://media.example.com/live/s3cret")
    form.advanced.further.button.click()
    dialog = consent_dialog(form)
    assert dialog is not None
    assert dialog.stream.text() == "s3cret"
    dialog.reject()
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert not asked.args[0].options.publish
    assert not asked.args[0].options.play


def test_consent_counts_for_one_run(qtbot: QtBot, form: TargetForm) -> None:
    form.server.setEditText("media.example.com")
    form.application.setText("live")
    agree(form)
    form.announce()
    assert "Publishes an empty stream" in form.contacts.text()
    asked: list[Request] = []
    form.run_requested.connect(asked.append)
    form.run()
    form.run()
    assert [(r.options.publish, r.target.stream) for r in asked] == [(True, "s3cret"), (False, None)]
    assert "s3cret" not in repr(asked) + repr(form.fields())


@pytest.mark.parametrize("field", ["server", "application"])
def test_consent_is_for_one_place(form: TargetForm, field: str) -> None:
    form.server.setEditText("media.example.com")
    form.application.setText("live")
    agree(form)
    assert form.fields().consent is not None
    if field == "server":
        form.server.setEditText("other.example.com")
    else:
        form.application.setText("other")
    assert form.fields().consent is None


def test_every_line_that_can_be_typed_into_has_a_name(form: TargetForm) -> None:
    lines = form.findChildren(QLineEdit)
    assert form.server_line in lines
    assert [line for line in lines if not line.accessibleName()] == []
    assert form.server_line.accessibleName() == "Server"
    assert form.advanced.pace.interval.lineEdit().accessibleName() == "Interval"


def test_an_international_name_stays_as_it_was_typed(
    qtbot: QtBot, form: TargetForm, recents: Recents
) -> None:
    paste(qtbot, form, "rtmp://müller.example:80/live")
    assert texts(form) == ("müller.example", "live", "80")
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0].target.host == "xn--mller-kva.example"
    form.announce()
    assert "müller.example" in form.contacts.text()
    recents.add(asked.args[0].target)
    assert recents.urls == ("rtmp://müller.example:80/live",)
    assert "xn--" not in form.contacts.text() + "".join(texts(form)) + recents.urls[0]
    form.use_address("rtmps://xn--mller-kva.example/live")
    assert form.server.currentText() == "müller.example"
