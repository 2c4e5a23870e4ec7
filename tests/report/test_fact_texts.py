from fmsdiag.report.fact_texts import FactLabels


def test_no_two_labels_are_the_same() -> None:
    labels = [label.english for label in FactLabels.texts()]
    assert len(labels) == len(set(labels))
