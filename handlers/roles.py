"""Who may do what: denied unless a role is named."""

from rules.people import Role

COLLEAGUES = frozenset(Role) - {Role.CITIZEN}
ADMINISTRATORS = frozenset({Role.COMPUTER_ADMIN})
