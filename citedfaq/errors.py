"""The one error that a user can mend."""


class CitedFAQError(Exception):
    """A fault that the reader of the message can mend.

    The message is one sentence that names the file (or the key) and the remedy. The command line prints it and exits
    with 1; anything else that is raised is a defect of ours and keeps its trace.
    """
