"""What is typed about roles: an address or a short name after the call, or else a question about the library."""

import pytest

from bot.coaching.commands import command_in
from bot.coaching.roles.commands import (
    ADD_ORGANISATION,
    ADD_PARTNER,
    HAND_OVER,
    INVITE_LEAD,
    ORGANISATIONS,
    PARTNERS,
    REMOVE_ORGANISATION,
    REMOVE_PARTNER,
    STEP_DOWN,
    WIND_UP,
    Named,
    named_in,
)
from prompts import words

WORDS = words()


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("partners", PARTNERS, ""),
        ("Our partners.", PARTNERS, ""),
        ("partneriaid", PARTNERS, ""),
        ("partners add a@b.example", ADD_PARTNER, "a@b.example"),
        ("Add partner: a@b.example to the Council", ADD_PARTNER, "a@b.example to the Council"),
        ("partners add to Police", ADD_PARTNER, "to Police"),
        ("partners remove <mailto:a@b.example|a@b.example>", REMOVE_PARTNER, "<mailto:a@b.example|a@b.example>"),
        ("organisations", ORGANISATIONS, ""),
        ("organisations add", ADD_ORGANISATION, ""),
        ("organisations remove Harbour Housing", REMOVE_ORGANISATION, "Harbour Housing"),
        ("hand over", HAND_OVER, ""),
        ("hand over to a@b.example", HAND_OVER, "a@b.example"),
        ("invite lead a@b.example", INVITE_LEAD, "a@b.example"),
        ("step down", STEP_DOWN, ""),
        ("wind up", WIND_UP, ""),
        ("dirwyn i ben", WIND_UP, ""),
    ],
)
def test_a_call_and_what_follows_it(text: str, name: str, rest: str) -> None:
    found = command_in(text, WORDS)
    assert found is not None
    assert (found.name, found.rest) == (name, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Partners?",
        "partners who do not share data",
        "hand over of patients between the trust and the council",
        "hand over to a@b.example?",
        "add partner voices to the board",
        "wind up meetings sooner",
        "step down care beds",
        "organisations that do not trust each other",
        "who are our partners in housing",
        "invite lead officers to the workshop",
    ],
)
def test_anything_else_is_a_question(text: str) -> None:
    assert command_in(text, WORDS) is None


@pytest.mark.parametrize(
    ("rest", "named"),
    [
        ("", Named(email="", name="", lead=False)),
        ("A@B.example", Named(email="a@b.example", name="", lead=False)),
        ("a@b.example to The Council", Named(email="a@b.example", name="The Council", lead=False)),
        ("a@b.example to The Council lead", Named(email="a@b.example", name="The Council", lead=True)),
        ("a@b.example i'r Cyngor arweinydd", Named(email="a@b.example", name="Cyngor", lead=True)),
        ("<mailto:a@b.example|a@b.example> to Police", Named(email="a@b.example", name="Police", lead=False)),
        ("to Police", Named(email="", name="Police", lead=False)),
        ("Harbour Housing", Named(email="", name="Harbour Housing", lead=False)),
    ],
)
def test_who_is_named(rest: str, named: Named) -> None:
    assert named_in(rest, WORDS) == named
