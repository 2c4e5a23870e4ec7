"""A profile's structs: what is absent is left out, and the words of its levels are the file's."""

import msgspec

from fmsdiag.model import PROFILE_VERSION, Profile, Redaction


def test_what_is_not_given_is_not_in_the_file() -> None:
    profile = Profile(PROFILE_VERSION, "0" * 16, "Example", ("rtmp://h.example/live",))
    assert msgspec.to_builtins(profile).keys() == {"format", "profile_id", "sender", "targets"}


def test_the_levels_of_redaction() -> None:
    assert [level.value for level in Redaction] == ["standard", "strict"]


def test_no_place_for_what_a_profile_must_not_carry() -> None:
    """Neither credentials nor keys, scripts, paths or outputs: whoever adds a field has to look here first."""
    assert set(Profile.__struct_fields__) == {
        "format", "profile_id", "sender", "targets", "message", "logo", "plan", "ports", "checks", "control",
        "references", "fields", "send_to", "redaction",
    }  # fmt: skip
