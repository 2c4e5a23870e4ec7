"""Tools ▸ Create Customer Profile: what `fmsdiag profile create` takes, judged while it is typed, as a file or a link."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.gui.background import in_background
from fmsdiag.gui.handover.places import default_folder, plain_name
from fmsdiag.gui.notice import Notice
from fmsdiag.gui.profile.create_fields import CreateFields
from fmsdiag.gui.profile.create_texts import CreateTexts
from fmsdiag.gui.settings import string
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.visible import one_line
from fmsdiag.model import PlanName, Reference, Report
from fmsdiag.profile.draft import MOST_LOGO_READ, profile_of
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.link import make_link
from fmsdiag.profile.profile_file import EXTENSION, encode
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import EXTENSIONS, open_report
from fmsdiag.report.words import Tone
from fmsdiag.whole_file import write_whole

_SIZE = QSize(680, 800)
"""At which all fields are seen, while nothing is zoomed."""
_SENDER_KEY, _FOLDER_KEY = "profile/sender", "profile/folder"


class CreateProfileDialog(QDialog):
    """Open it with `open()` or `show()`; it tests nothing and sends nothing."""

    def __init__(self, report: Report | None, settings: QSettings, parent: QWidget | None = None) -> None:
        """`report` is what the window shows, and may become the reference run."""
        super().__init__(parent)
        self._settings = settings
        self._reading: asyncio.Task[None] | None = None
        self._closed = False
        self.setWindowTitle(say(CreateTexts.TITLE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = CreateFields(reference_in(report) if report is not None else None)
        self.fields.changed.connect(self._changed)
        self.fields.logo_wanted.connect(self._ask_for_logo)
        self.fields.reference_wanted.connect(self._ask_for_reference)
        self.notice = Notice()
        self.buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.save = self.buttons.addButton(say(CreateTexts.SAVE), role.ActionRole)
        self.copy_link = self.buttons.addButton(say(CreateTexts.COPY_LINK), role.ActionRole)
        self.buttons.addButton(say(CreateTexts.CLOSE), role.RejectRole)
        self.save.setDefault(True)
        set_style_property(self.save, "role", "primary")
        self.save.clicked.connect(self._ask_where)
        self.copy_link.clicked.connect(self._copy_link)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(0, 60)))  # room for its title

    def prefill(self, servers: tuple[str, ...], plan: PlanName | None, ports: str) -> None:
        """What the form has; the name is that of the last profile."""
        self.fields.fill(servers, plan, ports, string(self._settings, _SENDER_KEY))

    def _lay_out(self) -> None:
        intro = WrappedText(muted=True)
        intro.setText(say(CreateTexts.INTRO))
        ground = QScrollArea(widgetResizable=True)
        ground.setFrameShape(QFrame.Shape.NoFrame)
        ground.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.fields.setObjectName("scrolled")
        ground.setWidget(self.fields)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addWidget(ground, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self.buttons)

    # ---- a file or a link
    def _is_right(self) -> bool:
        right = self.fields.tell_all()
        if not right:
            self.notice.say(say(CreateTexts.WRONG), Tone.CAUTION)
        return right

    def _ask_where(self) -> None:
        if not self._is_right():
            return
        dialog = self._file_dialog(say(CreateTexts.SAVE_TITLE))
        dialog.setObjectName("save-profile")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(say(CreateTexts.PROFILE_FILES))
        dialog.setDefaultSuffix(EXTENSION.removeprefix("."))
        if not string(self._settings, _FOLDER_KEY):
            dialog.setDirectory(str(default_folder(self._settings)))
        dialog.selectFile(f"{plain_name(self.fields.draft().sender)}{EXTENSION}")
        dialog.fileSelected.connect(lambda path: self.write(Path(path)))
        dialog.open()

    def write(self, path: Path) -> None:
        """Write the profile; why it cannot be written is said, and the fields stay."""
        try:
            write_whole(path, encode(profile_of(self.fields.draft())))
        except ProfileError as error:
            self.notice.say(str(error), Tone.BAD)
            return
        except OSError as error:
            self.notice.say(say(CreateTexts.NOT_SAVED, reason=str(error.strerror or error)), Tone.BAD)
            return
        self._settings.setValue(_FOLDER_KEY, str(path.parent))
        self._remember_sender()
        self.notice.say(say(CreateTexts.SAVED, path=str(path)), Tone.GOOD)

    def _copy_link(self) -> None:
        if not self._is_right():
            return
        try:
            link = make_link(profile_of(self.fields.draft()))
        except ProfileError as error:
            self.notice.say(str(error), Tone.BAD)
            return
        QGuiApplication.clipboard().setText(link)
        self._remember_sender()
        self.notice.say(say(CreateTexts.COPIED), Tone.GOOD)

    def _remember_sender(self) -> None:
        self._settings.setValue(_SENDER_KEY, self.fields.draft().sender)

    def _changed(self) -> None:
        """What is wrong is said at its field; until that is right there is nothing to save."""
        self.notice.clear()
        for button in (self.save, self.copy_link):
            button.setEnabled(not self.fields.is_wrong)

    # ---- files that are read
    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, string(self._settings, _FOLDER_KEY))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _ask_for_logo(self) -> None:
        dialog = self._file_dialog(say(CreateTexts.CHOOSE_LOGO))
        dialog.setObjectName("choose-logo")
        dialog.setNameFilter(say(CreateTexts.PNG_FILES))
        dialog.fileSelected.connect(lambda path: self.take_logo(Path(path)))
        dialog.open()

    def take_logo(self, path: Path) -> None:
        """Read a picture's file, as much of it as a logo can have."""
        try:
            with path.open("rb") as file:
                data = file.read(MOST_LOGO_READ)
        except OSError as error:
            self._say_unread(path, str(error.strerror or error))
            return
        self.fields.take_logo(data, path.name)

    def _ask_for_reference(self) -> None:
        dialog = self._file_dialog(say(CreateTexts.CHOOSE_REFERENCE))
        dialog.setObjectName("choose-reference")
        patterns = " ".join(f"*{extension}" for extension in EXTENSIONS)
        dialog.setNameFilter(say(CreateTexts.REPORT_FILES, patterns=patterns))
        dialog.fileSelected.connect(lambda path: self.take_reference(Path(path)))
        dialog.open()

    def take_reference(self, path: Path) -> None:
        """Read a report in another thread: a large one takes seconds."""
        before = self._reading
        self._reading = asyncio.get_running_loop().create_task(self._read_reference(path, before))

    async def _read_reference(self, path: Path, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        report, problem = None, ""
        try:
            opened = await in_background(open_report, path)
            report, problem = opened.report, opened.notice
        except ReportError as error:
            problem = str(error)
        if self._closed:
            return
        if report is None:
            self._say_unread(path, problem)
        else:
            self.fields.add_reference(reference_in(report))

    def _say_unread(self, path: Path, problem: str) -> None:
        said = say(CreateTexts.NOT_READ, file=one_line(path.name, 80), problem=problem)
        self.notice.say(said, Tone.BAD)

    def done(self, result: int) -> None:
        """Closed: a file that is still read is shown to nobody; its thread answers to a task that is still there."""
        self._closed = True
        super().done(result)


def reference_in(report: Report) -> Reference:
    """What a report has to compare a customer's run with."""
    return reference_of(report.report_id, report.started_at, report.target.host, report.attempts)
