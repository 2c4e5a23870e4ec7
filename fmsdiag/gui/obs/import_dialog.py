"""Import From OBS: which profile's server goes into the form, and beside it the last failed connections of OBS's log."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.obs.installation import ObsOnThisComputer
from fmsdiag.obs.lines import describe_failure
from fmsdiag.obs.profiles import ObsProfile

_ADDRESS = Qt.ItemDataRole.UserRole
LINES_OF_FAILURES = 5


class ImportTexts(Table, of="gui.obs-import"):
    """The dialog. "&" marks the access key."""

    TITLE = text("Import From OBS")
    INTRO = text(
        "The server of the selected OBS profile is copied to the Server field. Stream keys are not imported, and no test "
        "starts yet."
    )
    PROFILES = text("OBS &profiles")
    # translators: a profile and the address of its server
    ENTRY = text("{name:name}: {address:name}")
    CURRENT_ENTRY = text("{name:name} (current): {address:name}")
    # translators: {remark} is a sentence without its full stop
    WITHOUT = text("{name:name}: {remark:name}")
    NO_PROFILES = text("OBS has no profiles.")
    # translators: {remark} is a sentence without its full stop
    REMARK = text("{remark:name}.")
    FAILURES = text("&Failed connections in the OBS log")
    NO_FAILURES = text("None.")
    USE = text("&Use This Server")
    CANCEL = text("Cancel")


class ImportDialog(QDialog):
    """Open it with `open()`; it says `chosen` once, if at all."""

    chosen = Signal(str)
    """The address."""

    def __init__(self, found: ObsOnThisComputer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(say(ImportTexts.TITLE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._profiles = found.profiles
        self.list = QListWidget()
        self.remark = WrappedText(muted=True)
        self.failures = QPlainTextEdit(readOnly=True)
        self.failures.setObjectName("reading")
        self.failures.setTabChangesFocus(True)
        lines = [describe_failure(each) for each in found.failures]
        self.failures.setPlainText("\n".join(lines) or say(ImportTexts.NO_FAILURES))
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(say(ImportTexts.CANCEL), QDialogButtonBox.ButtonRole.RejectRole)
        self.use = self.buttons.addButton(say(ImportTexts.USE), QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setDefault(True)
        set_style_property(self.use, "role", "primary")
        self._fill()
        self._lay_out()
        self.list.currentRowChanged.connect(self._update)
        self.list.itemActivated.connect(self._take)
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        self._update()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def showEvent(self, event: QShowEvent) -> None:
        """The style sheet is heard when the list is shown; rows that were laid out before are too low for it."""
        super().showEvent(event)
        self.list.doItemsLayout()

    def _fill(self) -> None:
        for profile in self._profiles:
            item = QListWidgetItem(_entry(profile))
            item.setData(_ADDRESS, profile.address)
            item.setToolTip(item.text())
            self.list.addItem(item)
        usable = [row for row, profile in enumerate(self._profiles) if profile.address]
        if usable:
            self.list.setCurrentRow(usable[0])
        elif not self._profiles:
            self.remark.setText(say(ImportTexts.NO_PROFILES))

    def _lay_out(self) -> None:
        intro = WrappedText(muted=True)
        intro.setText(say(ImportTexts.INTRO))
        self.failures.setMaximumHeight((LINES_OF_FAILURES + 1) * self.fontMetrics().lineSpacing() + 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(6)
        layout.addWidget(intro)
        layout.addSpacing(4)
        for said, field in ((ImportTexts.PROFILES, self.list), (ImportTexts.FAILURES, self.failures)):
            label = QLabel(say(said))
            label.setBuddy(field)
            field.setAccessibleName(label.text().replace("&", ""))
            layout.addWidget(label)
            layout.addWidget(field, 1)
            if field is self.list:
                layout.addWidget(self.remark)
                layout.addSpacing(6)
        layout.addSpacing(6)
        layout.addWidget(self.buttons)

    def _update(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._profiles):
            remark = self._profiles[row].remark
            self.remark.setText(say(ImportTexts.REMARK, remark=remark) if remark else "")
        self.use.setEnabled(bool(self._address()))

    def _address(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_ADDRESS)) if self.list.currentRow() >= 0 else ""

    def _take(self) -> None:
        address = self._address()
        if address:
            self.chosen.emit(address)
            self.accept()


def _entry(profile: ObsProfile) -> str:
    said = ImportTexts
    if not profile.address:
        return say(said.WITHOUT, name=profile.name, remark=profile.remark)
    entry = said.CURRENT_ENTRY if profile.is_current else said.ENTRY
    return say(entry, name=profile.name, address=profile.address)
