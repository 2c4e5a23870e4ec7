"""The form: what to test and how. What the fields mean is form_input.py's; errors stand under their fields."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSettings, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from fmsdiag.gui.form.advanced_options import AdvancedOptions
from fmsdiag.gui.form.check_buttons import CheckButtons
from fmsdiag.gui.form.eliding_combo_box import ElidingComboBox
from fmsdiag.gui.form.field_error import FieldError
from fmsdiag.gui.form.folding import Folding
from fmsdiag.gui.form.form_input import (
    AdvancedInput,
    Consent,
    Entrusted,
    FormInput,
    InputTexts,
    Judgment,
    Request,
    contacted,
    cut_again,
    disclosed,
    judge,
    spread,
)
from fmsdiag.gui.form.recents import Recents
from fmsdiag.gui.form.server_field import make_server_field
from fmsdiag.gui.settings import flag, string
from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.messages.plans import PLAN_TITLES
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import PlanName
from fmsdiag.players import FallbackOrder
from fmsdiag.probe.plan import PRESETS
from fmsdiag.probe.proxy.settings import ProxySettings
from fmsdiag.stream_path import application_to_type, cut_typed, without_quotes
from fmsdiag.target_texts import TargetError
from fmsdiag.target_url import query_names


class FormTexts(Table, of="gui.form"):
    """The form. "&" marks the access key."""

    SERVER = text("&Server")
    SERVER_EXAMPLE = text("e.g. {name:host} or rtmp://…")
    SERVER_ALONE = text("Paste the server's address")
    APPLICATION = text("&Application")
    APPLICATION_EXAMPLE = text("e.g. {name}")
    PORTS = text("&Ports")
    PORTS_EXAMPLE = text("Default, or {ports:name}")
    PLAN = text("P&lan")
    # translators: a name, and the ports that it tries in their order
    PLAN_ENTRY = text("{title:name}: {order:name}")
    PLAN_UNUSED = text("Not used: you entered ports")
    ADVANCED = text("Adva&nced")
    RUN = text("&Run Test")
    RUN_HINT = text("Run the test (F5 or Enter)")
    STOP = text("Stop")
    STOP_HINT = text("Stop the test (Esc)")
    STOPPING = text("Stopping…")
    STREAM_KEPT = text("The stream name is kept but hidden.")
    SIGN_IN_KEPT = text("The user name and password are kept under Advanced.")
    STREAM_KEPT_HINT = text(
        "The rest of the path is kept as the stream name. If it belongs to the application, type it here again."
    )
    NOTHING_YET = text("What a test will contact is shown here before it runs.")


DEFAULT_PLAN = PlanName.AMS
LEAST_FIELD = 60
"""Pixels of width, in the smallest window with the longest words beside it."""


class TargetForm(QWidget):
    """Server, application, ports, plan; Run Test, which turns into Stop."""

    run_requested = Signal(object)
    """A Request that the form found good."""
    stop_requested = Signal()
    planned = Signal(object)
    """The Request that Run Test would make now, or none while something is missing or wrong."""
    folded = Signal()
    """The form has become higher or lower."""

    def __init__(
        self,
        recents: Recents,
        server: tuple[QComboBox, QLineEdit] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`server` is the field that the window's first frame has shown, with what was typed into it meanwhile."""
        super().__init__(parent)
        self._recents = recents
        self._running = self._locked = False
        self._is_primary = True
        self._kept = FormInput()
        self._entrusted_to = ""
        """The server of the last run: name and password for it go to no other."""
        self._agreed_for = ("", "")
        self._shown_length = 0
        self._proxies: ProxySettings | None = None
        self._judged: tuple[FormInput, Judgment] | None = None
        self.server, self.server_line = server or make_server_field()
        self.server.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.server.setMinimumWidth(LEAST_FIELD)
        self.folding = Folding(self._refold)
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._shown_length = len(self.server.currentText())
        self.announce()

    # ---- what others ask

    @property
    def is_unfolded(self) -> bool:
        """Whether the advanced options take their room."""
        return self.folding.is_unfolded and self.advanced_toggle.isChecked()

    def set_bare(self, bare: bool) -> None:
        """Only Run Test: the profile above says what will be tested."""
        self.folding.set_bare(bare)

    def set_primary(self, primary: bool) -> None:
        """Whether Run Test is what comes next, or something else is."""
        self._is_primary = primary
        if not self._running:
            set_style_property(self.button, "role", "primary" if primary else "")

    def fields(self) -> FormInput:
        """The texts as they are, with what a pasted URL brought along and has not been edited since."""
        server, application = self._where()
        same = (server, application) == (self._kept.server, self._kept.application)
        return FormInput(
            server=server,
            application=application,
            ports=self.ports.text().strip(),
            plan=self.plan.currentData(),
            checks=self.checks.keys(),
            advanced=self.advanced.values(),
            stream=self._kept.stream if same else None,
            query=self._kept.query if same else None,
            stream_apart=same and self._kept.stream_apart,
            left_out=self._kept.left_out if same else (),
            whole_application=same and self._kept.whole_application,
            entrusted=self.advanced.entrusted(),
            consent=self.advanced.further.consent,
        )

    def _where(self) -> tuple[str, str]:
        return self.server.currentText().strip(), self.application.text().strip()

    def run(self) -> None:
        """Judge the fields and ask for a run, or show what is wrong on the field."""
        if self._running:
            return
        self._spread_server()
        self._spread_application()
        request = self._judge(report_empty=True)
        if request is not None:
            self._contacts_matter = (
                False  # they were read; the room belongs to the result until a field changes
            )
            self._entrusted_to = self.server.currentText().strip()
            self.run_requested.emit(request)
            self.advanced.further.set_consent(None)  # it was for this run
            self._contacts_matter = False

    def take_pasted(self) -> None:
        """Take apart what was pasted into the Server field before there was a form, as if it came now."""
        self._shown_length = 0
        self._edited(self.server.currentText())

    def set_running(self, running: bool, stopping: bool = False) -> None:
        """Turn the button into Stop and make the form read-only, or back."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self._running = running
        self._enable_fields()
        self._update_plan()
        self.contacts.setVisible(self._contacts_shown)
        self.risk.setVisible(self._contacts_shown and bool(self.risk.text()))
        self.button.setText(
            say(FormTexts.STOPPING if stopping else FormTexts.STOP if running else FormTexts.RUN)
        )
        self.button.setEnabled(not stopping)
        idle_role = "primary" if self._is_primary else ""
        set_style_property(self.button, "role", "stop" if running else idle_role)
        self.button.setToolTip(say(FormTexts.STOP_HINT if running else FormTexts.RUN_HINT))
        if had_focus:
            (self.button if running else self.server).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_locked(self) -> bool:
        """Whether a profile decides what is tested."""
        return self._locked

    def set_locked(self, locked: bool) -> None:
        """Lock what a profile decides, or free it; the rest, such as the proxy, stays the user's."""
        self._locked = locked
        self._enable_fields()
        self._update_plan()
        self.contacts.setVisible(self._contacts_shown)

    @property
    def _contacts_shown(self) -> bool:
        """Of a profile's test, its bar says more."""
        return self._contacts_matter and not self._running and not self._locked

    def _enable_fields(self) -> None:
        for field in (self.server, self.application, self.ports):
            field.setEnabled(not self._running and not self._locked)
        self.advanced.set_editable(not self._running)
        self.checks.set_editable(not self._running and not self._locked)

    def set_proxies(self, proxies: ProxySettings) -> None:
        """What this computer is set to; plans know it from now on."""
        self._proxies, self._judged = proxies, None
        self.announce()

    def clear(self) -> None:
        """An empty form with the usual choices, ready to be typed into."""
        self.fill(FormInput(plan=DEFAULT_PLAN))
        self.server.setFocus(Qt.FocusReason.OtherFocusReason)

    def fill(self, fields: FormInput) -> None:
        """Show these fields as if the user had typed them."""
        self._keep(FormInput())
        self.server.setCurrentIndex(-1)
        self.server.setEditText(fields.server)
        self.application.setText(fields.application)
        self.ports.setText(fields.ports)
        self.plan.setCurrentIndex(max(0, self.plan.findData(fields.plan or DEFAULT_PLAN)))
        if fields.checks is None:
            self.checks.reset()
        else:
            self.checks.choose(fields.checks)
        self.advanced.set_values(fields.advanced)
        self.advanced_toggle.setChecked(fields.advanced != AdvancedInput())
        if fields.advanced != AdvancedInput():
            self.folding.unfold()
        self._show_errors({})
        self.errors["server"].show_hint("")
        self._changed()

    def use_address(self, url: str) -> None:
        """Fill server, application and ports from an address; the other choices stay.

        A recommended address hides its query: what came with the address before goes on with it.
        """
        before = self.fields()
        address = re.split(r"[?;]|/\*", url, maxsplit=1)[0]
        self.application.clear()
        self.server.setEditText(address)
        self._spread_server()
        server, application = self._where()
        same_query = query_names(before.query or "") == query_names(url[len(address) :])
        if application == before.application and (server == before.server or address != url):
            query = before.query if same_query or server == before.server else None
            self._keep(
                replace(
                    FormInput(server, application),
                    stream=before.stream,
                    query=query,
                    stream_apart=before.stream_apart,
                    left_out=before.left_out,
                )
            )
        self._judge(report_empty=False)
        self.server.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit(self, field: QWidget) -> None:
        """Let the user change that field, unfolding what hides it."""
        if field not in (self.server, self.server_line):
            self.folding.unfold()
        if self.advanced.isAncestorOf(field):
            self.advanced_toggle.setChecked(True)
            self.advanced.reveal(field)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field, QLineEdit):
            field.selectAll()

    def save(self, settings: QSettings) -> None:
        if self._locked:  # by a profile, whose choices are not the user's
            return
        settings.setValue("form/plan", self.plan.currentData())
        settings.setValue("form/unfolded", self.advanced_toggle.isChecked())
        self.folding.save(settings)
        self.checks.save(settings)
        self.advanced.save(settings)

    def restore(self, settings: QSettings) -> None:
        self.plan.setCurrentIndex(max(0, self.plan.findData(string(settings, "form/plan", DEFAULT_PLAN))))
        self.checks.restore(settings)
        self.advanced.restore(settings)
        self.advanced_toggle.setChecked(flag(settings, "form/unfolded"))
        self.folding.restore(settings)

    # ---- building

    def _make_fields(self) -> None:
        self.application = QLineEdit(placeholderText=say(FormTexts.APPLICATION_EXAMPLE, name="live"))
        self.ports = QLineEdit(placeholderText=say(FormTexts.PORTS_EXAMPLE, ports="1935, 80, rtmpt:80"))
        self.plan = ElidingComboBox()
        self.plan.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for preset in PRESETS.values():
            entry = say(FormTexts.PLAN_ENTRY, title=say(PLAN_TITLES[preset.name]), order=_order(preset))
            self.plan.addItem(entry, preset.name)
            self.plan.setItemData(self.plan.count() - 1, entry, Qt.ItemDataRole.ToolTipRole)
        self.checks = CheckButtons()
        self.advanced = AdvancedOptions()
        self.advanced.setMinimumWidth(LEAST_FIELD)  # the window decides, whatever its words would like
        self.advanced.hide()
        own = {"server": self.server, "application": self.application, "ports": self.ports}
        self.errors = {name: FieldError(field) for name, field in own.items()} | self.advanced.errors
        self._show_recents()

    def _make_buttons(self) -> None:
        self.button = QPushButton()
        self.button.setDefault(True)
        self.advanced_toggle = QToolButton()
        self.advanced_toggle.setText(say(FormTexts.ADVANCED))
        self.advanced_toggle.setCheckable(True)
        self.advanced_toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.advanced_toggle.setIcon(icon("chevron-right"))
        self.advanced_toggle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.contacts = self._label(say(FormTexts.NOTHING_YET), "muted")
        self.contacts.setObjectName("contacts")
        self.contacts.setWordWrap(True)
        self.contacts.setParent(
            self
        )  # before anything makes it visible: without a parent it would be a window
        self.risk = self._label("", "caution")
        self.risk.setWordWrap(True)
        self.risk.setParent(self)
        self.risk.hide()
        self._contacts_matter = True
        self.set_running(False)
        self._soon = QTimer(self, singleShot=True, interval=120)

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(3, 3)
        self.server_label = self._add_field(grid, 0, 0, FormTexts.SERVER, "server")
        application = self._add_field(grid, 0, 2, FormTexts.APPLICATION, "application")
        grid.addWidget(self.folding.toggle, 0, 4)
        grid.addWidget(self.button, 0, 5)
        plan = self._buddy(FormTexts.PLAN, self.plan)
        grid.addWidget(plan, 2, 0)
        grid.addWidget(self.plan, 2, 1)
        ports = self._add_field(grid, 2, 2, FormTexts.PORTS, "ports")
        grid.addWidget(self.errors["ports"], 3, 3, 1, 3)  # nothing stands below the folding button
        grid.addWidget(self.advanced_toggle, 2, 4, 1, 2)
        grid.addWidget(self.folding.words, 2, 1, 1, 5)
        grid.addWidget(self.checks, 4, 0, 1, 6)
        grid.addWidget(self.advanced, 5, 0, 1, 6)
        grid.addWidget(self.risk, 6, 0, 1, 6)
        grid.addWidget(self.contacts, 7, 0, 1, 6)
        options = (application, self.application, plan, self.plan, ports, self.ports)
        self.folding.take((self.server_label, self.server), (*options, self.advanced_toggle, self.checks))

    def _add_field(self, grid: QGridLayout, row: int, column: int, said: Text, name: str) -> QLabel:
        field = self.errors[name].field
        label = self._buddy(said, field)
        grid.addWidget(label, row, column)
        grid.addWidget(field, row, column + 1)
        grid.addWidget(self.errors[name], row + 1, column + 1)
        return label

    @staticmethod
    def _buddy(said: Text, field: QWidget) -> QLabel:
        words = say(said)
        label = QLabel(words)
        label.setBuddy(field)
        field.setAccessibleName(words.replace("&", ""))
        if isinstance(field, QComboBox) and (line := field.lineEdit()) is not None:
            line.setAccessibleName(field.accessibleName())  # it is what has the focus
        return label

    @staticmethod
    def _label(words: str, role: str) -> QLabel:
        label = QLabel(words, textFormat=Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label

    def _connect(self) -> None:
        self.button.clicked.connect(self._press)
        self.server_line.textEdited.connect(self._edited)
        self.server.textActivated.connect(lambda _text: self._spread_server())
        self.server.editTextChanged.connect(self._changed)
        for field in (self.application, self.ports):
            field.textChanged.connect(self._changed)
        for field in (self.application, self.ports, *self.advanced.lines()):
            field.returnPressed.connect(self.run)
            field.installEventFilter(self)
        self.checks.changed.connect(self._changed)
        self.advanced.changed.connect(self._changed)
        self.advanced.further.consent_wanted.connect(self._ask_for_consent)
        self._recents.changed.connect(self._show_recents)
        self.server_line.returnPressed.connect(self.run)
        self.server_line.installEventFilter(self)
        self.server.installEventFilter(self)
        self.plan.currentIndexChanged.connect(self._changed)
        self.advanced_toggle.toggled.connect(self._fold)
        self._soon.timeout.connect(self.announce)

    # ---- what people do

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut and not self._running:
            if watched in (self.server, self.server_line):
                self._spread_server()
            if watched is self.application:
                self._spread_application()
            self._judge(report_empty=False)
        return super().eventFilter(watched, event)

    def _press(self) -> None:
        if self._running:
            self.stop_requested.emit()
        else:
            self.run()

    def _edited(self, typed: str) -> None:
        """A whole URL that arrives at once was pasted or dropped: it fills all fields."""
        pasted = len(typed) - self._shown_length > 1
        self._shown_length = len(typed)
        if pasted and re.search(r"://|：|%3a|\s", typed.strip(), re.IGNORECASE):
            self._spread_server()

    def _spread_server(self) -> None:
        try:
            found = spread(self.server.currentText())
        except TargetError:
            return  # what is wrong is said on blur
        if found is None:
            return
        self.server.setEditText(found.server)
        if found.application:
            self.application.setText(found.application)
        self.ports.setText(found.ports)
        if found.entrusted.server_name:
            self.advanced.proxies.set_sign_in(found.entrusted)
            self._entrusted_to = found.server
            self.errors["server"].show_hint(say(FormTexts.SIGN_IN_KEPT))
        self._keep(
            replace(found, application=self.application.text().strip(), ports="", entrusted=Entrusted())
        )

    def _spread_application(self) -> None:
        """A stream key or parameters that were typed into the application are kept, and shown no longer.

        What was taken for a stream name and is typed once more belongs to the application.
        """
        server, application = self._where()
        again = cut_again(self._kept, application) if server == self._kept.server else None
        if again is not None:
            self._keep(again)
        if self._kept.whole_application and (server, application) == (
            self._kept.server,
            self._kept.application,
        ):
            return
        cut = cut_typed(self.application.text())
        if not cut.application or not (cut.stream or cut.query) or "://" in self.application.text():
            return
        before = self.fields()
        self.application.setText(application_to_type(cut.application))
        self._keep(
            FormInput(
                before.server,
                application_to_type(cut.application),
                stream=cut.stream or before.stream,
                query=cut.query or before.query,
            )
        )

    def _keep(self, fields: FormInput) -> None:
        """Keep what is not shown; that there is a stream name is said where it was cut off."""
        self._kept = fields
        self._show_kept(bool(fields.stream))

    def _show_kept(self, has_stream: bool) -> None:
        self.errors["application"].show_hint(say(FormTexts.STREAM_KEPT) if has_stream else "")
        self.application.setToolTip(say(FormTexts.STREAM_KEPT_HINT) if has_stream else "")

    def _show_recents(self) -> None:
        """Refill the list without changing what was typed."""
        typed = self.server.currentText()
        with QSignalBlocker(self.server):
            self.server.clear()
            self.server.addItems(self._recents.urls)
            self.server.setCurrentIndex(-1)
            self.server.setEditText(typed)

    def _changed(self) -> None:
        self._shown_length = len(self.server.currentText())
        if self._where() != (self._kept.server, self._kept.application):
            self._show_kept(has_stream=False)
        self._contacts_matter = True
        self.contacts.setVisible(self._contacts_shown)
        self._keep_secrets_at_home()
        self._update_plan()
        self._soon.start()

    def _keep_secrets_at_home(self) -> None:
        """What was entrusted to one server, or agreed to for one, does not go to the next one that is typed."""
        server, _ = where = self._where()
        if self._entrusted_to and server != self._entrusted_to:
            self._entrusted_to = ""
            self.advanced.proxies.forget_sign_in()
            self.errors["server"].show_hint("")
        if self.advanced.further.consent is not None and where != self._agreed_for:
            self.advanced.further.set_consent(None)

    def _ask_for_consent(self) -> None:
        from fmsdiag.gui.form.consent_dialog import ConsentDialog

        self._spread_server()
        if self._judge(report_empty=True) is None:
            return
        fields = self.fields()
        dialog = ConsentDialog(
            fields.server, without_quotes(fields.application), fields.stream, self.window()
        )
        dialog.agreed.connect(self._agree)
        dialog.open()

    def _agree(self, consent: Consent) -> None:
        self._agreed_for = self._where()
        self.advanced.further.set_consent(consent)

    def _update_plan(self) -> None:
        """Given ports go before the plan, so the plan is greyed while there are any."""
        given = bool(self.ports.text().strip())
        self.plan.setEnabled(not given and not self._running and not self._locked)
        self.plan.setToolTip(say(FormTexts.PLAN_UNUSED) if given else self.plan.currentText())

    def _refold(self) -> None:
        """What is folded leaves its room to the server's field, and its hints to the next time that it is seen."""
        if not hasattr(self, "_soon"):
            return
        shown = self.folding.is_unfolded
        grid = self.layout()
        if isinstance(grid, QGridLayout):
            grid.setColumnStretch(3, 3 if shown else 0)
        example = say(FormTexts.SERVER_EXAMPLE, name="live.example.com")
        self.server_line.setPlaceholderText(example if shown else say(FormTexts.SERVER_ALONE))
        for name in ("application", "ports"):
            self.errors[name].setVisible(shown and bool(self.errors[name].text()))
        self._fold(self.advanced_toggle.isChecked())

    def _fold(self, shown: bool) -> None:
        self.advanced.setVisible(shown and self.folding.is_unfolded)
        self.advanced_toggle.setIcon(icon("chevron-down" if shown else "chevron-right"))
        self.folded.emit()

    # ---- what is wrong, and what would happen

    def _judge(self, report_empty: bool) -> Request | None:
        fields = self.fields()
        if not fields.server and not report_empty:
            self._show_errors({})
            return None
        judged = self._judgment_of(fields)
        self._show_errors(judged.problems, focus=report_empty)
        return judged.request

    def _judgment_of(self, fields: FormInput) -> Judgment:
        """The same fields are parsed and planned once, so that the plan that was shown is the one that runs."""
        if self._judged is None or self._judged[0] != fields:
            self._judged = fields, judge(fields, os.environ, self._proxies)
        return self._judged[1]

    def _show_errors(self, found: Mapping[str, TargetError], focus: bool = False) -> None:
        if found.keys() & self.advanced.errors.keys():
            self.advanced_toggle.setChecked(True)
        if found.keys() - {"server"}:
            self.folding.unfold()
        if focus and found:  # first, since the field that loses the focus is judged for itself
            wrong = next(name for name in self.errors if name in found)
            self.advanced.reveal(self.errors[wrong].field)
            self.errors[wrong].field.setFocus(Qt.FocusReason.OtherFocusReason)
        for name, label in self.errors.items():
            wrong_here = found.get(name)
            said = say(wrong_here.said, **wrong_here.values) if wrong_here is not None else ""
            label.show_message(said)
            if name in ("application", "ports") and not self.folding.is_unfolded:
                label.hide()

    def announce(self) -> None:
        """Say what Run Test would contact now, and tell others the plan."""
        fields = self.fields()
        judged = self._judgment_of(fields)
        request = judged.request
        self.folding.say_hidden(fields.application, fields.ports)
        warned = judged.risky and not self.advanced.further.isVisible()
        self.risk.setText(say(InputTexts.RISK) if warned else "")
        self.risk.setVisible(not self._running and bool(self.risk.text()))
        self.contacts.setText(contacted(request) if request is not None else say(FormTexts.NOTHING_YET))
        self.contacts.setToolTip(disclosed(request) if request is not None else "")
        self.planned.emit(request)


def _order(preset: FallbackOrder) -> str:
    """What a plan tries, in the notation of ports: "1935 RTMP › 80 RTMP › 80 RTMPT"."""
    return " › ".join(f"{port} {transport.value.upper()}" for transport, port in preset.steps)
