"""Every error the coach raises on purpose.

CoachError
 ├─ SettingError
 ├─ PartnershipError
 ├─ AlreadyRunning
 └─ ServerUnreachable
"""


class CoachError(Exception):
    """The root. The message is one sentence for a person: what was wrong and what to do."""


class SettingError(CoachError):
    """A setting is wrong. Told to the engineer at start, with the setting's name."""


class PartnershipError(CoachError):
    """A partnership file is wrong. Told to the lead who applies it, with the line."""


class AlreadyRunning(CoachError):
    """Another process holds the data directory. Told to the engineer who starts a second one."""


class ServerUnreachable(CoachError):
    """The running server did not answer on its local socket. Told to the engineer on the command line."""
