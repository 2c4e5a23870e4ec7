from fmsdiag.diagnosis.descriptions import path
from tests.diagnosis.descriptions.described import complaints


def test_it_describes_the_causes_of_its_rules_in_plain_words() -> None:
    assert complaints(path) == []
