"""The switches of a registration, and when a signing key signs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SWITCHES = {"allows_anonymous": sa.false(), "allows_deployments": sa.false()}


def upgrade() -> None:
    with op.batch_alter_table("registration") as table:
        for name, value in SWITCHES.items():
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=value))
        table.add_column(
            sa.Column(
                "trusted_audiences", sa.JSON(none_as_null=True), nullable=False, server_default="[]"
            )
        )
    with op.batch_alter_table("tool_key") as table:
        table.add_column(sa.Column("signs_from", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE tool_key SET signs_from = created_at")
    # The defaults were for the rows that were there; the models give a value to each new one.
    with op.batch_alter_table("registration") as table:
        for name in (*SWITCHES, "trusted_audiences"):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("tool_key") as table:
        table.alter_column("signs_from", nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("tool_key") as table:
        table.drop_column("retired_at")
        table.drop_column("signs_from")
    with op.batch_alter_table("registration") as table:
        for name in ("trusted_audiences", *reversed(SWITCHES)):
            table.drop_column(name)
