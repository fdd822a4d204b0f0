"""Our own signing key and the key set in which platforms find it."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lti_tool.lti import ToolKey, key_set
from lti_tool.lti.tool_key import _thumbprint


def test_our_key_set_holds_public_halves_that_platforms_can_read() -> None:
    one, two = ToolKey.generate(), ToolKey.generate()
    document = key_set([one, two])
    assert [key["kid"] for key in document["keys"]] == [one.kid, two.kid]
    assert all(
        set(key) == {"kty", "n", "e", "use", "alg", "kid"}
        and (key["use"], key["alg"]) == ("sig", "RS256")
        for key in document["keys"]
    )
    token = two.sign({"iss": "client-1"})
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": two.kid}
    published = jwt.PyJWKSet.from_dict(document)[two.kid]
    assert jwt.decode(token, published, algorithms=["RS256"]) == {"iss": "client-1"}


def test_our_key_keeps_its_name_and_hides_its_secret() -> None:
    key = ToolKey.generate()
    again = ToolKey.from_pem(key.to_pem())
    assert again.kid == key.kid
    assert again.private_key.private_numbers() == key.private_key.private_numbers()
    assert len(key.kid) == 43
    assert "RSAPrivateKey" not in repr(key)
    assert ToolKey.generate().kid != key.kid


def test_the_name_of_a_key_is_its_thumbprint() -> None:
    # The example of RFC 7638, 3.1.
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
        "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
        "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
        "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = jwt.PyJWK({"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256"}).key
    assert _thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def pem(key: Any) -> bytes:
    data: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return data


def test_a_key_that_is_none_of_ours_is_refused() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for data in (b"", b"junk", pem(short), pem(ec.generate_private_key(ec.SECP256R1()))):
        with pytest.raises(ValueError):  # noqa: PT011 - cryptography chooses some of the words
            ToolKey.from_pem(data)
