"""The two plain web services beside RTMP: a page on the HTTP port, and the administration port's ping.

The ping answers as Adobe Media Server's Administration Server does to who gives no password (Administration
API, `ping`; its timestamp in the form of the Linux version).
"""

from __future__ import annotations

from datetime import UTC, datetime

from fmsdiag.server.http_service import HttpRequest, HttpResponse, error_page

_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>fmsdiag test server</title></head>
<body><h1>fmsdiag test server</h1><p>This is the web port of a server for tests. It works.</p></body>
</html>
"""
_ADMIN_DESCRIPTION = "Admin user requires valid username and password."


async def answer_web(request: HttpRequest) -> HttpResponse:
    """GET / is the page, everything else an error."""
    if request.method not in ("GET", "HEAD"):
        return error_page(405)
    if request.path != "/":
        return error_page(404)
    return HttpResponse(200, (("Server", "fmsdiag"), ("Content-Type", "text/html; charset=utf-8")), _PAGE)


async def answer_admin(request: HttpRequest) -> HttpResponse:
    """/admin/ping: up and running, but nobody gets in."""
    if request.method != "GET" or request.path != "/admin/ping":
        return error_page(404)
    # not the zone's name, which Windows gives in the user's language
    moment = datetime.now(UTC).strftime("%a %d %b %Y %I:%M:%S %p UTC")
    document = (
        '<?xml version="1.0" encoding="utf-8"?>\n<result>\n'
        "\t<level>error</level>\n\t<code>NetConnection.Connect.Rejected</code>\n"
        f"\t<description>{_ADMIN_DESCRIPTION}</description>\n\t<timestamp>{moment}</timestamp>\n</result>\n"
    )
    headers = (("Server", "FlashCom/5.0.15"), ("Content-Type", "text/xml; charset=utf-8"))
    return HttpResponse(200, headers, document.encode())
