"""help wanted: what a visitor needs on arrival"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "help_wanted",
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("noted", sa.String(24), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_help_wanted")),
    )


def downgrade() -> None:
    op.drop_table("help_wanted")
