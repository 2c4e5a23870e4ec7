"""What the button beside a step does: the form's fields, the report's commands, a page in the web browser."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from fmsdiag.gui.verdict.steps import DECIDED_BY_PROFILE
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Action
from fmsdiag.report.view import StepView
from fmsdiag.report.words import Tone

_WEB = ("http", "https")
"""A page's address comes from the network: nothing else is opened."""


class StepActionTexts(Table, of="gui.step-actions"):
    NOT_OPENED = text("The page could not be opened: {url}")
    ADDRESS_COPIED = text("The address was copied. Paste it into your player or encoder.")
    PROFILE_DECIDES = text(
        "The open profile decides what is tested. To test something else, close it with Close Profile."
    )


def connect_steps(parts: WindowParts) -> None:
    """Let the buttons beside the steps act on the window's parts."""
    parts.card.step_activated.connect(lambda step: _act(parts, step))


def _act(parts: WindowParts, step: StepView) -> None:
    form = parts.form
    if form.is_locked and _acted_with_profile(parts, step):
        return
    match step.action:
        case Action.COPY_REQUEST:
            parts.commands.copy_request(parts.card.finding_number)
        case Action.SAVE_REPORT:
            parts.commands.save()
        case Action.RUN_AGAIN:
            form.run()
        case Action.USE_ADDRESS:
            form.use_address(step.target)
        case Action.OPEN_PAGE:
            _open_page(parts, step.target)
        case Action.EDIT_SERVER:
            form.edit(form.server_line)
        case Action.EDIT_APPLICATION:
            form.edit(form.application)
        case Action.EDIT_PORTS:
            form.edit(form.ports)
        case Action.SIGN_IN:
            _show_form(parts)
            form.edit(form.advanced.proxies.server_name)
        case Action.PROXY_SETTINGS:
            _show_form(parts)
            form.edit(form.advanced.proxies.choice)
        case Action.COMPARE:
            form.edit(form.advanced.pace.control)
        case Action.DEEP_TESTS:
            form.edit(form.advanced.pace.deep)


def _acted_with_profile(parts: WindowParts, step: StepView) -> bool:
    """What a button does while a profile's fields are locked and not all shown; false: what it does without one."""
    if step.action is Action.USE_ADDRESS:
        QGuiApplication.clipboard().setText(step.target)
        parts.say_done(say(StepActionTexts.ADDRESS_COPIED))
    elif step.action is Action.SAVE_REPORT:
        parts.handover.start()  # to whoever prepared the profile
    elif step.action in DECIDED_BY_PROFILE:
        parts.messages.say(say(StepActionTexts.PROFILE_DECIDES), Tone.CAUTION)
    else:
        return False
    return True


def _show_form(parts: WindowParts) -> None:
    """The customer's view has no form while a profile is open; the proxy is the customer's all the same."""
    if not parts.form.advanced_toggle.isVisible() and not parts.actions.support_view.isChecked():
        parts.actions.support_view.trigger()


def _open_page(parts: WindowParts, address: str) -> None:
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if url.scheme() not in _WEB or not url.host() or not QDesktopServices.openUrl(url):
        parts.say_failed(say(StepActionTexts.NOT_OPENED, url=address))
