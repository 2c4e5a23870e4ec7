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
from fmsdiag.model import Family
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_RESOLVER
from fmsdiag.probe.plan import MAX_INTERVAL_MS, MIN_INTERVAL_MS

MAX_TIMEOUT_S = 120
_COLUMNS = 3
_ORDERS = (("Staggered", False), ("One by one", True))
_FAMILIES = (("IPv4 and IPv6", Family.ANY), ("IPv4 only", Family.IPV4), ("IPv6 only", Family.IPV6))


class TimingAndComparison(QWidget):
    """Everything has a usual value, so that nobody has to look at it."""

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
        self.interval = CalmSpinBox(minimum=MIN_INTERVAL_MS, maximum=MAX_INTERVAL_MS, suffix=" ms")
        self.interval.setSingleStep(50)
        self.interval.setToolTip("Time from the start of one attempt to the start of the next")
        self.timeout = CalmSpinBox(minimum=1, maximum=MAX_TIMEOUT_S, suffix=" s")
        self.timeout.setToolTip("How long one attempt may take")
        self.order = self._choice(_ORDERS)
        self.order.setToolTip(
            "Staggered, as players do it, or each attempt only after the one before has ended"
        )
        self.family = self._choice(_FAMILIES)
        self.control = QLineEdit(placeholderText=os.environ.get("FMSDIAG_CONTROL") or DEFAULT_CONTROL)
        self.resolver = QLineEdit(placeholderText=os.environ.get("FMSDIAG_RESOLVER") or DEFAULT_RESOLVER)
        self.deep = QCheckBox("Deep tests: &up to 20 s for comparisons")
        self.deep.setAccessibleName("Deep tests")
        self.deep.setToolTip(
            "Questions that tell two causes apart may take up to 20 s in all, instead of 6 s"
        )

    @staticmethod
    def _choice(entries: tuple[tuple[str, object], ...]) -> QComboBox:
        box = CalmComboBox()
        for words, value in entries:
            box.addItem(words, value)
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 10, 0, 2)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        rows = (
            (("&Interval", self.interval), ("Or&der", self.order), ("&Compare with", self.control)),
            (
                ("&Give up after", self.timeout),
                ("Address &kind", self.family),
                ("&2nd resolver", self.resolver),
            ),
        )
        for number, row in enumerate(rows):
            for column, (label, field) in enumerate(row):
                grid.addWidget(self._buddy(label, field), 2 * number, 2 * column)
                grid.addWidget(field, 2 * number, 2 * column + 1)
        for number, name in enumerate(self.errors):
            grid.addWidget(self.errors[name], 2 * number + 1, 2 * _COLUMNS - 1)
        for column, stretch in ((3, 2), (5, 3)):
            grid.setColumnStretch(column, stretch)
        grid.setRowStretch(5, 1)
        note = QLabel("Compared only if something fails; “none” switches it off.")
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        grid.addWidget(self.deep, 4, 0, 1, 3)
        grid.addWidget(note, 4, 3, 1, 3)

    @staticmethod
    def _buddy(words: str, field: QWidget) -> QLabel:
        label = QLabel(words)
        label.setBuddy(field)
        field.setAccessibleName(words.replace("&", ""))
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
        after = "the end of one attempt" if self.order.currentData() else "the start of one attempt"
        self.interval.setToolTip(f"Time from {after} to the start of the next")


class CalmSpinBox(QSpinBox):
    """A number that the wheel changes only after somebody clicked it: scrolling past must not change a test."""

    def __init__(self, minimum: int, maximum: int, suffix: str) -> None:
        super().__init__(minimum=minimum, maximum=maximum, suffix=suffix)
        self.lineEdit().setTextMargins(6, 0, 0, 0)  # its padding in the style sheet is not heeded
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        widest = self.fontMetrics().horizontalAdvance(f"{self.maximum()}{self.suffix()}")
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
        self.setMinimumContentsLength(len("IPv4 and IPv6"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
