"""What to check beside the plan: one pill for each, which names its port."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSettings, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from fmsdiag.gui.settings import texts
from fmsdiag.gui.theme.icons import icon
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import Rendered
from fmsdiag.model import Transport


class CheckTexts(Table, of="gui.checks"):
    """The pills and their tooltips. "&" marks the access key."""

    CAPTION = text("Also check")
    # translators: {what} is what a pill says, such as "RTMPS 443"
    NAME = text("Also check {what:name}")
    RTMPS = text("RTMPS &443")
    RTMPS_HINT = text("Does the server offer RTMP inside TLS?")
    UDP = text("UDP 1&935")
    UDP_HINT = text("Does RTMFP, Flash's protocol over UDP, get through?")
    HTTP = text("HTTP &8134")
    HTTP_HINT = text("Does the media server's own web server answer?")
    ADMIN = text("Admin &1111")
    ADMIN_HINT = text("Can the administration port be reached from here?")


class Check(NamedTuple):
    """One pill: where it goes, and what its answer is good for."""

    label: Text
    transport: Transport
    port: int
    hint: Text
    usual: bool = False

    @property
    def key(self) -> str:
        """As `Options.checks` wants it: "rtmps:443"."""
        return f"{self.transport.value}:{self.port}"


CHECKS = (
    Check(CheckTexts.RTMPS, Transport.RTMPS, 443, CheckTexts.RTMPS_HINT, usual=True),
    Check(CheckTexts.UDP, Transport.RTMFP, 1935, CheckTexts.UDP_HINT, usual=True),
    Check(CheckTexts.HTTP, Transport.HTTP, 8134, CheckTexts.HTTP_HINT),
    Check(CheckTexts.ADMIN, Transport.ADMIN, 1111, CheckTexts.ADMIN_HINT),
)
_KEY = "form/checks"


class CheckButtons(QWidget):
    """The checks as buttons that stay down."""

    changed = Signal()

    def __init__(
        self,
        checks: tuple[Check, ...] = CHECKS,
        caption: Text = CheckTexts.CAPTION,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._checks = checks
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(QLabel(say(caption)))
        row.addSpacing(2)
        self.pills = {check.key: self._pill(check) for check in checks}
        for pill in self.pills.values():
            row.addWidget(pill)
        row.addStretch(1)
        self.reset()

    def keys(self) -> tuple[str, ...]:
        """What is chosen, in the order of the pills."""
        return tuple(key for key, pill in self.pills.items() if pill.isChecked())

    def choose(self, keys: tuple[str, ...]) -> None:
        """Choose exactly these; what has no pill is left out."""
        for key, pill in self.pills.items():
            pill.setChecked(key in keys)

    def reset(self) -> None:
        """The usual ones."""
        self.choose(tuple(check.key for check in self._checks if check.usual))

    def set_editable(self, editable: bool) -> None:
        for pill in self.pills.values():
            pill.setEnabled(editable)

    def save(self, settings: QSettings) -> None:
        settings.setValue(_KEY, list(self.keys()))

    def restore(self, settings: QSettings) -> None:
        kept = texts(settings, _KEY)
        if kept is not None:
            self.choose(tuple(kept))

    def _pill(self, check: Check) -> QPushButton:
        words, hint = say(check.label), say(check.hint)
        pill = QPushButton(words)
        pill.setCheckable(True)
        pill.setProperty("role", "pill")
        pill.setAutoDefault(False)
        pill.setAccessibleName(say(CheckTexts.NAME, what=Rendered(words.replace("&", ""))))
        pill.setToolTip(hint)
        pill.setAccessibleDescription(hint)
        pill.setIcon(icon("pill-off"))
        pill.setIconSize(QSize(12, 12))
        pill.toggled.connect(lambda on: pill.setIcon(icon("pill-on" if on else "pill-off")))
        pill.toggled.connect(self.changed)
        return pill
