"""What can be wrong at the server, or what it answers."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause


class ServerDown(CauseDescription, of="about.server-down"):
    what_it_is = text(
        "The machine of the server does not answer at all. It is switched off, cut off from the network, or "
        "has another address now."
    )
    recognized_by = text(
        "No port gives any sign of life while the same port of a reference server answers, or a router near "
        "the server reports that it cannot be reached. A firewall at the server that ignores this network "
        "looks the same from here. If nothing could be compared, the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_FIREWALL,
            "If the server answers on another port, a firewall at its side drops this one; if it answers on none, the two "
            "look the same from here, and a test from another network decides.",
        ),
        look_alike(
            Cause.EGRESS_BLOCKED,
            "If a reference server answers from here, the server is silent; if it fails on every port as "
            "well, this network blocks connections.",
        ),
    )
    when_not_to_worry = text("It always matters, but nothing on your side is known to be wrong.")


class ServerNotListening(CauseDescription, of="about.server-not-listening"):
    what_it_is = text(
        "The server's machine is up and refuses every port that was tried. The media server on it is "
        "stopped, or it listens on another port."
    )
    recognized_by = text(
        "Every port is refused, and the refusal is the server's own: the same port of a reference server "
        "opens from here, or a path test shows that the refusal comes from outside this network. If nothing "
        "could be compared, a firewall that refuses looks the same, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.RTMP_SERVICE_STOPPED,
            "If a web server on the same machine answers, only the media server is missing; if every port is "
            "refused, no tested service is there.",
        ),
        look_alike(
            Cause.SERVER_ON_OTHER_PORT,
            "If RTMP answers on another port, the address lacks that port; if it answers nowhere, the media "
            "server is missing.",
        ),
    )
    when_not_to_worry = text("It always matters: there is no media server to connect to.")


class RtmpServiceStopped(CauseDescription, of="about.rtmp-service-stopped"):
    what_it_is = text(
        "The server's machine answers web requests but refuses the port where RTMP should be. The media "
        "server on it is stopped, has crashed, or listens on a port that was not tried."
    )
    recognized_by = text(
        "RTMP's port is refused, nothing speaks RTMP, and a web server answers on another port of the same "
        "machine. A path test, or the same port of a reference server, shows that the refusal comes from the "
        "server or from right in front of it; without them, the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_ON_OTHER_PORT,
            "If RTMP answers on another port, the address lacks that port; if it answers nowhere, the media "
            "server has stopped.",
        ),
        look_alike(
            Cause.PORT_BLOCKED,
            "If the same port of a reference server opens from here, the server or a firewall in front of it refuses; "
            "if that port is refused as well, a firewall near you does.",
        ),
    )
    when_not_to_worry = text("It always matters: there is no media server to connect to.")


class ServerFirewall(CauseDescription, of="about.server-firewall"):
    what_it_is = text(
        "Packets to the server's port leave this network and are dropped or rejected at the server's side, for "
        "everyone or for this network only. Typical reasons are a firewall rule without the streaming port and "
        "a ban list."
    )
    recognized_by = text(
        "The same port of a reference server opens from here, and packets to the server get past this "
        "network; or the server, or a router outside this network, answers that the port is prohibited. A path test does "
        "not see the way back, so a firewall near you that drops the server's answers looks the same. If "
        "the server answers on no port at all, it may also be down; if a router may block the port for every "
        "server, or the path test does not show where packets stop, the finding is only possible."
    )
    when_not_to_worry = text(
        "If your player connects on another port without a delay, only the people who run the server need to "
        "know."
    )


class ServerHung(CauseDescription, of="about.server-hung"):
    what_it_is = text(
        "Connections open and then nothing answers, or an answer begins and stops. The media server hangs or "
        "is overloaded, or it waits for another service that does not answer."
    )
    recognized_by = text(
        "The server answers nothing, or does not finish, on any route, while a reference server answers from "
        "here. Other content, small packets and encryption show whether something on the network path could "
        "be dropping the data; if that could not be excluded, the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_SLOW,
            "A slow server answers in the end; a server that hangs never answers, however long fmsdiag waits.",
        ),
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "A server that hangs keeps connections open and silent; a server that closes connections ends them.",
        ),
    )
    when_not_to_worry = text(
        "If it works in a second run a few minutes later, the server was overloaded for a moment."
    )


class ServerSlow(CauseDescription, of="about.server-slow"):
    what_it_is = text(
        "The server's machine opens connections at once, but the media server on it takes two seconds or "
        "more to answer. Players may give up before it does."
    )
    recognized_by = text(
        "Connections open within a second, and on none of them the first answer, or the answer to the "
        "request to connect, comes within two seconds. A single connection is compared with a reference "
        "server; if that was not possible, lost packets look the same."
    )
    when_not_to_worry = text("If your player connects and the stream runs, only the start takes longer.")


class ServerClosesConnection(CauseDescription, of="about.server-closes-connection"):
    what_it_is = text(
        "The server accepts connections and closes them before RTMP begins. Typical reasons: this address "
        "is not allowed, a connection limit is reached, or the load balancer has no healthy server behind "
        "it."
    )
    recognized_by = text(
        "Every connection ends early, and nothing at this server speaks RTMP. A connection on which nothing "
        "is sent, an end inside TLS, an answer that had begun, or several kinds of content that end alike "
        "show that the server does it. If nothing shows that, a filter may recognize RTMP, and the finding "
        "is only possible."
    )
    when_not_to_worry = text("It always matters: no stream can start.")


class WrongServiceOnPort(CauseDescription, of="about.wrong-service-on-port"):
    what_it_is = text(
        "What answers on the port is not a media server but, for example, a web server. The port in the "
        "address is wrong, or another program uses it."
    )
    recognized_by = text(
        "The first bytes of the answer show what it is, and nothing else that opens speaks RTMP. A redirect "
        "may also be a network's sign-in page; fmsdiag compares it with a reference server's answer. What is "
        "inside a secure port is looked at even if its certificate is invalid."
    )
    look_alikes = (
        look_alike(
            Cause.TUNNEL_NOT_OFFERED,
            "If RTMP was expected on the port, something else has it; if RTMPT was expected, an ordinary web "
            "server is there without a tunnel.",
        ),
        look_alike(
            Cause.SERVER_ON_OTHER_PORT,
            "If the media server answers on another port that fmsdiag tries, the report names that port; if not, "
            "it names what answers on the wrong one.",
        ),
    )
    when_not_to_worry = text("It always matters: there is no stream on this port.")


class WebProxyInFront(CauseDescription, of="about.web-proxy-in-front"):
    what_it_is = text(
        "The server's name leads to a web proxy, accelerator or content delivery network (CDN). It passes on web "
        "requests and no RTMP, so the media server behind it cannot be reached by that name."
    )
    recognized_by = text(
        "The port for RTMP does not answer, nothing on the server speaks RTMP, and answers on its web ports "
        "carry the headers of such a proxy. Headers that name no product count only if a reference server's "
        "answers lack them, since otherwise a proxy in this network added them."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_FIREWALL,
            "If the server itself answers on its web ports, opening the port for RTMP helps; if a web proxy answers, "
            "it does not.",
        ),
        look_alike(
            Cause.TRANSPARENT_PROXY,
            "A proxy in this network marks a reference server's answers as well.",
        ),
    )
    when_not_to_worry = text("If the stream has its own host name, the web proxy does not affect it.")


class ServerOnOtherPort(CauseDescription, of="about.server-on-other-port"):
    what_it_is = text(
        "The media server does not answer on the usual port, or on the one in the address, but on another one. "
        "The address that you were given has no port or the wrong one, or the media server was moved."
    )
    recognized_by = text(
        "RTMP is answered on another port of the server, and the usual one is refused by the server or by a firewall "
        "in front of it: the same port of a reference server opens from here, or a path test shows that the refusal "
        "comes from that far away. If the port in the address fails, fmsdiag also tries RTMP on 1935, RTMPS on its "
        "usual ports, and ports that the server's own web page names. If that port is silent, it may also be blocked, "
        "and the report says so."
    )
    look_alikes = (
        look_alike(
            Cause.PORT_BLOCKED,
            "If the refusal comes from as far away as the server, RTMP is most likely meant to be elsewhere; if it comes "
            "from closer, a firewall blocks the port, and the port may be right.",
        ),
    )
    when_not_to_worry = text(
        "If your player finds the other port by itself, it connects; the right address only saves the wait."
    )


class TunnelNotOffered(CauseDescription, of="about.tunnel-not-offered"):
    what_it_is = text(
        "RTMPT packs a stream into web requests. It was asked for, or no other route leaves this network, "
        "and the server does not offer it, or its sessions do not last."
    )
    recognized_by = text(
        "An ordinary web server's answer, or a refusal of the port, shows that there is no tunnel; a session "
        "that opens and is lost, or is answered from a cache, shows that the tunnel is broken. Marks of a "
        "proxy and redirects are compared with a reference server's answer; if a proxy, a sign-in page or a "
        "firewall could have answered, the finding is less sure."
    )
    when_not_to_worry = text("If RTMP or RTMPS connects, you do not need the tunnel.")


class RtmfpRedirectBlocked(CauseDescription, of="about.rtmfp-redirect-blocked"):
    what_it_is = text(
        "The server answers RTMFP and sends its clients on to another address or port, which does not "
        "answer. Either only some UDP ports are open on the network path, or the server names an address "
        "that works only inside its own network."
    )
    recognized_by = text(
        "The server's own redirect names the addresses, and none of them answers. A redirect from a public server to a "
        "private address, or to another service's port, is not followed. A private address is a mistake at the server; "
        "otherwise a firewall of this network and one at the server look the same from here."
    )
    look_alikes = (
        look_alike(
            Cause.RTMFP_NOT_OFFERED,
            "If the server answers and its redirect leads nowhere, RTMFP is offered; if it never answers, or "
            "its answers cannot be used, it is not.",
        ),
    )
    when_not_to_worry = text("If your address can begin with rtmp instead of rtmfp, you do not need UDP.")


class RtmfpNotOffered(CauseDescription, of="about.rtmfp-not-offered"):
    what_it_is = text(
        "The address asks for RTMFP, which uses UDP, and the server has none on that UDP port, or answers in "
        "a way that cannot be used. Many media servers have no RTMFP at all."
    )
    recognized_by = text(
        "The server's machine reports that nothing listens on the port, or UDP gets as far as TCP does and "
        "nothing answers, or the answers make no sense as RTMFP. If it is not known where packets stop, "
        "silence is reported as blocked UDP instead."
    )
    when_not_to_worry = text("If your address can begin with rtmp instead of rtmfp, you do not need RTMFP.")


class AppNotFound(CauseDescription, of="about.app-not-found"):
    what_it_is = text(
        "The server was reached and does not know the application. That is the part of the address after the "
        "server name, such as “live”. A letter is wrong or missing, or the application was removed."
    )
    recognized_by = text(
        "The server's own words say so. Or it closes the connection when it is asked for the application, and "
        "does the same for a made-up name; then a server that does not allow this computer looks the same, and "
        "the report says so."
    )
    look_alikes = (
        look_alike(
            Cause.REJECTED_BY_SERVER,
            "If the server treats a made-up application in the same way, it does not know this one; if it "
            "answers a made-up one differently, it has rules for this one.",
        ),
        look_alike(
            Cause.STREAM_REFUSED,
            "A wrong application is rejected when connecting; a wrong stream name is rejected after that.",
        ),
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "A wrong application ends the connection after RTMP has begun; a server that closes every "
            "connection ends it before.",
        ),
    )
    when_not_to_worry = text("It always matters, but it also shows that the server can be reached.")


class RejectedByServer(CauseDescription, of="about.rejected-by-server"):
    what_it_is = text(
        "The server was reached and rejected this connection, with a message of its own or by closing it for "
        "this application only. Typical reasons are rules for addresses, for referring pages or for one "
        "application."
    )
    recognized_by = text(
        "The server's answer is a rejection, which the report quotes. Rejections with a more exact meaning, "
        "such as an unknown application, a missing password or a full server, are reported as such."
    )
    look_alikes = (
        look_alike(
            Cause.AUTH_REQUIRED,
            "If the server's answer asks for a user name and password, those are missing; any other "
            "rejection has another reason.",
        ),
        look_alike(
            Cause.SERVER_FULL,
            "If the server's answer names a limit, the server is full; any other rejection has another "
            "reason.",
        ),
    )
    when_not_to_worry = text("It always matters, but it also shows that the server can be reached.")


class AuthRequired(CauseDescription, of="about.auth-required"):
    what_it_is = text(
        "The server was reached and admits only clients that give a user name and password, or it did not "
        "accept the ones that were entered. This is usual for servers that encoders publish to."
    )
    recognized_by = text(
        "The server's own answer asks for them. fmsdiag can try a user name and password by the two usual "
        "methods (adobe and llnw); other methods it can only report."
    )
    when_not_to_worry = text(
        "If your encoder already has the right user name and password, it can connect; fmsdiag was only not "
        "given them."
    )


class ServerFull(CauseDescription, of="about.server-full"):
    what_it_is = text(
        "The server was reached and accepts no more connections at the moment, because a limit is reached or "
        "its license is used up. This happens during events with many viewers, and on servers with a small "
        "license."
    )
    recognized_by = text(
        "The server's own answer says so, by a code or in a sentence about a limit on connections."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_SHUTTING_DOWN,
            "A full server admits clients again when others leave; one that is shutting down says that it is "
            "being stopped.",
        ),
    )
    when_not_to_worry = text(
        "If a later attempt connects, the server was only busy; if it happens often, its limit is too low."
    )


class Redirected(CauseDescription, of="about.redirected"):
    what_it_is = text(
        "The server was reached and tells its clients to connect to another address. Load balancers and "
        "services that have moved do this."
    )
    recognized_by = text(
        "The server's own answer names the address. The report says whether the connection is accepted "
        "there, if the redirect was followed."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_SHUTTING_DOWN,
            "Both may name another address; a server that is shutting down says that it is being stopped.",
        ),
    )
    when_not_to_worry = text("If your player follows redirects and plays, nothing is wrong.")


class ServerShuttingDown(CauseDescription, of="about.server-shutting-down"):
    what_it_is = text(
        "The server was reached while it, or the application on it, was being stopped or restarted. It "
        "disconnects its clients."
    )
    recognized_by = text(
        "The server's own answer says so, by a code (AppShutdown or ReconnectRequest) or in a sentence."
    )
    when_not_to_worry = text("If it works again after a few minutes, it was only a restart.")


class StreamRefused(CauseDescription, of="about.stream-refused"):
    what_it_is = text(
        "The connection was accepted, but the server does not let this client publish or play the stream. "
        "The stream name or key may be wrong, another encoder may be using it, or nothing is being published "
        "under it."
    )
    recognized_by = text(
        "Only if you asked for the test of a stream: the server's answer to publishing or playing is a "
        "rejection, or it closes the connection at that point."
    )
    look_alikes = (
        look_alike(
            Cause.AUTH_REQUIRED,
            "A server that requires a user name and password asks for them when connecting; a wrong stream key "
            "is rejected after that.",
        ),
    )
    when_not_to_worry = text("If nothing is being published under this name yet, a rejected play is normal.")


class ProxyProtocolExpected(CauseDescription, of="about.proxy-protocol-expected"):
    what_it_is = text(
        "The server expects a load balancer in front of it that begins each connection with a PROXY header, "
        "which carries the client's address. It was reached without the load balancer, or the load balancer "
        "does not send the header."
    )
    recognized_by = text(
        "RTMP and other first bytes are cut off at once, while a connection on which nothing is sent stays "
        "open. One connection that begins with a PROXY header decides: if it is answered, the server "
        "expects one."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "A server that expects a PROXY header answers when it gets one; other servers that close "
            "connections close that one as well.",
        ),
        look_alike(
            Cause.RTMP_BLOCKED,
            "A filter for RTMP lets other bytes pass; a server that expects a PROXY header cuts off all of "
            "them.",
        ),
    )
    when_not_to_worry = text("It always matters: no player can connect.")


class TunnelCutByWebServer(CauseDescription, of="about.tunnel-cut-by-web-server"):
    what_it_is = text(
        "RTMPT carries a stream in web requests. A web server in front of the media server passed the first "
        "one on and rejects later ones: they are too large for it, or one of its rules forbids their path, "
        "method or sender."
    )
    recognized_by = text(
        "The first request opened a session, so there is a tunnel. A later one was answered with a status "
        "such as 413, 403, 405, 401 or 411, which media servers do not use for their sessions, or with the "
        "web server's own page. If the answer names a proxy and nothing was compared, the proxy may be this "
        "network's, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.TUNNEL_NOT_OFFERED,
            "If a session opens and a web server's rule rejects a later request, there is a tunnel behind "
            "the rule; if no session opens, or the media server loses it, the tunnel itself is missing or "
            "broken.",
        ),
        look_alike(
            Cause.PROXY_BLOCKS_TUNNEL,
            "If a reference server's answers carry the same proxy's mark, the proxy is this network's; "
            "otherwise the web server belongs to the server.",
        ),
    )
    when_not_to_worry = text("If RTMP or RTMPS connects, you do not need the tunnel.")


class ServerViolatesProtocol(CauseDescription, of="about.server-violates-protocol"):
    what_it_is = text(
        "The server completes the RTMP handshake and then sends something that the protocol does not allow, "
        "such as a chunk size of 0 or an endless message. Players end the connection there."
    )
    recognized_by = text("The report names the rule that was broken and shows the bytes.")
    look_alikes = (
        look_alike(
            Cause.WRONG_SERVICE_ON_PORT,
            "A server that violates the protocol has completed the RTMP handshake; another service does not "
            "get that far.",
        ),
        look_alike(
            Cause.SERVER_HUNG,
            "A server that hangs sends nothing more; this one sends something that cannot be read.",
        ),
    )
    when_not_to_worry = text("It always matters: the media server, or what is in front of it, is faulty.")


class SwfVerificationRequired(CauseDescription, of="about.swf-verification-required"):
    what_it_is = text(
        "Servers of the Flash era can ask a player to prove which SWF file it runs, and accept only known "
        "files. It protects streams against copying. Players other than the intended one cannot connect."
    )
    recognized_by = text(
        "After the request to connect, the server sends a user control message of type 26 and no answer."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_HUNG,
            "A server that hangs does not ask for anything; one that verifies SWF files sends its request "
            "and waits.",
        ),
    )
    when_not_to_worry = text("If the intended player connects, nothing needs to change.")


class ClosedAfterAccept(CauseDescription, of="about.closed-after-accept"):
    what_it_is = text(
        "The server accepts the connection and ends it within a moment. Its application, a script, or a "
        "proxy in front decides after the answer that this client may not stay."
    )
    recognized_by = text(
        "The answer to connect was a success. Within half a second, another answer took it back, or the "
        "connection was closed or reset, although the client had asked for nothing more."
    )
    look_alikes = (
        look_alike(
            Cause.IDLE_TIMEOUT,
            "A connection that is dropped for being idle works for many seconds first; this one ends at "
            "once, in use or not.",
        ),
        look_alike(
            Cause.REJECTED_BY_SERVER,
            "A server that rejects a client does not accept it first.",
        ),
    )
    when_not_to_worry = text("It always matters, but it also shows that the server can be reached.")
