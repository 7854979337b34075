"""visits: who came to the hall, was called, and how it ended"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False, server_default=""),
        sa.Column("came", sa.String(24)),
        sa.Column("came_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("called", sa.String(24)),
        sa.Column("calls", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended", sa.String(24)),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("lacking", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=False, server_default=""),
        sa.Column("noted", sa.String(24)),
        sa.Column("noted_by", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_window_day", "visit", ["window", "day"])


def downgrade() -> None:
    op.drop_table("visit")
