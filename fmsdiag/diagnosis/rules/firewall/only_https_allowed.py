"""only-https-allowed: not even port 80 passes, only 443 does."""

from __future__ import annotations

from fmsdiag.diagnosis.rule import Rule
from fmsdiag.diagnosis.rules.firewall.only_web_ports_allowed import EXPLAINS, judge_https
from fmsdiag.model import Cause

RULE = Rule(Cause.ONLY_HTTPS_ALLOWED, judge_https, (*EXPLAINS, Cause.ONLY_WEB_PORTS_ALLOWED))
