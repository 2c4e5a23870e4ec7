"""All scenarios of the lab. Those of `make test` are marked core; `make lab` runs every one."""

from __future__ import annotations

from tests.lab.scenario import Scenario
from tests.lab.scenarios_media_server import MEDIA_SERVERS
from tests.lab.scenarios_network import NETWORK
from tests.lab.scenarios_server import SERVERS

SCENARIOS: tuple[Scenario, ...] = (*NETWORK, *SERVERS, *MEDIA_SERVERS)
