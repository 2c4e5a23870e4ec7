"""only-https-allowed: not even port 80 passes, only 443 does."""

from __future__ import annotations

from fmsdiag.diagnosis.rule import Rule
from fmsdiag.diagnosis.rules.firewall.only_web_ports_allowed import EXPLAINS, HTTPS, WEB, judge_https

RULE = Rule(HTTPS, judge_https, (*EXPLAINS, WEB))
