"""What proxies do to streams."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause


class TransparentProxy(CauseDescription, of="about.transparent-proxy"):
    what_it_is = text(
        "A web proxy in the network intercepts connections to a port, most often 80, although none is set on "
        "this computer. It understands only web requests and answers RTMP with an HTTP error."
    )
    recognized_by = text(
        "The HTTP error that RTMP gets names a proxy, and that proxy is in this network: it answers from "
        "nearer than the server, or it leaves the same mark on a reference server's answer. If its location "
        "could not be determined, it may be the server's own, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.WRONG_SERVICE_ON_PORT,
            "A web server in the wrong place answers for itself; a proxy names itself and also handles the "
            "answers of other servers.",
        ),
        look_alike(
            Cause.PROXY_BLOCKS_TUNNEL,
            "A proxy that only answers RTMP with an error may still carry RTMPT; one that blocks the tunnel "
            "rejects RTMPT.",
        ),
    )
    when_not_to_worry = text(
        "It does not matter if your stream connects on another port; the report then says that streaming "
        "works."
    )


class ProxyBlocksTunnel(CauseDescription, of="about.proxy-blocks-tunnel"):
    what_it_is = text(
        "A web proxy in the network passes web pages, but rejects or breaks the requests of an RTMP tunnel "
        "(RTMPT). Proxies that allow only known types of content, cache answers or spread requests over "
        "several machines do this."
    )
    recognized_by = text(
        "The tunnel's request gets an error that the proxy itself wrote, while web pages pass. Or a session "
        "opens and does not last, and its answers carry the same proxy's mark as a reference server's."
    )
    look_alikes = (
        look_alike(
            Cause.TUNNEL_NOT_OFFERED,
            "If the error is the server's own, the server has no tunnel; if the proxy wrote it, or marks a "
            "reference server's answers in the same way, the proxy blocks the tunnel.",
        ),
        look_alike(
            Cause.PROXY_DENIES_SERVER,
            "A proxy that blocks the server also blocks its web pages; one that blocks the tunnel passes "
            "them.",
        ),
    )
    when_not_to_worry = text("If RTMP or RTMPS connects, you do not need the tunnel.")


class ProxyRequired(CauseDescription, of="about.proxy-required"):
    what_it_is = text(
        "Direct connections to the server do not leave this network, but the server can be reached through the "
        "network's proxy. Players without a proxy setting cannot connect. Companies and schools often run such "
        "networks."
    )
    recognized_by = text(
        "Every direct connection fails, and the media server answers through a proxy that is set on this "
        "computer, entered in fmsdiag or announced by the network. If a reference server is reached "
        "directly, the block may be at the server's side, and the report says so."
    )
    when_not_to_worry = text("If your player uses the proxy and plays, nothing needs to change.")


class ProxyAuthRequired(CauseDescription, of="about.proxy-auth-required"):
    what_it_is = text(
        "The network's proxy lets only signed-in users through, and it was given no user name and password, "
        "or it rejected them. Browsers often sign in by themselves; many players cannot."
    )
    recognized_by = text(
        "The proxy itself asks for them, and no attempt of the plan connects. If other connections work "
        "without the proxy, it may not be the cause, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.AUTH_REQUIRED,
            "The proxy asks before the server is reached; the media server asks after it has answered RTMP.",
        ),
        look_alike(
            Cause.PROXY_DENIES_SERVER,
            "A proxy that asks for a user name lets you through once it knows you; one that blocks the "
            "server does not.",
        ),
    )
    when_not_to_worry = text("It is not reported when an attempt of the plan connects; otherwise it matters.")


class ProxyUnreachable(CauseDescription, of="about.proxy-unreachable"):
    what_it_is = text(
        "The proxy that this computer is set to use, or that the network announces, cannot be reached, or what "
        "answers there is not a proxy. Often the setting belongs to another network, or the proxy has moved."
    )
    recognized_by = text(
        "Every attempt through the proxy ends before the proxy gives a proper answer: its name is not found, "
        "its port does not open, or the reply is not that of a proxy. fmsdiag then says whether anything "
        "connects without it."
    )
    look_alikes = (
        look_alike(
            Cause.PROXY_DENIES_SERVER,
            "A proxy that blocks the server answers and says so; one that cannot be reached never answers.",
        ),
        look_alike(
            Cause.PROXY_REQUIRED,
            "If a working proxy reaches the server, the network requires it; if the proxy that is set does "
            "not answer, its setting comes first.",
        ),
    )
    when_not_to_worry = text(
        "If the server is reached without the proxy, only programs that follow this setting are affected."
    )


class ProxyDeniesServer(CauseDescription, of="about.proxy-denies-server"):
    what_it_is = text(
        "The rules of the network's proxy do not allow this server, or do not allow the ports that streaming "
        "needs. Many proxies open tunnels only to port 443, or only to listed servers."
    )
    recognized_by = text(
        "Nothing connects, and the proxy itself says no. fmsdiag then asks the proxy for the server's web "
        "page and for a reference server: if those pass, the ports or this server are blocked. If other "
        "connections pass without the proxy, or nothing else was seen to pass through it, the finding is "
        "less sure."
    )
    when_not_to_worry = text("It is reported only when nothing connects, so it matters.")
