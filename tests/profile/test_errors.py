from fmsdiag.profile.errors import ProfileError, wrong
from fmsdiag.profile.texts import ProfileTexts


def test_an_error_says_why_in_the_readers_language() -> None:
    error = wrong(ProfileTexts.TOO_LARGE, limit=250_000)
    assert isinstance(error, ProfileError)
    assert str(error) == "This file is too large for a profile (over 250 kB)"
