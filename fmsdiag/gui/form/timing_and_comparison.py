"""The first page of the advanced options: pace, patience, addresses, and whom to ask for a comparison."""

from __future__ import annotations

import os
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QSpinBox, QWidget

from fmsdiag.gui.form.eliding_combo_box import ElidingComboBox
from fmsdiag.gui.form.field_error import FieldError
from fmsdiag.gui.form.form_input import AdvancedInput
from fmsdiag.messages.language import Units
from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Family, Options
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_RESOLVER
from fmsdiag.probe.disclosure import deep_label, deep_tests
from fmsdiag.probe.plan import MAX_INTERVAL_MS, MIN_INTERVAL_MS

MAX_TIMEOUT_S = 120


class TimingTexts(Table, of="gui.timing"):
    """The page. "&" marks the access key."""

    INTERVAL = text("&Interval")
    INTERVAL_STAGGERED = text("Time from the start of one attempt to the start of the next")
    INTERVAL_ONE_BY_ONE = text("Time from the end of one attempt to the start of the next")
    TIMEOUT = text("&Give up after")
    TIMEOUT_HINT = text("How long one attempt may take")
    ORDER = text("Or&der")
    ORDER_HINT = text("Staggered, as players do it; or each attempt only after the one before has ended")
    STAGGERED = text("Staggered")
    ONE_BY_ONE = text("One by one")
    FAMILY = text("Address &kind")
    BOTH = text("IPv4 and IPv6")
    IPV4 = text("IPv4 only")
    IPV6 = text("IPv6 only")
    CONTROL = text("&Compare with")
    RESOLVER = text("&2nd DNS server")
    # translators: {none} is a word to type
    NOTE = text("Contacted only if something fails; enter {none:quote} to turn a comparison off.")
    DEEP_NAME = text("Deep tests")


_ORDERS = ((TimingTexts.STAGGERED, False), (TimingTexts.ONE_BY_ONE, True))
_FAMILIES = ((TimingTexts.BOTH, Family.ANY), (TimingTexts.IPV4, Family.IPV4), (TimingTexts.IPV6, Family.IPV6))


class TimingAndComparison(QWidget):
    """Every field has a default, so most users never need it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_fields()
        self.errors = {"control": FieldError(self.control), "resolver": FieldError(self.resolver)}
        self._lay_out()
        self.set_values(AdvancedInput())
        self._connect()

    # ---- what others ask

    def values(self, others: AdvancedInput) -> AdvancedInput:
        """`others` with what this page says."""
        return replace(
            others,
            interval_ms=self.interval.value(),
            timeout_s=self.timeout.value(),
            sequential=bool(self.order.currentData()),
            family=Family(self.family.currentData()),  # Qt gives back a bare text
            control=self.control.text(),
            resolver=self.resolver.text(),
            deep=self.deep.isChecked(),
        )

    def set_values(self, values: AdvancedInput) -> None:
        self.interval.setValue(values.interval_ms)
        self.timeout.setValue(values.timeout_s)
        self.order.setCurrentIndex(self.order.findData(values.sequential))
        self.family.setCurrentIndex(self.family.findData(values.family))
        self.control.setText(values.control)
        self.resolver.setText(values.resolver)
        self.deep.setChecked(values.deep)

    def fields(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        return (
            self.interval, self.timeout, self.order, self.family, self.control, self.resolver, self.deep,
        )  # fmt: skip

    # ---- building

    def _make_fields(self) -> None:
        self.interval = CalmSpinBox(minimum=MIN_INTERVAL_MS, maximum=MAX_INTERVAL_MS, unit=Units.MILLISECONDS)
        self.interval.setSingleStep(50)
        self.interval.setToolTip(say(TimingTexts.INTERVAL_STAGGERED))
        self.timeout = CalmSpinBox(minimum=1, maximum=MAX_TIMEOUT_S, unit=Units.SECONDS)
        self.timeout.setToolTip(say(TimingTexts.TIMEOUT_HINT))
        self.order = self._choice(_ORDERS)
        self.order.setToolTip(say(TimingTexts.ORDER_HINT))
        self.family = self._choice(_FAMILIES)
        self.control = QLineEdit(placeholderText=os.environ.get("FMSDIAG_CONTROL") or DEFAULT_CONTROL)
        self.resolver = QLineEdit(placeholderText=os.environ.get("FMSDIAG_RESOLVER") or DEFAULT_RESOLVER)
        self.deep = QCheckBox(render(deep_label()))
        self.deep.setAccessibleName(say(TimingTexts.DEEP_NAME))
        self.deep.setToolTip(render(deep_tests(Options().idle_s)))

    @staticmethod
    def _choice(entries: tuple[tuple[Text, object], ...]) -> QComboBox:
        box = CalmComboBox()
        for words, value in entries:
            box.addItem(say(words), value)
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 10, 0, 2)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        rows = (
            ((TimingTexts.INTERVAL, self.interval), (TimingTexts.TIMEOUT, self.timeout)),
            ((TimingTexts.ORDER, self.order), (TimingTexts.FAMILY, self.family)),
            ((TimingTexts.CONTROL, self.control), (TimingTexts.RESOLVER, self.resolver)),
        )
        for number, row in enumerate(rows):
            for column, (label, field) in enumerate(row):
                grid.addWidget(self._buddy(label, field), 2 * number, 2 * column)
                grid.addWidget(field, 2 * number, 2 * column + 1)
        for column, name in enumerate(self.errors):
            grid.addWidget(self.errors[name], 2 * len(rows) - 1, 2 * column + 1)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        note = QLabel(say(TimingTexts.NOTE, none="none"))
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        grid.addWidget(note, 2 * len(rows), 0, 1, 4)
        grid.addWidget(self.deep, 2 * len(rows) + 1, 0, 1, 4)
        grid.setRowStretch(2 * len(rows) + 2, 1)

    @staticmethod
    def _buddy(said: Text, field: QWidget) -> QLabel:
        words = say(said)
        label = QLabel(words)
        label.setBuddy(field)
        field.setAccessibleName(words.replace("&", ""))
        if isinstance(field, QSpinBox):
            field.lineEdit().setAccessibleName(field.accessibleName())
        return label

    def _connect(self) -> None:
        for spin in (self.interval, self.timeout):
            spin.valueChanged.connect(self.changed)
        for choice in (self.order, self.family):
            choice.currentIndexChanged.connect(self.changed)
        for line in (self.control, self.resolver):
            line.textChanged.connect(self.changed)
        self.deep.toggled.connect(self.changed)
        self.order.currentIndexChanged.connect(self._explain_interval)

    def _explain_interval(self) -> None:
        one_by_one = bool(self.order.currentData())
        hint = TimingTexts.INTERVAL_ONE_BY_ONE if one_by_one else TimingTexts.INTERVAL_STAGGERED
        self.interval.setToolTip(say(hint))


_NUMBER = "0"
"""Placeholder for a spin box's number while its unit is written."""


class CalmSpinBox(QSpinBox):
    """A number that the wheel changes only after a click: scrolling past must not change a test."""

    def __init__(self, minimum: int, maximum: int, unit: Text) -> None:
        """`unit` is how a number is written with its unit: what stands around the number is around the field's."""
        before, _, behind = say(unit, number=_NUMBER).partition(_NUMBER)
        super().__init__(minimum=minimum, maximum=maximum, prefix=before, suffix=behind)
        self.lineEdit().setTextMargins(6, 0, 0, 0)  # its padding in the style sheet is not heeded
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        widest = self.fontMetrics().horizontalAdvance(self.prefix() + str(self.maximum()) + self.suffix())
        return QSize(widest + 44, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmComboBox(ElidingComboBox):
    """The same for a list."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumContentsLength(len(say(TimingTexts.BOTH)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
