"""What the services of a course need: our column, its groups, its history; what came of a job."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def columns_of_a_course() -> list[sa.Column[Any]]:
    return [
        sa.Column("line_items_url", sa.String(length=2048), nullable=True),
        sa.Column("column_url", sa.String(length=2048), nullable=True),
        sa.Column("column_points", sa.Integer(), nullable=True),
        sa.Column("reads_results", sa.Boolean(), nullable=True),
        sa.Column("groups_url", sa.String(length=2048), nullable=True),
        sa.Column("group_sets_url", sa.String(length=2048), nullable=True),
        sa.Column("groups", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("group_set", sa.String(length=255), nullable=True),
        sa.Column("history", sa.JSON(none_as_null=True), nullable=True),
    ]


def upgrade() -> None:
    for column in columns_of_a_course():
        op.add_column("context", column)
    op.add_column("membership", sa.Column("groups", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("job", sa.Column("outcome", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("job", "outcome")
    op.drop_column("membership", "groups")
    for column in reversed(columns_of_a_course()):
        op.drop_column("context", column.name)
