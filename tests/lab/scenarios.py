"""All scenarios of the lab. Those of `make test` are marked core; `make lab` runs every one."""

from __future__ import annotations

from tests.lab.scenario import Scenario
from tests.lab.scenarios_fronts import FRONTS
from tests.lab.scenarios_media_server import MEDIA_SERVERS
from tests.lab.scenarios_names import NAMES
from tests.lab.scenarios_network import NETWORK
from tests.lab.scenarios_odd_servers import ODD_SERVERS
from tests.lab.scenarios_one_port import ONE_PORT
from tests.lab.scenarios_places import PLACES
from tests.lab.scenarios_second_mechanisms import SECOND_MECHANISMS
from tests.lab.scenarios_server import SERVERS
from tests.lab.scenarios_unseen_healthy import HEALTHY
from tests.lab.scenarios_unseen_networks import UNSEEN_NETWORKS
from tests.lab.scenarios_unseen_servers import UNSEEN_SERVERS

SCENARIOS: tuple[Scenario, ...] = (
    *NETWORK,
    *SERVERS,
    *MEDIA_SERVERS,
    *FRONTS,
    *ODD_SERVERS,
    *SECOND_MECHANISMS,
    *NAMES,
    *PLACES,
    *UNSEEN_NETWORKS,
    *HEALTHY,
    *UNSEEN_SERVERS,
    *ONE_PORT,
)
