"""entries: what each window vouches for, version by version, and which version was told to whom"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "entry",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drafted", sa.String(24), nullable=False),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("approved", sa.String(24), nullable=True),
        sa.Column("checked_by", sa.Text(), server_default="", nullable=False),
        sa.Column("checked", sa.String(24), nullable=True),
        sa.Column("asked", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_topic", "entry", ["topic"])
    op.create_index(
        "uq_entry_current",
        "entry",
        ["topic"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "given",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("entry", number, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given")),
    )
    op.create_index("ix_given_person", "given", ["person"])


def downgrade() -> None:
    op.drop_table("given")
    op.drop_table("entry")
