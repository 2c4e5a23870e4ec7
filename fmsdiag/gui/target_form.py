"""The form: what to test and how. What the fields mean is form_input.py's; errors stand under their fields."""

from __future__ import annotations

import os
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

from fmsdiag.gui.form_input import FormInput, Request, contacted, problems_of, request_of, spread
from fmsdiag.gui.icons import icon
from fmsdiag.gui.stylesheet import set_style_property
from fmsdiag.model import Target
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_RESOLVER
from fmsdiag.probe.plan import PRESETS
from fmsdiag.target import TargetError

KEPT_RECENTS = 12
NOTHING_YET = "Everything that a test will contact is shown here before it runs."
DEFAULT_PLAN = "ams"


class ElidingComboBox(QComboBox):
    """A list whose chosen entry ends in "…" where it does not fit, instead of in half a letter."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room - 6
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class TargetForm(QWidget):
    """Server, application, ports, plan; Run Test, which turns into Stop."""

    run_requested = Signal(object)
    """A Request that the form found good."""
    stop_requested = Signal()
    planned = Signal(object)
    """The Request that Run Test would make now, or none while something is missing or wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._kept = FormInput()
        self._shown_length = 0
        self._server_text = QLineEdit(placeholderText="e.g. live.example.com or rtmp://…")
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._describe_contacts()

    # ---- what others ask

    def fields(self) -> FormInput:
        """The texts as they are, with what a pasted URL brought along and has not been edited since."""
        server, application = self.server.currentText().strip(), self.application.text().strip()
        same = (server, application) == (self._kept.server, self._kept.application)
        return FormInput(
            server=server,
            application=application,
            ports=self.ports.text().strip(),
            plan=self.plan.currentData(),
            control=self.control.text(),
            resolver=self.resolver.text(),
            stream=self._kept.stream if same else None,
            query=self._kept.query if same else None,
        )

    def run(self) -> None:
        """Judge the fields and ask for a run, or show what is wrong on the field."""
        if self._running:
            return
        self._spread_server()
        request = self._judge(report_empty=True)
        if request is not None:
            self.run_requested.emit(request)

    def set_running(self, running: bool, stopping: bool = False) -> None:
        """Turn the button into Stop and make the form read-only, or back."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self._running = running
        for field in (*self._fields.values(), self.plan):
            field.setEnabled(not running)
        self._update_plan()
        self.button.setText("Stopping…" if stopping else "St&op" if running else "&Run Test")
        self.button.setEnabled(not stopping)
        set_style_property(self.button, "role", "stop" if running else "primary")
        self.button.setToolTip("Stop the test (Esc)" if running else "Run the test (F5 or Enter)")
        if had_focus:
            (self.button if running else self.server).setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """An empty form, ready to be typed into."""
        self._kept = FormInput()
        self.server.setCurrentIndex(-1)
        for field in (self.application, self.ports, self.control, self.resolver):
            field.clear()
        self.server.clearEditText()
        self.plan.setCurrentIndex(self.plan.findData(DEFAULT_PLAN))
        self._show_errors({})
        self.server.setFocus(Qt.FocusReason.OtherFocusReason)

    def remember(self, target: Target) -> None:
        """Put a server that was tested on top of the recent ones; stream keys and queries are not kept."""
        host = f"[{target.host}]" if ":" in target.host else target.host
        url = f"rtmp://{host}/{target.application.partition('?')[0]}"
        typed = self.server.currentText()
        found = self.server.findText(url)
        if found >= 0:
            self.server.removeItem(found)
        self.server.insertItem(0, url)
        while self.server.count() > KEPT_RECENTS:
            self.server.removeItem(self.server.count() - 1)
        self.server.setCurrentIndex(-1)
        self.server.setEditText(typed)

    def save(self, settings: QSettings) -> None:
        settings.setValue("form/recents", [self.server.itemText(i) for i in range(self.server.count())])
        settings.setValue("form/plan", self.plan.currentData())
        settings.setValue("form/control", self.control.text())
        settings.setValue("form/resolver", self.resolver.text())
        settings.setValue("form/advanced", self.advanced_toggle.isChecked())

    def restore(self, settings: QSettings) -> None:
        recents = settings.value("form/recents", [])
        found = recents if isinstance(recents, list) else [recents]  # one entry comes back as itself
        self.server.addItems([str(text) for text in found if text][:KEPT_RECENTS])
        self.server.setCurrentIndex(-1)
        self.plan.setCurrentIndex(max(0, self.plan.findData(settings.value("form/plan", DEFAULT_PLAN))))
        self.control.setText(str(settings.value("form/control", "")))
        self.resolver.setText(str(settings.value("form/resolver", "")))
        self.advanced_toggle.setChecked(bool(settings.value("form/advanced", False, type=bool)))

    # ---- building

    def _make_fields(self) -> None:
        self.server = QComboBox()
        self.server.setLineEdit(self._server_text)
        self.server.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._server_text.setCompleter(None)  # type: ignore[arg-type]  # it would finish names by itself
        self.server.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.application = QLineEdit(placeholderText="e.g. live")
        self.ports = QLineEdit(placeholderText="the plan's, or 1935, 80, rtmpt:80")
        self.plan = ElidingComboBox()
        self.plan.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for preset in PRESETS.values():
            self.plan.addItem(f"{preset.title}: {preset.summary}", preset.name)
            self.plan.setItemData(self.plan.count() - 1, preset.summary, Qt.ItemDataRole.ToolTipRole)
        self.plan.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.plan.view().setMinimumWidth(560)
        self.control = QLineEdit(placeholderText=os.environ.get("FMSDIAG_CONTROL") or DEFAULT_CONTROL)
        self.resolver = QLineEdit(placeholderText=os.environ.get("FMSDIAG_RESOLVER") or DEFAULT_RESOLVER)
        self._fields: dict[str, QWidget] = {
            "server": self.server,
            "application": self.application,
            "ports": self.ports,
            "control": self.control,
            "resolver": self.resolver,
        }
        self.errors = {name: self._label("", "error") for name in self._fields}
        for label in self.errors.values():
            label.setWordWrap(True)
            label.hide()

    def _make_buttons(self) -> None:
        self.button = QPushButton()
        self.button.setDefault(True)
        self.set_running(False)
        self.advanced_toggle = QToolButton()
        self.advanced_toggle.setText("Ad&vanced")
        self.advanced_toggle.setCheckable(True)
        self.advanced_toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.advanced_toggle.setIcon(icon("chevron-right"))
        self.advanced_toggle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.contacts = self._label(NOTHING_YET, "muted")
        self.contacts.setWordWrap(True)
        self._soon = QTimer(self, singleShot=True, interval=120)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(3, 3)
        self._add_field(grid, 0, 0, "&Server", "server")
        self._add_field(grid, 0, 2, "&Application", "application")
        grid.addWidget(self.button, 0, 4)
        grid.addWidget(self._buddy("P&lan", self.plan), 2, 0)
        grid.addWidget(self.plan, 2, 1)
        self._add_field(grid, 2, 2, "&Ports", "ports")
        grid.addWidget(self.advanced_toggle, 2, 4)
        self.advanced = QWidget(visible=False)
        inner = QGridLayout(self.advanced)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setHorizontalSpacing(10)
        inner.setVerticalSpacing(4)
        inner.setColumnStretch(1, 1)
        inner.setColumnStretch(3, 1)
        self._add_field(inner, 0, 0, "Server to &compare with", "control")
        self._add_field(inner, 0, 2, "Second r&esolver", "resolver")
        note = self._label(
            "Asked only when something fails, to tell two causes apart; “none” switches it off.", "muted"
        )
        inner.addWidget(note, 2, 0, 1, 4)
        grid.addWidget(self.advanced, 4, 0, 1, 5)
        grid.addWidget(self.contacts, 5, 0, 1, 5)

    def _add_field(self, grid: QGridLayout, row: int, column: int, label: str, name: str) -> None:
        field = self._fields[name]
        grid.addWidget(self._buddy(label, field), row, column)
        grid.addWidget(field, row, column + 1)
        grid.addWidget(self.errors[name], row + 1, column + 1)

    def _buddy(self, text: str, field: QWidget) -> QLabel:
        label = QLabel(text)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", ""))
        return label

    @staticmethod
    def _label(text: str, role: str) -> QLabel:
        label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label

    def _connect(self) -> None:
        self.button.clicked.connect(self._press)
        self._server_text.textEdited.connect(self._edited)
        self.server.textActivated.connect(lambda _text: self._spread_server())
        self.server.editTextChanged.connect(self._changed)
        for field in (self.application, self.ports, self.control, self.resolver):
            field.textChanged.connect(self._changed)
            field.returnPressed.connect(self.run)
            field.installEventFilter(self)
        self._server_text.returnPressed.connect(self.run)
        self._server_text.installEventFilter(self)
        self.server.installEventFilter(self)
        self.plan.currentIndexChanged.connect(self._changed)
        self.advanced_toggle.toggled.connect(self._fold)
        self._soon.timeout.connect(self._describe_contacts)

    # ---- what people do

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut and not self._running:
            if watched in (self.server, self._server_text):
                self._spread_server()
            self._judge(report_empty=False)
        return super().eventFilter(watched, event)

    def _press(self) -> None:
        if self._running:
            self.stop_requested.emit()
        else:
            self.run()

    def _edited(self, text: str) -> None:
        """A whole URL that arrives at once was pasted or dropped: it fills all fields."""
        pasted = len(text) - self._shown_length > 1
        self._shown_length = len(text)
        if pasted and "://" in text:
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
        self._kept = FormInput(
            found.server, self.application.text().strip(), stream=found.stream, query=found.query
        )

    def _changed(self) -> None:
        self._shown_length = len(self.server.currentText())
        self._update_plan()
        self._soon.start()

    def _update_plan(self) -> None:
        """Given ports go before the plan, so the plan is greyed while there are any."""
        given = bool(self.ports.text().strip())
        self.plan.setEnabled(not given and not self._running)
        self.plan.setToolTip("The ports are given beside it" if given else self.plan.currentText())

    def _fold(self, shown: bool) -> None:
        self.advanced.setVisible(shown)
        self.advanced_toggle.setIcon(icon("chevron-down" if shown else "chevron-right"))

    # ---- what is wrong, and what would happen

    def _judge(self, report_empty: bool) -> Request | None:
        fields = self.fields()
        if not fields.server and not report_empty:
            self._show_errors({})
            return None
        found = problems_of(fields, os.environ)
        self._show_errors(found, focus=report_empty)
        return None if found else request_of(fields, os.environ)

    def _show_errors(self, found: Mapping[str, str], focus: bool = False) -> None:
        if focus and found:  # first, since the field that loses the focus is judged for itself
            wrong = next(name for name in self._fields if name in found)
            self._fields[wrong].setFocus(Qt.FocusReason.OtherFocusReason)
        for name, label in self.errors.items():
            message = found.get(name, "")
            label.setText(message)
            label.setVisible(bool(message))
            self._fields[name].setAccessibleDescription(message)
            set_style_property(self._fields[name], "invalid", bool(message))
        if found.keys() & {"control", "resolver"}:
            self.advanced_toggle.setChecked(True)

    def _describe_contacts(self) -> None:
        fields = self.fields()
        good = fields.server and not problems_of(fields, os.environ)
        request = request_of(fields, os.environ) if good else None
        self.contacts.setText(contacted(request) if request is not None else NOTHING_YET)
        self.planned.emit(request)
