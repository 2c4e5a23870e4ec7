from fmsdiag.bundled_files import bundled_file
from fmsdiag.report.page_texts import PageTexts


def test_the_template_says_only_what_is_in_a_table() -> None:
    """Outside of tags and expressions the template has marks only, no word."""
    import re

    template = bundled_file("report", "report.html.j2").read_text(encoding="utf-8")
    outside = re.sub(r"(?s)\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", template)
    assert re.findall(r"[A-Za-z]{2,}", outside) == []
    for name in vars(PageTexts):
        if name.isupper() and name != "PREFIX":
            used = f"P.{name}" in template
            assert used or name in {
                "ATTEMPT", "CHECK", "CONTROL", "FOLLOW_UP", "STEP_OF", "STEP_TIMES", "SENT", "RECEIVED",
                "BYTES_SENT", "BYTES_RECEIVED", "FIRST_SENT", "FIRST_RECEIVED",
            }, name  # fmt: skip
