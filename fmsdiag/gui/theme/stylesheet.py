"""The style sheet over Fusion: flat fields and buttons, cards with a hairline, tabs that look like text."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget

from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui.theme.theme import Theme

_SIZES = re.compile(r"((?:min-height|max-height|font-size): )(\d+)px")
"""What grows with the letters."""


def style_sheet(theme: Theme, zoom: float = 1.0) -> str:
    """Qt style sheet of the whole application in the colours of `theme`, with what holds letters `zoom` times as high."""
    parts = (_fields(theme), _buttons(theme), _choices(theme), _surfaces(theme), _tabs(theme), _bars(theme))
    return _SIZES.sub(lambda size: f"{size[1]}{round(int(size[2]) * zoom)}px", "\n".join(parts))


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and have it looked at again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _image(name: str) -> str:
    # quoted, since an unquoted path with a space in it would cost the whole sheet
    return f'url("{bundled_file("icons", name + ".svg").as_posix()}")'


def _fields(t: Theme) -> str:
    return f"""
QLineEdit, QComboBox, QSpinBox {{
    background: {t.surface}; color: {t.text}; border: 1px solid {t.field_border}; border-radius: 5px;
    padding: 0 8px; min-height: 28px; selection-background-color: {t.accent}; selection-color: {t.on_accent};
}}
QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; min-height: 0; }}
QComboBox:!editable {{ padding-left: 10px; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{ border: 2px solid {t.accent}; padding: 0 7px; min-height: 26px; }}
QComboBox:!editable:focus {{ padding-left: 9px; }}
QComboBox QLineEdit:focus {{ border: none; padding: 0; min-height: 0; }}
QLineEdit[invalid="true"], QComboBox[invalid="true"] {{ border-color: {t.bad}; }}
QLineEdit:disabled, QLineEdit:read-only, QComboBox:disabled, QSpinBox:disabled {{
    background: {t.window}; color: {t.muted}; border-color: {t.border};
}}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: {_image("chevron-down")}; width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{
    background: {t.surface}; border: 1px solid {t.border}; padding: 4px; outline: 0;
    selection-background-color: {t.selection}; selection-color: {t.text};
}}
QComboBox QAbstractItemView::item {{ min-height: 26px; padding: 0 6px; }}
QLabel[role="error"] {{ color: {t.bad}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="caution"] {{ color: {t.warn}; }}
"""


def _buttons(t: Theme) -> str:
    return f"""
QPushButton {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.border}; border-radius: 5px;
    padding: 0 12px; min-height: 28px;
}}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.border}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 0 11px; min-height: 26px; }}
QPushButton:disabled {{ color: {t.disabled}; background: transparent; }}
QPushButton[role="primary"] {{
    background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent}; font-weight: 600; min-width: 92px;
}}
QPushButton[role="primary"]:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {t.text}; padding: 0 11px; }}
QPushButton[role="primary"]:disabled {{ background: {t.border}; border-color: {t.border}; color: {t.muted}; }}
QPushButton[role="stop"] {{ color: {t.bad}; border-color: {t.bad}; font-weight: 600; min-width: 92px; }}
QPushButton[role="stop"]:disabled {{ color: {t.disabled}; border-color: {t.border}; }}
QToolButton {{ background: transparent; color: {t.accent}; border: 1px solid transparent; border-radius: 5px;
    padding: 3px 6px; }}
QToolButton:hover {{ background: {t.hover}; }}
QToolButton:focus {{ border: 1px solid {t.accent}; }}
QPushButton[role="link"] {{
    background: transparent; color: {t.accent}; border: 1px solid transparent; padding: 0 2px; min-height: 18px;
    text-align: left;
}}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus {{ border: 1px solid {t.accent}; }}
"""


def _choices(t: Theme) -> str:
    """Numbers, ticks and pills: what is chosen instead of typed."""
    return f"""
QSpinBox, QSpinBox:focus {{ padding-right: 2px; max-height: 28px; }}
QSpinBox:focus {{ max-height: 26px; }}
QSpinBox QLineEdit, QSpinBox QLineEdit:focus, QSpinBox QLineEdit:disabled {{
    border: none; background: transparent; padding: 0; min-height: 0;
}}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; background: transparent; width: 20px; }}
QSpinBox::up-button:hover, QSpinBox::down-button:hover {{ background: {t.hover}; }}
QSpinBox::up-arrow {{ image: {_image("chevron-up")}; width: 11px; height: 11px; }}
QSpinBox::down-arrow {{ image: {_image("chevron-down")}; width: 11px; height: 11px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QCheckBox {{ spacing: 7px; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {t.field_border}; border-radius: 4px;
    background: {t.surface}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: {_image(_tick(t))}; }}
QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; }}
QCheckBox::indicator:checked:focus {{ border: 2px solid {t.text}; }}
QCheckBox:disabled {{ color: {t.disabled}; }}
QCheckBox::indicator:disabled {{ border-color: {t.border}; background: {t.window}; }}
QPushButton[role="pill"] {{
    background: {t.surface}; color: {t.muted}; border: 1px solid {t.field_border}; border-radius: 12px;
    padding: 0 11px 0 9px; min-height: 22px;
}}
QPushButton[role="pill"]:hover {{ background: {t.hover}; color: {t.text}; }}
QPushButton[role="pill"]:checked {{
    background: {t.selection}; color: {t.text}; border-color: {t.accent};
}}
QPushButton[role="pill"]:focus {{ border: 2px solid {t.accent}; padding: 0 10px 0 8px; min-height: 20px; }}
QPushButton[role="pill"]:checked:focus {{ border-color: {t.text}; }}
QPushButton[role="pill"]:disabled {{ color: {t.disabled}; background: transparent; border: 1px dashed {t.border}; }}
QPushButton[role="pill"]:checked:disabled {{ color: {t.muted}; border: 1px solid {t.border}; background: {t.hover}; }}
"""


def _tick(t: Theme) -> str:
    return "tick-dark" if t.on_accent != "#ffffff" else "tick-light"


def _surfaces(t: Theme) -> str:
    edges = {"good": t.good, "warn": t.warn, "bad": t.bad, "neutral": t.muted}
    cards = "\n".join(
        f"""QFrame#card[tone="{tone}"] {{ border-left: 4px solid {edge}; }}
QLabel#word[tone="{tone}"] {{ color: {edge}; font-weight: 600; }}"""
        for tone, edge in edges.items()
    )
    return f"""
QFrame#card {{ border: 1px solid {t.border}; border-radius: 7px; background: {t.surface}; }}
{cards}
QFrame#banner {{ border: 1px solid {t.accent}; border-radius: 7px; background: {t.surface}; }}
QLabel#bannerTitle {{ font-weight: 600; }}
QFrame#message {{ border: 1px solid {t.bad}; border-radius: 7px; background: {t.surface}; }}
QPlainTextEdit#raw, QPlainTextEdit#reading {{ border: 1px solid {t.border}; border-radius: 7px; }}
QLabel#headline {{ font-size: 17px; font-weight: 600; }}
QLabel[role="caption"] {{ color: {t.muted}; font-weight: 600; }}
QLabel[role="confidence"] {{ color: {t.muted}; }}
QScrollArea, QWidget#scrolled {{ background: transparent; border: none; }}
QTreeView {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 7px; outline: 0; padding: 1px; }}
QTreeView:focus {{ border-color: {t.accent}; }}
QTreeView::item {{ padding: 0 5px; border: none; }}
QTreeView::item:hover, QTreeView::branch:hover {{ background: {t.raised}; }}
QTreeView::item:selected, QTreeView::branch:selected {{ background: {t.selection}; color: {t.text}; }}
QTreeView::branch:has-children:closed {{ image: {_image("chevron-right")}; }}
QTreeView::branch:has-children:open {{ image: {_image("chevron-down")}; }}
QHeaderView {{ background: {t.surface}; border: none; }}
QHeaderView::section {{
    background: {t.surface}; color: {t.muted}; border: none; border-bottom: 1px solid {t.border}; padding: 0 8px;
    min-height: 27px; font-weight: 600;
}}
QPlainTextEdit {{
    background: {t.surface}; color: {t.text}; border: none; selection-background-color: {t.accent};
    selection-color: {t.on_accent};
}}
QPlainTextEdit[role="request"] {{ background: {t.window}; border: 1px solid {t.border}; border-radius: 5px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border}; padding: 4px; }}
"""


def _tabs(t: Theme) -> str:
    return f"""
QTabWidget::pane {{ border: none; border-top: 1px solid {t.border}; background: transparent; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{
    background: transparent; color: {t.muted}; padding: 5px 2px; margin-right: 16px; border: none;
    border-bottom: 2px solid transparent;
}}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QFrame#details {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 7px; }}
QFrame#details QTabBar::tab:first {{ margin-left: 12px; }}
"""


def _bars(t: Theme) -> str:
    return f"""
QMenuBar {{ background: {t.window}; color: {t.text}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.selection}; }}
QMenu::item:disabled {{ color: {t.disabled}; background: transparent; }}
QMenu::right-arrow {{ image: {_image("chevron-right")}; width: 13px; height: 13px; right: 6px; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
QTabBar::tab:disabled {{ color: {t.field_border}; }}
QSplitter::handle {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 3px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 3px; }}
QScrollBar::handle {{ background: {t.field_border}; border-radius: 3px; min-height: 28px; min-width: 28px; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
