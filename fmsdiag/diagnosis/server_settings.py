"""Products and their settings: the one place that says what is set where in which media server.

A step that speaks of a setting has a place `{settings:list}`, filled by `settings(run, Topic.PORT)`: the product's own
setting where the server is known, else those of all products.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.server_software import AMS, NGINX, RED5, SRS, WOWZA
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model.messages import Listed

KNOWN = 0.6
"""From which probability on a product is taken for known: describe_identity calls that "likely"."""


class Topic(StrEnum):
    """What is to be set."""

    PORT = "port"  # on which ports plain RTMP is offered
    SECURE_PORT = "secure-port"  # likewise RTMPS
    TLS_VERSIONS = "tls-versions"  # which versions of TLS and which ciphers are offered
    TUNNEL_PORT = "tunnel-port"  # likewise RTMPT
    RTMFP_PORT = "rtmfp-port"  # likewise RTMFP
    RTMPE = "rtmpe"  # whether RTMPE is offered
    APPLICATION = "application"  # where an application is defined
    CLOSES_AT_CONNECT = (
        "closes-at-connect"  # for what a server closes the connection at `connect`, without a word
    )
    ACCESS = "access"  # who may connect
    AUTHENTICATION = "authentication"  # users and their passwords
    STREAM_RULES = "stream-rules"  # who may publish or play a stream
    LIMIT = "limit"  # how many may connect
    CONNECT_HANDLER = "connect-handler"  # code that decides on `connect`
    RTMFP_CONNECT_HANDLER = "rtmfp-connect-handler"  # likewise, of servers that speak RTMFP
    REDIRECT = "redirect"  # where clients are sent
    IDLE_CLIENTS = "idle-clients"  # what keeps a silent connection alive
    IDLE_LIMIT = "idle-limit"  # after how much silence the server itself closes a connection


class SettingTexts(Table, of="settings"):
    """Noun phrases; each stands in a list such as "a, b, or c"."""

    PORT_AMS = text("ADAPTOR.HOSTPORT in ams.ini or fms.ini (Adobe Media Server)")
    PORT_WOWZA = text("HostPort in VHost.xml (Wowza)")
    PORT_RED5 = text("rtmp.port in red5.properties (Red5)")
    PORT_NGINX = text("“listen” in the rtmp block (nginx-rtmp)")
    PORT_SRS = text("“listen” in srs.conf (SRS)")
    SECURE_PORT_AMS = text(
        "the port with a minus sign, such as “-443”, in ADAPTOR.HOSTPORT of ams.ini or fms.ini, and a certificate in "
        "Adaptor.xml (Adobe Media Server)"
    )
    SECURE_PORT_WOWZA = text("a HostPort with SSLConfig in VHost.xml (Wowza)")
    SECURE_PORT_RED5 = text("rtmps.port in red5.properties (Red5)")
    SECURE_PORT_NGINX = text(
        "“listen PORT ssl” in a stream block that forwards to the rtmp block (nginx-rtmp)"
    )
    SECURE_PORT_SRS = text("a TLS proxy such as stunnel or nginx in front (SRS)")
    TLS_VERSIONS_AMS = text("stunnel or nginx in front of releases limited to TLS 1.0 (Adobe Media Server)")
    TLS_VERSIONS_WOWZA = text("a current release with a current Java (Wowza)")
    TLS_VERSIONS_RED5 = text("a current release with a current Java (Red5)")
    TLS_VERSIONS_NGINX = text("“ssl_protocols TLSv1.2 TLSv1.3” in the stream block in front (nginx-rtmp)")
    TLS_VERSIONS_SRS = text("the settings of the TLS proxy in front (SRS)")
    TUNNEL_PORT_AMS = text("the port in ADAPTOR.HOSTPORT of ams.ini or fms.ini (Adobe Media Server)")
    TUNNEL_PORT_WOWZA = text("a HostPort with the port in VHost.xml (Wowza)")
    TUNNEL_PORT_RED5 = text("the RTMPT servlet and rtmpt.port in red5.properties (Red5)")
    RTMFP_PORT_AMS = text(
        "a HostPort with “rtmfp=PORT” in ADAPTOR.HOSTPORT of ams.ini, with UDP open to it and to 19350-65535 (Adobe Media "
        "Server, Extended or Professional)"
    )
    RTMPE_AMS = text("the RTMPE section of Adaptor.xml (Adobe Media Server)")
    RTMPE_WOWZA = text(
        "StreamType and SecureToken settings of the application; RTMPE is on by default (Wowza)"
    )
    APPLICATION_AMS = text("a folder with the application's name in applications/ (Adobe Media Server)")
    APPLICATION_WOWZA = text("an application of that name, with its folder in conf/ (Wowza)")
    APPLICATION_RED5 = text("a folder of that name in webapps/ (Red5)")
    APPLICATION_NGINX = text("an “application” block of that name (nginx-rtmp)")
    APPLICATION_SRS = text("http_hooks and security rules; applications need no setting (SRS)")
    CLOSES_AT_CONNECT_AMS = APPLICATION_AMS
    CLOSES_AT_CONNECT_WOWZA = APPLICATION_WOWZA
    CLOSES_AT_CONNECT_RED5 = APPLICATION_RED5
    CLOSES_AT_CONNECT_NGINX = text(
        "an “application” block of that name, and the on_connect URL, which must answer with a 2xx status (nginx-rtmp)"
    )
    CLOSES_AT_CONNECT_SRS = APPLICATION_SRS
    ACCESS_AMS = text("Allow and Deny in Adaptor.xml and Vhost.xml (Adobe Media Server)")
    ACCESS_WOWZA = text("the limits in VHost.xml and the license (Wowza)")
    ACCESS_NGINX = text("max_connections in the rtmp block, and the stream block in front (nginx-rtmp)")
    ACCESS_SRS = text("max_connections in srs.conf (SRS)")
    AUTHENTICATION_AMS = text("the users file of the authentication plug-in (Adobe Media Server)")
    AUTHENTICATION_WOWZA = text("conf/publish.password and the application's source security (Wowza)")
    STREAM_RULES_AMS = text("the authorization plug-in and the application's script (Adobe Media Server)")
    STREAM_RULES_WOWZA = text("the application's source security (Wowza)")
    STREAM_RULES_NGINX = text("“allow” and “deny” rules and the on_publish and on_play URLs (nginx-rtmp)")
    STREAM_RULES_SRS = text("the security and http_hooks sections of the vhost (SRS)")
    LIMIT_AMS = text("the license and MaxConnections in Vhost.xml and Server.xml (Adobe Media Server)")
    LIMIT_WOWZA = text("the license and the limits in VHost.xml and Application.xml (Wowza)")
    LIMIT_NGINX = text("max_connections in the rtmp block and worker_connections (nginx-rtmp)")
    LIMIT_SRS = text("max_connections in srs.conf (SRS)")
    CONNECT_HANDLER_AMS = text(
        "application.onConnect in main.asc (it must call acceptConnection or rejectConnection) and the access plug-in "
        "(Adobe Media Server)"
    )
    RTMFP_CONNECT_HANDLER_AMS = CONNECT_HANDLER_AMS
    CONNECT_HANDLER_WOWZA = text(
        "onConnect in the application's modules and AutoAccept in Application.xml (Wowza)"
    )
    CONNECT_HANDLER_RED5 = text("appConnect in the application (Red5)")
    CONNECT_HANDLER_NGINX = text("the on_connect URL (nginx-rtmp)")
    CONNECT_HANDLER_SRS = text("the on_connect URL in http_hooks (SRS)")
    REDIRECT_AMS = text("the public address in ADAPTOR.HOSTPORT and Adaptor.xml (Adobe Media Server)")
    IDLE_CLIENTS_AMS = text("the ping in Server.xml (Adobe Media Server)")
    IDLE_CLIENTS_WOWZA = text("PingTimeout (Wowza)")
    IDLE_CLIENTS_RED5 = text("pingInterval (Red5)")
    IDLE_CLIENTS_NGINX = text(
        "“ping” in the rtmp block, and “so_keepalive=60s::” in its listen line (nginx-rtmp)"
    )
    IDLE_LIMIT_AMS = text(
        "AutoCloseIdleClients in Server.xml, Vhost.xml, and Application.xml (Adobe Media Server)"
    )
    IDLE_LIMIT_RED5 = text("maxInactivity (Red5)")
    IDLE_LIMIT_NGINX = text("“timeout” and “ping_timeout” in the rtmp block (nginx-rtmp)")


_SHORT = {AMS: "AMS", WOWZA: "WOWZA", RED5: "RED5", NGINX: "NGINX", SRS: "SRS"}


def _of(topic: Topic) -> dict[str, Text]:
    start = topic.name
    found = ((software, getattr(SettingTexts, f"{start}_{name}", None)) for software, name in _SHORT.items())
    return {software: said for software, said in found if said is not None}


_SETTINGS: Mapping[Topic, Mapping[str, Text]] = {topic: _of(topic) for topic in Topic}


NOWHERE = Listed((), either=True)
"""The setting of a product that has none: what is said of settings is left out."""


def settings(run: RunView, topic: Topic) -> Listed:
    """Where it is set: in the product that the server seems to be, else in each that has such a setting."""
    known = _SETTINGS[topic]
    identity = run.server_software
    if not offers(run, topic):
        return NOWHERE
    if identity is not None and identity.probability >= KNOWN and identity.software in known:
        return Listed((known[identity.software].of(),), either=True)
    return Listed(tuple(said.of() for said in known.values()), either=True)


def offers(run: RunView, topic: Topic) -> bool:
    """Whether the server is one that has such a setting, or is not known."""
    identity = run.server_software
    return identity is None or identity.probability < KNOWN or identity.software in _SETTINGS[topic]


def is_likely(run: RunView, software: str) -> bool:
    """Whether the server seems to be that product."""
    identity = run.server_software
    return identity is not None and identity.software == software and identity.probability >= KNOWN
