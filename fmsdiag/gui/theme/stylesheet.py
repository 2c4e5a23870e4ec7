"""The style sheet over Fusion: flat fields and buttons, cards with a hairline, tabs that look like text."""

from __future__ import annotations

import re
from string import Template

from PySide6.QtWidgets import QWidget

from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui.theme.theme import Theme

_SIZES = re.compile(r"((?:min-height|max-height|font-size): )(\d+)px")
"""What grows with the letters."""

# $name is a color of the theme, or a bundled icon
_FIELDS = """
QLineEdit, QComboBox, QSpinBox {
    background: $surface; color: $text; border: 1px solid $field_border; border-radius: 5px;
    padding: 0 8px; min-height: 28px; selection-background-color: $accent; selection-color: $on_accent;
}
QComboBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QComboBox:!editable { padding-left: 10px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus { border: 2px solid $accent; padding: 0 7px; min-height: 26px; }
QComboBox:!editable:focus { padding-left: 9px; }
QComboBox QLineEdit:focus { border: none; padding: 0; min-height: 0; }
QLineEdit[invalid="true"], QComboBox[invalid="true"] { border-color: $bad; }
QLineEdit:disabled, QLineEdit:read-only, QComboBox:disabled, QSpinBox:disabled {
    background: $window; color: $muted; border-color: $border;
}
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: $chevron_down; width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $border; padding: 4px; outline: 0;
    selection-background-color: $selection; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; }
QLabel[role="error"] { color: $bad; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="caution"] { color: $warn; }
"""
_BUTTONS = """
QPushButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: 5px;
    padding: 0 12px; min-height: 28px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border: 2px solid $accent; padding: 0 11px; min-height: 26px; }
QPushButton:disabled { color: $disabled; background: transparent; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; min-width: 92px;
}
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 0 11px; }
QPushButton[role="primary"]:disabled { background: $hover; border-color: $border; color: $muted; }
QPushButton[role="stop"] { color: $bad; border-color: $bad; font-weight: 600; min-width: 92px; }
QPushButton[role="stop"]:disabled { color: $disabled; border-color: $border; }
QToolButton { background: transparent; color: $accent; border: 1px solid transparent; border-radius: 5px;
    padding: 3px 6px; }
QToolButton:hover { background: $hover; }
QToolButton:focus { border: 1px solid $accent; }
QLineEdit QToolButton, QLineEdit QToolButton:focus { padding: 0; border: none; }
QPushButton[role="link"] {
    background: transparent; color: $accent; border: 1px solid transparent; padding: 0; min-height: 18px;
    text-align: left;
}
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid $accent; }
"""
_CHOICES = """
QSpinBox, QSpinBox:focus { padding-right: 2px; max-height: 28px; }
QSpinBox:focus { max-height: 26px; }
QSpinBox QLineEdit, QSpinBox QLineEdit:focus, QSpinBox QLineEdit:disabled {
    border: none; background: transparent; padding: 0; min-height: 0;
}
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 20px; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover { background: $hover; }
QSpinBox::up-arrow { image: $chevron_up; width: 11px; height: 11px; }
QSpinBox::down-arrow { image: $chevron_down; width: 11px; height: 11px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox { spacing: 7px; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid $field_border; border-radius: 4px;
    background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: $tick; }
QCheckBox::indicator:focus { border: 2px solid $accent; }
QCheckBox::indicator:checked:focus { border: 2px solid $text; }
QCheckBox:disabled { color: $disabled; }
QCheckBox::indicator:disabled { border-color: $border; background: $window; }
QRadioButton::indicator { width: 15px; height: 15px; border: 1px solid $field_border; border-radius: 8px;
    background: $surface; }
QRadioButton::indicator:checked { width: 7px; height: 7px; border: 5px solid $accent; border-radius: 8px; }
QRadioButton::indicator:focus { border-color: $text; }
QRadioButton:disabled { color: $disabled; }
QRadioButton::indicator:disabled { border-color: $border; background: $window; }
QPushButton[role="pill"] {
    background: $surface; color: $muted; border: 1px solid $field_border; border-radius: 12px;
    padding: 0 11px 0 9px; min-height: 22px;
}
QPushButton[role="pill"]:hover { background: $hover; color: $text; }
QPushButton[role="pill"]:checked {
    background: $selection; color: $text; border-color: $accent;
}
QPushButton[role="pill"]:focus { border: 2px solid $accent; padding: 0 10px 0 8px; min-height: 20px; }
QPushButton[role="pill"]:checked:focus { border-color: $text; }
QPushButton[role="pill"]:disabled { color: $disabled; background: transparent; border: 1px dashed $border; }
QPushButton[role="pill"]:checked:disabled { color: $muted; border: 1px solid $border; background: $hover; }
"""
"""Numbers, ticks and pills: what is chosen instead of typed."""
_SURFACES = """
QFrame#card { border: 1px solid $border; border-radius: 7px; background: $surface; }
QFrame#card[tone="good"] { border-left: 4px solid $good; }
QFrame#card[tone="good"][mirrored="true"] { border-left: 1px solid $border; border-right: 4px solid $good; }
QLabel#word[tone="good"] { color: $good; font-weight: 600; }
QFrame#card[tone="warn"] { border-left: 4px solid $warn; }
QFrame#card[tone="warn"][mirrored="true"] { border-left: 1px solid $border; border-right: 4px solid $warn; }
QLabel#word[tone="warn"] { color: $warn; font-weight: 600; }
QFrame#card[tone="bad"] { border-left: 4px solid $bad; }
QFrame#card[tone="bad"][mirrored="true"] { border-left: 1px solid $border; border-right: 4px solid $bad; }
QLabel#word[tone="bad"] { color: $bad; font-weight: 600; }
QFrame#card[tone="neutral"] { border-left: 4px solid $muted; }
QFrame#card[tone="neutral"][mirrored="true"] { border-left: 1px solid $border; border-right: 4px solid $muted; }
QLabel#word[tone="neutral"] { color: $muted; font-weight: 600; }
QFrame#banner { border: 1px solid $accent; border-radius: 7px; background: $surface; }
QFrame#message { border: 1px solid $border; border-radius: 7px; background: $surface; }
QFrame#message[tone="good"] { border-color: $good; }
QFrame#message[tone="caution"] { border-color: $warn; }
QFrame#message[tone="bad"] { border-color: $bad; }
QLabel#notice[tone="good"] { color: $good; }
QLabel#notice[tone="warn"] { color: $warn; }
QLabel#notice[tone="bad"] { color: $bad; }
QLabel#notice[tone="neutral"] { color: $muted; }
QPlainTextEdit#raw, QPlainTextEdit#reading { border: 1px solid $border; border-radius: 7px; }
QLabel#headline { font-size: 17px; font-weight: 600; }
QLabel[role="caption"] { color: $muted; font-weight: 600; }
QLabel[role="confidence"] { color: $muted; }
QScrollArea, QWidget#scrolled { background: transparent; border: none; }
QTreeView { background: $surface; border: 1px solid $border; border-radius: 7px; outline: 0; padding: 1px; }
QTreeView:focus { border-color: $accent; }
QTreeView::item { padding: 0 5px; border: none; }
QTreeView::item:hover, QTreeView::branch:hover { background: $raised; }
QTreeView::item:selected, QTreeView::branch:selected { background: $selection; color: $text; }
QTreeView::branch:has-children:closed { image: $chevron_right; }
QTreeView::branch:has-children:open { image: $chevron_down; }
QTreeView#history::item { min-height: 26px; }
QListWidget { background: $surface; border: 1px solid $border; border-radius: 7px; outline: 0; padding: 1px; }
QListWidget:focus { border-color: $accent; }
QListWidget::item { padding: 0 5px; min-height: 26px; border: none; }
QListWidget::item:hover { background: $raised; }
QListWidget::item:selected { background: $selection; color: $text; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $border; padding: 0 8px;
    min-height: 27px; font-weight: 600;
}
QPlainTextEdit {
    background: $surface; color: $text; border: none; selection-background-color: $accent;
    selection-color: $on_accent;
}
QPlainTextEdit#typed { border: 1px solid $field_border; border-radius: 5px; padding: 0 4px; }
QPlainTextEdit#typed:focus { border-color: $accent; }
QPlainTextEdit#typed[invalid="true"] { border-color: $bad; }
QPlainTextEdit[role="request"] { background: $window; border: 1px solid $border; border-radius: 5px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
"""
_TABS = """
QTabWidget::pane { border: none; border-top: 1px solid $border; background: transparent; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 5px 2px; margin-right: 16px; border: none;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar QToolButton { background: $window; border: none; padding: 0; }
QTabBar QToolButton::left-arrow { image: $chevron_left; width: 14px; height: 14px; }
QTabBar QToolButton::right-arrow { image: $chevron_right; width: 14px; height: 14px; }
QTabBar#reports::tab { padding: 3px 4px; margin-right: 18px; }
QTabBar::close-button { image: $close; border-radius: 3px; width: 14px; height: 14px; }
QTabBar::close-button:hover { background: $hover; }
QFrame#details { background: $surface; border: 1px solid $border; border-radius: 7px; }
QFrame#details QTabBar::tab:first { margin-left: 12px; }
"""
_BARS = """
QMenuBar { background: $window; color: $text; padding: 2px 6px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::right-arrow { image: $chevron_right; width: 13px; height: 13px; right: 6px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QTabBar::tab:disabled { color: $disabled; }
QSplitter::handle { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 3px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 3px; }
QScrollBar::handle { background: $field_border; border-radius: 3px; min-height: 28px; min-width: 28px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
_SHEET = Template("\n".join((_FIELDS, _BUTTONS, _CHOICES, _SURFACES, _TABS, _BARS)))
_ICONS = ("chevron-down", "chevron-up", "chevron-left", "chevron-right", "close")


def style_sheet(theme: Theme, zoom: float = 1.0) -> str:
    """Qt style sheet of the whole application in the colors of `theme`, with what holds letters `zoom` times as high."""
    icons = {name.replace("-", "_"): _image(name) for name in _ICONS}
    tick = _image("tick-dark" if theme.on_accent != "#ffffff" else "tick-light")
    sheet = _SHEET.substitute(theme._asdict(), tick=tick, **icons)
    return _SIZES.sub(lambda size: f"{size[1]}{round(int(size[2]) * zoom)}px", sheet)


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and have it looked at again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _image(name: str) -> str:
    # quoted, since an unquoted path with a space in it would cost the whole sheet
    return f'url("{bundled_file("icons", name + ".svg").as_posix()}")'
