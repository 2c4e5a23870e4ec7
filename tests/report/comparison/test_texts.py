from fmsdiag.report.comparison.result import NamedSide, Reading, Roles, RowReading
from fmsdiag.report.comparison.texts import found_texts, outcome_text, reading_text, row_text, side_text


def test_every_word_of_the_vocabulary_has_a_text_for_both_roles() -> None:
    for roles in Roles:
        assert all(reading_text(roles, reading).english.endswith(".") for reading in Reading)
        assert all(side_text(roles, side).english.endswith(".") for side in NamedSide)
        assert not any(row_text(roles, reading).english.endswith(".") for reading in RowReading)
        assert len({text.id for text in (*found_texts(roles), outcome_text(roles))}) == 3


def test_a_sentence_fits_both_readers() -> None:
    """Neither "you" nor "your": the comparison is read by support, and handed on to the customer."""
    said = [reading_text(Roles.CUSTOMER_AND_SUPPORT, reading).english for reading in Reading]
    said += [side_text(Roles.CUSTOMER_AND_SUPPORT, side).english for side in NamedSide]
    assert not [each for each in said if " you" in each.lower()]
