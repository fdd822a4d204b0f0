"""What a login and a visit need in browsers without cookies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pending_launch") as table:
        table.add_column(
            sa.Column("is_assisted", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("storage_target", sa.String(length=255), nullable=True))
    with op.batch_alter_table("visit") as table:
        table.add_column(
            sa.Column("needs_cookie", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    # The defaults were for the rows that were there; the models give a value to each new one.
    with op.batch_alter_table("pending_launch") as table:
        table.alter_column("is_assisted", server_default=None)
    with op.batch_alter_table("visit") as table:
        table.alter_column("needs_cookie", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.drop_column("needs_cookie")
    with op.batch_alter_table("pending_launch") as table:
        table.drop_column("storage_target")
        table.drop_column("is_assisted")
