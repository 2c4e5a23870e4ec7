"""All rules, from root causes to symptoms: the order breaks ties of confidence."""

from __future__ import annotations

from fmsdiag.diagnosis.rule import Rule
from fmsdiag.diagnosis.rules import (
    app_not_found,
    auth_required,
    certificate,
    dns_name_not_found,
    dns_no_answer,
    local_network_down,
    non_http_blocked,
    port_blocked,
    redirected,
    rejected_by_server,
    rtmp_expected,
    rtmps_expected,
    server_down,
    server_hung,
    server_not_listening,
    stream_refused,
    tls_not_enabled,
    transparent_proxy,
    tunnel_not_offered,
    wrong_service_on_port,
)

RULES: tuple[Rule, ...] = (
    local_network_down.RULE,
    dns_name_not_found.RULE,
    dns_no_answer.RULE,
    redirected.RULE,
    auth_required.RULE,
    app_not_found.RULE,
    rejected_by_server.RULE,
    tls_not_enabled.RULE,
    rtmp_expected.RULE,
    rtmps_expected.RULE,
    transparent_proxy.RULE,
    non_http_blocked.RULE,
    port_blocked.RULE,
    server_not_listening.RULE,
    server_down.RULE,
    server_hung.RULE,
    wrong_service_on_port.RULE,
    tunnel_not_offered.RULE,
    stream_refused.RULE,
    *certificate.RULES,
)
