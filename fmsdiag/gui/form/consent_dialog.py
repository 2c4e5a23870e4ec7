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
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.report.visible import one_line


class ConsentTexts(Table, of="gui.consent"):
    """The dialog. "&" marks the access key."""

    TITLE = text("Publish or Play a Stream")
    HEADLINE = text("This test can affect other people")
    PUBLISH = text("&Publish")
    PUBLISHING = text(
        "Publishes an empty stream, without picture or sound, for three seconds on {host}. A live stream of the same "
        "name is cut off, and its viewers see nothing."
    )
    PUBLISHING_IN = text(
        "Publishes an empty stream, without picture or sound, for three seconds on {host}, application "
        "{application:name}. A live stream of the same name is cut off, and its viewers see nothing."
    )
    PLAY = text("P&lay")
    PLAYING = text("Watches the stream for a few seconds, as one more viewer. No one is cut off.")
    STREAM = text("Stream name or key")
    STREAM_LABEL = text("S&tream name or key, the last part of the address")
    SHOW = text("&Show")
    SHOW_STREAM = text("Show the stream name")
    MINE = text("This stream is &mine, or its owner has asked me to test it.")
    ONCE = text(
        "Your consent is valid for the next test only; after that you are asked again. The name is masked in every report."
    )
    ALLOW = text("&Allow for the Next Test")
    MISSING = text("Choose what to test, enter the stream name, and confirm that you may test it")
    CANCEL = text("Cancel")


class ConsentDialog(QDialog):
    """Open it with `open()`; it says `agreed` once, if at all."""

    agreed = Signal(object)
    """The Consent."""

    def __init__(self, host: str, application: str, stream: str | None, parent: QWidget) -> None:
        """`stream` is one that came with the address, and is shown as dots."""
        super().__init__(parent)
        self.setWindowTitle(say(ConsentTexts.TITLE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where, name = one_line(host, 120), one_line(application, 60)
        publishing = (
            say(ConsentTexts.PUBLISHING_IN, host=where, application=name)
            if name
            else say(ConsentTexts.PUBLISHING, host=where)
        )
        self.publish = QCheckBox(say(ConsentTexts.PUBLISH))
        self.play = QCheckBox(say(ConsentTexts.PLAY))
        self.stream = SecretField(say(ConsentTexts.STREAM))
        self.stream.setText(stream or "")
        self.shown = QCheckBox(say(ConsentTexts.SHOW))
        self.shown.setAccessibleName(say(ConsentTexts.SHOW_STREAM))
        self.mine = QCheckBox(say(ConsentTexts.MINE))
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(say(ConsentTexts.CANCEL), QDialogButtonBox.ButtonRole.RejectRole)
        self.allow = self.buttons.addButton(say(ConsentTexts.ALLOW), QDialogButtonBox.ButtonRole.AcceptRole)
        self.allow.setDefault(True)
        self._lay_out(publishing)
        self._connect()
        self._update()
        self.publish.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(520, super().sizeHint().height())

    def _lay_out(self, publishing: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(6)
        title = QLabel(say(ConsentTexts.HEADLINE), textFormat=Qt.TextFormat.PlainText)
        title.setObjectName("headline")
        layout.addWidget(title)
        layout.addSpacing(6)
        for box, words in ((self.publish, publishing), (self.play, say(ConsentTexts.PLAYING))):
            effect = WrappedText(muted=True, indent=22)
            effect.setText(words)
            box.setAccessibleDescription(words)
            layout.addWidget(box)
            layout.addWidget(effect)
            layout.addSpacing(6)
        label = QLabel(say(ConsentTexts.STREAM_LABEL))
        label.setBuddy(self.stream)
        layout.addWidget(label)
        row = QHBoxLayout()
        row.addWidget(self.stream, 1)
        row.addWidget(self.shown)
        layout.addLayout(row)
        layout.addSpacing(8)
        layout.addWidget(self.mine)
        once = WrappedText(muted=True)
        once.setText(say(ConsentTexts.ONCE))
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
        self.allow.setToolTip("" if self.allow.isEnabled() else say(ConsentTexts.MISSING))

    def _agree(self) -> None:
        consent = self._consent()
        if consent is not None:
            self.agreed.emit(consent)
            self.accept()
