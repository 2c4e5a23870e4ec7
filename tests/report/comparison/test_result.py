from fmsdiag.report.comparison.result import COMPARISON_VERSION, NamedSide, Reading, RowReading


def test_the_format_has_a_version_and_words_that_are_keys() -> None:
    assert COMPARISON_VERSION == "fmsdiag-comparison/1.0"
    for word in (*Reading, *RowReading, *NamedSide):
        assert word.value == word.name.lower().replace("_", "-")
