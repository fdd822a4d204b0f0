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
from lti_tool.store.keys import (
    LEAD,
    StoredKey,
    add_key,
    list_keys,
    read_keys,
    retire_keys,
    withdraw_keys,
)
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
        allows_anonymous=row.allows_anonymous,
        trusted_audiences=tuple(row.trusted_audiences or ()),
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
        self.tokens = AccessTokens(
            self.client, lambda: self.signing_keys()[0], clock=lambda: clock().timestamp()
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        self.client.close()

    def signing_keys(self) -> list[lti.ToolKey]:
        """Give the keys that are published, first the one that signs.

        The first one ever is made when it is needed.
        """
        with Session(self._engine) as session:
            found = self._read_keys(session)
            if not found:
                fresh = lti.ToolKey.generate()
                with writing(session):
                    found = self._read_keys(session)
                    if not found:
                        found = [StoredKey(fresh.kid, fresh.to_pem())]
                        add_key(session, found[0], self._secret, self._clock())
        return [self._parse(key) for key in found]

    def rotate_keys(self, *, at_once: bool = False, withdraw: bool = False) -> lti.ToolKey:
        """Make a new signing key, publish it, and let it sign when platforms have had a day.

        Parameters
        ----------
        at_once
            Let it sign from now on. A platform that keeps our key set may refuse us for a while.
        withdraw
            Take all older keys back at once, because they have leaked.
        """
        fresh, now = lti.ToolKey.generate(), self._clock()
        signs_from = now if at_once or withdraw else now + LEAD
        with Session(self._engine) as session, writing(session):
            # Who has another secret must not add a key that nobody else can read.
            self._read_keys(session)
            stored = StoredKey(fresh.kid, fresh.to_pem())
            add_key(session, stored, self._secret, now, signs_from=signs_from)
            session.flush()
            if withdraw:
                withdraw_keys(session, now, keep=fresh.kid)
        return fresh

    def tend_keys(self, longest: timedelta | None) -> None:
        """Retire the keys that were replaced, and replace the one that is older than `longest`."""
        now = self._clock()
        with Session(self._engine) as session:
            rows = list_keys(session)
            is_old = bool(rows) and longest is not None and rows[0].signs_from <= now - longest
            if len(rows) > 1:
                with writing(session):
                    retire_keys(session, now)
        if is_old:
            self.rotate_keys()

    def _read_keys(self, session: Session) -> list[StoredKey]:
        return list(read_keys(session, self._secret, self._clock()))

    def _parse(self, key: StoredKey) -> lti.ToolKey:
        # Reading a PEM takes 50 ms, for the checks of the key; everybody may ask for the key set.
        if key.kid not in self._parsed:
            self._parsed[key.kid] = lti.ToolKey.from_pem(key.pem)
        return self._parsed[key.kid]
