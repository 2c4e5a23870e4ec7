"""The three windows of the Help menu. They are not modal: a test can go on beside them."""

from __future__ import annotations

import platform
from collections.abc import Mapping

import PySide6
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from fmsdiag import __version__
from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui.theme.icons import icon
from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.probe.disclosure import in_general


class SentTexts(Table, of="gui.what-is-sent"):
    """What This App Sends: headings, and a paragraph or a list under each."""

    TITLE = text("What This App Sends")
    INTRO = text("Nothing is sent before you press Run Test.")
    REPORT = text("WHAT A REPORT HIDES")
    REPORT_HIDES = text(
        "Stream names and keys, passwords, query strings, the names of user and computer, local addresses, and the names "
        "of proxies are masked whenever a report is copied, saved, or printed; the request to your network administrator "
        "keeps the addresses of this network's routers and proxies. The server, its ports, and the times stay. User names "
        "and passwords that you enter are never in a report, and are forgotten when you close the window."
    )


class HelpTexts(Table, of="gui.help"):
    """The other dialogs."""

    CLOSE = text("&Close")
    ABOUT = text("About fmsdiag")
    VERSION = text("fmsdiag {version:name}  ·  Python {python:name}")
    WHAT_IT_IS = text(
        "fmsdiag finds out why an RTMP player cannot connect: it tries a media server the way players do and "
        "names the cause."
    )
    FREE_SOFTWARE = text("fmsdiag is free software under the MIT license.")
    QT = text(
        "It uses Qt {qt:name} by The Qt Company and its contributors, through PySide6 {pyside:name}, under the GNU Lesser "
        "General Public License, version 3. Qt is a separate library here: you may replace it with a version of your own. "
        "The texts of all licenses are under Help ▸ Licenses."
    )
    LICENSES = text("Licenses")
    LICENSE_OF = text("License of")
    FMSDIAG_MIT = text("fmsdiag (MIT)")
    QT_LGPL = text("Qt and PySide6 (LGPL 3)")
    GPL = text("GPL 3, to which the LGPL refers")
    DEJAVU = text("DejaVu Sans (its own free license)")
    OTHER_LIBRARIES = text("Other libraries")
    OTHERS_INTRO = text(
        "Apart from Qt and the font, fmsdiag uses these libraries, each under its own free license:"
    )
    # translators: names of libraries, and in parentheses those of their licenses
    LIBRARIES = text("""\
asyncio event loop for Qt: qasync (BSD)
reports and their schema: msgspec (BSD-3-Clause)
languages: Babel (BSD-3-Clause)
HTTP: h11 (MIT)
DNS: dnspython (ISC)
certificates: cryptography (Apache-2.0 or BSD-3-Clause), truststore (MIT)
pages: Jinja2 and MarkupSafe (BSD-3-Clause)
folders of this system: platformdirs (MIT)
terminal: rich (MIT), Pygments (BSD-2-Clause), markdown-it-py (MIT)
network interfaces: psutil (BSD-3-Clause)
language: Python (PSF-2.0)""")


LICENSES: Mapping[Text, tuple[str, str] | None] = {
    HelpTexts.FMSDIAG_MIT: ("licenses", "fmsdiag-MIT.txt"),
    HelpTexts.QT_LGPL: ("licenses", "LGPL-3.0.txt"),
    HelpTexts.GPL: ("licenses", "GPL-3.0.txt"),
    HelpTexts.DEJAVU: ("fonts", "DejaVuSans-LICENSE.txt"),
    HelpTexts.OTHER_LIBRARIES: None,
}
"""Titles of the licenses and the bundled files with their texts; none: the list of libraries."""


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts)


def _lines(*lines: str) -> str:
    return "\n".join(lines)


def sent_words() -> str:
    """The text of What This App Sends."""
    return _paragraphs(
        say(SentTexts.INTRO),
        *(render(message) for message in in_general()),
        _lines(say(SentTexts.REPORT), say(SentTexts.REPORT_HIDES)),
    )


def about_words() -> str:
    """The text of About fmsdiag."""
    qt = say(HelpTexts.QT, qt=qVersion(), pyside=PySide6.__version__)
    return _paragraphs(say(HelpTexts.WHAT_IT_IS), say(HelpTexts.FREE_SOFTWARE), qt)


class TextDialog(QDialog):
    """A text to read, with a Close button; Esc closes it too."""

    def __init__(self, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page = QPlainTextEdit(words, readOnly=True)
        self.page.setObjectName("reading")
        self.page.setTabChangesFocus(True)
        self.page.setAccessibleName(title)
        self.page.document().setDocumentMargin(12)
        buttons = QDialogButtonBox()
        buttons.addButton(say(HelpTexts.CLOSE), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)


def what_is_sent(parent: QWidget) -> TextDialog:
    return TextDialog(say(SentTexts.TITLE), sent_words(), parent)


def licenses(parent: QWidget) -> TextDialog:
    """A list of licenses over the text of the chosen one."""
    dialog = TextDialog(say(HelpTexts.LICENSES), "", parent)
    choice, titles = QComboBox(), list(LICENSES)
    choice.setAccessibleName(say(HelpTexts.LICENSE_OF))
    choice.addItems([say(title) for title in titles])
    choice.currentIndexChanged.connect(lambda row: dialog.page.setPlainText(license_text(titles[row])))
    dialog.page.setPlainText(license_text(titles[0]))
    layout = dialog.layout()
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(0, choice)
    choice.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def about(parent: QWidget) -> TextDialog:
    dialog = TextDialog(say(HelpTexts.ABOUT), about_words(), parent)
    head = QLabel(say(HelpTexts.VERSION, version=__version__, python=platform.python_version()), dialog)
    head.setObjectName("headline")
    picture = QLabel(dialog)
    picture.setPixmap(icon("app").pixmap(QSize(48, 48), parent.devicePixelRatioF()))
    layout = dialog.layout()
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(0, picture)
        layout.insertWidget(1, head)
    dialog.resize(560, 340)
    return dialog


def license_text(title: Text) -> str:
    """The text of one of LICENSES: a bundled file, or the list of the other libraries."""
    where = LICENSES[title]
    if where is None:
        return _paragraphs(say(HelpTexts.OTHERS_INTRO), say(HelpTexts.LIBRARIES))
    return bundled_file(*where).read_text(encoding="utf-8")
