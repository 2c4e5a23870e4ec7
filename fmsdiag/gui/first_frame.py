"""What the window shows first: the Server field, in its place, which can be typed into while the rest is loaded.

The field is the form's own: `fill` takes it over with what was typed. Where it stands, and its label, are known from the
window before, since the form's layout needs the texts, and they take longer to load than a window to appear.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSettings
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMainWindow, QWidget

from fmsdiag.gui.form.server_field import make_server_field
from fmsdiag.gui.settings import string

_PLACES, _LABEL = "window/serverPlaces", "window/serverLabel"
_USUAL = (66, 36, 732, 30, 16, 36, 40, 30, 1100)
"""Left, top, width and height of the field and of its label, in a window of that width: what the first start supposes."""
_SHARE = 5 / 8
"""Of what a window is wider, the field's part; the rest is the Application field's."""


class FirstFrame:
    """The field and its label on a ground of their own, and what was done in it: pasted last, Enter pressed."""

    def __init__(self, settings: QSettings) -> None:
        self.ground = QWidget()  # a class derived from it would take a millisecond to make
        self.server, self.line = make_server_field()
        self.server.setParent(self.ground)
        said = string(settings, _LABEL)
        self.label = QLabel(said, self.ground)
        self.label.setBuddy(self.server)
        self.server.setAccessibleName(said.replace("&", ""))
        self.run_wanted = self.was_pasted = False
        self._shown_length = 0
        self._places = _read(settings)
        self.line.textEdited.connect(self._edited)
        self.line.returnPressed.connect(self._want_run)

    def place(self, width: int) -> None:
        """Put both where they will stand in a window of that width."""
        *places, window_width = self._places
        field, label = QRect(*places[:4]), QRect(*places[4:])
        field.setWidth(max(100, field.width() + round((width - window_width) * _SHARE)))
        self.server.setGeometry(field)
        self.label.setGeometry(label)

    def _edited(self, text: str) -> None:
        """What comes at once was pasted, and is the form's to take apart; what is being typed is not."""
        self.was_pasted = len(text) - self._shown_length > 1
        self._shown_length = len(text)

    def _want_run(self) -> None:
        self.run_wanted = True

    def release(self) -> tuple[QComboBox, QLineEdit]:
        """The field for the form that takes it over; Enter is the form's from now on."""
        self.line.textEdited.disconnect(self._edited)
        self.line.returnPressed.disconnect(self._want_run)
        return self.server, self.line


def remember_places(settings: QSettings, window: QMainWindow, field: QComboBox, label: QLabel) -> None:
    """Keep where the Server field and its label stand in the filled `window`, for the next start."""
    places = [window.width()]
    for widget in (label, field):
        corner = widget.mapTo(window, widget.rect().topLeft())
        places[:0] = (corner.x(), corner.y(), widget.width(), widget.height())
    settings.setValue(_PLACES, " ".join(map(str, places)))
    settings.setValue(_LABEL, label.text())


def _read(settings: QSettings) -> tuple[int, ...]:
    """What was remembered, or the usual places where that is missing or cannot be."""
    words = string(settings, _PLACES).split()
    whole = len(words) == len(_USUAL) and all(
        word.isascii() and word.isdigit() and len(word) < 6 for word in words
    )
    return tuple(map(int, words)) if whole else _USUAL
