"""The partnership file: what is accepted, every refusal with its line, and what is kept."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PartnershipError
from bot.domain.partnership import Closure, Disclosure, PartnershipPlan, Retention, Rhythm
from bot.partnership_file import from_json, read, to_json
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN, plans, steady
from tests.texts import ANY

EXAMPLE = Path(__file__).parents[2] / "docs" / "partnership.example.yaml"
SMALL = """\
id: harbour
name: Harbour
zone: Europe/London
organisations:
  - id: council
    name: The Council
    email_domains: [council.example]
  - id: housing
    name: Harbour Housing
leads:
  - name: Amara Okafor
    organisation: council
    email: amara@council.example
rhythm:
  weekday: thursday
  hour: 09
"""


def _read(text: str | bytes, folder: Path) -> PartnershipPlan:
    path = folder / "partnership.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def _refusal(text: str | bytes, folder: Path) -> list[str]:
    with pytest.raises(PartnershipError) as caught:
        _read(text, folder)
    return str(caught.value).splitlines()


def test_the_example_is_read_and_shows_every_key() -> None:
    plan = read(EXAMPLE)
    assert len(plan.organisations) == 4
    assert (plan.rhythm, plan.disclosure, plan.retention) == (Rhythm(), Disclosure(), Retention())
    text = EXAMPLE.read_text()
    keys = re.findall(r'"(\w+)":', json.dumps(to_json(plan)))
    assert [key for key in keys if f"{key}:" not in text] == []


def test_a_small_file_is_read(tmp_path: Path) -> None:
    plan = _read("\ufeff" + SMALL, tmp_path)
    assert plan.organisations == (COUNCIL, replace(HOUSING, slack_teams=()))
    assert plan.leads == (LEAD,)
    assert plan.rhythm == Rhythm(weekday="thursday", hour=9)


@pytest.mark.parametrize("written", ["2026-12-24", '"2026-12-24"'])
def test_a_day_is_read_as_it_is_written(written: str, tmp_path: Path) -> None:
    plan = _read(SMALL.replace("rhythm:", _closed(written, "2027-01-01")), tmp_path)
    assert plan.closures == (Closure(first=date(2026, 12, 24), last=date(2027, 1, 1), name="Away day"),)


@pytest.mark.parametrize(("written", "read"), [("false", False), ('"no"', False), ("True", True), ("on", True)])
def test_check_ins_are_on_or_off(written: str, read: bool, tmp_path: Path) -> None:
    assert _read(f"{SMALL}\ncheck_ins: {written}\n", tmp_path).check_ins is read


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("check_ins: sometimes", "check_ins must be true or false, not “sometimes”; write true or false"),
        ("check_ins: 1", "check_ins must be true or false, not “1”; write true or false"),
        ("paused_until: 2026-04-01", "there is no key “paused_until”"),
    ],
)
def test_what_is_no_switch_and_what_is_set_in_chat_is_refused(line: str, refusal: str, tmp_path: Path) -> None:
    with pytest.raises(PartnershipError, match=re.escape(refusal)):
        _read(f"{SMALL}\n{line}\n", tmp_path)


@steady
@given(plan=plans())
def test_what_is_written_is_what_is_read(plan: PartnershipPlan, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = yaml.safe_dump(to_json(plan), allow_unicode=True, sort_keys=False)
    assert _read(text, tmp_path_factory.getbasetemp()) == plan


@steady
@given(text=st.text(ANY, max_size=60) | st.binary(max_size=60))
def test_any_text_is_read_or_refused_with_file_and_advice(
    text: str | bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    for line in _refusal(raw, tmp_path_factory.getbasetemp()):
        assert re.fullmatch(r"partnership\.yaml line \d+: [^\n]+; [^\n]+", line)


@steady
@given(data=st.data())
def test_a_file_with_pieces_cut_out_is_read_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = SMALL.splitlines()
    cut = data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1, max_size=4))
    text = "\n".join(line for number, line in enumerate(lines) if number not in cut)
    try:
        _read(text, tmp_path_factory.getbasetemp())
    except PartnershipError as error:
        for line in str(error).splitlines():
            number = re.match(r"partnership\.yaml line (\d+): .+; .+", line)
            assert number is not None
            assert 1 <= int(number[1]) <= len(lines)


def _closed(first: str, last: str) -> str:
    return f"closures:\n  - first: {first}\n    last: {last}\n    name: Away day\nrhythm:"


REFUSALS = [
    (
        "zone: Europe/London",
        "zone: Europe/Lundon",
        3,
        "there is no time zone “Europe/Lundon”; did you mean Europe/Lond",
    ),
    ("zone: Europe/London\n", "", 1, "zone is missing; add it"),
    ("zone: Europe/London", "zone:", 3, "zone is missing; add it"),
    ("zone:", "timezone:", 3, "there is no key “timezone”; did you mean zone?"),
    ("hour: 09", "hour: 24", 16, "hour is 24; use a whole number from 0 to 23"),
    ("hour: 09", "hour: ten", 16, "hour must be a whole number, not “ten”; write it in digits"),
    ("hour: 09", 'hour: "9"', 16, "hour must be a whole number, not “9”; write it in digits"),
    ("hour: 09", "hour: 9:30", 16, "hour must be a whole number, not “9:30”;"),
    ("hour: 09", "hour: 0x9", 16, "hour must be a whole number, not “0x9”;"),
    ("hour: 09", "hour: [9]", 16, "hour must be a whole number, not a list;"),
    ("hour: 09", "hour: 9\n  hour: 10", 17, "“hour” is there twice; keep one"),
    ("hour: 09", "hours: 9", 16, "there is no key “hours”; did you mean hour?"),
    ("hour: 09", "snack: tea", 16, "there is no key “snack”; remove it, the keys here are weekday, hour"),
    ("thursday", "thirsday", 15, "weekday “thirsday” is not a day as written here; did you mean thursday?"),
    ("id: housing", "id: council", 8, "“council” is the id of two organisations; give each its own"),
    ("id: housing", "id: no", 8, "id must be text, not “no”; write it between quotes"),
    ("id: housing", "id: 2024", 8, "id must be text, not “2024”; write it between quotes"),
    ("name: Harbour Housing", "name: 2024-01-01", 9, "name must be text, not “2024-01-01”;"),
    ("  - id: housing\n    name: Harbour Housing\n", "  - Harbour Housing\n", 8, "entry 2 of organisations must hold"),
    ("[council.example]", "council.example", 7, "email_domains must be a list, not “council.example”; write it as ["),
    ("[council.example]", "\n      - ''", 8, "“” is not an e-mail domain"),
    ("[council.example]", "[a.example,\n      b]", 8, "“b” is not an e-mail domain"),
    ("[council.example]", "{a: b}", 7, "email_domains must be a list, not key: value lines;"),
    ("organisation: council", "organisation: councl", 12, "there is no organisation “councl”; did you mean council?"),
    ("amara@council.example", "amara", 13, "email is not an e-mail address; write it as name@organisation.example"),
    ("id: harbour", "id: !!python/object/apply:os.getcwd []", 1, "id must be text, not “tag:yaml.org"),
    ("id: harbour", "id: !secret x", 1, "id must be text, not “x”;"),
    ("id: harbour", "id: &a harbour\ncopy: *a", 2, "this is not YAML that I can read (an alias); write the value out"),
    ("id: harbour", "<<: {id: harbour}", 1, "there is no key “<<”;"),
    ("id: harbour", "? [a, b]\n: c\nid: harbour", 1, "a key must be a single word; write it as key: value"),
    ("name: Harbour\n", "name: Harbour: more\n", 2, "this is not YAML that I can read (mapping values are not allowed"),
    ("  weekday", "\tweekday", 15, "this is not YAML that I can read (found character '\\t'"),
    ("hour: 09", "hour: 9\n---\nid: x", 17, "this is not YAML that I can read (but found another document)"),
    ("hour: 09", "hour: \x01", 16, "there is an unreadable character; remove it"),
    ("rhythm:", "disclosure: {k: 2, m: 1}\nrhythm:", 14, "k is 2; raise it to 3 or more"),
    ("rhythm:", "retention: {replies: -1}\nrhythm:", 14, "replies is -1; use a whole number from 1 to 3650"),
    ("rhythm:", "document_audiences: [a.md]\nrhythm:", 14, "document_audiences must hold key: value lines, not a list"),
    (
        "rhythm:",
        "document_audiences:\n  a.md: [counsil]\nrhythm:",
        15,
        "there is no organisation “counsil”; did you mean",
    ),
    (
        "rhythm:",
        "contacts: [{name: A, how: B, for_factor: luck}]\nrhythm:",
        14,
        "there is no factor “luck”; use one of",
    ),
    ("hour: 09", "hour: 7", 16, "hour is 7, in the quiet hours from 19 to 8; move the hour or the quiet hours"),
    ("rhythm:", "quiet_hours: {begin: 24}\nrhythm:", 14, "begin is 24; use a whole number from 0 to 23"),
    ("rhythm:", "holidays: scottland\nrhythm:", 14, "there is no set of holidays “scottland”; did you mean scotland?"),
    ("rhythm:", "holidays: no\nrhythm:", 14, "holidays must be text, not “no”;"),
    ("rhythm:", "closures: [2026-12-24]\nrhythm:", 14, "entry 1 of closures must hold the keys first, last, name"),
    (
        "rhythm:",
        _closed("24 December", "2026-12-31"),
        15,
        "first must be a date, not “24 December”; write it as year-mo",
    ),
    ("rhythm:", _closed("2026-02-30", "2026-12-31"), 15, "first must be a date, not “2026-02-30”;"),
    ("rhythm:", _closed("2026-12-24", "20261231"), 16, "last must be a date, not “20261231”;"),
    ("rhythm:", _closed("2026-12-24", "2026-12-23"), 16, "last is 2026-12-23, before first, 2026-12-24; correct one"),
    ("rhythm:", _closed("2026-12-24", "2028-01-01"), 15, "first is 2026-12-24, 374 days before the end; a closure is"),
    ("rhythm:", "closures: [{first: 2026-12-24, last: 2026-12-24}]\nrhythm:", 14, "name is missing; add it"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), REFUSALS)
def test_a_refusal_says_where_what_and_what_to_do(old: str, new: str, line: int, said: str, tmp_path: Path) -> None:
    assert old in SMALL
    refusals = _refusal(SMALL.replace(old, new, 1), tmp_path)
    assert any(refusal.startswith(f"partnership.yaml line {line}: {said}") for refusal in refusals), refusals
    assert all("; " in refusal for refusal in refusals)


def test_all_problems_are_found_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SMALL.replace("zone: Europe/London", "zone: Mars").replace("id: housing", "id: Housing!")
    text = text.replace("organisation: council", "organisation: police").replace("hour: 09", "hour: 77\n  extra: 1")
    lines = [int(refusal.split()[2].rstrip(":")) for refusal in _refusal(text, tmp_path)]
    assert lines == [3, 8, 12, 16, 17]


def test_one_mistake_is_one_problem(tmp_path: Path) -> None:
    assert len(_refusal(SMALL.replace("id: council", "ids: council"), tmp_path)) == 2  # the wrong key, the missing one
    assert len(_refusal(SMALL.replace("id: council", "id: [council]"), tmp_path)) == 1
    assert len(_refusal(SMALL.replace("email: amara@council.example", "email: 5"), tmp_path)) == 1
    assert len(_refusal(SMALL.replace("rhythm:", _closed("soon", "2026-12-31")), tmp_path)) == 1
    assert len(_refusal(SMALL.replace("rhythm:", _closed("2026-12-24", "late")), tmp_path)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "partnership.yaml line 1: the file is empty; "),
        (b"# nothing yet\n", "partnership.yaml line 1: the file is empty; "),
        (b"---\n", "partnership.yaml line 1: the file must hold the keys id, name, "),
        (b"hello", "partnership.yaml line 1: the file must hold the keys id, name, "),
        (b"- a\n- b\n", "partnership.yaml line 1: the file must hold the keys id, name, "),
        (b"id: a\n\x89PNG\r\n\x1a\n\x00", "partnership.yaml line 2: this is not text in UTF-8; "),
        ("id: a\n".encode("utf-16"), "partnership.yaml line 1: this is not text in UTF-8; "),
        (b"id: a\nname: \x00\n", "partnership.yaml line 2: there is an unreadable character; "),
        (b"#" * 5_000_000, "partnership.yaml: the file is larger than 200 kB; "),
        (b"[" * 100_000, "partnership.yaml line 1: this is not YAML that I can read (nested too deep); "),
        (b"a: " + b"- " * 50_000, "partnership.yaml line 1: this is not YAML that I can read"),
        (b"a: &a [x, x]\nb: [*a, *a]\n", "partnership.yaml line 2: this is not YAML that I can read (an alias); "),
    ],
)
def test_what_is_no_partnership_file_is_refused_in_one_line(content: bytes, said: str, tmp_path: Path) -> None:
    [refusal] = _refusal(content, tmp_path)
    assert refusal.startswith(said)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(PartnershipError, match=rf"^{path.name}: the file cannot be read \(.+\); check"):
            read(path)


def test_a_refusal_holds_no_control_characters_of_the_file(tmp_path: Path) -> None:
    [refusal] = _refusal(SMALL.replace("zone: Europe/London", r'zone: "\e[31m\u202e"'), tmp_path)
    assert refusal.isprintable()


@steady
@given(plans())
def test_a_plan_survives_the_store(plan: PartnershipPlan) -> None:
    assert from_json(json.loads(json.dumps(to_json(plan)))) == plan


def test_the_stored_form_is_stable() -> None:
    stored = {
        "id": "harbour",
        "name": "Harbour",
        "zone": "Europe/London",
        "organisations": [
            {
                "id": "council",
                "name": "The Council",
                "slack_teams": [],
                "teams_tenants": [],
                "email_domains": ["council.example"],
            },
            {
                "id": "housing",
                "name": "Harbour Housing",
                "slack_teams": ["T0HOUSING"],
                "teams_tenants": [],
                "email_domains": [],
            },
        ],
        "leads": [{"name": "Amara Okafor", "organisation": "council", "email": "amara@council.example"}],
        "rhythm": {"weekday": "tuesday", "hour": 10, "first_day": "monday", "last_day": "thursday"},
        "disclosure": {"k": 5, "m": 2},
        "retention": {"replies": 365, "barriers": 730, "questions": 90},
        "document_audiences": {"a.md": ["public"], "b.pdf": ["council", "housing"]},
        "contacts": [{"name": "Duty desk", "how": "01632 960 101", "for_factor": None, "for_organisation": None}],
        "quiet_hours": {"begin": 19, "end": 8},
        "holidays": None,
        "closures": [],
        "check_ins": True,
        "language": None,
    }
    assert json.dumps(to_json(PLAN)) == json.dumps(stored)
    assert to_json(replace(PLAN, paused_until=date(2026, 4, 1))) == stored


def test_what_an_older_version_stored_gets_today_s_defaults() -> None:
    older = to_json(PLAN)
    del older["retention"], older["rhythm"]["last_day"], older["quiet_hours"], older["holidays"], older["closures"]
    assert from_json(older) == PLAN


def test_a_damaged_row_is_refused() -> None:
    damaged: dict[str, Any] = {**to_json(PLAN), "zone": 5, "leads": [{}]}
    with pytest.raises(PartnershipError, match=r"zone: .+leads\.0\.name: name is missing"):
        from_json(damaged)
