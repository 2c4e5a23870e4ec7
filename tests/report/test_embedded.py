import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.report.embedded import escape_json, find_json, looks_like_html

PAGE = b'<!doctype html><p>text</p><script type="application/json" id="fmsdiag-report">\n%s\n</script><p>after</p>'


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_what_is_embedded_is_found_again(value: object) -> None:
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        text = escape_json(data)
    except UnicodeDecodeError:  # lone surrogates are in no report: msgspec writes none
        return
    assert text.isascii()
    assert not set("<>&\x7f") & set(text)
    found = find_json(PAGE % text.encode())
    assert found is not None
    assert json.loads(found) == value


@pytest.mark.parametrize(
    "tag",
    [
        b'<script type="application/json" id="fmsdiag-report">',
        b'<script id="fmsdiag-report" type="application/json">',
        b"<SCRIPT id='fmsdiag-report'>",
        b"<script id=fmsdiag-report>",
    ],
)
def test_programs_may_write_the_tag_their_own_way(tag: bytes) -> None:
    assert find_json(b"<html>" + tag + b"{}</script >") == b"{}"


@pytest.mark.parametrize(
    "page",
    [
        b"<html></html>",
        b'<script id="fmsdiag-reports">{}</script>',
        b'<script data-id="x">{}</script>',
        b'<script id="fmsdiag-report">{}',
        b'<script id="fmsdiag-report">{}</script>' * 2,
        b'&lt;script id="fmsdiag-report">{}</script>',
    ],
)
def test_anything_else_is_not_taken(page: bytes) -> None:
    assert find_json(page) is None


@pytest.mark.parametrize(
    ("data", "is_page"),
    [
        (b"<!doctype html>", True),
        (b"\xef\xbb\xbf\r\n <html>", True),
        (b'{"a": "<html>"}', False),
        (b"", False),
        (b"\xef\xbb\xbf{}", False),
    ],
)
def test_pages_are_told_from_json(data: bytes, is_page: bool) -> None:
    assert looks_like_html(data) is is_page
