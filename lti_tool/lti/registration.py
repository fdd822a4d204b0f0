"""What the tool and a platform agreed on when they were introduced to each other."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One platform as it knows us. Issuer and client id together name it; neither does alone.

    Parameters
    ----------
    issuer
        The platform's name, compared letter by letter. All schools of a hosted Canvas share one.
    client_id
        Our name at the platform.
    authorization_endpoint
        Where the browser is sent to be confirmed.
    token_endpoint
        Where access tokens for the services come from.
    jwks_uri
        Where the platform publishes the keys it signs with.
    token_audience
        The `aud` of our token requests, where it is not the token endpoint (D2L Brightspace).
    allows_anonymous
        Whether a launch without a user id is let in.
    trusted_audiences
        Who may stand beside us in `aud`, where `azp` says that the token was issued to us.
    """

    issuer: str
    client_id: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_audience: str | None = None
    allows_anonymous: bool = False
    trusted_audiences: tuple[str, ...] = ()

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the platform over https; http happens in development only."""
        return urlsplit(self.authorization_endpoint).scheme == "https"
