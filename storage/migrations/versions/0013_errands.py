"""errands, and each paper handed over for them"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(24), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False, server_default=""),
        sa.Column("due", sa.String(24)),
        sa.Column("ended", sa.String(24)),
        sa.Column("result", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_errand")),
    )
    op.create_index("ix_errand_person", "errand", ["person"])
    op.create_index("ix_errand_state", "errand", ["state"])
    op.create_table(
        "errand_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("errand", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("received", sa.String(24), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("moved", sa.String(24)),
        sa.Column("moved_by", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand_paper")),
    )
    op.create_index("ix_errand_paper_errand", "errand_paper", ["errand"])


def downgrade() -> None:
    op.drop_table("errand_paper")
    op.drop_table("errand")
