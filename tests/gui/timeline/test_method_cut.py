"""Methods that differ look different in a narrow column."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.timeline.method_cut import MethodCut
from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node
from fmsdiag.model import Endpoint, PlannedAttempt, Purpose, Transport
from tests.report import samples


def rows(*tried: PlannedAttempt) -> list[AttemptNode]:
    parent = Node()
    parent.children = [AttemptNode(parent, number, one) for number, one in enumerate(tried, 1)]
    return [node for node in parent.children if isinstance(node, AttemptNode)]


def planned(transport: Transport, port: int, proxy: str | None = None) -> PlannedAttempt:
    return PlannedAttempt(Endpoint(transport, samples.HOST, port, proxy=proxy), Purpose.FALLBACK)


BY_BEGIN = rows(
    planned(Transport.RTMP, 1935, "http://proxy.example:3128"),
    planned(Transport.RTMPT, 80, "http://proxy.example:3128"),
)
BY_END = rows(planned(Transport.RTMFP, 1935), planned(Transport.RTMFP, 1936), planned(Transport.RTMFP, 443))
BY_LAST_LETTERS = rows(
    planned(Transport.RTMP, 1935, "http://a-very-long-name-of-a-proxy.example:3128"),
    planned(Transport.RTMP, 1935, "http://a-very-long-name-of-a-proxy.example:3129"),
)


@pytest.mark.parametrize("nodes", [BY_BEGIN, BY_END, BY_LAST_LETTERS])
@pytest.mark.parametrize("letters", [12, 20])
def test_what_differs_is_shown(qapp: QApplication, nodes: list[AttemptNode], letters: int) -> None:
    metrics = QFontMetrics(QFont())
    room = letters * metrics.averageCharWidth()
    cut = MethodCut()
    shown = [
        metrics.elidedText(node.text(Column.METHOD, 0.0), cut.mode(node, Column.METHOD, metrics, room), room)
        for node in nodes
    ]
    assert len(set(shown)) == len(nodes)
    assert len({cut.mode(node, Column.METHOD, metrics, room) for node in nodes}) == 1


def test_the_beginning_is_preferred(qapp: QApplication) -> None:
    metrics = QFontMetrics(QFont())
    room = 20 * metrics.averageCharWidth()
    assert MethodCut().mode(BY_BEGIN[0], Column.METHOD, metrics, room) is Qt.TextElideMode.ElideRight


def test_new_rows_are_looked_at_again(qapp: QApplication) -> None:
    metrics, cut = QFontMetrics(QFont()), MethodCut()
    nodes = rows(planned(Transport.RTMFP, 1935))
    room = 12 * metrics.averageCharWidth()
    assert cut.mode(nodes[0], Column.METHOD, metrics, room) is Qt.TextElideMode.ElideRight
    parent = nodes[0].parent
    assert parent is not None
    parent.children.append(AttemptNode(parent, 2, planned(Transport.RTMFP, 1936)))
    cut.forget()
    assert cut.mode(nodes[0], Column.METHOD, metrics, room) is not Qt.TextElideMode.ElideRight
