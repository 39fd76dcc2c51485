"""What an empty chat offers to ask."""

from citedfaq.assistant import Assistant

STARTERS = 4


def starter_questions(assistant: Assistant) -> list[str]:
    """Return the questions that an empty chat offers: the clinic's choice, else some of the FAQ."""
    if assistant.settings.starter_questions:
        return list(assistant.settings.starter_questions)
    asked = list(assistant.index.questions)
    return asked[:: max(1, len(asked) // STARTERS)][:STARTERS]
