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
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_CONTROL_HTTP, DEFAULT_RESOLVER


class SentTexts(Table, of="gui.what-is-sent"):
    """What This App Sends: headings, and a paragraph or a list under each."""

    TITLE = text("What This App Sends")
    INTRO = text(
        "Nothing leaves this computer but the tests themselves, and only after you press Run Test. There is no telemetry, "
        "no update check, and no upload of reports."
    )
    SERVER = text("TO THE SERVER THAT YOU ENTER")
    SERVER_IS_SENT = text(
        "The server's name is looked up. On each port of the plan and of the extra checks, fmsdiag connects and does what "
        "a player does up to the server's answer to “connect”, then closes the connection. On web and administration "
        "ports it sends one well-formed request. On UDP it sends the greeting of RTMFP, Flash's protocol over UDP, and a "
        "key; because UDP packets can get lost, each may be sent a few times."
    )
    CHOSEN = text("ONLY WHAT YOU SWITCH ON UNDER ADVANCED")
    DEEP = text(
        "• Deep tests: more connections to the same server, some opened quickly one after the other and one left idle, and "
        "an upload of 64 kB. They take about 20 s."
    )
    ENCRYPTED = text(
        "• Encrypted RTMP: the handshake of RTMPE or RTMPTE. It can crash a fragile server, so it is off by default."
    )
    PUBLISH = text(
        "• Publish: an empty stream without picture or sound, for three seconds, under the name that you enter. It cuts "
        "off a live stream of the same name. You are asked for consent before each test."
    )
    PLAY = text("• Play: a viewer's request for that stream, for a few seconds.")
    SIGN_IN = text(
        "• Sign-in: your user name and a proof that you know the password go to the server that you enter, if it asks. The "
        "password itself is not sent."
    )
    PROXY = text("TO A PROXY")
    PROXY_IS_SENT = text(
        "If this computer is set up to use a proxy, or you enter one, the proxy gets the server's name and ports. A user "
        "name and password for it go to that proxy only, and only if it asks; some proxies receive them unencrypted. "
        "fmsdiag may also download the proxy script that this computer's settings name."
    )
    OTHERS = text("TO THIRD PARTIES, FOR COMPARISON")
    OTHERS_ARE_SENT = text("Only when something fails and a comparison is needed to tell two causes apart:")
    CONTROL = text("• {host}: does the same port work elsewhere?")
    CONTROL_HTTP = text("• {host}: does a plain web request work?")
    RESOLVER = text("• the DNS server {address}: does it know the server's name?")
    OTHERS_OFF = text(
        "Under Advanced you can enter others, or “none” to switch them off. A server with a private address is never "
        "compared with third parties. Every contact is listed in the report."
    )
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
        "fmsdiag tells why an RTMP player cannot connect: it tries a media server the way players do and names the cause."
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
    HelpTexts.FMSDIAG_MIT: ("licences", "fmsdiag-MIT.txt"),
    HelpTexts.QT_LGPL: ("licences", "LGPL-3.0.txt"),
    HelpTexts.GPL: ("licences", "GPL-3.0.txt"),
    HelpTexts.DEJAVU: ("fonts", "DejaVuSans-LICENCE.txt"),
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
        _lines(say(SentTexts.SERVER), say(SentTexts.SERVER_IS_SENT)),
        _lines(
            say(SentTexts.CHOSEN),
            say(SentTexts.DEEP),
            say(SentTexts.ENCRYPTED),
            say(SentTexts.PUBLISH),
            say(SentTexts.PLAY),
            say(SentTexts.SIGN_IN),
        ),
        _lines(say(SentTexts.PROXY), say(SentTexts.PROXY_IS_SENT)),
        _lines(
            say(SentTexts.OTHERS),
            say(SentTexts.OTHERS_ARE_SENT),
            say(SentTexts.CONTROL, host=DEFAULT_CONTROL),
            say(SentTexts.CONTROL_HTTP, host=DEFAULT_CONTROL_HTTP),
            say(SentTexts.RESOLVER, address=DEFAULT_RESOLVER),
            say(SentTexts.OTHERS_OFF),
        ),
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
