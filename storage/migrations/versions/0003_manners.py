"""manners: who is spoken to plainly and shortly"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "manner",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", sa.String(24), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_manner")),
    )


def downgrade() -> None:
    op.drop_table("manner")
