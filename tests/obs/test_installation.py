"""All installations of OBS are told together."""

from pathlib import Path

from fmsdiag.obs.installation import read_obs
from tests.obs.obs_files import attempt, make_log, make_profile


def test_profiles_and_failures_of_one_folder(tmp_path: Path) -> None:
    make_profile(tmp_path, "A", {"server": "rtmp://a.example/live"})
    make_log(tmp_path, "2026-05-12 10-00-00", *attempt("10:00:01", "rtmp://a.example/live", -2))
    found = read_obs({"FMSDIAG_OBS": str(tmp_path)})
    assert found is not None
    assert [p.name for p in found.profiles] == ["A"]
    assert [f.number for f in found.failures] == [-2]


def test_no_obs_is_none(tmp_path: Path) -> None:
    assert read_obs({"FMSDIAG_OBS": "none"}) is None
    assert read_obs({"FMSDIAG_OBS": str(tmp_path)}) is None
