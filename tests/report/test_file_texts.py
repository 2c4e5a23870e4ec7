from __future__ import annotations

from fmsdiag.report.file_texts import FileTexts


def test_each_can_stand_behind_a_files_name() -> None:
    assert all(not said.english.endswith(".") for said in FileTexts.texts())
