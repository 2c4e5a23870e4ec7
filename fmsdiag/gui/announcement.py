"""What a person who does not look at the window must hear of: told to screen readers, and by the taskbar."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget


def announce(widget: QWidget, message: str, *, urgent: bool = False) -> None:
    """Let screen readers say `message`, at once if it is `urgent`; `widget` is where it is from."""
    made = getattr(QtGui, "QAccessibleAnnouncementEvent", None)
    if made is None:  # Qt before 6.8: the name is read out instead
        widget.setAccessibleName(message)
        QAccessible.updateAccessibility(QtGui.QAccessibleEvent(widget, QAccessible.Event.Alert))
        return
    event = made(widget, message)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def announce_end(window: QWidget, message: str) -> None:
    """A run has ended: said, and while another window is in front, shown in the taskbar."""
    announce(window, message, urgent=True)
    QApplication.alert(window)
