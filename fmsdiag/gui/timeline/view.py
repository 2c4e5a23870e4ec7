"""The timeline on screen: a tree view whose delegate paints icons and the waterfall, a header with ticks, a legend."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.theme.theme import Theme
from fmsdiag.gui.timeline.legend import Legend
from fmsdiag.gui.timeline.marks import ROW_ICON, row_icon, tone_color
from fmsdiag.gui.timeline.method_cut import MethodCut
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.nodes import COLUMNS, TITLES, AttemptNode, Column, HeadingNode, Node, StepNode
from fmsdiag.gui.timeline.waterfall import segments
from fmsdiag.gui.timeline.waterfall_paint import (
    letter_font,
    paint_boxes,
    paint_grid,
    paint_marker,
    paint_player_line,
    small_font,
)
from fmsdiag.messages.failures import FailureWords
from fmsdiag.messages.language import RouteNames, Units
from fmsdiag.messages.reader import say
from fmsdiag.messages.step_names import StepNames
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Purpose
from fmsdiag.report.waterfall import MARGIN, Scale, boxes, player_note, round_scale, tick_label
from fmsdiag.report.words import tone_of_failure

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 28
"""Pixels, while nothing is zoomed."""
LEAST_HEIGHT, TIGHT_HEIGHT = 130, 90
"""Pixels of header and rows, with the legend and without it."""
_BESIDE_WORDS, _GAP = 8, 6
_SELECTED, _HOVERED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_MouseOver
_CUT_END = Qt.TextElideMode.ElideRight
LIVE_SPAN_S = 1.0
"""While a run goes on the scale is at least this long, so that it doesn't race through milliseconds at the start."""
LEAST_WATERFALL = 120
"""Pixels that the other columns leave it as long as they can."""
ROOMY_WATERFALL = 160
"""The same, once statuses only want to be read whole: it has two ticks, so that the bars have a measure."""
LEAST_STATUS = 108
"""Pixels in which "Connected" stands beside its icon, while nothing is zoomed."""
NARROW = 470
"""Pixels of width, while nothing is zoomed, below which the times, which the waterfall shows as well, make room for it."""
_LEFT_HERE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
"""The waterfall runs from left to right in every language."""
MAX_PICTURES = 256
"""Painted waterfalls that are kept, some 50 kB each."""


class ViewTexts(Table, of="gui.timeline-view"):
    """The tree as a whole."""

    NAME = text("Timeline of attempts")
    EMPTY = text("The attempts appear here, each with its steps and times.")
    COPY_ROW = text("&Copy Row")
    COPY_ALL = text("Copy All as &Text")
    EXPAND_ALL = text("&Expand All")
    COLLAPSE_ALL = text("C&ollapse All")


class Timeline(QWidget):
    """The tree and its legend."""

    selected = Signal(object)
    """The Node of the current row, or none."""
    copy_wanted = Signal(object)
    """The Node whose row is to be copied."""
    copy_all_wanted = Signal()
    current_changed = Signal()
    """The current row says something else than before: a run goes on in it."""

    def __init__(self, model: TimelineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = TimelineTree(model)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.tree, 1)
        self.legend = Legend()
        layout.addWidget(self.legend)
        for changed in (model.rowsInserted, model.modelReset):
            changed.connect(lambda: self.legend.show_phases(model.phases))
        self._told: object = None
        for changed in (
            self.tree.selectionModel().currentRowChanged,
            self.tree.selectionModel().selectionChanged,
        ):
            changed.connect(self._tell_selected)
        model.dataChanged.connect(self._tell_current)
        self._make_menu(model)

    def _make_menu(self, model: TimelineModel) -> None:
        """Copy Row, in the menu of the right button and by keyboard; while a run goes on, no row has its last word."""
        self.copy_row = QAction(say(ViewTexts.COPY_ROW), self.tree)
        self.copy_row.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_row.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_row.triggered.connect(lambda: self.copy_wanted.emit(model.node(self.tree.currentIndex())))
        self.copy_all = QAction(say(ViewTexts.COPY_ALL), self.tree)
        self.copy_all.triggered.connect(self.copy_all_wanted)
        expand = QAction(say(ViewTexts.EXPAND_ALL), self.tree)
        expand.triggered.connect(self.tree.expandAll)
        collapse = QAction(say(ViewTexts.COLLAPSE_ALL), self.tree)
        collapse.triggered.connect(self._collapse)
        between = QAction(self.tree)
        between.setSeparator(True)
        self.tree.addActions([self.copy_row, self.copy_all, between, expand, collapse])
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for changed in (model.modelReset, model.dataChanged, self.tree.selectionModel().currentRowChanged):
            changed.connect(lambda: self._allow_copying(model))
        self._allow_copying(model)

    def _collapse(self) -> None:
        """To how it is after a run: attempts closed, the headings over them open."""
        self.tree.collapseAll()
        for heading in self.tree.timeline.headings():
            self.tree.expand(heading)

    def _tell_selected(self) -> None:
        """A row that only has the focus, since somebody came by with Tab, is not chosen yet."""
        current = self.tree.currentIndex()
        chosen = self.tree.selectionModel().isRowSelected(current.row(), current.parent())
        node = self.tree.timeline.node(current) if current.isValid() and chosen else None
        if node is not self._told:
            self._told = node
            self.selected.emit(node)

    def _allow_copying(self, model: TimelineModel) -> None:
        current = model.node(self.tree.currentIndex())
        ended = not model.live and isinstance(current, AttemptNode | StepNode)
        self.copy_row.setEnabled(ended)
        self.copy_all.setEnabled(not model.live and model.rowCount() > 0)

    def set_tight(self, tight: bool) -> None:
        """Do without the legend, and with two rows: in a low window that the form fills."""
        self.legend.setVisible(not tight)
        self.setMinimumHeight(TIGHT_HEIGHT if tight else LEAST_HEIGHT)

    def reveal(self, observation_id: str) -> None:
        """Select the row of an observation, opening what hides it."""
        index = self.tree.timeline.index_of(observation_id)
        if index.isValid():
            self.tree.expand(index.parent())
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_current(self, first: QModelIndex) -> None:
        """Steps tell of their attempt, too, so a row's own change is all there is to look for."""
        current = self.tree.currentIndex()
        if current.isValid() and current.internalPointer() is first.internalPointer():
            self.current_changed.emit()


class TimelineTree(QTreeView):
    """Attempts and steps; rows can be reached and opened by keyboard as in any tree."""

    def __init__(self, model: TimelineModel, parent: QWidget | None = None) -> None:
        self._laid_out = False
        super().__init__(parent)
        self.timeline = model
        self.setModel(model)
        self.setHeader(TimelineHeader(self))
        self.setItemDelegate(TimelineDelegate(self))
        self.setUniformRowHeights(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIndentation(18)
        self.setAccessibleName(say(ViewTexts.NAME))
        self._lay_out_columns()
        self._fitting = False
        self._fitted_by_hand = False
        self.header().sectionResized.connect(self._section_resized)
        self._widest_method = self._widest_status = 0
        model.rowsInserted.connect(self._make_room)
        model.rowsInserted.connect(self._open_headings)
        model.modelReset.connect(self._forget)
        model.dataChanged.connect(self._rescale)
        model.settled.connect(self._measure_statuses)
        self._live_scale_s = LIVE_SPAN_S
        self._painted_scale_s = 0.0
        self._laid_out = True

    def scale_s(self) -> float:
        """Seconds that the waterfall shows; while a run goes on it only grows, so that bars don't jump back."""
        span = self.timeline.span_s()
        if not self.timeline.live:
            return round_scale(max(span, 0.001))
        self._live_scale_s = max(self._live_scale_s, round_scale(max(span, 0.001)))
        return self._live_scale_s

    def player_connects_s(self) -> float | None:
        node = self.timeline.player_connects()
        return node.ended_s(self.timeline.now_s) if node is not None else None

    def _lay_out_columns(self) -> None:
        header = self.header()
        metrics = QFontMetrics(self.font())
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(40)
        samples = {
            Column.STEP: say(StepNames.HANDSHAKE),
            Column.METHOD: say(RouteNames.RTMPT, port=1935),
            Column.STATUS: say(FailureWords.UNEXPECTED_REPLY),
            Column.TOTAL: say(Units.MILLISECONDS, number="000"),
        }
        beside = {Column.STEP: 3 * self.indentation() - 6, Column.STATUS: 24}  # branches and icons
        self._narrowest = {
            column: max(metrics.horizontalAdvance(sample) + beside.get(column, 0), self._title_width(column))
            + 20
            for column, sample in samples.items()
        }
        for column, width in self._narrowest.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(Column.WATERFALL, QHeaderView.ResizeMode.Stretch)

    def _title_width(self, column: Column) -> int:
        font = QFont(self.header().font())
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font).horizontalAdvance(say(TITLES[column]))

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider columns."""
        super().changeEvent(event)
        changed = event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange)
        if changed and self._laid_out and not self._fitted_by_hand:
            self._fitting = True  # or it would look as if the user had dragged the columns
            self._lay_out_columns()
            self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens and closes a row, beside the arrow keys that any tree has."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            first = self.currentIndex().siblingAtColumn(0)
            self.setExpanded(first, not self.isExpanded(first))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.timeline.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme_of(self.palette()).muted))
            painter.drawText(
                self.viewport().rect(),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                say(ViewTexts.EMPTY),
            )

    def _fit_columns(self) -> None:
        """Share the width between method, status and waterfall, until the user drags a column."""
        if self._fitted_by_hand:
            return
        header, width = self.header(), self.viewport().width()
        self._fitting = True
        is_narrow = width < NARROW * letter_scale(self.font())
        header.setSectionHidden(Column.TOTAL, is_narrow)
        step = self._narrowest[Column.STEP] - (3 * self.indentation() if width < NARROW else 0)
        room = width - step - header.sectionSize(Column.TOTAL)
        method = max(
            self._narrowest[Column.METHOD], int(room * 0.22), min(self._widest_method, int(room * 0.34))
        )
        left = room - LEAST_WATERFALL
        status = max(
            self._narrowest[Column.STATUS],
            int((room - method) * 0.38),
            min(self._widest_status, room - method - ROOMY_WATERFALL),
        )
        if method + status > left:  # too narrow for all words: they are cut, but nothing is out of sight
            scale = letter_scale(self.font())
            least = max(round(LEAST_STATUS * scale), self._title_width(Column.STATUS) + 22)
            status = max(least, left - method)
            method = max(round(80 * scale), left - status)
        header.resizeSection(Column.STEP, step)
        header.resizeSection(Column.METHOD, method)
        header.resizeSection(Column.STATUS, status)
        self._fitting = False

    def _make_room(self, parent: QModelIndex, first: int, last: int) -> None:
        """Let the methods be read whole where there is room; only what is new is measured."""
        metrics, before = QFontMetrics(self.font()), self._widest_method
        for row in range(first, last + 1):
            method = self.timeline.index(row, Column.METHOD, parent).data()
            self._widest_method = max(self._widest_method, metrics.horizontalAdvance(method or "") + 20)
        if self._widest_method != before:
            self._fit_columns()

    def _measure_statuses(self) -> None:
        """What they need once nothing of them changes any more: while a run goes on the bars must not be moved by words."""
        metrics, before = QFontMetrics(self.font()), self._widest_status
        told = (self.timeline.index(row, Column.STATUS).data() for row in range(self.timeline.rowCount()))
        beside = ROW_ICON + _GAP + 2 * _BESIDE_WORDS
        self._widest_status = max(
            (metrics.horizontalAdvance(each or "") + beside for each in told), default=0
        )
        if self._widest_status != before:
            self._fit_columns()

    def _section_resized(self, column: int) -> None:
        if not self._fitting and column != Column.WATERFALL:
            self._fitted_by_hand = True

    def _open_headings(self) -> None:
        for index in self.timeline.headings():
            # an empty heading that is told to open would look closed when its rows come
            if self.timeline.rowCount(index) and not self.isExpanded(index):
                self.setFirstColumnSpanned(index.row(), index.parent(), True)
                self.expand(index)

    def _rescale(self) -> None:
        """A new scale moves every row's boxes and the ticks; otherwise only the changed rows are painted."""
        scale = self.scale_s()
        if scale != self._painted_scale_s:
            self._painted_scale_s = scale
            self.viewport().update()
            self.header().viewport().update()

    def _forget(self) -> None:
        self._live_scale_s = LIVE_SPAN_S
        self._widest_method = self._widest_status = 0


class TimelineHeader(QHeaderView):
    """The column titles; over the waterfall, its ticks once there is something to measure."""

    def __init__(self, tree: TimelineTree) -> None:
        super().__init__(Qt.Orientation.Horizontal, tree)
        self._tree = tree

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        if logicalIndex != Column.WATERFALL or not self._tree.timeline.span_s():
            super().paintSection(painter, rect, logicalIndex)
            return
        theme = theme_of(self.palette())
        painter.save()
        painter.fillRect(rect, QColor(theme.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(theme.border))
        painter.setFont(small_font(self.font()))
        painter.setPen(QColor(theme.muted))
        scale = Scale.of_cell(self._tree.scale_s(), rect.width())
        for tick in scale.ticks():
            left = rect.left() + scale.x(tick) + 3
            room = QRectF(left, rect.top(), rect.right() - left, rect.height())
            label = tick_label(tick)
            if painter.fontMetrics().horizontalAdvance(label) <= room.width():
                painter.drawText(room, _LEFT_HERE, label)
        painter.restore()


class TimelineDelegate(QStyledItemDelegate):
    """Paints the status with its icon and the waterfall; the words come from the model."""

    def __init__(self, tree: TimelineTree) -> None:
        super().__init__(tree)
        self._tree = tree
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self._method_cut = MethodCut()
        tree.timeline.modelReset.connect(self._pictures.clear)
        for changed in (tree.timeline.modelReset, tree.timeline.rowsInserted, tree.timeline.rowsRemoved):
            changed.connect(self._method_cut.forget)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        beside = ROW_ICON + _GAP if index.column() == Column.STATUS else 0
        height = round(ROW_HEIGHT * max(1.0, letter_scale(option.font)))
        return QSize(super().sizeHint(option, index).width() + beside, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Straight from the node: Qt's own way asks the model for eight roles of each cell and takes three times as
        long. The whole row is selected and the tree's frame shows the focus, so no cell has a frame of its own."""
        node, theme = self._tree.timeline.node(index), theme_of(option.palette)
        if node is None:
            return
        column, cell, selected = COLUMNS[index.column()], option.rect, bool(option.state & _SELECTED)
        if selected:
            painter.fillRect(cell, QColor(theme.selection))
        elif option.state & _HOVERED:
            painter.fillRect(cell, QColor(theme.raised))
        if column is not Column.WATERFALL:
            # on the selection's ground the plain text is easiest to read; icon and word still tell the tone
            painter.setPen(QColor(theme.text if selected else text_color(node, column, theme)))
            self._paint_words(painter, cell, node, column, option.font)
            return
        plain = not selected and not option.state & _HOVERED
        if plain and isinstance(node, AttemptNode) and node.attempt is not None:
            painter.drawPixmap(cell.topLeft(), self._picture(node, option, painter))
            return
        painter.save()
        painter.setClipRect(cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_waterfall(painter, QRectF(cell), node, option)
        painter.restore()

    def _picture(self, node: AttemptNode, option: QStyleOptionViewItem, painter: QPainter) -> QPixmap:
        """The waterfall of an attempt that has ended: painted once for a scale and a size, then only copied.

        While a run goes on every row is painted again many times a second, and most of them have ended.
        """
        tree, size = self._tree, option.rect.size()
        ratio = painter.device().devicePixelRatioF()
        connects = tree.player_connects_s() if node.purpose is Purpose.FALLBACK else None
        first = node is tree.timeline.player_connects()
        key = (
            node,
            tree.scale_s(),
            size.width(),
            size.height(),
            ratio,
            connects,
            first,
            option.palette.cacheKey(),
        )
        known = self._pictures.get(key)
        if known is None:
            if len(self._pictures) >= MAX_PICTURES:
                self._pictures.clear()
            known = QPixmap(size * ratio)
            known.setDevicePixelRatio(ratio)
            known.fill(Qt.GlobalColor.transparent)
            inner = QPainter(known)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_waterfall(inner, QRectF(QPoint(0, 0), size), node, option)
            inner.end()
            self._pictures[key] = known
        return known

    def _paint_words(self, painter: QPainter, cell: QRect, node: Node, column: Column, font: QFont) -> None:
        mirrored = self._tree.isRightToLeft()
        room = cell.adjusted(_BESIDE_WORDS, 0, -_BESIDE_WORDS, 0)
        if isinstance(node, AttemptNode) and column is Column.STATUS:
            at = room.right() + 1 - ROW_ICON if mirrored else room.left()
            row_icon(node.mark).paint(painter, at, cell.top(), ROW_ICON, cell.height())
            beside = ROW_ICON + _GAP
            room.adjust(*(0, 0, -beside, 0) if mirrored else (beside, 0, 0, 0))
        if isinstance(node, HeadingNode):
            font = QFont(font)
            font.setWeight(QFont.Weight.DemiBold)
        words, metrics = node.text(column, self._tree.timeline.now_s), QFontMetrics(font)
        if metrics.horizontalAdvance(words) > room.width():
            is_compared = column in (Column.METHOD, Column.STATUS) and isinstance(node, AttemptNode)
            mode = self._method_cut.mode(node, column, metrics, room.width()) if is_compared else _CUT_END
            words = metrics.elidedText(words, mode, room.width())
        side = Qt.AlignmentFlag.AlignRight if column is Column.TOTAL else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_waterfall(
        self, painter: QPainter, cell: QRectF, node: Node, option: QStyleOptionViewItem
    ) -> None:
        model, palette = self._tree.timeline, option.palette
        scale = Scale.of_cell(self._tree.scale_s(), cell.width())
        if not model.span_s():
            return
        if not option.state & QStyle.StateFlag.State_Selected:
            paint_grid(painter, cell, scale, palette)
        connects = self._tree.player_connects_s()
        if connects is not None and isinstance(node, AttemptNode) and node.purpose is Purpose.FALLBACK:
            paint_player_line(painter, cell, scale, connects, palette)
        placed = boxes(segments(node, model.now_s), scale.seconds, scale.width)
        painter.setFont(letter_font(option.font))
        height = (16.0 if isinstance(node, AttemptNode) else 14.0) * max(1.0, letter_scale(option.font))
        paint_boxes(painter, cell, placed, height, palette)
        if isinstance(node, AttemptNode) and not node.running and placed:
            painter.setFont(small_font(option.font))
            note = player_note() if node is model.player_connects() else ""
            left = cell.left() + MARGIN + placed[-1].right + 5
            busy = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
            ground = None if option.state & busy else palette.color(QPalette.ColorRole.Base)
            paint_marker(painter, cell, left, node.mark, note, palette, ground)


def text_color(node: Node, column: Column, theme: Theme) -> str:
    """The color of a cell's words where the row is not selected."""
    if isinstance(node, HeadingNode):
        return theme.muted
    if isinstance(node, AttemptNode):
        if node.waiting:
            return theme.muted
        return tone_color(node.mark.tone, theme) if column is Column.STATUS else theme.text
    if isinstance(node, StepNode):
        failure = node.observation.told_failure if node.observation is not None else None
        if column is Column.STATUS and failure is not None:
            return tone_color(tone_of_failure(node.purpose, failure), theme)
        return theme.muted if column is not Column.STEP else theme.text
    return theme.text
