"""Profiles of OBS: names, services, servers, never a key; hostile files are a remark, and cost no other profile."""

import os
import sys
from pathlib import Path

import pytest

from fmsdiag.obs.profiles import MOST_BYTES, MOST_PROFILES, profile_named, read_profiles
from tests.obs.obs_files import KEY, PASSWORD, choose_profile, make_profile


def test_a_server_of_ones_own_is_named_with_its_profile(tmp_path: Path) -> None:
    make_profile(tmp_path, "Sunday", {"server": "rtmp://media.example.com:1936/live"}, directory="Sunday_1")
    (profile,) = read_profiles(tmp_path)
    assert (profile.name, profile.service, profile.remark) == ("Sunday", "", "")
    assert profile.address == "rtmp://media.example.com:1936/live"
    assert not profile.is_current


@pytest.mark.parametrize("file", ["user.ini", "global.ini"])
def test_the_chosen_profile_is_the_first(tmp_path: Path, file: str) -> None:
    for name in ("A", "B", "C"):
        make_profile(tmp_path, name, {"server": f"rtmp://{name.lower()}.example/live"})
    choose_profile(tmp_path, "B", file)
    profiles = read_profiles(tmp_path)
    assert [p.name for p in profiles] == ["B", "A", "C"]
    assert profile_named(profiles, "") == profiles[0]
    assert profile_named(profiles, "c") == profiles[2]
    assert profile_named(profiles, "nobody's") is None


def test_where_none_is_chosen_the_first_with_an_address_is_taken(tmp_path: Path) -> None:
    make_profile(tmp_path, "A", {"server": "srt://a.example:9000"}, "whip_custom")
    make_profile(tmp_path, "B", {"server": "rtmp://b.example/live"})
    found = profile_named(read_profiles(tmp_path), "")
    assert found is not None
    assert found.name == "B"


@pytest.mark.parametrize(
    ("settings", "address", "remark"),
    [
        ({"service": "Twitch", "server": "auto"}, "rtmps://ingest.global-", "OBS chooses the server of Twitch"),
        ({"service": "Elsewhere", "server": "auto"}, "", "OBS chooses the server of Elsewhere"),
        ({"service": "YouTube - RTMPS", "server": "rtmps://a.rtmps.youtube.com:443/live2"}, "rtmps://a.rtmps", ""),
        ({"server": ""}, "", "It names no server"),
        ({"server": "srt://media.example.com:9000"}, "", "It does not stream by RTMP"),
        ({"server": "https://whip.example.com/x"}, "", "It does not stream by RTMP"),
        ({"server": "x" * 5000}, "", "It does not stream by RTMP"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_server_is_told(
    tmp_path: Path, settings: dict[str, object], address: str, remark: str
) -> None:
    make_profile(tmp_path, "A", settings, "rtmp_common")
    (profile,) = read_profiles(tmp_path)
    assert profile.address.startswith(address)
    assert bool(profile.address) == bool(address)
    assert profile.remark.startswith(remark)
    assert bool(profile.remark) == bool(remark)


@pytest.mark.parametrize(
    "server",
    [
        f"rtmp://media.example.com/live/{KEY}",
        f"rtmp://media.example.com/live?token={KEY}",
        f"rtmp://user:{PASSWORD}@media.example.com/live",
        "rtmp://media.example.com/live",
    ],
)
def test_no_secret_of_a_profile_is_kept(tmp_path: Path, server: str) -> None:
    """Neither what stands in OBS's own fields for it, nor what was pasted into the server's."""
    make_profile(tmp_path, "A", {"server": server})
    (profile,) = read_profiles(tmp_path)
    assert profile.address == "rtmp://media.example.com/live"
    assert KEY not in repr(profile)
    assert PASSWORD not in repr(profile)


@pytest.mark.parametrize(
    ("data", "remark"),
    [
        (b'{"settings": {"key": "' + KEY.encode(), "Its file service.json is damaged"),
        (b"[" * 200_000, "Its file service.json is damaged"),
        (bytes(range(256)) * 40, "Its file service.json is damaged"),
        (b'{"settings": {"server": ["' + KEY.encode() + b'"]}}', "Its file service.json is damaged"),
        (b" " * (MOST_BYTES + 1), "Its file service.json cannot be read"),
        (b"{}", "It names no server"),
        (b"", "Its file service.json is damaged"),
    ],
)
def test_a_hostile_file_is_a_remark_and_costs_no_other_profile(
    tmp_path: Path, data: bytes, remark: str
) -> None:
    make_profile(tmp_path, "A", {"server": "rtmp://a.example/live"})
    make_profile(tmp_path, "B", {})
    (tmp_path / "basic" / "profiles" / "B" / "service.json").write_bytes(data)
    good, bad = read_profiles(tmp_path)
    assert good.address == "rtmp://a.example/live"
    assert bad.remark == remark
    assert KEY not in repr(bad)


def test_a_profile_without_a_service_and_one_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "basic" / "profiles" / "Untitled").mkdir(parents=True)
    (profile,) = read_profiles(tmp_path)
    assert profile.name == "Untitled"
    assert profile.remark == "This profile has no streaming service"


def test_names_are_one_line_and_bounded_and_profiles_are(tmp_path: Path) -> None:
    make_profile(tmp_path, "\u202eevil" + "x" * 500, {"server": "rtmp://a.example/live"}, directory="A")
    for number in range(MOST_PROFILES + 5):
        (tmp_path / "basic" / "profiles" / f"P{number}").mkdir()
    profiles = read_profiles(tmp_path)
    assert len(profiles) == MOST_PROFILES
    assert all(len(p.name) <= 80 and "\u202e" not in p.name for p in profiles)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    make_profile(tmp_path, "A", {})
    path = tmp_path / "basic" / "profiles" / "A" / "service.json"
    path.unlink()
    os.mkfifo(path)
    assert read_profiles(tmp_path)[0].remark == "Its file service.json cannot be read"


def test_no_folder_is_no_profile(tmp_path: Path) -> None:
    assert read_profiles(tmp_path) == ()
