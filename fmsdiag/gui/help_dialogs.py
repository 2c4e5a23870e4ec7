"""The three windows of the Help menu. They are not modal: a test can go on beside them."""

from __future__ import annotations

import platform

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
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_CONTROL_HTTP, DEFAULT_RESOLVER

WHAT_IS_SENT = f"""\
Nothing leaves this computer but the tests themselves, and only after you press Run Test. \
There is no telemetry, no update check, and no upload of reports.

TO THE SERVER THAT YOU NAME
The server's name is looked up. On each port of the plan and of the extra checks, fmsdiag connects and does what a \
player does up to the server's answer to “connect”, then closes. On web and administration ports it sends one \
well-formed request. On UDP it sends the greeting of RTMFP, Flash's protocol without connections, and a key; UDP \
packets are lost at times, so each may be sent a few times.

ONLY WHAT YOU SWITCH ON UNDER ADVANCED
• Encrypted RTMP: the handshake of RTMPE or RTMPTE. It can crash a fragile server, so it is off.
• Publish: an empty stream without picture or sound, on air for three seconds under the name that you give. It \
cuts off whoever is on air there under that name. It needs your word, once for each test, that the stream is \
yours.
• Play: the request of a viewer for that stream, for a few seconds.
• Sign-in: your name and a proof that you know the password go to the server that you name, if it asks. The \
password itself does not.

TO A PROXY
If this computer is set up to use a proxy, or you name one, the proxy hears the server's name and ports. A name \
and password for it go to that proxy alone, and only if it asks; some proxies are told them as they are, without \
encryption. fmsdiag may also fetch the proxy script that this computer's settings name.

TO THIRD PARTIES, FOR COMPARISON
Only when something fails and a comparison is needed to tell two causes apart:
• {DEFAULT_CONTROL}: does the same port work elsewhere?
• {DEFAULT_CONTROL_HTTP}: does a plain web request work?
• the name server {DEFAULT_RESOLVER}: does it know the server's name?
Under Advanced you can name others, or write “none” to switch them off. A server with a private address is never \
compared with third parties. Every contact is listed in the report.

WHAT A REPORT HIDES
Stream names and keys, passwords, query strings, the names of user and computer, local addresses and the names of \
proxies are masked whenever a report is copied, saved or printed. The server, its ports and the times stay. What you \
type as a name or password is never in a report, and is forgotten when you close the window.
"""

ABOUT = f"""\
fmsdiag tells why an RTMP player cannot connect: it tries a media server the way players do and names the cause.

fmsdiag is free software under the MIT licence.

It uses Qt {qVersion()} by The Qt Company and its contributors, through PySide6 {PySide6.__version__}, under the GNU \
Lesser General Public License, version 3. Qt is a library of its own here: you may replace it by a version of yours. \
The texts of all licences are under Help ▸ Licences.
"""

_OTHERS = """\
Apart from Qt and the font, fmsdiag uses these libraries, each under its own free licence:

asyncio event loop for Qt: qasync (BSD)
reports and their schema: msgspec (BSD-3-Clause)
HTTP: h11 (MIT)
DNS: dnspython (ISC)
certificates: cryptography (Apache-2.0 or BSD-3-Clause), truststore (MIT)
pages: Jinja2 and MarkupSafe (BSD-3-Clause)
folders of this system: platformdirs (MIT)
the terminal: rich (MIT), Pygments (BSD-2-Clause), markdown-it-py (MIT)
network interfaces: psutil (BSD-3-Clause)
the language: Python (PSF-2.0)
"""

LICENCES = {
    "fmsdiag (MIT)": ("licences", "fmsdiag-MIT.txt"),
    "Qt and PySide6 (LGPL 3)": ("licences", "LGPL-3.0.txt"),
    "GPL 3, to which the LGPL refers": ("licences", "GPL-3.0.txt"),
    "DejaVu Sans (its own free licence)": ("fonts", "DejaVuSans-LICENCE.txt"),
}
"""Titles of the licences and the bundled files with their texts."""
OTHER_LIBRARIES = "Other libraries"


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
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)


def what_is_sent(parent: QWidget) -> TextDialog:
    return TextDialog("What This App Sends", WHAT_IS_SENT, parent)


def licences(parent: QWidget) -> TextDialog:
    """A list of licences over the text of the chosen one."""
    dialog = TextDialog("Licences", "", parent)
    choice = QComboBox()
    choice.setAccessibleName("Licence of")
    choice.addItems([*LICENCES, OTHER_LIBRARIES])
    choice.currentTextChanged.connect(lambda title: dialog.page.setPlainText(licence_text(title)))
    dialog.page.setPlainText(licence_text(choice.currentText()))
    layout = dialog.layout()
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(0, choice)
    choice.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def about(parent: QWidget) -> TextDialog:
    dialog = TextDialog("About fmsdiag", ABOUT, parent)
    head = QLabel(f"fmsdiag {__version__}  ·  Python {platform.python_version()}", dialog)
    head.setObjectName("headline")
    picture = QLabel(dialog)
    picture.setPixmap(icon("app").pixmap(QSize(48, 48), parent.devicePixelRatioF()))
    layout = dialog.layout()
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(0, picture)
        layout.insertWidget(1, head)
    dialog.resize(560, 340)
    return dialog


def licence_text(title: str) -> str:
    """The text of one of LICENCES, or the list of the other libraries."""
    where = LICENCES.get(title)
    return bundled_file(*where).read_text(encoding="utf-8") if where is not None else _OTHERS
