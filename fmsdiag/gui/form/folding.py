"""What of the form is shown: one field for the server's address, all of it, or only the button that starts a test.

Whoever unfolds the rest finds it unfolded the next time. What unfolds by itself, for an error in it, or folds by itself in a
low window, is not remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

from fmsdiag.gui.settings import flag
from fmsdiag.gui.theme.icons import icon
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text

_OPTIONS_KEY = "form/options"


class FoldingTexts(Table, of="gui.folding"):
    """ "&" marks the access key."""

    OPTIONS = text("&More Options")
    FEWER = text("Fewer Options")
    OPTIONS_HINT = text("Application, ports, plan, and more")
    # what was pasted with an address, while its own fields are folded
    APPLICATION = text("Application: {application:name}")
    PORTS = text("Ports: {ports:name}")
    APPLICATION_AND_PORTS = text("Application: {application:name}. Ports: {ports:name}")


class Folding:
    """Shows and hides `options`, which stay in the form's grid."""

    def __init__(self, rearranged: Callable[[], None]) -> None:
        self._rearranged = rearranged
        self._options: Sequence[QWidget] = ()
        self._address: Sequence[QWidget] = ()
        self._is_chosen = False
        """What a person decided last."""
        self._is_bare = False
        self.toggle = QToolButton()
        self.toggle.setText(say(FoldingTexts.OPTIONS))
        self.toggle.setToolTip(say(FoldingTexts.OPTIONS_HINT))
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.toggle.clicked.connect(self._choose)
        self.toggle.toggled.connect(lambda _shown: self.apply())
        self.words = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.words.setProperty("role", "muted")
        self.words.hide()

    def take(self, address: Sequence[QWidget], options: Sequence[QWidget]) -> None:
        """What belongs to the one field, and what is folded."""
        self._address, self._options = (*address, self.toggle), options
        self.apply()

    @property
    def is_unfolded(self) -> bool:
        return self.toggle.isChecked() and not self._is_bare

    def unfold(self) -> None:
        """For now: there is something in it to be seen."""
        self.toggle.setChecked(True)

    def fold(self) -> None:
        """For now: the room is needed."""
        self.toggle.setChecked(False)

    def set_bare(self, bare: bool) -> None:
        """Not even the address: a profile has decided everything."""
        if bare != self._is_bare:
            self._is_bare = bare
            self.apply()

    def say_hidden(self, application: str, ports: str) -> None:
        """What the folded fields hold."""
        if application and ports:
            words = say(FoldingTexts.APPLICATION_AND_PORTS, application=application, ports=ports)
        elif application:
            words = say(FoldingTexts.APPLICATION, application=application)
        else:
            words = say(FoldingTexts.PORTS, ports=ports) if ports else ""
        self.words.setText(words)
        self._show_words()

    def restore(self, settings: QSettings) -> None:
        self._is_chosen = flag(settings, _OPTIONS_KEY)
        self.toggle.setChecked(self._is_chosen)

    def save(self, settings: QSettings) -> None:
        settings.setValue(_OPTIONS_KEY, self._is_chosen)

    def apply(self) -> None:
        """Show what belongs to the present state."""
        shown = self.is_unfolded
        self.toggle.setIcon(icon("chevron-down" if self.toggle.isChecked() else "chevron-right"))
        self.toggle.setText(say(FoldingTexts.FEWER if self.toggle.isChecked() else FoldingTexts.OPTIONS))
        self.toggle.setShortcut(QKeySequence.mnemonic(say(FoldingTexts.OPTIONS)))  # one key for both ways
        for widget in self._address:
            widget.setVisible(not self._is_bare)
        for widget in self._options:
            widget.setVisible(shown)
        self._show_words()
        self._rearranged()

    def _show_words(self) -> None:
        self.words.setVisible(bool(self.words.text()) and not self.is_unfolded and not self._is_bare)

    def _choose(self, shown: bool) -> None:
        self._is_chosen = shown
