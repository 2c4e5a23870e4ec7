from fmsdiag.profile.texts import PartNames, ProfileTexts


def test_no_sentence_ends_with_a_full_stop_for_faces_put_them_behind_a_name() -> None:
    assert not [t.id for t in (*ProfileTexts.texts(), *PartNames.texts()) if t.english.endswith(".")]
