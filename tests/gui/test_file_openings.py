from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.app import openings_for
from fmsdiag.gui.file_openings import FileOpenings


@pytest.fixture
def openings(qapp: QApplication) -> Iterator[FileOpenings]:
    made = FileOpenings(qapp)
    yield made
    qapp.removeEventFilter(made)


def test_files_that_come_before_there_is_a_window_wait_and_are_all_opened(
    qapp: QApplication, openings: FileOpenings, tmp_path: Path
) -> None:
    opened: list[Path | str] = []
    for name in ("a.fmsdiag-report", "b.fmsdiag-report"):
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / name)))
    openings.give_to(opened.extend)
    openings.give_to(opened.extend)
    assert opened == [tmp_path / "a.fmsdiag-report", tmp_path / "b.fmsdiag-report"]


def test_files_that_come_later_are_opened_at_once(
    qapp: QApplication, openings: FileOpenings, tmp_path: Path
) -> None:
    opened: list[Path | str] = []
    openings.give_to(opened.extend)
    path = tmp_path / "résumé of 1 %.fmsdiag-report"
    assert QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(path))))
    assert opened == [path]


def test_an_address_is_no_file(qapp: QApplication, openings: FileOpenings) -> None:
    opened: list[Path | str] = []
    openings.give_to(opened.extend)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl("https://media.example.com/x")))
    assert opened == []


def test_a_link_of_ours_is_handed_over_as_it_is(qapp: QApplication, openings: FileOpenings) -> None:
    opened: list[Path | str] = []
    openings.give_to(opened.extend)
    assert QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl("fmsdiag://profile/eNo_-A")))
    assert opened == ["fmsdiag://profile/eNo_-A"]


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_no_filter_slows_a_system_that_gives_files_as_arguments(qapp: QApplication, system: str) -> None:
    assert openings_for(qapp, system) is None


def test_a_mac_is_heard(qapp: QApplication, tmp_path: Path) -> None:
    made = openings_for(qapp, "darwin")
    assert made is not None
    opened: list[Path | str] = []
    made.give_to(opened.extend)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / "a.fmsdiag-report")))
    qapp.removeEventFilter(made)
    assert opened == [tmp_path / "a.fmsdiag-report"]
