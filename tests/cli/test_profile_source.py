"""A profile comes from a file or a link; what is wrong is said with the file's name, and without a link's contents."""

from pathlib import Path

import pytest

from fmsdiag.cli.console import CliError
from fmsdiag.cli.profile_source import read_profile
from fmsdiag.profile.link import make_link
from fmsdiag.profile.profile_file import encode
from tests.profile.samples import profile


def test_a_file_and_a_link_hold_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.fmsdiag"
    path.write_bytes(encode(profile()))
    assert read_profile(str(path)) == read_profile(make_link(profile()))


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.fmsdiag"
    path.write_bytes(b"{}")
    with pytest.raises(CliError, match=r"a\.fmsdiag: This is not an fmsdiag profile"):
        read_profile(str(path))
    with pytest.raises(CliError, match=r"^This link is not complete"):
        read_profile("fmsdiag://profile/AAAA")
