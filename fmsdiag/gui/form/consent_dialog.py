"""The question before a test publishes or plays: what it does to others, whose stream it is, its name.

The answer counts for one run. Nothing of it is remembered, and the name is masked in every report.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.form.form_input import Consent
from fmsdiag.gui.form.secret_field import SecretField
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.report.visible import one_line

PUBLISHING = (
    "Puts an empty stream, without picture or sound, on air for three seconds at {where}. Whoever is on air there "
    "under the same name is cut off, and the audience sees nothing."
)
PLAYING = "Watches the stream for a few seconds, as one more viewer would. Nobody is cut off."
MINE = "This stream is &mine, or its owner has asked me to test it."
ONCE = (
    "This counts for the next test only; after that you are asked again. The name is masked in every report."
)


class ConsentDialog(QDialog):
    """Open it with `open()`; it says `agreed` once, if at all."""

    agreed = Signal(object)
    """The Consent."""

    def __init__(self, host: str, application: str, stream: str | None, parent: QWidget) -> None:
        """`stream` is one that came with the address, and is shown as dots."""
        super().__init__(parent)
        self.setWindowTitle("Publish or Play a Stream")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where = one_line(f"{host}, application {application}" if application else host, 120)
        self.publish = QCheckBox("&Publish")
        self.play = QCheckBox("P&lay")
        self.stream = SecretField("Stream name or key")
        self.stream.setText(stream or "")
        self.shown = QCheckBox("&Show")
        self.shown.setAccessibleName("Show the stream's name")
        self.mine = QCheckBox(MINE)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.allow = self.buttons.addButton(
            "&Allow for the Next Test", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.allow.setDefault(True)
        self._lay_out(where)
        self._connect()
        self._update()
        self.publish.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(520, super().sizeHint().height())

    def _lay_out(self, where: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(6)
        title = QLabel("Others can notice this test", textFormat=Qt.TextFormat.PlainText)
        title.setObjectName("headline")
        layout.addWidget(title)
        layout.addSpacing(6)
        for box, words in ((self.publish, PUBLISHING.format(where=where)), (self.play, PLAYING)):
            text = WrappedText(muted=True, indent=22)
            text.setText(words)
            box.setAccessibleDescription(words)
            layout.addWidget(box)
            layout.addWidget(text)
            layout.addSpacing(6)
        label = QLabel("S&tream name or key, the last part of the address")
        label.setBuddy(self.stream)
        layout.addWidget(label)
        row = QHBoxLayout()
        row.addWidget(self.stream, 1)
        row.addWidget(self.shown)
        layout.addLayout(row)
        layout.addSpacing(8)
        layout.addWidget(self.mine)
        once = WrappedText(muted=True)
        once.setText(ONCE)
        layout.addWidget(once)
        layout.addStretch(1)
        layout.addSpacing(10)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.shown.toggled.connect(self.stream.show_text)
        for box in (self.publish, self.play, self.mine):
            box.toggled.connect(self._update)
        self.stream.textChanged.connect(self._update)
        self.buttons.accepted.connect(self._agree)
        self.buttons.rejected.connect(self.reject)

    def _consent(self) -> Consent | None:
        """What is agreed to, or none while something is missing."""
        name = self.stream.text().strip()
        wanted = self.publish.isChecked() or self.play.isChecked()
        if not (name and wanted and self.mine.isChecked()):
            return None
        return Consent(name, self.publish.isChecked(), self.play.isChecked())

    def _update(self) -> None:
        self.allow.setEnabled(self._consent() is not None)
        self.allow.setToolTip(
            "" if self.allow.isEnabled() else "Choose what to test, name the stream, and say whose it is"
        )

    def _agree(self) -> None:
        consent = self._consent()
        if consent is not None:
            self.agreed.emit(consent)
            self.accept()
