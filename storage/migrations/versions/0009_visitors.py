"""visitors: whom a booking is for, and which belong to one visit"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for table, name in (("booking", "for_whom"), ("booking", "visit"), ("waiting", "for_whom")):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for table, name in (("waiting", "for_whom"), ("booking", "visit"), ("booking", "for_whom")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
