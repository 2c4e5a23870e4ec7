"""All of OBS Studio on this computer that a face shows: profiles and failed connections, of every installation together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fmsdiag.obs.failures import MOST_FAILURES, ObsFailure, last_failures
from fmsdiag.obs.folders import obs_folders
from fmsdiag.obs.profiles import ObsProfile, read_profiles


@dataclass(frozen=True)
class ObsOnThisComputer:
    """What was found; profiles in the order in which they are offered, failures with the newest first."""

    profiles: tuple[ObsProfile, ...]
    failures: tuple[ObsFailure, ...]


def read_obs(environment: Mapping[str, str]) -> ObsOnThisComputer | None:
    """Reads files; none where there is no OBS."""
    folders = obs_folders(environment)
    if not folders:
        return None
    profiles = tuple(profile for folder in folders for profile in read_profiles(folder))
    failures = sorted(
        (failure for folder in folders for failure in last_failures(folder)),
        key=lambda each: each.at,
        reverse=True,
    )
    return ObsOnThisComputer(profiles, tuple(failures[:MOST_FAILURES]))
