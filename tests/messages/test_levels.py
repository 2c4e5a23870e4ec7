"""Every level has one name and one meaning."""

from fmsdiag.messages.levels import LEVEL_MEANS, LEVEL_NAMES
from fmsdiag.messages.reader import say
from fmsdiag.model import Redaction


def test_each_level_is_named_and_explained() -> None:
    assert set(LEVEL_NAMES) == set(LEVEL_MEANS) == set(Redaction)
    assert [say(LEVEL_NAMES[level]) for level in Redaction] == ["Standard", "Strict"]
    assert "stream keys" in say(LEVEL_MEANS[Redaction.STANDARD])
    assert "network settings" in say(LEVEL_MEANS[Redaction.STRICT])
