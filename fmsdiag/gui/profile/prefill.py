"""What the form has, as far as a profile may have it: an address without stream key, query and sign-in, plan and ports."""

from __future__ import annotations

from fmsdiag.gui.form.form_input import FormInput
from fmsdiag.gui.form.target_form import DEFAULT_PLAN
from fmsdiag.model import PlanName
from fmsdiag.stream_path import address_to_type, without_quotes


def prefilled(fields: FormInput) -> tuple[tuple[str, ...], PlanName | None, str]:
    """Servers, plan and ports. Where ports are given, or the plan is the usual one, the profile needs none."""
    plan = PlanName(fields.plan) if fields.plan not in (None, DEFAULT_PLAN) and not fields.ports else None
    return _servers(fields), plan, fields.ports


def _servers(fields: FormInput) -> tuple[str, ...]:
    """None for an empty field; what is wrong with an address is said in the dialog."""
    host = fields.server
    if not host or "://" in host:
        return (host,) if host else ()
    bare = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
    application = without_quotes(fields.application).partition("?")[0].strip("/")
    return (address_to_type(f"rtmp://{bare}/{application}") if application else f"rtmp://{bare}",)
