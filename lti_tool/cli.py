"""The operator's command line: ``peerloom-lti``."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload

from lti_tool import create_app
from lti_tool.config import Config, ConfigError
from lti_tool.lti.text import split_address
from lti_tool.platforms.canvas import HOSTED, hosted_endpoints
from lti_tool.store import invitations, tenancy
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.keys import list_keys
from lti_tool.store.migrate import DatabaseTooNewError, migrate
from lti_tool.store.models import Deployment, Registration, State
from lti_tool.store.secret import read_secret
from lti_tool.work import make_worker
from lti_tool.work.platforms import Platforms


class PlainGroup(click.Group):
    """A group of commands that tells what is wrong in one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (ConfigError, DatabaseTooNewError) as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            raise click.ClickException(f"The database cannot be used: {error.orig}") from error


@dataclass(frozen=True, slots=True)
class Tool:
    """The settings and the migrated database of one command."""

    config: Config
    engine: Engine

    def platforms(self) -> Platforms:
        """Give what it takes to talk to platforms."""
        return Platforms(self.config, self.engine, read_secret(self.config), _now)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Write to the database in one transaction."""
        with Session(self.engine) as session, writing(session):
            yield session


@click.group(cls=PlainGroup)
@click.version_option(package_name="peerloom-lti")
def main() -> None:
    """Peerloom inside your LMS. Settings are PEERLOOM_* environment variables."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Alembic tells its dialect at each start; that is no news.
    logging.getLogger("alembic").setLevel(logging.WARNING)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1), help="Of each.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the tool over HTTP, and bring the database up to date first."""
    tool = _open()
    # The first signing key is made here, or the stored ones prove that the secret is still theirs.
    tool.platforms().signing_keys()
    # Each worker process opens its own connections.
    tool.engine.dispose()
    _run_gunicorn(
        lambda: create_app(tool.config),
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            # Some platforms send their hints in the address of the login.
            "limit_request_line": 8190,
            # A client on this host could move the whole tool below another path with it.
            "forwarder_headers": "",
            # The addresses of pages hold the keys of visits, so they are not logged.
            "accesslog": None,
        },
    )


@main.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def worker(once: bool) -> None:
    """Do the work in the background: read rosters, send scores."""
    tool = _open()
    platforms = tool.platforms()
    platforms.signing_keys()
    found = make_worker(tool.engine, platforms, _now)
    if once:
        click.echo(f"{found.run_due()} done")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    longest = timedelta(days=tool.config.key_days) if tool.config.key_days else None
    found.run(stop, hourly=lambda: platforms.tend_keys(longest))


@main.command(name="migrate")
def migrate_command() -> None:
    """Bring the database up to date."""
    tool = _open()
    click.echo(f"The database is at revision {migrate(tool.engine)}.")


@main.group()
def registration() -> None:
    """Platforms that know this tool."""


@registration.command()
def invite() -> None:
    """Make a one-time link with which an LMS administrator registers the tool."""
    tool = _open()
    with tool.writing() as session:
        token = invitations.invite(session, _now())
    click.echo(f"{tool.config.url}/lti/register/{token}")
    click.echo(
        "Give this link to the administrator of the LMS. It registers one platform, within"
        f" {invitations.LIFETIME.days} days."
    )


@registration.command()
@click.option("--issuer", help="The platform's issuer, exactly as it says it.")
@click.option("--client-id", required=True)
@click.option("--authorization-endpoint")
@click.option("--token-endpoint")
@click.option("--jwks-uri")
@click.option(
    "--canvas",
    type=click.Choice(list(HOSTED)),
    help="A Canvas hosted by Instructure: instead of its issuer and addresses.",
)
@click.option("--deployment-id", help="A deployment to allow at once.")
@click.option("--token-audience", help="Where it is not the token endpoint.")
@click.option("--name", default="", help="For your own lists.")
def add(
    client_id: str,
    canvas: str | None,
    deployment_id: str | None,
    token_audience: str | None,
    name: str,
    **addresses: str | None,
) -> None:
    """Register a platform by hand."""
    tool = _open()
    values = _addresses(canvas, addresses, allow_http=tool.config.development)
    values |= {"client_id": client_id, "name": name}
    try:
        with tool.writing() as session:
            tenancy.add_registration(
                session,
                deployment_id=deployment_id,
                token_audience=token_audience,
                now=_now(),
                **values,
            )
    except tenancy.AlreadyRegisteredError:
        raise click.ClickException(
            f"{values['issuer']} with client id {client_id} is registered already."
        ) from None
    click.echo("Registered.")
    if not deployment_id:
        click.echo(
            "Launch it once, then allow its deployment: peerloom-lti deployment approve NUMBER"
        )


@registration.command(name="list")
def list_registrations() -> None:
    """List the platforms."""
    with Session(_open().engine) as session:
        for row in session.scalars(select(Registration).order_by(Registration.id)):
            click.echo(f"{row.id}\t{row.issuer}\t{row.client_id}\t{row.name}")


@registration.command(name="set")
@click.argument("number", type=int)
@click.option(
    "--anonymous/--no-anonymous",
    "allows_anonymous",
    default=None,
    help="Let launches in that do not say who it is; they see a guest's page. Off at first.",
)
@click.option(
    "--new-deployments/--no-new-deployments",
    "allows_deployments",
    default=None,
    help="Allow a deployment at its first launch, instead of asking you. Off at first.",
)
@click.option(
    "--audience",
    "audiences",
    multiple=True,
    help="Who else may be named in the platform's tokens; once for each. Replaces the list.",
)
@click.option("--no-audiences", is_flag=True, help="Nobody else may be named there, as at first.")
def set_switches(
    number: int, audiences: tuple[str, ...], no_audiences: bool, **switches: bool | None
) -> None:
    """Change what the registration with this NUMBER allows, and show it.

    Without an option it only shows it.
    """
    if audiences and no_audiences:
        raise click.UsageError("Give --audience or --no-audiences, not both.")
    with _open().writing() as session:
        row = session.get(Registration, number)
        if row is None:
            raise click.ClickException(f"There is no registration {number}.")
        for name, value in switches.items():
            if value is not None:
                setattr(row, name, value)
        if audiences or no_audiences:
            row.trusted_audiences = list(dict.fromkeys(audiences))
        click.echo(f"{row.issuer}\t{row.client_id}")
        click.echo(f"anonymous launches: {_yes(row.allows_anonymous)}")
        click.echo(f"new deployments without asking: {_yes(row.allows_deployments)}")
        click.echo(f"other audiences: {', '.join(row.trusted_audiences) or 'none'}")


@main.group()
def deployment() -> None:
    """Installations of the tool in a platform."""


@deployment.command(name="list")
def list_deployments() -> None:
    """List the deployments, with the number that `approve` takes."""
    query = select(Deployment).options(joinedload(Deployment.registration)).order_by(Deployment.id)
    with Session(_open().engine) as session:
        for row in session.scalars(query):
            place = row.registration
            click.echo(
                f"{row.id}\t{row.state}\t{place.issuer}\t{place.client_id}\t{row.deployment_id}"
            )


@deployment.command()
@click.argument("number", type=int)
def approve(number: int) -> None:
    """Allow the deployment with this NUMBER."""
    with _open().writing() as session:
        row = session.get(Deployment, number)
        if row is None:
            raise click.ClickException(f"There is no deployment {number}.")
        row.state = State.ACTIVE
        click.echo(f"Allowed: {row.registration.issuer}, deployment {row.deployment_id}.")


@main.group()
def key() -> None:
    """Keys with which the tool signs, encrypted by PEERLOOM_SECRET."""


@key.command(name="list")
def show_keys() -> None:
    """List the keys that are published, the newest first."""
    tool = _open()
    signing = tool.platforms().signing_keys()[0].kid
    with Session(tool.engine) as session:
        for row in list_keys(session):
            does = "signs" if row.kid == signing else "published"
            click.echo(f"{row.kid}\t{does}\tfrom {row.signs_from:%Y-%m-%d %H:%M} UTC")


@key.command()
@click.option("--at-once", is_flag=True, help="Sign with it now, not in a day.")
@click.option("--withdraw", is_flag=True, help="The old ones have leaked: take them back now.")
def rotate(at_once: bool, withdraw: bool) -> None:
    """Make a new signing key.

    Platforms keep our key set for a while. So the new key is published for a day before it signs,
    and the old one for a day after. The worker does the same every PEERLOOM_KEY_DAYS.
    """
    fresh = _open().platforms().rotate_keys(at_once=at_once, withdraw=withdraw)
    click.echo(f"{fresh.kid}\t{'signs now' if at_once or withdraw else 'signs in a day'}")
    if withdraw:
        click.echo("Platforms that still keep the old key set refuse us until they read it again.")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _open() -> Tool:
    config = Config.from_environment()
    engine = open_engine(config.database)
    click.get_current_context().call_on_close(engine.dispose)
    migrate(engine)
    return Tool(config, engine)


def _now() -> datetime:
    return datetime.now(UTC)


def _addresses(
    canvas: str | None, given: Mapping[str, str | None], *, allow_http: bool
) -> dict[str, str]:
    """Give issuer and addresses of a platform: all of them given, or none for a hosted Canvas."""
    named = {name: value for name, value in given.items() if value is not None}
    if canvas is not None:
        if named:
            raise click.UsageError("--canvas says the issuer and all addresses: give no others.")
        return hosted_endpoints(canvas)
    missing = [f"--{name.replace('_', '-')}" for name in given if name not in named]
    if missing:
        raise click.UsageError(f"Missing: {', '.join(missing)}.")
    for name, value in named.items():
        _check_address(name, value, allow_http=allow_http)
    return named


def _check_address(option: str, address: str, *, allow_http: bool) -> None:
    parts = split_address(address)
    if parts is not None and (parts.scheme == "https" or allow_http):
        return
    raise click.BadParameter(
        f"{address!r} is not an https address", param_hint=f"--{option.replace('_', '-')}"
    )


def _run_gunicorn(load_app: Callable[[], Flask], options: dict[str, Any]) -> None:
    # Here, because gunicorn runs on Unix only and the other commands do not need it.
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # has none

    logging.getLogger("gunicorn.error").addFilter(_hides_no_address)

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)
            # Later gunicorns open a socket in the home folder, the same one for every server.
            if "control_socket_disable" in self.cfg.settings:
                self.cfg.set("control_socket_disable", True)

        def load(self) -> Flask:
            return load_app()

    Server().run()


def _hides_no_address(record: logging.LogRecord) -> bool:
    """Drop what gunicorn says of a broken request: it repeats the address, with its secrets."""
    return not record.getMessage().startswith("Invalid request")
