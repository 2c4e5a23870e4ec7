"""The packets of the run that is shown go where the user says, masked; a file that cannot be written is said."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.report_file.packet_export import PacketExport
from fmsdiag.probe.sockets.recording import TrafficRecorder
from tests.gui.children import child
from tests.probe.fake_network import FakeNetwork
from tests.report import samples
from tests.report.packets.pcapng_reader import read

Told = list[tuple[str, str]]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def export(window: QWidget, settings: QSettings, told: Told) -> PacketExport:
    return PacketExport(
        window,
        settings,
        lambda said: told.append(("done", said)),
        lambda said: told.append(("failed", said)),
    )


async def recorded() -> TrafficRecorder:
    recorder = TrafficRecorder()
    net = recorder.over(FakeNetwork(tcp={1935: lambda: lambda _: ()}), lambda: 1.0)
    stream = await net.open_tcp(samples.SERVER, 1935)
    await stream.send(b"publish " + samples.STREAM_KEY.encode())
    await stream.close()
    return recorder


def test_packets_go_where_the_dialog_says(
    qtbot: QtBot, qt_loop: QEventLoop, window: QWidget, export: PacketExport, told: Told, tmp_path: Path
) -> None:
    target = msgspec.structs.replace(samples.port_blocked().target, stream=samples.STREAM_KEY)
    report = msgspec.structs.replace(samples.port_blocked(), target=target)

    async def ask() -> None:
        export.show(report, await recorded())
        export.ask()
        dialog = child(window, QFileDialog)
        assert dialog.selectedFiles()[0].endswith(".pcapng")
        dialog.selectFile(str(tmp_path / "p.pcapng"))
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        await export.settled()

    qt_loop.run_until_complete(ask())
    assert told == [("done", f"Packets saved as {tmp_path / 'p.pcapng'}. Secrets are masked.")]
    data = (tmp_path / "p.pcapng").read_bytes()
    assert samples.STREAM_KEY.encode() not in data
    assert len(read(data).packets) == 5


def test_a_file_that_cannot_be_written_is_said(
    qt_loop: QEventLoop, export: PacketExport, told: Told, tmp_path: Path
) -> None:
    async def write() -> None:
        await export.write(samples.healthy(), TrafficRecorder(), tmp_path / "missing" / "p.pcapng")

    qt_loop.run_until_complete(write())
    assert told[0][0] == "failed"
    assert told[0][1].startswith("Packets not saved: ")


def test_without_a_run_there_is_nothing_to_ask(window: QWidget, export: PacketExport) -> None:
    export.ask()
    export.show(samples.healthy(), None)
    export.ask()
    assert window.findChild(QFileDialog) is None
