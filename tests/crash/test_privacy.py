"""What a person wrote is in no log line, whatever happens to it."""

import json
from urllib.parse import quote

from tests.crash.conftest import Install
from tests.crash.installation import PARTNER

CANARY = "xylophone-canary-7731"


def test_nothing_that_a_person_wrote_is_logged(install: Install) -> None:
    coach = install(COACH_LOG_LEVEL="debug", PYTHONASYNCIODEBUG="1")
    coach.start()
    coach.deliver("question-0001", f"How do we build trust with {CANARY}?")
    coach.deliver("question-0002", f"{CANARY} " * 400)  # too long to answer
    coach.deliver("question-0003", f"{CANARY} qwzx vlkj?")  # nothing in the library speaks to it
    coach.deliver("question-0004", f"hello {CANARY}")
    for event in ("question-0001", "question-0002", "question-0003", "question-0004"):
        coach.await_answer(event)
    for path in (f"/?as={CANARY}", f"/{CANARY}", f"/conversation?as={quote(CANARY * 9)}"):
        assert coach.call(path)[0] == 404
    for body in (CANARY.encode(), b"[" * 9000, json.dumps({"as": PARTNER, "event": CANARY, "text": 7}).encode()):
        assert coach.call("/messages", body)[0] == 400
    coach.change("ALTER TABLE inbox RENAME TO elsewhere")
    question = {"as": PARTNER, "event": "question-0005", "text": CANARY}
    assert coach.call("/messages", json.dumps(question).encode())[0] == 503
    coach.change("ALTER TABLE elsewhere RENAME TO inbox")
    coach.change("ALTER TABLE page_entry RENAME TO elsewhere")
    status, answer = coach.call(f"/conversation.json?as={PARTNER}")
    assert status == 500
    assert "Traceback" not in answer.decode()
    coach.change("ALTER TABLE elsewhere RENAME TO page_entry")
    coach.deliver("question-0005", CANARY)
    coach.await_answer("question-0005")
    coach.stop()
    log = coach.log.read_text()
    assert '"event": "message not kept"' in log  # that something failed was logged
    assert '"event": "page failed"' in log
    assert CANARY not in log
    assert "canary" not in log
    assert "Traceback" not in log
