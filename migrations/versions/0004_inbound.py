"""What claimants text back: the inbox, opt-outs, calls to make

Revision ID: 0004
Revises: 0003
"""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
