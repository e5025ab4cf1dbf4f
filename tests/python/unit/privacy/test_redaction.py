"""What counts as naming a person, and what does not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactable.privacy.identifiers import Identifier, identify
from contactable.privacy.redaction import PersonIdentifiers, redact
from unit.privacy.erasure_home import ADA, ADA_CONTACT, ADA_PHONE, ADA_SLUG, BEN, md5, sha256

WANTED = PersonIdentifiers(
    [
        identify("email", ADA),
        identify("phone", ADA_PHONE),
        identify("linkedin", ADA_SLUG),
        identify("contactbased_id", ADA_CONTACT),
        identify("bigdbm_id", "1000001"),
    ],
    ["person-ada"],
)


@pytest.mark.parametrize(
    "text",
    [
        ADA,
        ADA.upper(),
        f"mailto:{ADA}",
        f"{BEN}, {ADA}",
        f"write to {ADA}.",
        md5(ADA),
        md5(ADA).upper(),
        sha256(ADA),
        md5(ADA.upper()),
        ADA_PHONE,
        f"+1{ADA_PHONE}",
        "1-202-555-0101",
        "(202) 555-0101",
        "202.555.0101 ext 4",
        f"https://www.linkedin.com/in/{ADA_SLUG}/?x=1",
        f"linkedin.com/in/{ADA_SLUG.upper()}",
        ADA_CONTACT,
        "person-ada",
        "bigdbm:1000001",
        "bigdbm_id:1000001",
    ],
)
def test_names_the_person(text: str) -> None:
    assert WANTED.in_text(text)
    assert WANTED.may_be_in([text])


@pytest.mark.parametrize(
    "text",
    [
        "",
        BEN,
        f"x{ADA}",
        f"{ADA}.org",
        f"mary.{ADA}",
        f"9{ADA_PHONE}",
        f"{ADA_PHONE}9",
        f"a{ADA_PHONE}f0",
        f"0.{ADA_PHONE}",
        f"linkedin.com/in/{ADA_SLUG}-2",
        ADA_SLUG,  # alone it may be a word: only a field for slugs makes it one
        "1000001",  # a vendor's short number means nothing elsewhere
        f"{ADA_CONTACT}0",
        "person-adam",
    ],
)
def test_does_not_name_the_person(text: str) -> None:
    assert not WANTED.in_text(text)


def test_fields_give_slugs_and_short_numbers_their_meaning() -> None:
    assert WANTED.in_field("exactbuyer", "identifier_value", ADA_SLUG)
    assert not WANTED.in_field("exactbuyer", "last_name", ADA_SLUG)
    assert WANTED.in_field("bigdbm", "Id", "1000001")
    assert not WANTED.in_field("bigdbm", "EmployeeID", "1000001")
    assert not WANTED.in_field("leadpipe", "Id", "1000001")
    assert not WANTED.in_field("bigdbm", "Zip", "1000001")


@settings(deadline=None)
@given(st.sampled_from(["é", "ü", "ß", "中", "_", "/"]), st.booleans())
def test_json_escapes_do_not_hide_anybody(letter: str, escaped: bool) -> None:
    email = f"a{letter}b@mail.example"
    wanted = PersonIdentifiers([Identifier("email", email)])
    text = json.dumps({"email": email}, ensure_ascii=escaped)
    assert wanted.may_be_in([text])
    assert (
        redact(wanted, "leadpipe__audience_members", "[]", "{}", json.dumps({"data": [json.loads(text)]}))
        is not None
    )


def body_after(stream: str, body: object, subjects: list[tuple[str, str]] | None = None) -> object:
    asked = json.dumps(
        [{"key": "k", "type": kind, "value": value} for kind, value in subjects or [("keyword", "x")]]
    )
    redacted = redact(WANTED, stream, asked, "{}", json.dumps(body))
    assert redacted is not None
    assert redacted.body is not None
    return json.loads(redacted.body)


def test_a_record_goes_as_a_whole_and_its_neighbours_stay() -> None:
    kept = {"First_Name": "Ben", "Email_Array": [BEN]}
    assert body_after(
        "bigdbm__consumer_profiles",
        {"returnData": {"x": [{"First_Name": "Ada", "Deep": {"Email_Array": ["", f"{BEN},{ADA}"]}}, kept]}},
    ) == {"returnData": {"x": [kept]}}


def test_a_number_written_as_a_number_is_found() -> None:
    assert body_after("bigdbm__consumer_profiles", {"data": [{"Phone": int(ADA_PHONE)}, {"Phone": 1}]}) == {
        "data": [{"Phone": 1}]
    }


def test_an_answer_of_one_record_loses_the_record() -> None:
    assert body_after(
        "exactbuyer__contact", {"result": {"full_name": "Ada Sample", "job": {"email": ADA}}, "n": 1}
    ) == {
        "result": None,
        "n": 1,
    }


def test_a_submitted_number_is_a_key_only_when_it_was_asked_for_the_person() -> None:
    body = {"returnData": {"1000001": [{"Id": "7"}], "2": [{"Id": "8"}]}}
    subjects = [("bigdbm_id", "1000001"), ("bigdbm_id", "2")]
    assert body_after("bigdbm__consumer_profiles", body, subjects) == {"returnData": {"2": [{"Id": "8"}]}}
    asked = json.dumps([{"key": "k", "type": "pii", "value": "1000001"}])  # a sequence number
    assert redact(WANTED, "bigdbm__consumer_profiles", asked, "{}", json.dumps(body)) is None


def test_a_short_list_of_positions_is_not_trusted() -> None:
    body = {"contacts": [{"enriched_contact": {"email": ADA}, "value": ADA}], "records_enriched": 1}
    subjects = [("email", ADA), ("email", BEN)]
    assert body_after("exactbuyer__contacts", body, subjects) == {"contacts": [], "records_enriched": 1}


def test_an_untouched_answer_is_left_byte_for_byte() -> None:
    assert (
        redact(WANTED, "x__y", '[{"key": "k", "type": "email", "value": "b@x.example"}]', "{}", '{ "a" : 1.0 }')
        is None
    )


def test_an_answer_about_the_person_alone_is_dropped() -> None:
    asked = json.dumps([{"key": "k", "type": "phone", "value": ADA_PHONE}])
    redacted = redact(WANTED, "bigdbm__phone_scores", asked, "{}", '{"opql_score": 4}')
    assert redacted is not None
    assert redacted.dropped
