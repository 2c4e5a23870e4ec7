"""What to check beside the plan: one pill for each, which names its port."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSettings, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from fmsdiag.gui.settings import texts
from fmsdiag.gui.theme.icons import icon
from fmsdiag.model import Transport


class Check(NamedTuple):
    """One pill: where it goes, and what its answer is good for."""

    text: str
    transport: Transport
    port: int
    hint: str
    usual: bool = False

    @property
    def key(self) -> str:
        """As `Options.checks` wants it: "rtmps:443"."""
        return f"{self.transport.value}:{self.port}"


CHECKS = (
    Check("RTMPS &443", Transport.RTMPS, 443, "Does the server offer RTMP inside TLS?", usual=True),
    Check("UDP 1&935", Transport.RTMFP, 1935, "Does RTMFP, Flash's protocol over UDP, pass?", usual=True),
    Check("HTTP &8134", Transport.HTTP, 8134, "Does the media server's own web server answer?"),
    Check("Admin &1111", Transport.ADMIN, 1111, "Can the administration port be reached from here?"),
)
_KEY = "form/checks"


class CheckButtons(QWidget):
    """The checks as buttons that stay down."""

    changed = Signal()

    def __init__(
        self, checks: tuple[Check, ...] = CHECKS, caption: str = "Also check", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._checks = checks
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(QLabel(caption))
        row.addSpacing(4)
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
        pill = QPushButton(check.text)
        pill.setCheckable(True)
        pill.setProperty("role", "pill")
        pill.setAutoDefault(False)
        plain = check.text.replace("&", "")
        pill.setAccessibleName(f"Also check {plain}")
        pill.setToolTip(check.hint)
        pill.setAccessibleDescription(check.hint)
        pill.setIcon(icon("pill-off"))
        pill.setIconSize(QSize(12, 12))
        pill.toggled.connect(lambda on: pill.setIcon(icon("pill-on" if on else "pill-off")))
        pill.toggled.connect(self.changed)
        return pill
