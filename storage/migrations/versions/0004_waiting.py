"""waiting: who waits for a full half-day"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("opens", sa.String(24), nullable=False),
        sa.Column("closes", sa.String(24), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("made", sa.String(24), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("start", sa.String(24)),
        sa.Column("until", sa.String(24)),
        sa.Column("booking", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_waiting")),
    )
    op.create_index("ix_waiting_person", "waiting", ["person"])
    op.create_index("ix_waiting_window_opens", "waiting", ["window", "opens"])


def downgrade() -> None:
    op.drop_table("waiting")
