"""What is said of an address that cannot be used."""

from __future__ import annotations

from fmsdiag.target_texts import TargetError, TargetTexts


def test_an_error_is_english_as_a_string_and_keeps_what_faces_need() -> None:
    error = TargetError("ports", TargetTexts.NO_PORT, typed="70000")
    assert str(error) == "“70000” is not a port; a port is a number from 1 to 65535"
    assert (error.field, error.said, error.values) == ("ports", TargetTexts.NO_PORT, {"typed": "70000"})
