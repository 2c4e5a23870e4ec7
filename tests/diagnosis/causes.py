"""The closed vocabulary of causes, as reports and users know it: an id is never reused and never changes its meaning.

It stands here a second time, beside the rules, so that a rule cannot be renamed, lost or added in passing. A new cause is
added here, with its rule and its situations.
"""

from __future__ import annotations

_IDS = """
    local-network-down gateway-unreachable no-internet captive-portal client-clock-wrong hosts-file-override
    local-firewall
    dns-name-not-found dns-filtered dns-hijacked dns-server-failure dns-no-answer dns-slow dns-private-address
    address-instead-of-name private-address name-leads-to-own-router
    dns-stale-address ipv6-only-name ipv4-only-name ipv6-broken one-address-dead
    port-blocked only-web-ports-allowed only-https-allowed egress-blocked udp-blocked connection-rate-limited
    connection-count-limited
    non-http-blocked rtmp-blocked rtmpe-blocked tls-blocked upload-cut throttled middlebox-accepts-all
    rtmpe-not-offered
    transparent-proxy proxy-blocks-tunnel proxy-required proxy-auth-required proxy-unreachable proxy-denies-server
    tls-intercepted certificate-expired certificate-self-signed certificate-untrusted certificate-wrong-host
    certificate-chain-incomplete tls-version-mismatch tls-not-enabled rtmps-not-offered certificate-not-yet-valid
    mtu-black-hole high-latency packet-loss some-connections-fail idle-timeout
    server-down server-not-listening rtmp-service-stopped server-firewall server-hung server-slow
    web-proxy-in-front
    server-closes-connection wrong-service-on-port server-on-other-port rtmps-expected rtmp-expected
    tunnel-not-offered rtmfp-redirect-blocked rtmfp-not-offered
    app-not-found rejected-by-server auth-required server-full redirected server-shutting-down stream-refused
    tls-refused-by-server client-certificate-required proxy-protocol-expected tunnel-cut-by-web-server
    closed-after-accept server-violates-protocol swf-verification-required
"""
CAUSES = frozenset(_IDS.split())
"""Every cause that a finding can name; "none" is what a report says when there is no finding."""
