"""What each kind of row was made for and what its end means, in sentences. Data only."""

from __future__ import annotations

from fmsdiag.model import Experiment, FailureKind, Purpose, Status, StepName, Transport

WHY_TRIED = {
    Purpose.FALLBACK: "One attempt of the plan: what a player tries, in its order.",
    Purpose.CHECK: "Beside the plan: what else this server offers here. No player would have waited for it.",
    Purpose.CONTROL: "A comparison with a third party that is known to work.",
    Purpose.FOLLOW_UP: "Asked afterwards, to tell two possible causes apart.",
}

WHY_ASKED = {
    Experiment.CONTROL_PORT: "The same port was opened on {host}, a server that is known to work. If that is silent "
    "too, this network stops the port for every server; if it answers, only the tested server is out of reach.",
    Experiment.CONTROL_HTTP: "A plain web page was fetched from {host}, which is known to work. If that works, this "
    "computer is online and only media traffic is in trouble.",
    Experiment.HTTP_ON_PORT: "A plain web request was sent to port {port} of the tested server. If HTTP passes where "
    "RTMP was swallowed, something on the way lets only web traffic through.",
    Experiment.PLAIN_ON_TLS_PORT: "TLS failed on port {port}, so RTMP's first bytes were sent to it without encryption. If "
    "that is answered, the port is open and merely speaks another protocol than the address says.",
    Experiment.TLS_ON_PORT: "Plain RTMP was cut off on port {port}, so TLS was tried there. If that is answered, the port "
    "expects encryption, and the address should say rtmps.",
    Experiment.MADE_UP_APPLICATION: "The server was asked for an application that cannot exist. If it answers as it "
    "did for the real name, the name is not what it objects to.",
    Experiment.SECOND_RESOLVER: "Another DNS server, {host}, was asked for the tested server's name. If that one "
    "knows it, the fault is in the DNS server of this network.",
    Experiment.REDIRECT: "The server refused the connection and named another address, {host}, where its clients shall "
    "go. The same application was asked for there, as a player does that follows.",
    Experiment.PUBLISH: "You asked for it: a stream was put on air for a few seconds, without picture or sound, as an "
    "encoder begins. Some servers agree and then hang up, so the connection was held for a while.",
    Experiment.PLAY: "You asked for it: the stream was played until its first picture or sound came. Several servers "
    "agree to any name, so only that proves that the stream is on air.",
    Experiment.CONTROL_TLS: "A secure connection was opened to {host}, which is known to work. If it shows the same signs, "
    "the cause is in this network and not at the tested server.",
    Experiment.CONTROL_HOPS: "The way to {host}, which is known to work, was followed router by router, to see whether it goes "
    "on where the way to the tested server ends.",
    Experiment.CONTROL_NAME: "The name {host}, which is known to exist, was looked up, to see whether only the tested server's "
    "name is answered badly.",
    Experiment.NO_BYTES: "A connection to port {port} was opened and nothing was sent. If it is closed all the same, what is "
    "sent does not matter.",
    Experiment.OTHER_BYTES: "As many bytes as RTMP begins with were sent to port {port}, but other ones. If those get through, "
    "something on the way recognises RTMP.",
    Experiment.SMALL_SEGMENTS: "RTMP was tried on port {port} in small pieces. If that works where large pieces vanish, "
    "a link on "
    "the way is too narrow and does not say so.",
    Experiment.WEB_PAGE: "The start page on web port {port} was fetched, to see whether it names the media server's ports.",
    Experiment.SERVER_PORT: "RTMP was tried on port {port}, where some servers listen instead of the usual one.",
    Experiment.OTHER_ADDRESS: "RTMP was tried at the address that another DNS server gives. If that is the server, the name "
    "server of this network points elsewhere.",
    Experiment.TLS_WITHOUT_NAME: "TLS was tried on port {port} without telling the server's name. If that works, "
    "something on the "
    "way objects to the name.",
    Experiment.TLS_OTHER_NAME: "TLS was tried on port {port} with another name. If that works, something on the way objects to "
    "the server's name.",
    Experiment.TLS_VERSIONS: "TLS was tried on port {port} in older versions, to see whether the server knows only those.",
    Experiment.WPAD: "This network was asked whether it announces a proxy (WPAD, by name; the announcement by DHCP "
    "cannot be read without privileges).",
    Experiment.THROUGH_PROXY: "The server was tried through a proxy that this network announces, since the direct way "
    "is closed.",
    Experiment.UDP_HOPS: "RTMFP's first packet was sent to port {port} with a rising limit of routers to pass. The last "
    "router that "
    "answers is the last one that such packets reach.",
    Experiment.BURST: "Several connections were opened to port {port} in quick succession, to see whether this network "
    "counts them.",
    Experiment.HOLD: "Several connections were held open to port {port}, to see whether this network limits their number.",
    Experiment.IDLE: "A connection to port {port} was left silent for a while and then used. If only the silent one is dead, "
    "something on the way forgets quiet connections.",
    Experiment.UPLOAD: "Data was sent to port {port} for a few seconds, to see how fast and how far it gets. Nothing "
    "was published.",
    Experiment.HOPS: "Connections to port {port} were sent with a rising limit of routers to pass. The last router "
    "that answers is the last one that such packets reach.",
}

ENDED = {
    Status.NOT_STARTED: "It was not tried, so nothing is known about it.",
    Status.CONNECTED: "This way works: a player that gets this far is connected.",
    Status.REJECTED: "The network works: RTMP reached the server, and the server itself said no.",
    Status.CANCELLED: "It was stopped before it ended. Nothing follows from that.",
    Status.NOT_APPLICABLE: "It cannot be tried here, which says nothing about the server or the network.",
}
ANSWERED = "An answer came, so this question has one; the steps below show it."

STEP_DONE = {
    StepName.DNS: "The server's name was looked up, as players do.",
    StepName.ROUTE: "This computer was asked which way it would send the packets.",
    StepName.UDP: "A greeting was sent by UDP, in single packets without a connection, as RTMFP does. A server that "
    "speaks RTMFP answers it.",
    StepName.TCP: "A TCP connection was opened: the network's own handshake, before any data.",
    StepName.PROXY: "The proxy, which stands between this network and the internet, was asked to open the "
    "connection to the server.",
    StepName.TLS: "The connection was secured by TLS, and the server's certificate verified.",
    StepName.HTTP: "A web page was asked for.",
    StepName.TUNNEL: "An RTMPT session was opened: RTMP inside of web requests.",
    StepName.HANDSHAKE: "The RTMP handshake: C0 and C1 were sent, S0, S1 and S2 expected, C2 sent in answer to S1.",
    StepName.CONNECT: "NetConnection.connect: the server was asked for the application.",
    StepName.PUBLISH: "An empty stream was put on air for three seconds under the name that you gave, as an encoder "
    "does.",
    StepName.PLAY: "The stream that you named was asked for, as a viewer's player does.",
    StepName.EXCHANGE: "As many bytes as RTMP begins with were sent, but other ones, to see whether their content matters.",
    StepName.SERIES: "Several connections were opened, quickly or beside each other, to see whether their number matters.",
    StepName.IDLE: "A connection was left silent for a while and then used, to see whether something on the way forgets it.",
    StepName.UPLOAD: "Data was sent up, to see how fast and how far it gets. Nothing was published.",
    StepName.HOP: "Connections with a rising limit of routers were sent, to see who answers.",
}

HANDSHAKES = {
    Transport.RTMPE: "The encrypted RTMP handshake: both sides exchanged keys, and what follows is enciphered.",
    Transport.RTMPTE: "The encrypted RTMP handshake inside of web requests: both sides exchanged keys, and what "
    "follows is enciphered.",
    Transport.RTMFP: "Both sides exchanged keys by UDP; what follows is enciphered, as always with RTMFP.",
}
"""What the step is where it is more than RTMP's plain handshake."""
KEYS_UNANSWERED = (
    "The greeting was answered, the key was not. Paths that lose larger packets look like this, and firewalls that let "
    "only the first packets of UDP through."
)
KEYS_EXCHANGED = "Larger packets pass by UDP too, and the server is ready for the application."
VERIFICATION_SKIPPED = (
    "The connection was secured once more without checking the certificate, only to see whether the media server is "
    "behind it. No stream name, no query string and no password went along."
)
UNVERIFIED = "Something speaks TLS there. Who it is was not checked this time, so do not trust it."

STEP_WORKED = {
    StepName.DNS: "The name is known.",
    StepName.UDP: "UDP passes in both directions, and an RTMFP server is there.",
    StepName.PROXY: "The proxy lets this connection through.",
    StepName.TCP: "The port is open: something accepts connections there.",
    StepName.TLS: "The connection is private, and the certificate is the server's own.",
    StepName.HTTP: "A web server answered.",
    StepName.TUNNEL: "The tunnel is open.",
    StepName.HANDSHAKE: "An RTMP server is there and speaks the protocol.",
    StepName.CONNECT: "The server accepted the application.",
    StepName.PUBLISH: "The server took the stream: an encoder may publish under this name.",
    StepName.PLAY: "The server delivers this stream to viewers.",
}

STEP_FAILED = {
    FailureKind.TIMED_OUT: "Nothing came back. A firewall that discards packets looks like this, and so does a "
    "machine that is switched off.",
    FailureKind.REFUSED: "The answer was a plain no: the machine is there, and nothing listens on that port; or a "
    "firewall says no in its name.",
    FailureKind.RESET: "The open connection was torn down. Filters that dislike what they see do this; servers "
    "seldom do.",
    FailureKind.CLOSED: "The other side ended the connection before its answer was complete.",
    FailureKind.UNREACHABLE: "A router or the machine itself said that this cannot be delivered.",
    FailureKind.NO_ROUTE: "This computer has no way to send it. Is it online?",
    FailureKind.NOT_PERMITTED: "This computer's own firewall or policy forbids it.",
    FailureKind.NAME_NOT_FOUND: "The DNS server says that there is no such name.",
    FailureKind.NO_DATA: "The name exists, but has no address of this kind.",
    FailureKind.SERVER_FAILURE: "The DNS server could not or would not answer.",
    FailureKind.RESOLVER_SILENT: "The DNS server did not answer at all.",
    FailureKind.RESOLVER_CLOSED: "The machine that should be the DNS server does not offer that service.",
    FailureKind.CERTIFICATE_EXPIRED: "The certificate was valid once. Its owner has to renew it, unless this "
    "computer's clock is wrong.",
    FailureKind.CERTIFICATE_NOT_YET_VALID: "The certificate becomes valid later, or this computer's clock is wrong.",
    FailureKind.CERTIFICATE_SELF_SIGNED: "Nobody vouches for the certificate but itself.",
    FailureKind.CERTIFICATE_UNTRUSTED: "This computer does not know who vouches for the certificate. Networks that "
    "open secure traffic for checking look like this.",
    FailureKind.CERTIFICATE_WRONG_HOST: "The certificate belongs to another name.",
    FailureKind.CERTIFICATE_OTHER: "The certificate is not acceptable.",
    FailureKind.TLS_ALERT: "The other side ended the TLS handshake with an alert.",
    FailureKind.UNEXPECTED_REPLY: "Something answered that is not what was asked for: another service, or a filter "
    "that answers in the server's name.",
    FailureKind.PROXY_REFUSED: "The proxy understood and will not carry this. Its rules are made by the network's "
    "administrator; the server never heard of the attempt.",
    FailureKind.PROXY_AUTH_REQUIRED: "The proxy lets nobody pass without a name and a password. They can be given "
    "under Advanced; the network's administrator knows them.",
    FailureKind.REJECTED: "The server understood and said no. The network is not the cause.",
    FailureKind.STALLED: "The answer began and stopped. Filters that inspect traffic look like this, and paths "
    "that lose large packets.",
    FailureKind.LOCAL_ERROR: "The fault is in fmsdiag or in this computer; it says nothing about the network.",
}
