"""The fields of Create Customer Profile, each with what is wrong with it under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.form.field_error import FieldError
from fmsdiag.gui.profile.create_texts import CreateTexts
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.levels import LEVEL_MEANS, LEVEL_NAMES
from fmsdiag.messages.plans import PLAN_TITLES
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import PlanName, Redaction, Reference
from fmsdiag.probe.plan import PRESETS
from fmsdiag.profile.draft import DraftPart, ProfileDraft, problems_of

_LINES = {DraftPart.MESSAGE: 3, DraftPart.SERVERS: 2, DraftPart.FIELDS: 2}
"""Parts of several lines, and how many are shown."""


class CreateFields(QWidget):
    """Holds a draft; says what is wrong with a part once it holds something, and with all of them when asked."""

    changed = Signal()
    logo_wanted = Signal()
    reference_wanted = Signal()

    def __init__(self, shown: Reference | None, parent: QWidget | None = None) -> None:
        """`shown` is the run that the window shows, where that can be a reference."""
        super().__init__(parent)
        self._shown, self._references, self._logo = shown, list[Reference](), b""
        self._all_told = False
        self.lines: dict[DraftPart, QLineEdit] = {}
        self.texts: dict[DraftPart, QPlainTextEdit] = {}
        self.errors: dict[DraftPart, FieldError] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._make()
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    # ---- what others ask
    def draft(self) -> ProfileDraft:
        """What the fields hold."""
        checks = self.lines[DraftPart.CHECKS].text().strip()
        return ProfileDraft(
            servers=self._lines_of(DraftPart.SERVERS),
            sender=self.lines[DraftPart.SENDER].text().strip(),
            message=self.texts[DraftPart.MESSAGE].toPlainText().strip(),
            plan=self.plan.currentData(),
            ports=self.lines[DraftPart.PORTS].text().strip(),
            checks=checks or None,
            control=self.lines[DraftPart.CONTROL].text().strip() or None,
            references=tuple(self._references),
            fields=self._lines_of(DraftPart.FIELDS),
            send_to=self.lines[DraftPart.SEND_TO].text().strip(),
            redaction=self.redaction.currentData(),
            logo=self._logo,
        )

    def fill(self, servers: tuple[str, ...], plan: PlanName | None, ports: str, sender: str) -> None:
        """What the window's form has, and who made the last profile."""
        self.texts[DraftPart.SERVERS].setPlainText("\n".join(servers))
        self.lines[DraftPart.PORTS].setText(ports)
        self.lines[DraftPart.SENDER].setText(sender)
        self.plan.setCurrentIndex(max(0, self.plan.findData(plan)))

    def tell_all(self) -> bool:
        """Say from now on of every part what is wrong, and go to the first one; whether nothing is."""
        self._all_told = True
        problems = self._tell()
        for part in (part for part in self.errors if part in problems):
            self.errors[part].field.setFocus(Qt.FocusReason.OtherFocusReason)
            break
        return not problems

    @property
    def is_wrong(self) -> bool:
        """Whether something that was typed cannot be in a profile; what is only missing is said when it is saved."""
        return any(error.text() for error in self.errors.values())

    def take_logo(self, data: bytes, name: str) -> None:
        """The bytes of a picture's file; none takes it back."""
        self._logo = data
        said = say(CreateTexts.LOGO_SIZE, path=one_line(name, 60), size=len(data))
        self.logo.setText(said if data else say(CreateTexts.NO_LOGO))
        self.no_logo.setEnabled(bool(data))
        self._edited()

    def add_reference(self, reference: Reference) -> None:
        """One more; one of the same server takes the other one's place."""
        self._references = [each for each in self._references if each.host != reference.host]
        self._references.append(reference)
        self._show_references()

    # ---- building
    def _make(self) -> None:
        said, example = CreateTexts, "rtmps:443, rtmfp:1935"
        self._add_line(DraftPart.SENDER, said.SENDER, say(said.SENDER_EXAMPLE))
        self._add_text(DraftPart.MESSAGE, said.MESSAGE, say(said.MESSAGE_EXAMPLE))
        self._add_text(DraftPart.SERVERS, said.SERVERS, say(said.SERVERS_EXAMPLE, name="media.example.com"))
        self.plan = QComboBox()
        self.plan.addItem(say(said.PLAN_OF_ADDRESS), None)
        for name in PRESETS:
            self.plan.addItem(say(PLAN_TITLES[name]), name)
        self._add(said.PLAN, self.plan)
        self._grid.setRowMinimumHeight(self._grid.rowCount(), 4)  # as between the others
        self._add_line(DraftPart.PORTS, said.PORTS, say(said.PORTS_EXAMPLE, ports="1935, 80, rtmpt:80"))
        self._add_line(DraftPart.CHECKS, said.CHECKS, say(said.CHECKS_EXAMPLE, ports=example))
        self._add_line(DraftPart.CONTROL, said.CONTROL, say(said.CONTROL_EXAMPLE))
        self._add_references()
        self._add_text(DraftPart.FIELDS, said.FIELDS, say(said.FIELDS_EXAMPLE))
        self._add_line(DraftPart.SEND_TO, said.SEND_TO, say(said.SEND_TO_EXAMPLE))
        self.redaction = QComboBox()
        for level in Redaction:
            self.redaction.addItem(say(LEVEL_NAMES[level]), level)
        self._add(said.REDACTION, self.redaction)
        self.level_means = WrappedText(muted=True)
        self.redaction.currentIndexChanged.connect(self._tell_level)
        self._grid.addWidget(self.level_means, self._grid.rowCount(), 1)
        self._tell_level()
        self._grid.setRowMinimumHeight(self._grid.rowCount(), 4)
        self._add_logo()

    def _add(self, said: Text, field: QWidget, buddy: QWidget | None = None) -> None:
        words, row = say(said), self._grid.rowCount()
        label = QLabel(words)
        label.setBuddy(buddy or field)
        (buddy or field).setAccessibleName(words.replace("&", ""))
        top = not isinstance(field, QLineEdit | QComboBox)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag(0))
        if top:
            label.setContentsMargins(0, 5, 0, 0)
        self._grid.addWidget(field, row, 1)

    def _add_error(self, part: DraftPart, field: QWidget) -> None:
        self.errors[part] = FieldError(field)
        self._grid.addWidget(self.errors[part], self._grid.rowCount(), 1)
        self._grid.setRowMinimumHeight(self._grid.rowCount(), 4)

    def _add_line(self, part: DraftPart, said: Text, example: str) -> None:
        line = QLineEdit(placeholderText=example)
        line.textChanged.connect(self._edited)
        self.lines[part] = line
        self._add(said, line)
        self._add_error(part, line)

    def _add_text(self, part: DraftPart, said: Text, example: str) -> None:
        field = QPlainTextEdit(placeholderText=example)
        field.setObjectName("typed")
        field.setTabChangesFocus(True)
        height = _LINES[part] * field.fontMetrics().lineSpacing()
        field.setFixedHeight(height + 2 * int(field.document().documentMargin()) + 4)
        field.textChanged.connect(self._edited)
        self.texts[part] = field
        self._add(said, field)
        self._add_error(part, field)

    def _add_references(self) -> None:
        self.reference = WrappedText(muted=True)
        self.from_file = QPushButton(say(CreateTexts.FROM_FILE))
        self.from_file.clicked.connect(self.reference_wanted)
        self.from_window = QPushButton(say(CreateTexts.FROM_WINDOW))
        self.from_window.setEnabled(self._shown is not None)
        self.from_window.clicked.connect(self._take_shown)
        self.no_reference = QPushButton(say(CreateTexts.REMOVE))
        self.no_reference.clicked.connect(self._forget_references)
        row = _under(self.reference, self.from_file, self.from_window, self.no_reference)
        self._add(CreateTexts.REFERENCES, row, self.from_file)
        self._add_error(DraftPart.REFERENCES, self.from_file)
        self._show_references()

    def _add_logo(self) -> None:
        self.logo = WrappedText(muted=True)
        self.logo.setText(say(CreateTexts.NO_LOGO))
        self.choose_logo = QPushButton(say(CreateTexts.CHOOSE))
        self.choose_logo.clicked.connect(self.logo_wanted)
        self.no_logo = QPushButton(say(CreateTexts.REMOVE))
        self.no_logo.setEnabled(False)
        self.no_logo.clicked.connect(lambda: self.take_logo(b"", ""))
        self._add(CreateTexts.LOGO, _under(self.logo, self.choose_logo, self.no_logo), self.choose_logo)
        self._add_error(DraftPart.LOGO, self.choose_logo)

    # ---- what people do
    def _edited(self) -> None:
        self._tell()
        self.changed.emit()

    def _tell_level(self) -> None:
        self.level_means.setText(say(LEVEL_MEANS[self.redaction.currentData()]))

    def _take_shown(self) -> None:
        if self._shown is not None:
            self.add_reference(self._shown)

    def _forget_references(self) -> None:
        self._references.clear()
        self._show_references()

    def _show_references(self) -> None:
        each = [say(CreateTexts.REFERENCE, host=r.host, at=r.made_at) for r in self._references]
        self.reference.setText("\n".join(each) or say(CreateTexts.REFERENCES_EXAMPLE))
        self.no_reference.setEnabled(bool(each))
        self._edited()

    def _tell(self) -> Mapping[DraftPart, str]:
        if DraftPart.LOGO not in self.errors:  # not built yet
            return {}
        draft = self.draft()
        problems, empty = problems_of(draft), ProfileDraft()
        for part, label in self.errors.items():
            untouched = replace(draft, **{_NAMES[part]: getattr(empty, _NAMES[part])}) == draft
            label.show_message("" if untouched and not self._all_told else problems.get(part, ""))
        return problems

    def _lines_of(self, part: DraftPart) -> tuple[str, ...]:
        lines = (line.strip() for line in self.texts[part].toPlainText().splitlines())
        return tuple(line for line in lines if line)


_NAMES = {part: part.value.replace("-", "_") for part in DraftPart}
"""Of a draft's own fields."""


def _under(words: QWidget, *buttons: QPushButton) -> QWidget:
    """Words, and a row of buttons under them."""
    ground, row = QWidget(), QHBoxLayout()
    for button in buttons:
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row.addWidget(button)
    row.addStretch(1)
    column = QVBoxLayout(ground)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(6)
    column.addWidget(words)
    column.addLayout(row)
    return ground
