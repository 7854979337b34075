"""arrangements: what passes between citizen and window until a time is agreed"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "arrangement",
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("held", sa.String(24), nullable=True),
        sa.Column("asked", sa.String(24), nullable=False),
        sa.Column("seen_by", sa.Text(), server_default="", nullable=False),
        sa.Column("round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("offered", sa.String(24), nullable=True),
        sa.Column("offered_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["no"], ["booking.no"]),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_arrangement")),
    )


def downgrade() -> None:
    op.drop_table("arrangement")
