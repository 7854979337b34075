"""words from the desk: who decides what nobody could place, and what is learnt from it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("route", "text", name=op.f("uq_wording_route_text")),
    )
    with op.batch_alter_table("contact") as batch:
        batch.add_column(sa.Column("bounces", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("decider", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("contact") as batch:
        batch.drop_column("decider")
        batch.drop_column("bounces")
    op.drop_table("wording")
