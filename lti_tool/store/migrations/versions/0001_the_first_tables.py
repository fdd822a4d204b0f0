"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=1024), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("idempotency_key", name="uq_job_idempotency_key"),
    )
    op.create_index("ix_job_due", "job", ["run_at", "lease_until"], unique=False)

    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=512), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("authorization_endpoint", sa.String(length=2048), nullable=False),
        sa.Column("token_endpoint", sa.String(length=2048), nullable=False),
        sa.Column("jwks_uri", sa.String(length=2048), nullable=False),
        sa.Column("token_audience", sa.String(length=2048), nullable=True),
        sa.Column("product_family", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("issuer", "client_id", name="uq_registration_issuer_client_id"),
    )
    op.create_table(
        "tool_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("encrypted_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_tool_key"),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum("PENDING", "ACTIVE", name="state", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_deployment_registration_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
        sa.UniqueConstraint(
            "registration_id", "deployment_id", name="uq_deployment_registration_id_deployment_id"
        ),
    )
    op.create_table(
        "pending_launch",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("target_link_uri", sa.String(length=2048), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_pending_launch_registration_id"
        ),
        sa.PrimaryKeyConstraint("state_hash", name="pk_pending_launch"),
    )
    op.create_index("ix_pending_launch_expires_at", "pending_launch", ["expires_at"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_user_registration_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("registration_id", "subject", name="uq_user_registration_id_subject"),
    )
    op.create_table(
        "context",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=1024), nullable=False),
        sa.Column("memberships_url", sa.String(length=2048), nullable=True),
        sa.Column("roster_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name="fk_context_deployment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_context"),
        sa.UniqueConstraint(
            "deployment_id", "context_id", name="uq_context_deployment_id_context_id"
        ),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "STAFF", "LEARNER", "OBSERVER", "NONE", name="role", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column(
            "launched_as",
            sa.Enum(
                "STAFF", "LEARNER", "OBSERVER", "NONE", name="role", native_enum=False, length=16
            ),
            nullable=True,
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_test_user", sa.Boolean(), nullable=False),
        sa.Column("profile", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["context_id"], ["context.id"], name="fk_membership_context_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_membership_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("context_id", "user_id", name="uq_membership_context_id_user_id"),
    )
    op.create_table(
        "resource_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("resource_link_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=1024), nullable=False),
        sa.Column("line_item_url", sa.String(length=2048), nullable=True),
        sa.ForeignKeyConstraint(["context_id"], ["context.id"], name="fk_resource_link_context_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource_link"),
        sa.UniqueConstraint(
            "context_id", "resource_link_id", name="uq_resource_link_context_id_resource_link_id"
        ),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "CLOSED", name="roundstate", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("policy", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("certificate", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["context_id"], ["context.id"], name="fk_round_context_id"),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("context_id", "number", name="uq_round_context_id_number"),
    )
    op.create_index(
        "uq_round_open",
        "round",
        ["context_id", "state"],
        unique=True,
        sqlite_where=sa.text("state != 'CLOSED'"),
        postgresql_where=sa.text("state != 'CLOSED'"),
    )

    op.create_table(
        "group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("common_minutes", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_group_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_group"),
        sa.UniqueConstraint("round_id", "position", name="uq_group_round_id_position"),
    )
    op.create_table(
        "visit",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("resource_link_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("deep_linking", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_visit_membership_id"
        ),
        sa.ForeignKeyConstraint(
            ["resource_link_id"], ["resource_link.id"], name="fk_visit_resource_link_id"
        ),
        sa.PrimaryKeyConstraint("key_hash", name="pk_visit"),
    )
    op.create_index("ix_visit_expires_at", "visit", ["expires_at"], unique=False)

    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_seat_group_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_seat_membership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_seat"),
        sa.UniqueConstraint("group_id", "membership_id", name="uq_seat_group_id_membership_id"),
    )
    op.create_index("ix_seat_membership_id", "seat", ["membership_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "AGREED",
                "HELD",
                "CANCELLED",
                name="sessionstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_session_group_id"),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["membership.id"], name="fk_session_proposed_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("ix_session_group_id", "session", ["group_id"], unique=False)

    op.create_table(
        "session_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_session_answer_membership_id"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_session_answer_session_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_session_answer"),
        sa.UniqueConstraint(
            "session_id", "membership_id", name="uq_session_answer_session_id_membership_id"
        ),
    )


def downgrade() -> None:
    for table in (
        "session_answer",
        "session",
        "seat",
        "visit",
        "group",
        "round",
        "resource_link",
        "membership",
        "context",
        "user",
        "pending_launch",
        "deployment",
        "tool_key",
        "registration",
        "job",
        "invitation",
    ):
        op.drop_table(table)
