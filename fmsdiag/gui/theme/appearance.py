"""How the whole application looks: the theme that was chosen, and how large the letters are."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.settings import string, whole_number
from fmsdiag.gui.theme.palette import apply_theme, preferred_theme, theme_of
from fmsdiag.gui.theme.theme import Theme

THEME_VARIABLE = "FMSDIAG_THEME"
"""Environment variable: "light" or "dark" instead of what was chosen or the system prefers."""
THEMES = ("system", "light", "dark")
ZOOMS = (80, 90, 100, 110, 125, 150)
"""Per cent of the system's own letters."""
_THEME_KEY, _ZOOM_KEY, _USUAL_SIZE = "view/theme", "view/zoom", "usualPointSize"


class Appearance(QObject):
    """Applies theme and zoom now and whenever they or the system's preference change."""

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        from PySide6.QtCore import Qt

        super().__init__(parent)
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("there is no application yet")
        self._app, self._settings = app, settings
        self.theme, self.zoom = _chosen_theme(settings), _chosen_zoom(settings)
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._apply, Qt.ConnectionType.QueuedConnection)

    def choose_theme(self, theme: str) -> None:
        """One of THEMES."""
        self.theme = theme
        self._settings.setValue(_THEME_KEY, theme)
        self._apply()

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller letters; 0 steps is the usual size again."""
        position = ZOOMS.index(self.zoom) + steps if steps else ZOOMS.index(100)
        self.zoom = ZOOMS[max(0, min(position, len(ZOOMS) - 1))]
        self._settings.setValue(_ZOOM_KEY, self.zoom)
        self._apply()

    def _apply(self) -> None:
        _dress(self._app, preferred_theme(self._app, self.theme), self.zoom)


def give_first_look(app: QApplication, settings: QSettings) -> None:
    """What `Appearance` will most likely apply, without what takes long to load: how dark the system is, its palette tells."""
    chosen = _chosen_theme(settings)
    theme = theme_of(app.palette()) if chosen == "system" else preferred_theme(app, chosen)
    zoom = _chosen_zoom(settings)
    if zoom == 100:
        apply_theme(app, theme)
    else:
        _dress(app, theme, zoom)


def _chosen_theme(settings: QSettings) -> str:
    chosen = os.environ.get(THEME_VARIABLE) or string(settings, _THEME_KEY)
    return chosen if chosen in THEMES else "system"


def _chosen_zoom(settings: QSettings) -> int:
    zoom = whole_number(settings, _ZOOM_KEY, 100)
    return zoom if zoom in ZOOMS else 100


def _dress(app: QApplication, theme: Theme, zoom: int) -> None:
    font = app.font()
    font.setPointSizeF(_usual_size(app) * zoom / 100)
    app.setFont(font)
    apply_theme(app, theme, zoom / 100)


def _usual_size(app: QApplication) -> float:
    """Points of the system's letters, also when an earlier window has changed them."""
    known = app.property(_USUAL_SIZE)
    size = known if isinstance(known, float) else app.font().pointSizeF()
    app.setProperty(_USUAL_SIZE, size)
    return size
