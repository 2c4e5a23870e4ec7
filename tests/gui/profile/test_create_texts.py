"""Access keys of Create Customer Profile are each one field's."""

from collections import Counter

from fmsdiag.gui.profile.create_texts import CreateTexts


def test_no_two_fields_have_the_same_access_key() -> None:
    texts = [said.english for said in vars(CreateTexts).values() if hasattr(said, "english")]
    keys = Counter(said[said.index("&") + 1].lower() for said in texts if "&" in said)
    assert [key for key, count in keys.items() if count > 1] == []
