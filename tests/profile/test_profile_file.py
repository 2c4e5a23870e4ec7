"""A profile's file: whole when written, bounded and judged when read; whatever is wrong, a message says it."""

import json as plain_json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.messages.visible import visible
from fmsdiag.profile import profile_file
from fmsdiag.profile.errors import NewerProfile, ProfileError
from fmsdiag.profile.profile_file import MAX_BYTES, decode, encode, open_profile
from tests.profile.samples import profile, whole_profile

ROOT = Path(__file__).resolve().parents[2]
KEPT_SCHEMA = ROOT / "resources" / "profile" / "fmsdiag-profile-1.0.schema.json"


def changed(**changes: Any) -> bytes:
    return plain_json.dumps(plain_json.loads(encode(whole_profile())) | changes).encode()


def test_a_profile_survives_writing_and_reading() -> None:
    assert decode(encode(whole_profile())).profile == whole_profile()
    assert decode(b"\xef\xbb\xbf" + encode(profile())).profile == profile()


def test_every_profile_fits_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(profile_file.schema())
    for made in (profile(), whole_profile()):
        assert not list(validator.iter_errors(plain_json.loads(encode(made))))


def test_the_kept_schema_is_the_generated_one() -> None:
    assert KEPT_SCHEMA.read_bytes() == profile_file.encode_schema(), (
        f"run: python -m fmsdiag.profile.profile_file > {KEPT_SCHEMA.relative_to(ROOT)}"
    )


def test_the_documented_command_writes_the_schema() -> None:
    command = [sys.executable, "-m", "fmsdiag.profile.profile_file"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=30)
    assert done.stdout == profile_file.encode_schema()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not an fmsdiag profile: it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"format": "fmsdiag-profile/1.0", "targets": ' + b"[" * 50_000, "it is not JSON"),
        (encode(whole_profile())[:-40], "not complete"),
        (b"\xff\xfe", "it is not JSON"),
        (b'{"format": "fmsdiag-report/1.0"}', "does not name the format fmsdiag-profile"),
        (b'{"format": "fmsdiag-profile/1.0"}', "damaged"),
        (changed(format="fmsdiag-profile/x"), "this fmsdiag reads fmsdiag-profile/1.0"),
        (changed(targets=["rtmp://a.example/live"] * 10_000), "names 10,000 addresses|too large"),
        (changed(ports=[{"transport": "smb", "port": 1}]), "damaged"),
        (changed(output="/etc/passwd"), "cannot contain “output”"),
        (changed(script="rm -rf /"), "cannot contain “script”"),
        (changed(fields=[{"label": "x", "default": "y"}]), "cannot contain “…”"),
        (changed(sender="A\x1b[2J"), "control characters"),
        (changed(sender=7), "damaged"),
        (changed(logo="not base64"), "damaged"),
        (b" " * (MAX_BYTES + 1), "too large"),
    ],
)
def test_hostile_files_are_refused_with_one_visible_line(data: bytes, said: str) -> None:
    with pytest.raises(ProfileError, match=said) as raised:
        decode(data)
    assert visible(str(raised.value)) == str(raised.value)


def test_a_newer_major_version_is_named() -> None:
    with pytest.raises(NewerProfile, match=r"has the format fmsdiag-profile/2\.0"):
        decode(changed(format="fmsdiag-profile/2.0", novelty=1))


def test_what_a_newer_minor_version_adds_is_not_done_and_that_is_said() -> None:
    opened = decode(changed(format="fmsdiag-profile/1.4", novelty=1))
    assert opened.profile.sender == whole_profile().sender
    assert opened.notice.startswith("Written for a newer fmsdiag (fmsdiag-profile/1.4)")
    with pytest.raises(ProfileError, match="written for a newer fmsdiag"):
        decode(changed(format="fmsdiag-profile/1.4", targets={"new": 1}))


def test_of_a_vast_file_no_more_is_read_than_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "vast.fmsdiag"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(ProfileError, match="too large"):
        open_profile(path)


@pytest.mark.parametrize("name", ["missing.fmsdiag", "a\0b"])
def test_a_file_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProfileError, match="cannot be opened"):
        open_profile(f"{tmp_path}/{name}")


def test_nothing_is_written_that_could_not_be_opened() -> None:
    with pytest.raises(ProfileError):
        encode(profile(sender=""))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_profile_or_an_error(data: bytes) -> None:
    with pytest.raises(ProfileError):
        decode(data)
