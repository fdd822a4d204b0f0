"""What it takes to talk to platforms: our keys, theirs, access tokens and one HTTP client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool import lti
from lti_tool.config import Config
from lti_tool.lti.errors import ServiceError
from lti_tool.lti.http import Client
from lti_tool.lti.id_token import KeySource
from lti_tool.lti.keys import KeySets
from lti_tool.lti.tokens import AccessTokens
from lti_tool.platforms import Dialect, find_dialect
from lti_tool.store import models
from lti_tool.store.engine import writing
from lti_tool.store.keys import StoredKey, add_key, read_keys
from lti_tool.work.runner import JobError


def as_registration(row: models.Registration) -> lti.Registration:
    """Give a stored registration as the protocol knows it."""
    return lti.Registration(
        issuer=row.issuer,
        client_id=row.client_id,
        authorization_endpoint=row.authorization_endpoint,
        token_endpoint=row.token_endpoint,
        jwks_uri=row.jwks_uri,
        token_audience=row.token_audience or dialect_of(row).audience,
    )


def dialect_of(row: models.Registration) -> Dialect:
    """Give what is special about the platform of a stored registration."""
    return find_dialect(row.product_family, row.token_endpoint)


def as_job_error(error: ServiceError) -> JobError:
    """Give a failed call to a platform as the failure of the job that made it."""
    return JobError(
        str(error),
        is_permanent=not error.is_retryable,
        retry_after=timedelta(seconds=error.retry_after or 0),
    )


class Platforms:
    """The connections of one process to all its platforms.

    Parameters
    ----------
    config
        The settings: which addresses and which certificates are allowed.
    engine
        The database of the signing keys.
    secret
        The secret of the installation, under which they are encrypted.
    clock
        Tells the time.
    """

    def __init__(
        self, config: Config, engine: Engine, secret: str, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._secret = secret
        self._clock = clock
        self._parsed: dict[str, lti.ToolKey] = {}
        self.client = Client(allow_local=config.development, authorities=config.authorities)
        self.key_sets: KeySource = KeySets(self.client)
        self.tokens = AccessTokens(self.client, lambda: self.signing_keys()[0])

    def close(self) -> None:
        """Close the connections that are kept open."""
        self.client.close()

    def signing_keys(self) -> list[lti.ToolKey]:
        """Give our signing keys, the newest first; the first one is made when it is needed."""
        with Session(self._engine) as session:
            found = list(read_keys(session, self._secret))
            if not found:
                fresh = lti.ToolKey.generate()
                with writing(session):
                    found = list(read_keys(session, self._secret))
                    if not found:
                        found = [StoredKey(fresh.kid, fresh.to_pem())]
                        add_key(session, found[0], self._secret, self._clock())
        return [self._parse(key) for key in found]

    def _parse(self, key: StoredKey) -> lti.ToolKey:
        # Reading a PEM takes 50 ms, for the checks of the key; everybody may ask for the key set.
        if key.kid not in self._parsed:
            self._parsed[key.kid] = lti.ToolKey.from_pem(key.pem)
        return self._parsed[key.kid]
