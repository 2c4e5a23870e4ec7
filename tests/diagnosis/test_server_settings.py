from __future__ import annotations

import pytest

from fmsdiag.diagnosis.server_settings import NOWHERE, Topic, is_likely, offers, settings
from fmsdiag.diagnosis.server_software import NGINX, SRS
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view

NGINX_RUN = ["fallback rtmp 1935: tcp ok; handshake ok signed=13.14.10.13; connect closed"]
NMS_RUN = ["fallback rtmp 1935: tcp ok; handshake ok signed=1.2.3.4; connect ok"]
UNKNOWN_RUN = ["fallback rtmp 1935: tcp ok; handshake ok; connect ok"]


def test_a_product_that_is_known_gets_its_own_setting_alone() -> None:
    run = run_view(NGINX_RUN)
    assert ENGLISH.value(settings(run, Topic.PORT)) == "“listen” in the rtmp block (nginx-rtmp)"
    assert is_likely(run, NGINX)
    assert not is_likely(run, SRS)


@pytest.mark.parametrize("lines", [UNKNOWN_RUN, NMS_RUN])
def test_a_product_that_is_unknown_or_not_listed_leaves_all_settings(lines: list[str]) -> None:
    run = run_view(lines)
    listed = ENGLISH.value(settings(run, Topic.PORT))
    assert listed.startswith("ADAPTOR.HOSTPORT in ams.ini or fms.ini (Adobe Media Server), ")
    assert listed.endswith(", or “listen” in srs.conf (SRS)")
    assert not is_likely(run, NGINX)


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_a_setting(topic: Topic) -> None:
    assert settings(run_view(UNKNOWN_RUN), topic).items


def test_a_product_without_such_a_setting_is_known_not_to_offer_it() -> None:
    assert not offers(run_view(NGINX_RUN), Topic.TUNNEL_PORT)
    assert offers(run_view(NGINX_RUN), Topic.PORT)
    assert offers(run_view(UNKNOWN_RUN), Topic.TUNNEL_PORT)


def test_no_other_product_is_named_where_the_known_one_has_no_such_setting() -> None:
    assert settings(run_view(NGINX_RUN), Topic.TUNNEL_PORT) == NOWHERE
