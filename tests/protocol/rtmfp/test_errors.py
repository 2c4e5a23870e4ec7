from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault


def test_an_error_of_a_datagram_is_the_peers_and_classified() -> None:
    error = RtmfpError(RtmfpFault.TOO_LARGE, "cookie of 60000 bytes", 17, b"\1\2")
    assert isinstance(error, RemoteProtocolError)
    assert error.fault is RtmfpFault.TOO_LARGE
    assert str(error) == "cookie of 60000 bytes at byte 17: 01 02"
