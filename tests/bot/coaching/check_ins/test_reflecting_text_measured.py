"""How well the judge on this machine tells replies from what is none. It was not trained with these sentences."""

import pytest

from bot.coaching.check_ins.reflecting_text import reads_as_reply
from knowledge.minilm import MiniLM
from knowledge.triage.judging import Triage
from knowledge.triage.tokens import MiniLMTokens
from prompts import words

WORDS = words()
REPLIES = """
We never meet without an agenda, so nobody says what worries them.
Honestly, nothing this week.
The housing team waits for our sign-off and we wait for theirs.
I would say about half of the people at the table know why they are there
Mostly fine. The new rota helped.
The residents' panel, because they tell us straight
That we could pool the training budget, but finance said no
My manager backs it but hers doesn't
I don't know who decides any more
It has got better since Sam from the council started coming
Trust. Every time.
We'd lose the joint visits and families would have to tell their story twice
Yes, when we did the flu clinic together
Same as last week, capacity
Two of us cover four roles so we skip the reflective bits
It depends on the person
I asked for the data three times and got a different answer each time
probably the shared inbox
The word 'case' means something different to each of us
When the director turned up in person and listened
we should stop the Thursday call
Ask residents first, then write the plan
Tell people early when the money runs out
Let the voluntary sector chair the next meeting
not sure
No
Haven't thought about it
Mae'r cyngor yn araf iawn
""".strip().splitlines()
OTHERS = """
How do we build trust between organisations
what does the library say about pooled budgets
tell me about sharing power
give me an example of a good information sharing agreement
Can you summarise the section on leadership
I want to know how others deal with different IT systems
any tips for chairing a joint board
what is meant by commissioning
explain collaborative inertia
is there anything about GDPR and sharing lists
thanks
good morning
hello there
cheers, that helped
what can you do for me
Find me a quote on culture
Any news on the pooled budget?
sut mae meithrin ymddiriedaeth
""".strip().splitlines()


OPENINGS = ", ".join(WORDS.in_every_language("check_in.plain.asks")).split(", ")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Triage:
    return Triage(MiniLMTokens(MiniLM(tmp_path_factory.mktemp("models"))))


def taken(judge: Triage, texts: list[str]) -> list[str]:
    """Those of these texts that are taken for replies."""
    return [text for text in texts if reads_as_reply(text, judge(text), OPENINGS)]


def test_nearly_every_reply_is_taken_for_one(judge: Triage) -> None:
    found = taken(judge, REPLIES)
    assert len(found) >= 0.8 * len(REPLIES), sorted(set(REPLIES) - set(found))


def test_what_is_asked_or_wanted_is_not(judge: Triage) -> None:
    found = taken(judge, OTHERS)
    assert len(found) <= 0.1 * len(OTHERS), found
