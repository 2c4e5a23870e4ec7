"""What can be wrong with encrypted connections and their certificates."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause

ONLY_RTMPS = text(
    "If your stream uses plain RTMP, it does not affect you: only secure streaming (RTMPS) fails."
)


class RtmpExpected(CauseDescription, of="about.rtmp-expected"):
    what_it_is = text(
        "The address begins with rtmps, but its port speaks RTMP without encryption. Address and port do not "
        "match."
    )
    recognized_by = text(
        "TLS fails on a port that is not one of the usual ones for TLS (443 and 8443), and the same port "
        "answers RTMP without encryption."
    )
    look_alikes = (
        look_alike(
            Cause.RTMPS_EXPECTED,
            "One is an rtmps address with an unencrypted port, the other an rtmp address with an encrypted "
            "port.",
        ),
        look_alike(
            Cause.TLS_NOT_ENABLED,
            "On ports 443 and 8443 the server should speak TLS, so the server is wrong; on other ports the "
            "address is.",
        ),
    )
    when_not_to_worry = text("It always matters: the address does not work as it is.")


class RtmpsExpected(CauseDescription, of="about.rtmps-expected"):
    what_it_is = text(
        "The address begins with rtmp, but its port speaks RTMP only inside encryption (TLS). Address and "
        "port do not match."
    )
    recognized_by = text(
        "The plan's first attempt is ended as TLS servers end unencrypted connections, and inside TLS the "
        "same port answers RTMP. If TLS is answered but RTMP inside it is not, the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "An RTMPS port answers inside TLS; a server that closes every connection closes those as well.",
        ),
        look_alike(
            Cause.WRONG_SERVICE_ON_PORT,
            "Inside TLS, an RTMPS port answers RTMP; a website's port answers with a web page.",
        ),
    )
    when_not_to_worry = text("It always matters: the address does not work as it is.")


class RtmpsNotOffered(CauseDescription, of="about.rtmps-not-offered"):
    what_it_is = text(
        "The address asks for RTMPS, and nothing listens on that port of the server. The server does answer "
        "plain RTMP on another port."
    )
    recognized_by = text(
        "The RTMPS port is refused and the server speaks RTMP elsewhere. A path test or the same port of a "
        "reference server shows whether the refusal comes from the server or from right in front of it; if neither could "
        "be compared, a firewall closer to you looks the same, and the report says so."
    )
    look_alikes = (
        look_alike(
            Cause.PORT_BLOCKED,
            "If the same port of a reference server opens from here, the server or a firewall in front of it refuses; if "
            "that port is refused as well, a firewall near you does.",
        ),
    )
    when_not_to_worry = text("If the stream does not have to be encrypted, plain RTMP is enough.")


class TlsNotEnabled(CauseDescription, of="about.tls-not-enabled"):
    what_it_is = text(
        "The port that is meant for RTMPS, 443 or 8443, answers RTMP without encryption, so every secure "
        "connection to it fails. TLS is not switched on in the server's settings."
    )
    recognized_by = text("TLS fails on port 443 or 8443, and the same port answers RTMP without encryption.")
    look_alikes = (
        look_alike(
            Cause.TLS_BLOCKED,
            "A server without TLS answers RTMP on that port; behind a filter that cuts off TLS, it does not.",
        ),
    )
    when_not_to_worry = text(
        "If the stream does not have to be encrypted, an address that begins with rtmp works on the same "
        "port."
    )


class TlsBlocked(CauseDescription, of="about.tls-blocked"):
    what_it_is = text(
        "A filter on the network path cuts off encrypted connections at their first message, for this "
        "server's name or for every server. The first message of TLS names the server, so a filter can "
        "choose by name without opening the encryption."
    )
    recognized_by = text(
        "The port opens and TLS is cut off. With another name or none in its first message, TLS is answered; "
        "or a reference server's TLS is cut off as well, while unencrypted messages are answered. A port "
        "that answers something else than TLS is not reported."
    )
    look_alikes = (
        look_alike(
            Cause.TLS_VERSION_MISMATCH,
            "A server without a common TLS version says so, or answers when older versions are offered; a "
            "filter cuts off TLS whatever is offered.",
        ),
        look_alike(
            Cause.SERVER_HUNG,
            "If TLS without this server's name is answered, or a reference server is cut off as well, a "
            "filter is at work; a server that hangs does not answer whatever the name.",
        ),
    )
    when_not_to_worry = ONLY_RTMPS


class TlsIntercepted(CauseDescription, of="about.tls-intercepted"):
    what_it_is = text(
        "A firewall in the network, or a security program on this computer, decrypts secure connections and "
        "presents certificates of its own. Companies, schools and antivirus programs do this to look inside."
    )
    recognized_by = text(
        "The issuer is no public authority and signs for a reference server as well, or its own name says "
        "that it inspects, or TLS ends closer to this computer than the server is. If the certificate is "
        "trusted here, it is reported only when what is inside does not pass, or when the issuer's name says "
        "so."
    )
    look_alikes = (
        look_alike(
            Cause.CERTIFICATE_UNTRUSTED,
            "If a reference server's certificate has the same issuer, the connection is inspected; if only "
            "this server has that issuer, the server uses an authority of its own.",
        ),
        look_alike(
            Cause.CERTIFICATE_SELF_SIGNED,
            "If a reference server's certificate is accepted, the certificate is the server's own; an "
            "inspecting device presents its own certificates for other servers as well.",
        ),
    )
    when_not_to_worry = ONLY_RTMPS


class TlsVersionMismatch(CauseDescription, of="about.tls-version-mismatch"):
    what_it_is = text(
        "The server and current programs have no version of TLS, or no cipher, in common. Most often the "
        "server is too old."
    )
    recognized_by = text(
        "The server ends TLS with an alert, or cuts it off. fmsdiag then offers old versions and all "
        "ciphers, and what the server chooses shows what it supports. If it still rejects everything, its "
        "own alert about the version is enough."
    )
    when_not_to_worry = ONLY_RTMPS


class CertificateExpired(CauseDescription, of="about.certificate-expired"):
    what_it_is = text(
        "The server's certificate, or one that it depends on, has expired, most often because it was not "
        "renewed. Players and encoders that check it reject it, so secure connections (RTMPS) fail."
    )
    recognized_by = text(
        "This computer's check of the certificate says so, and another computer's clock agrees. If no other "
        "clock could be read, a wrong date on this computer looks the same, and the report says so. If the "
        "server's own certificate is valid, one in its chain has expired."
    )
    when_not_to_worry = ONLY_RTMPS


class CertificateNotYetValid(CauseDescription, of="about.certificate-not-yet-valid"):
    what_it_is = text(
        "The server's certificate, or one that it depends on, becomes valid only later. A new certificate "
        "with a wrong start date is rare; more often this computer's date is in the past."
    )
    recognized_by = text(
        "This computer's check of the certificate says so, and another computer's clock agrees. If no other "
        "clock could be read, a wrong date on this computer looks the same, and the report says so."
    )
    when_not_to_worry = ONLY_RTMPS


class CertificateSelfSigned(CauseDescription, of="about.certificate-self-signed"):
    what_it_is = text(
        "The server's certificate is signed by the server itself, not by a certificate authority. This is "
        "usual on test servers and on servers that were set up without a certificate of their own."
    )
    recognized_by = text(
        "This computer's check of the certificate says so, and the certificate names itself as its issuer. A "
        "reference server's certificate is checked as well, to see whether certificates are accepted here at "
        "all."
    )
    look_alikes = (
        look_alike(
            Cause.CERTIFICATE_UNTRUSTED,
            "A self-signed certificate names itself as its issuer; an untrusted one names an authority that "
            "this computer does not know.",
        ),
    )
    when_not_to_worry = ONLY_RTMPS


class CertificateUntrusted(CauseDescription, of="about.certificate-untrusted"):
    what_it_is = text(
        "The server's certificate comes from an authority that this computer does not trust, such as a "
        "company's own. Computers that have that authority installed accept the certificate; others do not."
    )
    recognized_by = text(
        "This computer's check of the certificate says so, while it accepts a reference server's "
        "certificate. If no reference server was compared, a network that inspects connections looks the "
        "same, and the finding names both."
    )
    look_alikes = (
        look_alike(
            Cause.CERTIFICATE_CHAIN_INCOMPLETE,
            "If the server sends only its own certificate, and its issuer is a public or an intermediate "
            "authority, the chain is incomplete; otherwise the authority is not trusted.",
        ),
    )
    when_not_to_worry = ONLY_RTMPS


class CertificateWrongHost(CauseDescription, of="about.certificate-wrong-host"):
    what_it_is = text(
        "The server's certificate is for other names than the one in the address. This happens after a server has moved, or "
        "when another name of the server is used."
    )
    recognized_by = text(
        "This computer's check compares the name in the address with the names in the certificate. For an IP "
        "address, it is reported only if RTMPS was asked for."
    )
    when_not_to_worry = ONLY_RTMPS


class CertificateChainIncomplete(CauseDescription, of="about.certificate-chain-incomplete"):
    what_it_is = text(
        "The server sends its own certificate, but not the intermediate one that links it to a trusted "
        "authority. Browsers often fetch the missing one themselves, so web pages open, while many players and "
        "encoders reject the connection."
    )
    recognized_by = text(
        "Only one certificate was sent, and its issuer is named like an intermediate authority or is a public "
        "authority. Public authorities do not sign server certificates directly with the root that computers "
        "trust."
    )
    when_not_to_worry = ONLY_RTMPS


class TlsRefusedByServer(CauseDescription, of="about.tls-refused-by-server"):
    what_it_is = text(
        "The server ends the secure connection (TLS) itself and names a reason, called an alert: it has no "
        "certificate for the name, reports an internal error, or does not allow this client. The network "
        "path works."
    )
    recognized_by = text(
        "The server's alert is quoted. To exclude a filter that reads the server's name, TLS is tried with "
        "another name; to exclude old versions, with older ones. A server on this computer, or one given by "
        "its IP address, is not tried with another name."
    )
    look_alikes = (
        look_alike(
            Cause.TLS_BLOCKED,
            "A server rejects TLS under other names too; a filter that blocks a name lets others pass.",
        ),
        look_alike(
            Cause.TLS_VERSION_MISMATCH,
            "If old versions of TLS are accepted, the server is too old; if everything is rejected, it has "
            "another reason.",
        ),
        look_alike(
            Cause.CERTIFICATE_WRONG_HOST,
            "A server with the wrong certificate presents it; a server that rejects the name ends TLS without one.",
        ),
    )
    when_not_to_worry = ONLY_RTMPS


class ClientCertificateRequired(CauseDescription, of="about.client-certificate-required"):
    what_it_is = text(
        "The server accepts only clients that present a certificate of their own. Players and encoders rarely "
        "can. Often the requirement was meant for another service on the same port."
    )
    recognized_by = text(
        "The server asks for a certificate during TLS and then ends the connection, by an alert or a web "
        "server's message. If it closes without a message, the certificate may be optional and something "
        "behind it may be down; the finding is then only likely."
    )
    look_alikes = (
        look_alike(
            Cause.TLS_REFUSED_BY_SERVER,
            "A server that requires a client certificate asks for it during TLS; one that rejects TLS for "
            "another reason does not.",
        ),
        look_alike(
            Cause.AUTH_REQUIRED,
            "A client certificate is requested during TLS, before RTMP begins; a user name and password are "
            "requested in RTMP itself.",
        ),
    )
    when_not_to_worry = ONLY_RTMPS
