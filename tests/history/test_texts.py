"""What is wrong with a history is a whole sentence each."""

from fmsdiag.history.texts import HistoryFileTexts


def test_each_is_a_sentence() -> None:
    texts = [said for said in vars(HistoryFileTexts).values() if hasattr(said, "english")]
    assert len(texts) == 6
    assert all(
        said.english.startswith(("The ", "No ", "This ")) and said.english.endswith(".") for said in texts
    )
