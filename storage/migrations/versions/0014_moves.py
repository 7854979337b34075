"""how often a booking was moved, for the calendar entry that follows it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("booking", sa.Column("moves", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("booking", sa.Column("in_calendar", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("booking") as batch:
        batch.drop_column("in_calendar")
        batch.drop_column("moves")
