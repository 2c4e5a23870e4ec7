"""The folded part of the form: three pages that most users never need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.form.form_input import AdvancedInput, Entrusted, ProxyKind
from fmsdiag.gui.form.intrusive_tests import IntrusiveTests
from fmsdiag.gui.form.proxy_options import ProxyOptions
from fmsdiag.gui.form.timing_and_comparison import TimingAndComparison
from fmsdiag.gui.settings import flag, string, whole_number
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Family, ProxyType
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy


class AdvancedTexts(Table, of="gui.advanced"):
    """The pages' titles."""

    OPTIONS = text("Advanced options")
    PAGES = text("Pages of the advanced options")
    TIMING = text("Timing and comparison")
    PROXY = text("Proxy and sign-in")
    INTRUSIVE = text("Tests that affect others")


class AdvancedOptions(QWidget):
    """Every field has a default, so most users never need it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pace, self.proxies, self.further = TimingAndComparison(), ProxyOptions(), IntrusiveTests()
        self.errors = self.pace.errors | self.proxies.errors
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(say(AdvancedTexts.OPTIONS))
        self.tabs.tabBar().setAccessibleName(say(AdvancedTexts.PAGES))
        self.tabs.addTab(_Page(self.pace), say(AdvancedTexts.TIMING))
        self.tabs.addTab(_Page(self.proxies), say(AdvancedTexts.PROXY))
        self.tabs.addTab(_Page(self.further), say(AdvancedTexts.INTRUSIVE))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._fit_page)
        self._fit_page()
        self.set_values(AdvancedInput())
        for page in (self.pace, self.proxies, self.further):
            page.changed.connect(self.changed)

    def values(self) -> AdvancedInput:
        return self.further.values(self.proxies.values(self.pace.values(AdvancedInput())))

    def set_values(self, values: AdvancedInput) -> None:
        """Show `values`; what was entrusted is forgotten, and consent too."""
        self.pace.set_values(values)
        self.proxies.set_values(values)
        self.further.set_values(values)

    def entrusted(self) -> Entrusted:
        return self.proxies.entrusted()

    def lines(self) -> tuple[QLineEdit, ...]:
        """The fields in which Enter runs the test, and which are judged when they lose the focus."""
        return (self.pace.control, self.pace.resolver, *self.proxies.lines())

    def fields(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        return (*self.pace.fields(), *self.proxies.fields(), *self.further.fields())

    def set_editable(self, editable: bool) -> None:
        for field in self.pace.fields():
            field.setEnabled(editable)
        self.proxies.set_editable(editable)
        self.further.set_editable(editable)

    def reveal(self, field: QWidget) -> None:
        """Turn to the page with that field."""
        for index in range(self.tabs.count()):
            page = self.tabs.widget(index)
            if isinstance(page, QScrollArea) and page.isAncestorOf(field):
                self.tabs.setCurrentIndex(index)
                page.ensureWidgetVisible(field)

    def _fit_page(self) -> None:
        """As high as the page in front: a higher one behind it would leave a gap."""
        for page in self.tabs.findChildren(_Page):
            page.set_in_front(page is self.tabs.currentWidget())

    def save(self, settings: QSettings) -> None:
        """Nothing that is secret, and nothing that can disturb."""
        values = self.values()
        settings.setValue("form/interval_ms", values.interval_ms)
        settings.setValue("form/timeout_s", values.timeout_s)
        settings.setValue("form/sequential", values.sequential)
        settings.setValue("form/family", values.family.value)
        settings.setValue("form/control", values.control)
        settings.setValue("form/resolver", values.resolver)
        settings.setValue("form/deep", values.deep)
        settings.setValue("form/proxy", values.proxy.value)
        settings.setValue("form/proxy_type", values.proxy_type or "")
        settings.setValue("form/proxy_address", _without_credentials(values.proxy_address))

    def restore(self, settings: QSettings) -> None:
        usual = AdvancedInput()
        family = string(settings, "form/family", usual.family)
        proxy = string(settings, "form/proxy", usual.proxy)
        kind = string(settings, "form/proxy_type")
        self.set_values(
            AdvancedInput(
                interval_ms=whole_number(settings, "form/interval_ms", usual.interval_ms),
                timeout_s=whole_number(settings, "form/timeout_s", usual.timeout_s),
                sequential=flag(settings, "form/sequential"),
                family=Family(family) if family in list(Family) else usual.family,
                control=string(settings, "form/control"),
                resolver=string(settings, "form/resolver"),
                deep=flag(settings, "form/deep"),
                proxy=ProxyKind(proxy) if proxy in list(ProxyKind) else usual.proxy,
                proxy_type=ProxyType(kind) if kind in list(ProxyType) else None,
                proxy_address=_without_credentials(string(settings, "form/proxy_address")),
            )
        )


class _Page(QScrollArea):
    """As tall as what is in it where there is room, and scrolled where the window is small."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner, self._in_front = inner, True
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self.setWidget(inner)

    def set_in_front(self, in_front: bool) -> None:
        self._in_front = in_front
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as the lines are that its words make at this width, and of no height behind another page."""
        hint, layout = self._inner.sizeHint(), self._inner.layout()
        if not self._in_front:
            return QSize(hint.width(), 0)
        if layout is None or not layout.hasHeightForWidth():
            return hint
        return QSize(hint.width(), layout.totalHeightForWidth(max(self.width(), hint.width() // 2)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()  # a sentence has come or gone
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        inner = self._inner.minimumSizeHint()
        return QSize(inner.width(), min(inner.height(), 3 * self.fontMetrics().lineSpacing()))


def _without_credentials(address: str) -> str:
    """A proxy's address fit to be kept: "" where it is none, since a password may stand in the wrong place."""
    try:
        url = parse_proxy(address).address.url if address else ""
    except TargetError:
        return ""
    return url if url.startswith("https://") else url.partition("://")[2]
