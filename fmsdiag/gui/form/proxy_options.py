"""The second page of the advanced options: which proxy, and the names and passwords for it and for the server."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from fmsdiag.gui.form.field_error import FieldError
from fmsdiag.gui.form.form_input import AdvancedInput, Entrusted, ProxyKind
from fmsdiag.gui.form.secret_field import SecretField
from fmsdiag.gui.form.timing_and_comparison import CalmComboBox
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import ProxyScheme, ProxyType
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy


class ProxyTexts(Table, of="gui.proxy"):
    """The page. "&" marks the access key."""

    NEVER_KEPT = text(
        "Names and passwords are used for the test only; they are never saved, neither in settings nor in reports."
    )
    CHOICE = text("Pro&xy")
    CHOICE_HINT = text(
        "A proxy sits between this network and the internet. Your network administrator can tell you whether "
        "there is one."
    )
    SYSTEM = text("This computer's setting")
    NONE = text("No proxy")
    HTTP = text("This HTTP proxy")
    SOCKS5 = text("This SOCKS5 proxy")
    ADDRESS = text("A&ddress")
    ADDRESS_NAME = text("Proxy address")
    ADDRESS_EXAMPLE = text("e.g. {example:name}")
    USE = text("&Use it")
    USE_HINT = text(
        "Flash players have a setting for when to use the proxy (proxyType). Change it only if you know what "
        "your player uses."
    )
    USE_AFTER = text("After the direct attempts")
    # translators: the quoted words are values of Flash's property proxyType
    USE_NONE = text("Flash “none”: never")
    USE_HTTP = text("Flash “HTTP”: for web requests")
    USE_CONNECT = text("Flash “CONNECT”: through a tunnel")
    USE_ONLY = text("Flash “CONNECTOnly”: always")
    USE_BEST = text("Flash “best”: secure attempts first")
    PROXY_NAME = text("Proxy user &name")
    PROXY_PASSWORD = text("Pass&word")
    PROXY_PASSWORD_NAME = text("Password for the proxy")
    PROXY_ASKS = text("only if the proxy asks")
    SERVER_NAME = text("Server user na&me")
    SERVER_NAME_HINT = text("For servers that require sign-in (Adobe's and Limelight's authentication)")
    SERVER_PASSWORD = text("Password")
    SERVER_PASSWORD_NAME = text("Password for the server")
    SERVER_ASKS = text("only if the server asks")


_CHOICES = (
    (ProxyTexts.SYSTEM, ProxyKind.SYSTEM),
    (ProxyTexts.NONE, ProxyKind.NONE),
    (ProxyTexts.HTTP, ProxyKind.HTTP),
    (ProxyTexts.SOCKS5, ProxyKind.SOCKS5),
)
_USES = (
    (ProxyTexts.USE_AFTER, None),
    (ProxyTexts.USE_NONE, ProxyType.NONE),
    (ProxyTexts.USE_HTTP, ProxyType.HTTP),
    (ProxyTexts.USE_CONNECT, ProxyType.CONNECT),
    (ProxyTexts.USE_ONLY, ProxyType.CONNECT_ONLY),
    (ProxyTexts.USE_BEST, ProxyType.BEST),
)


class ProxyOptions(QWidget):
    """All fields may stay empty: most networks have no proxy, and most servers require no sign-in."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_fields()
        self.errors = {
            "proxy": FieldError(self.address),
            "proxy_name": FieldError(self.proxy_name),
            "server_name": FieldError(self.server_name),
        }
        self._lay_out()
        self._connect()
        self._update()

    # ---- what others ask

    def values(self, others: AdvancedInput) -> AdvancedInput:
        """`others` with what this page says, without names and passwords."""
        choice = ProxyKind(self.choice.currentData())  # Qt gives back a bare text
        use: str | None = self.use.currentData()
        return replace(
            others,
            proxy=choice,
            proxy_address=self.address.text().strip(),
            proxy_type=ProxyType(use) if use else None,
        )

    def set_values(self, values: AdvancedInput) -> None:
        """Show `values`; names and passwords that were typed are forgotten."""
        self.choice.setCurrentIndex(self.choice.findData(values.proxy))
        self.address.setText(values.proxy_address)
        self.use.setCurrentIndex(max(0, self.use.findData(values.proxy_type)))
        for field in (self.proxy_name, self.proxy_password):
            field.clear()
        self.forget_sign_in()

    def entrusted(self) -> Entrusted:
        """The names and passwords; those of a proxy only where one may be used."""
        proxy = ("", "")
        if self.choice.currentData() != ProxyKind.NONE:
            proxy = (self.proxy_name.text(), self.proxy_password.text())
        return Entrusted(*proxy, self.server_name.text(), self.server_password.text())

    def set_sign_in(self, entrusted: Entrusted) -> None:
        """The name and password for the server, which came with its address."""
        self.server_name.setText(entrusted.server_name)
        self.server_password.setText(entrusted.server_password)

    def forget_sign_in(self) -> None:
        """Empty name and password for the server: they were meant for one server and go to no other."""
        self.server_name.clear()
        self.server_password.clear()

    def fields(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        return (self.choice, *self.lines(), self.use)

    def lines(self) -> tuple[QLineEdit, ...]:
        return (
            self.address, self.proxy_name, self.proxy_password, self.server_name, self.server_password,
        )  # fmt: skip

    def set_editable(self, editable: bool) -> None:
        for field in self.fields():
            field.setEnabled(editable)
        if editable:
            self._update()

    # ---- building

    def _make_fields(self) -> None:
        self.choice = CalmComboBox()
        for words, value in _CHOICES:
            self.choice.addItem(say(words), value)
        self.choice.setToolTip(say(ProxyTexts.CHOICE_HINT))
        self.use = CalmComboBox()
        for words, use in _USES:
            self.use.addItem(say(words), use)
        self.use.setToolTip(say(ProxyTexts.USE_HINT))
        self.address = QLineEdit(
            placeholderText=say(ProxyTexts.ADDRESS_EXAMPLE, example="proxy.example:3128")
        )
        self.proxy_name = QLineEdit(placeholderText=say(ProxyTexts.PROXY_ASKS))
        self.proxy_password = SecretField(say(ProxyTexts.PROXY_PASSWORD_NAME), say(ProxyTexts.NEVER_KEPT))
        self.server_name = QLineEdit(placeholderText=say(ProxyTexts.SERVER_ASKS))
        self.server_name.setToolTip(say(ProxyTexts.SERVER_NAME_HINT))
        self.server_password = SecretField(say(ProxyTexts.SERVER_PASSWORD_NAME), say(ProxyTexts.NEVER_KEPT))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 10, 0, 2)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        rows = (
            ((ProxyTexts.CHOICE, self.choice, ""), (ProxyTexts.ADDRESS, self.address, "proxy")),
            (
                (ProxyTexts.PROXY_NAME, self.proxy_name, "proxy_name"),
                (ProxyTexts.PROXY_PASSWORD, self.proxy_password, ""),
            ),
            (
                (ProxyTexts.SERVER_NAME, self.server_name, "server_name"),
                (ProxyTexts.SERVER_PASSWORD, self.server_password, ""),
            ),
        )
        for number, row in enumerate(rows):
            for column, (words, field, error) in enumerate(row):
                grid.addWidget(self._buddy(words, field), 2 * number, 2 * column)
                grid.addWidget(field, 2 * number, 2 * column + 1)
                if error:
                    grid.addWidget(self.errors[error], 2 * number + 1, 2 * column + 1)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(7, 1)
        note = QLabel(say(ProxyTexts.NEVER_KEPT), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        note.setProperty("role", "muted")
        grid.addWidget(note, 6, 0, 1, 2)
        grid.addWidget(self._buddy(ProxyTexts.USE, self.use), 6, 2)
        grid.addWidget(self.use, 6, 3)

    @staticmethod
    def _buddy(said: Text, field: QWidget) -> QLabel:
        words = say(said)
        label = QLabel(words)
        label.setBuddy(field)
        field.setAccessibleName(field.accessibleName() or words.replace("&", ""))
        return label

    def _connect(self) -> None:
        self.address.setAccessibleName(say(ProxyTexts.ADDRESS_NAME))
        self.choice.currentIndexChanged.connect(self._update)
        self.choice.currentIndexChanged.connect(self.changed)
        self.use.currentIndexChanged.connect(self.changed)
        self.address.editingFinished.connect(self._spread_address)
        for line in self.lines():
            line.textChanged.connect(self.changed)

    # ---- what people do

    def _update(self) -> None:
        choice = self.choice.currentData()
        self.address.setEnabled(choice in (ProxyKind.HTTP, ProxyKind.SOCKS5))
        for field in (self.proxy_name, self.proxy_password, self.use):
            field.setEnabled(choice != ProxyKind.NONE)

    def _spread_address(self) -> None:
        """A whole URL fills the other fields: its scheme the choice, its credentials their own fields."""
        entered = self.address.text().strip()
        if "://" not in entered and "@" not in entered:
            return
        try:
            typed = parse_proxy(entered)
        except TargetError:
            return  # what is wrong is said on blur
        url, is_https = typed.address.url, typed.address.scheme is ProxyScheme.HTTPS
        if "://" in entered and not is_https:
            self.choice.setCurrentIndex(self.choice.findData(ProxyKind(typed.address.scheme.value)))
        if typed.credentials is not None:
            self.proxy_name.setText(typed.credentials[0])
            self.proxy_password.setText(typed.credentials[1])
        self.address.setText(url if is_https else url.partition("://")[2])
