from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from fmsdiag.server.http_service import HttpRequest
from fmsdiag.server.web_pages import answer_admin, answer_web


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("GET", "/", 200), ("HEAD", "/?x", 200), ("GET", "/open/1", 404), ("POST", "/open/1", 405)],
)
async def test_the_web_port_has_one_page(method: str, target: str, status: int) -> None:
    response = await answer_web(HttpRequest(method, target, b""))
    assert response.status == status
    assert response.body


async def test_the_admin_ping_answers_as_ams_without_a_password() -> None:
    response = await answer_admin(HttpRequest("GET", "/admin/ping?auser=&apswd=", b""))
    assert response.status == 200
    result = ElementTree.fromstring(response.body.decode())
    assert [child.tag for child in result] == ["level", "code", "description", "timestamp"]
    assert result.findtext("level") == "error"
    assert result.findtext("code") == "NetConnection.Connect.Rejected"
    assert result.findtext("description") == "Admin user requires valid username and password."
    # Administration API, ping: "Sun 23 Sep 2007 06:16:40 PM IST" on Linux
    assert re.fullmatch(
        r"\w{3} \d\d \w{3} \d{4} \d\d:\d\d:\d\d [AP]M \S+", result.findtext("timestamp") or ""
    )


@pytest.mark.parametrize(("method", "target"), [("GET", "/"), ("POST", "/admin/ping"), ("GET", "/admin/pin")])
async def test_the_admin_port_knows_nothing_else(method: str, target: str) -> None:
    assert (await answer_admin(HttpRequest(method, target, b""))).status == 404
