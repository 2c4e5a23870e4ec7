"""The printed report: the ticket's words, black on white, nothing of HTML obeyed."""

from pathlib import Path

import msgspec
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.report_file.printing import print_report, printed
from fmsdiag.model import Target
from tests.report import samples


def test_the_document_has_the_words(qapp: QApplication) -> None:
    hostile = Target("media.example.com", "<b>live</b><script>x</script>", stream=samples.STREAM_KEY)
    text = printed(msgspec.structs.replace(samples.port_blocked(), target=hostile)).toPlainText()
    assert "Port 1935 is blocked" in text
    assert "<script>" in text
    assert samples.STREAM_KEY not in text


def test_it_prints_to_a_file(qapp: QApplication, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "report.pdf"))
    print_report(samples.port_blocked(), printer)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
