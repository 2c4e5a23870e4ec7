"""The third page of the advanced options: tests that can affect other people, so nobody runs them by accident.

What is chosen here is never remembered: encrypted RTMP is off again in the next window, consent after the next run.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from fmsdiag.gui.form.check_buttons import Check, CheckButtons
from fmsdiag.gui.form.form_input import AdvancedInput, Consent, InputTexts
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Transport


class IntrusiveTexts(Table, of="gui.intrusive"):
    """The page. "&" marks the access key."""

    ENCRYPTED = text("Encrypted RTMP")
    RTMPE = text("RTMPE &1935")
    RTMPE_HINT = text("Does the server offer RTMP with its own encryption?")
    RTMPTE = text("RTMPTE &80")
    RTMPTE_HINT = text("Does the server offer RTMPE inside web requests?")
    ASK = text("Publish or P&lay…")
    ASK_NAME = text("Publish or play a stream")
    WITHDRAW = text("Withdraw &Consent")
    OFF = text("Off. The test ends when the server has answered; it publishes nothing.")
    PUBLISHES = text("In the next test only: publishes to the stream that you named.")
    PLAYS = text("In the next test only: plays the stream that you named.")
    BOTH = text("In the next test only: publishes to the stream that you named, then plays it.")


ENCRYPTED = (
    Check(IntrusiveTexts.RTMPE, Transport.RTMPE, 1935, IntrusiveTexts.RTMPE_HINT),
    Check(IntrusiveTexts.RTMPTE, Transport.RTMPTE, 80, IntrusiveTexts.RTMPTE_HINT),
)


class IntrusiveTests(QWidget):
    """Encrypted RTMP with its warning; publishing and playing with consent."""

    changed = Signal()
    consent_wanted = Signal()
    """The user wants to publish or play; the form, which knows the server, asks for consent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.consent: Consent | None = None
        self.encrypted = CheckButtons(ENCRYPTED, IntrusiveTexts.ENCRYPTED)
        self.warning = QLabel(say(InputTexts.RISK), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        set_style_property(self.warning, "role", "caution")
        self.button = QPushButton(say(IntrusiveTexts.ASK))
        self.button.setAccessibleName(say(IntrusiveTexts.ASK_NAME))
        self.state = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.encrypted.changed.connect(self._update)
        self.encrypted.changed.connect(self.changed)
        self.button.clicked.connect(self._press)
        self._update()

    # ---- what others ask

    def values(self, others: AdvancedInput) -> AdvancedInput:
        """`others` with what this page says; consent is no value that a form may be filled with."""
        return replace(others, encrypted=self.encrypted.keys())

    def set_values(self, values: AdvancedInput) -> None:
        self.encrypted.choose(values.encrypted)
        self.set_consent(None)

    def set_consent(self, consent: Consent | None) -> None:
        """What the user agreed to for the next run, or none."""
        if consent != self.consent:
            self.consent = consent
            self._update()
            self.changed.emit()

    def set_editable(self, editable: bool) -> None:
        self.encrypted.set_editable(editable)
        self.button.setEnabled(editable)

    def fields(self) -> tuple[QWidget, ...]:
        return (*self.encrypted.pills.values(), self.button)

    # ---- building

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 10, 0, 2)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.encrypted, 0, 0, 1, 2)
        grid.addWidget(self.warning, 1, 0, 1, 2)
        grid.addWidget(self.button, 2, 0)
        grid.addWidget(self.state, 2, 1)
        grid.setRowStretch(3, 1)

    def _update(self) -> None:
        self.warning.setVisible(bool(self.encrypted.keys()))
        agreed = self.consent
        self.button.setText(say(IntrusiveTexts.WITHDRAW if agreed else IntrusiveTexts.ASK))
        self.button.setAccessibleName("" if agreed else say(IntrusiveTexts.ASK_NAME))
        self.state.setText(say(_state(agreed)))
        set_style_property(self.state, "role", "caution" if agreed else "muted")

    def _press(self) -> None:
        if self.consent is not None:
            self.set_consent(None)
        else:
            self.consent_wanted.emit()


def _state(agreed: Consent | None) -> Text:
    if agreed is None:
        return IntrusiveTexts.OFF
    if agreed.publish and agreed.play:
        return IntrusiveTexts.BOTH
    return IntrusiveTexts.PUBLISHES if agreed.publish else IntrusiveTexts.PLAYS
