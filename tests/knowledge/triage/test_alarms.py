"""The safety net: what is said straight out is caught in English and Welsh, figures of speech are not."""

import time

import pytest

from knowledge.triage.alarms import is_alarming
from knowledge.triage.phrases import example_phrases


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "honestly i don’t want to be here anymore",
        "I DON'T SEE THE POINT IN GOING ON",
        "we've got the agenda. also I feel suicidal",
        "she has been cutting herself\nat work",
        "my husband hits me",
        "I'm being bullied by my manager",
        "my manager is bullying me",
        "I was told to keep quiet about the invoices",
        "they were falsifying the records",
        "We were told to delete all the e-mails before Friday",
        "the invoices are for visits that never happened, the records were faked",
        "the contract went to the director's cousin",
        "my manager shouts at me until I cry",
        "she says there's nothing left to live for",
        "there are bruises all over his arms",
        "I want to blow the whistle on this",
        "Mae fy rheolwr yn fy mwlio",
        "dwi'n meddwl am ladd fy hun",
        "mae hi'n cael ei cham-drin gartref",
        "dywedwyd wrtha i am gadw'n dawel",
        "dwi isio marw",
        "Rydw i'n meddwl am ddod â'r cyfan i ben",
        "the leader's extension was billed as playground repairs",
        "he had his roof done and put through as flood damage",
        "Dw i isio i bopeth stopio am byth",
        "mae hi wedi cymryd gormod o dabledi",
        "he slipped the inspector a brown envelope",
        "he gave the planner a brown envelope",
        "a brown envelope was handed to the inspector",
        "he was paid in brown envelopes",
        "she received a brown envelope from the contractor",
        "someone left a brown envelope in his pigeonhole",
    ],
)
def test_what_is_said_straight_out_is_caught(text: str) -> None:
    assert is_alarming(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "this meeting is killing me",
        "a whistle-stop tour of the budget",
        "we need to safeguard the budget",
        "it's an abuse of process",
        "the partnership is dying",
        "volunteers are burning themselves out",
        "I'm being bullied by my own calendar",
        "I've brushed my hair for the camera",
        "we bribed the youth forum with pizza",
        "their kitchen is booked on Tuesdays",
        "the council's kitchen is full, who is charged to use it",
        "they plan for people who self-harm and there's nobody to ask",
        "the cuts are hurting residents and hitting children hard",
        "her story touched me and made me cry",
        "they changed the dates and asked us to change the data format",
        "she can't get the service because of her age",
        "how do partnerships handle whistleblowing policies?",
        "what does the library say about suicide prevention?",
        "I could kill for a coffee",
        "residents are afraid of brown envelopes from the job centre",
        "the brown envelopes with the appointment letters came late",
        "residents take their brown envelopes to the library",
        "clients hand us unopened brown envelopes",
        "the postman passes out brown envelopes",
        "how do schools tackle bullying together?",
        "Sut mae partneriaethau'n trefnu hyfforddiant diogelu?",
        "mae'r systemau'n hen",
        "Dw i wedi cymryd fy nhabledi ac yn teimlo'n well",
        "Dwi isio i bopeth stopio newid bob mis",
        "Rhaid dod â'r cyfan i ben erbyn mis Mawrth",
    ],
)
def test_figures_of_speech_and_general_questions_are_not(text: str) -> None:
    assert not is_alarming(text)


def test_none_of_our_harmless_phrases_is_caught() -> None:
    assert [each.text for each in example_phrases() if each.intent != "sensitive" and is_alarming(each.text)] == []


def test_a_huge_message_takes_no_long_time() -> None:
    started = time.process_time()
    assert not is_alarming("they told me to " * 20_000)
    assert time.process_time() - started < 5
