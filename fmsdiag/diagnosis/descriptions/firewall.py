"""What blocks, limits or filters traffic on the network path."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause


class PortBlocked(CauseDescription, of="about.port-blocked"):
    what_it_is = text(
        "A firewall between this computer and the internet, most likely this network's own, blocks a port "
        "that streaming needs, or blocks this server. Companies, schools, hotels and guest networks often "
        "allow little more than web pages."
    )
    recognized_by = text(
        "The port times out or is refused, and a comparison shows that the server is not the reason: the "
        "same port of a reference server fails while another of its ports answers, an error message comes "
        "from a device in this network, or a path test ends inside this network. Silence with nothing to "
        "compare is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_FIREWALL,
            "If the same port of a reference server opens from here, or packets leave this network, the port "
            "is blocked at the server's side; if that port fails too, or packets stop here, it is blocked in "
            "this network.",
        ),
        look_alike(
            Cause.SERVER_NOT_LISTENING,
            "A server refuses a port itself when no program uses it; a blocked port is silent, or a device "
            "in between refuses it.",
        ),
        look_alike(
            Cause.ONLY_WEB_PORTS_ALLOWED,
            "If packets to ports of unrelated services stop here as well, the firewall blocks everything but "
            "web pages; otherwise it blocks single ports.",
        ),
    )
    when_not_to_worry = text(
        "A blocked port does not matter if your player connects on another one without a delay."
    )


class OnlyWebPortsAllowed(CauseDescription, of="about.only-web-ports-allowed"):
    what_it_is = text(
        "The network's firewall allows only the ports of web pages, 80 and 443, and blocks all others. "
        "Company, school and guest networks are often set up like this."
    )
    recognized_by = text(
        "The streaming port is shown to be blocked in this network, and path tests to at least two ports of "
        "unrelated services end here as well, while ports 80 and 443 pass. Without path tests, a single "
        "blocked port is reported instead."
    )
    look_alikes = (
        look_alike(
            Cause.ONLY_HTTPS_ALLOWED,
            "Port 80 tells them apart: it passes where web ports are allowed, and is blocked where only secure "
            "web pages are.",
        ),
        look_alike(
            Cause.EGRESS_BLOCKED,
            "If ports 80 and 443 pass, only the others are blocked; if they fail as well, everything is.",
        ),
    )
    when_not_to_worry = text(
        "If the server offers RTMPS on port 443 or RTMPT on port 80, streaming works without a change in the "
        "network."
    )


class OnlyHttpsAllowed(CauseDescription, of="about.only-https-allowed"):
    what_it_is = text(
        "The network's firewall allows only secure web pages, on port 443, and blocks all other ports, port "
        "80 included. Only streams inside TLS on port 443 can leave such a network."
    )
    recognized_by = text(
        "The streaming port is shown to be blocked in this network, and path tests to at least two ports of "
        "unrelated services end here as well. Port 80 is blocked too, and port 443 passes. Without path "
        "tests, a single blocked port is reported instead."
    )
    when_not_to_worry = text(
        "If the server offers RTMPS on port 443, streaming works without a change in the network."
    )


class EgressBlocked(CauseDescription, of="about.egress-blocked"):
    what_it_is = text(
        "The network lets no direct connection out, to any port of any server. Such networks often require a "
        "proxy, or a sign-in first. A VPN on this computer that does not carry connections to the server is "
        "reported under this name, too."
    )
    recognized_by = text(
        "Every connection to the server fails, and so do at least two ports of a reference server, while "
        "name lookups work. An answer to a web request, or packets that travel far, rule it out. If only "
        "this network's router answers, the internet line may be down, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.PROXY_REQUIRED,
            "If the server answers through a proxy, the network requires that proxy; if no proxy is known, the "
            "only thing known is that direct connections fail.",
        ),
        look_alike(
            Cause.CAPTIVE_PORTAL,
            "A network that requires sign-in answers web requests with its own page; a network that blocks "
            "everything does not answer.",
        ),
        look_alike(
            Cause.MIDDLEBOX_ACCEPTS_ALL,
            "Where everything is blocked, no connection opens; where a device accepts everything, every "
            "connection opens and stays silent.",
        ),
    )
    when_not_to_worry = text("It always matters: nothing connects directly.")


class UdpBlocked(CauseDescription, of="about.udp-blocked"):
    what_it_is = text(
        "The network blocks UDP, which RTMFP needs. RTMP, RTMPS and RTMPT use TCP and are not affected."
    )
    recognized_by = text(
        "A device in this network rejects UDP packets to the server, or a path test shows that they stop in "
        "this network while TCP packets go on, or routers return them changed. Silence alone proves little, "
        "because a server without RTMFP is silent too; it is reported as possible, and only if the address "
        "asks for RTMFP."
    )
    look_alikes = (
        look_alike(
            Cause.RTMFP_NOT_OFFERED,
            "If the server's machine rejects the packets, or UDP gets as far as TCP does, the network lets "
            "UDP out; if UDP stops inside this network, the network blocks it.",
        ),
        look_alike(
            Cause.RTMFP_REDIRECT_BLOCKED,
            "If the server answers by UDP and only the address that it redirects to is silent, UDP itself is "
            "not blocked.",
        ),
    )
    when_not_to_worry = text("If your address begins with rtmp, rtmps or rtmpt, you do not need UDP.")


class ConnectionRateLimited(CauseDescription, of="about.connection-rate-limited"):
    what_it_is = text(
        "A device limits how many new connections may be opened in a short time. Players that try several "
        "ports at once, or reconnect quickly, run into this limit."
    )
    recognized_by = text(
        "The deep tests open connections in quick succession: the first ones open, most or all of the others "
        "fail, and one after a pause opens again. Whether the device is in this network or in front of the "
        "server is not seen."
    )
    look_alikes = (
        look_alike(
            Cause.PACKET_LOSS,
            "With packet loss, connections fail at random; with a limit, the first ones open, the next ones "
            "fail, and after a pause they open again.",
        ),
        look_alike(
            Cause.CONNECTION_COUNT_LIMITED,
            "A limit on new connections ends after a pause; a limit on open connections ends when one of "
            "them is closed.",
        ),
    )
    when_not_to_worry = text(
        "If your player opens one connection and stays connected, this limit does not affect it."
    )


class ConnectionCountLimited(CauseDescription, of="about.connection-count-limited"):
    what_it_is = text(
        "A device limits how many connections to the port may be open at the same time. People behind one "
        "public address share such a limit."
    )
    recognized_by = text(
        "The deep tests hold connections open: the next one fails twice, and opens as soon as one is closed. "
        "Whether the device is in this network or in front of the server is not seen."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_FULL,
            "A full server answers and says that a limit is reached; a limit on the network path lets the "
            "connection fail without an answer.",
        ),
    )
    when_not_to_worry = text(
        "If your player needs one connection and gets it, this limit does not affect it."
    )


class NonHttpBlocked(CauseDescription, of="about.non-http-blocked"):
    what_it_is = text(
        "A firewall lets only web requests (HTTP) through and cuts off everything else, even on a port that "
        "is open. RTMP then fails everywhere, while RTMPT, which packs the same data into web requests, "
        "passes."
    )
    recognized_by = text(
        "RTMP is dropped or reset before the server answers, on a port where a web request or RTMPT is "
        "answered, and no other port carries RTMP. Bytes of no known protocol show whether only RTMP is "
        "blocked. If only a web page answers there, the server may have no RTMP on that port, and the finding "
        "is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.RTMP_BLOCKED,
            "If data that is neither RTMP nor HTTP gets further than RTMP, a filter recognizes RTMP; if it "
            "is cut off as well, only web traffic passes.",
        ),
        look_alike(
            Cause.TRANSPARENT_PROXY,
            "A web proxy answers RTMP with an HTTP error; a firewall that passes only web traffic resets the "
            "connection or stays silent.",
        ),
    )
    when_not_to_worry = text("If RTMPT connects and is fast enough for you, nothing needs to change.")


class RtmpBlocked(CauseDescription, of="about.rtmp-blocked"):
    what_it_is = text(
        "A filter on the network path cuts RTMP off on every port, in most cases because it recognizes the content. Other "
        "traffic to the same server passes."
    )
    recognized_by = text(
        "RTMP is cut off at its first message, or at its request to connect, on every port that opens. Other "
        "bytes get further, or the same message is answered where it cannot be read. If nothing else as long "
        "was seen to get further, the filter may go by the size of the packets, and the finding says so. If RTMP did not "
        "work in any form, the server itself may close the connection, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_HUNG, "A server that hangs does not answer anything; a filter stops only RTMP."
        ),
        look_alike(
            Cause.MTU_BLACK_HOLE,
            "Where large packets are lost, long messages of any content get no answer, and RTMP in small "
            "packets does; a filter lets other long messages pass.",
        ),
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "A server that closes every connection closes empty ones and other content as well; a filter "
            "waits until it recognizes RTMP.",
        ),
    )
    when_not_to_worry = text(
        "If RTMPS connects, use it: a filter that does not open encryption cannot recognize RTMP in it."
    )


class RtmpeBlocked(CauseDescription, of="about.rtmpe-blocked"):
    what_it_is = text(
        "The address asks for RTMPE, an older kind of encrypted RTMP, and a filter on the network path cuts "
        "it off. Plain RTMP passes on the same port."
    )
    recognized_by = text(
        "Plain RTMP is answered where RTMPE is dropped or reset, and bytes of no known protocol are not "
        "treated like RTMPE. If that could not be compared, the server may simply not offer RTMPE, and the "
        "finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.RTMPE_NOT_OFFERED,
            "A server without RTMPE answers in plain RTMP, closes the connection cleanly, or treats all "
            "unknown bytes in the same way; a filter cuts off RTMPE alone.",
        ),
    )
    when_not_to_worry = text("If the stream does not have to be encrypted, plain RTMP is enough.")


class RtmpeNotOffered(CauseDescription, of="about.rtmpe-not-offered"):
    what_it_is = text(
        "The address asks for RTMPE, an older kind of encrypted RTMP, and the server does not offer it, or "
        "offers it in a form that cannot be used. Many media servers never had RTMPE."
    )
    recognized_by = text(
        "Plain RTMP is answered on the same port, and the server answers RTMPE without encryption, closes the "
        "connection cleanly, or resets unknown bytes in the same way. A server key that gives no protection "
        "and a type of RTMPE that fmsdiag does not support are reported here as well."
    )
    when_not_to_worry = text(
        "If the stream does not have to be encrypted, plain RTMP is enough; otherwise ask for an address "
        "that begins with rtmps."
    )


class MiddleboxAcceptsAll(CauseDescription, of="about.middlebox-accepts-all"):
    what_it_is = text(
        "A device on the network path, or security software on this computer, accepts every connection "
        "itself and forwards none. Every port seems to be open, and nothing ever answers."
    )
    recognized_by = text(
        "Connections to the server open and stay silent. A port that no server has open accepts a connection "
        "too, or the connection ends one hop away and a reference server is silent as well. If a reference "
        "server answers a web request, silence is the server's. If connections are closed although nothing was sent, "
        "and a port that no server has open accepts one, a device opens them in the server's place."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "A server that closes connections does so itself; port 47 of a reference server then refuses a connection or "
            "stays silent.",
        ),
        look_alike(
            Cause.SERVER_HUNG,
            "If a reference server answers, only this server hangs; if it is silent too, something in "
            "between accepts the connections.",
        ),
    )
    when_not_to_worry = text("It always matters: connections open, but nothing gets through.")


class UploadCut(CauseDescription, of="about.upload-cut"):
    what_it_is = text(
        "Connections work, but they are cut off after some kilobytes of upload. Watching may work; "
        "publishing stops within seconds. Firewalls, data loss prevention and quotas do this."
    )
    recognized_by = text(
        "The deep tests upload data after connecting. The connection ends each time, mostly after about the "
        "same amount, and another port of the same server takes all of it. If there is no other port to "
        "compare, the server itself may end the upload, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.THROTTLED,
            "If the connection ends, the upload is cut off; if it only becomes slow, it is limited in speed.",
        ),
    )
    when_not_to_worry = text("If you only watch streams, it does not affect you.")


class Throttled(CauseDescription, of="about.throttled"):
    what_it_is = text(
        "A device on the network path slows down uploads on the streaming port. The same server takes data "
        "much faster on another port."
    )
    recognized_by = text(
        "The deep tests upload the same data on two ports of the server, and one is at least five times "
        "faster. If no other port is that much faster, the line or the server may be slow: the report then says how "
        "fast the upload was, and names no cause."
    )
    look_alikes = (
        look_alike(
            Cause.HIGH_LATENCY, "A slow connection is slow on every port; a speed limit affects only one."
        ),
        look_alike(Cause.PACKET_LOSS, "Lost packets slow down every port; a speed limit affects only one."),
    )
    when_not_to_worry = text(
        "If you only watch streams, or the limit is much higher than your bit rate, it does not affect you."
    )
