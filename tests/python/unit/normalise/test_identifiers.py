"""The normalisers, value by value and by property: they decide who meets whom."""

import hashlib

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.macros import evaluate


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2025550123", "+12025550123"),
        ("(202) 555-0123", "+12025550123"),
        ("+1-202-555-0123", "+12025550123"),
        ("1 202 555 0123", "+12025550123"),
        ("202.555.0123 x45", "+12025550123"),
        ("202-555-0123 ext. 45", "+12025550123"),
        (" 2025550123 ", "+12025550123"),
        ("+44 20 7946 0958", "+442079460958"),
        ("5550123", None),  # no area code
        ("1025550123", None),  # area codes start with 2 to 9
        ("2021550123", None),  # so do exchanges
        ("9115550123", None),  # a service code is no area code
        ("2029110123", None),
        ("5555555555", None),  # typed to get past a form
        ("0000000000", None),
        ("+12025550", None),  # says North America, is too short
        ("22025550123", None),  # eleven digits without the country's 1
        ("+0123456789", None),  # no country code starts with 0
        ("", None),
        ("unknown", None),
        (None, None),
    ],
)
def test_phone(given_value: str | None, expected: str | None) -> None:
    assert evaluate("normalise_phone", [given_value]) == [expected]


# Exchanges that end in 11 are never given to subscribers (NANPA); the reference library lets them pass.
NANP = st.from_regex(r"[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}", fullmatch=True)


@settings(deadline=None)
@given(NANP, st.sampled_from(["{}", "+1{}", "1-{}", "({})", " {} "]))
def test_a_phone_becomes_what_the_reference_library_makes_of_it(number: str, notation: str) -> None:
    text = notation.format(number)
    parsed = phonenumbers.parse(text, "US")
    expected = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    [ours] = evaluate("normalise_phone", [text])
    assert ours == expected or (ours is None and not phonenumbers.is_valid_number(parsed))


def test_phone_is_a_fixed_point_and_gives_back_its_national_digits() -> None:
    normal = evaluate("normalise_phone", ["(202) 555-0123", "+442079460958"])
    assert evaluate("normalise_phone", normal) == normal
    assert evaluate("phone_national10", normal) == ["2025550123", None]


def test_email_keeps_what_providers_would_ignore() -> None:
    assert evaluate("normalise_email", [" Ada.Example+News@Example.COM ", "  ", None]) == [
        "ada.example+news@example.com",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("email", "valid"),
    [
        ("ada@example.com", True),
        ("o'brien@example.com", True),
        ("a+b.c_d-e@mail.sub.example", True),
        ("x" * 188 + "@example.com", True),  # 200 characters
        ("x" * 189 + "@example.com", False),  # 201
        ("ada", False),
        ("ada@", False),
        ("@example.com", False),
        ("ada@@example.com", False),
        ("ada@example", False),
        ("ada @example.com", False),
        ("ada@example..com", False),
        (".ada@example.com", False),
        ("ada.@example.com", False),
        ("ada@-example.com", False),
        ("ada@example.com,bob@example.com", False),
    ],
)
def test_email_validity(email: str, valid: bool) -> None:
    assert evaluate("email_is_valid", [email]) == [valid]


def test_email_hashes_are_the_vendors_hashes() -> None:
    address = "ada@example.com"
    assert evaluate("email_md5", [address]) == [hashlib.md5(address.encode()).hexdigest()]
    assert evaluate("email_sha1", [address]) == [hashlib.sha1(address.encode()).hexdigest()]
    assert evaluate("email_sha256", [address]) == [hashlib.sha256(address.encode()).hexdigest()]


def test_hem_type_by_length_and_never_by_guess() -> None:
    digests = ["a" * 32, "A" * 40, "0" * 64, "a" * 63, "g" * 32, None]
    assert evaluate("hash_type", list(digests)) == ["md5", "sha1", "sha256", "unknown", "unknown", None]


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("linkedin.com/in/Ada-Example", "ada-example"),
        ("https://www.linkedin.com/in/ada-example/?trk=x", "ada-example"),
        ("http://uk.linkedin.com/in/ada-example#top", "ada-example"),
        ("linkedin.com/company/acme", None),
        ("linkedin.com/sales/people/ACwAAA", None),
        ("ACwAAA", None),
        ("", None),
    ],
)
def test_linkedin_slug(url: str, slug: str | None) -> None:
    assert evaluate("linkedin_slug", [url]) == [slug]


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Acme.example/about", "acme.example"),
        ("acme.example:8080", "acme.example"),
        ("shop.acme.example", "shop.acme.example"),
        ("localhost", None),
        ("Acme Inc", None),
        ("", None),
    ],
)
def test_domain(address: str, domain: str | None) -> None:
    assert evaluate("normalise_domain", [address]) == [domain]


@pytest.mark.parametrize(
    ("zip_code", "expected"),
    [
        ("22101", "22101"),
        ("22101-1234", "22101"),
        ("221011234", "22101"),
        ("7030", "07030"),  # a spreadsheet ate the zero
        ("SW1A 1AA", "SW1A 1AA"),
        (" ", None),
    ],
)
def test_zip(zip_code: str, expected: str | None) -> None:
    assert evaluate("normalise_zip", [zip_code]) == [expected]


def test_names() -> None:
    assert evaluate("normalise_name", ["  Ada   Example ", " ", None]) == ["Ada Example", None, None]
    assert evaluate("name_key", ["O'Brien-Smith Jr.", "", None]) == ["obriensmithjr", None, None]
