"""How a run of a conversation ends before its last line."""


class Suspend(BaseException):
    """The next question is out: wait for its answer. Not an Exception, so that no handler swallows it."""


class Restart(BaseException):
    """The log changed under the run (改一项): run again from the top."""


class Finish(BaseException):
    """The conversation is over before its last line."""


class HandOver(BaseException):
    """Three misses: a person takes over, with what was said so far."""


class Misfit(BaseException):
    """The function no longer asks what was answered: it changed under its log, so nothing is filed."""


class Leave(BaseException):
    """No answer to this question, but words that open something else: they go there."""


class NeedsMeaning(BaseException):
    """The words must be understood first: back to the edge, nothing of this message has happened."""
