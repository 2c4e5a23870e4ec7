"""A file for support goes where it is found, under a name that says whose it is, and replaces none."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, QStandardPaths

from fmsdiag.gui.handover.places import default_folder, free_path, remember_folder, support_name
from fmsdiag.model import FilledField, Prepared
from tests.report import samples

NAME = "media.example.com_20260512T1202Z_ab12.zip"


def test_without_a_profile_it_is_named_as_any_report() -> None:
    assert support_name(samples.port_blocked()) == f"fmsdiag_{NAME}"


@pytest.mark.parametrize(
    ("sender", "ticket", "name"),
    [
        ("Example Streaming", "4711", f"fmsdiag_Example-Streaming_4711_{NAME}"),
        ("Bücher & Söhne", "../../etc", f"fmsdiag_Bücher-Söhne_etc_{NAME}"),
        ("..", " ", f"fmsdiag_{NAME}"),
        ("x" * 100, "", f"fmsdiag_{'x' * 40}_{NAME}"),
    ],
)
def test_with_a_profile_it_names_who_asked_and_the_ticket(sender: str, ticket: str, name: str) -> None:
    prepared = Prepared(sender, "0123456789abcdef", (FilledField("Ticket", ticket),))
    assert support_name(msgspec.structs.replace(samples.port_blocked(), prepared=prepared)) == name


def test_no_file_is_replaced(tmp_path: Path) -> None:
    assert free_path(tmp_path, "a.zip") == tmp_path / "a.zip"
    (tmp_path / "a.zip").touch()
    assert free_path(tmp_path, "a.zip") == tmp_path / "a-2.zip"
    (tmp_path / "a-2.zip").touch()
    assert free_path(tmp_path, "a.zip") == tmp_path / "a-3.zip"


def test_it_goes_where_the_last_one_went_else_to_the_desktop(
    settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop, documents = tmp_path / "Desktop", tmp_path / "Documents"
    documents.mkdir()
    folders = {
        QStandardPaths.StandardLocation.DesktopLocation: desktop,
        QStandardPaths.StandardLocation.DocumentsLocation: documents,
    }
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(folders.get(place, tmp_path)))
    assert default_folder(settings) == documents
    desktop.mkdir()
    assert default_folder(settings) == desktop
    remember_folder(settings, tmp_path / "r.zip")
    assert default_folder(settings) == tmp_path
    remember_folder(settings, tmp_path / "gone" / "r.zip")
    assert default_folder(settings) == desktop
