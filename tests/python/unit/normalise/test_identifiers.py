"""The normalisers, value by value and by property: they decide who meets whom."""

import csv
import hashlib
import ipaddress
import random

import idna
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactable.normalise import ascii_address, possible_abroad, undress
from contactable.normalise.phones import from_home, national_plans
from support.awkward import VALUES
from support.macros import ROOT, evaluate, evaluate_sql, macros
from support.phone_plans import CODES, PATH, source


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
        ("tel:+1-202-555-0123", "+12025550123"),
        ("202-555-0123 (cell)", "+12025550123"),
        ("202-555-0123;ext=45", "+12025550123"),
        ("800-FLOWERS", "+18003569377"),
        ("1-800-555-HELP", "+18005554357"),
        ("555-2345 tel", None),  # letters behind a number are no digits of it
        ("011 44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),  # the 0 is dialled at home only
        ("+39 06 1234 5678", "+390612345678"),  # in Italy it belongs to the number
        ("+999 123 456 789", None),  # no such country
        ("+65 1234 567", None),  # Singapore has eight digits
        ("+44 2000000000", None),  # zeros to fill a form
        ("202-555-1212", None),  # directory assistance
        ("2025555555", None),
        ("１２０２５５５０１２３", "+12025550123"),
        ("2025550123 or 2025550124", None),
        ("1" * 10_000, None),
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


def libraries(text: str) -> str | None:
    """Return what phonenumbers makes of a text, if it is a possible number."""
    try:
        parsed = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    # A number that is complete only inside its own town reaches nobody behind a calling code.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def test_numbers_of_all_countries_are_possible_where_the_library_says_so() -> None:
    chance = random.Random(20261121)
    texts = [
        f"+{code} {first}{''.join(chance.choices('0123456789', k=length - 1))}"
        for code in CODES
        for length in range(6, 13)
        for first in (chance.choice("123456789"), chance.choice("123456789"))
        if len(str(code)) + length <= 15
    ]
    ours = evaluate("normalise_phone", list(texts))
    theirs = [libraries(text) for text in texts]
    differences = [
        (text, one, other) for text, one, other in zip(texts, ours, theirs, strict=True) if one != other
    ]
    assert len(texts) > 2_000
    assert sum(one is not None for one in ours) > 500
    # What begins as a country's carrier code the library takes apart further: fewer than one in a hundred.
    assert len(differences) < len(texts) / 100, differences[:20]


@pytest.mark.parametrize(
    ("country", "numbers", "expected"),
    [
        (
            "IN",
            ["9876540131", "098765 40131", "919876540131", "0091 98765 40131", "+91 98765 40131"],
            "+919876540131",
        ),
        ("IN", ["9198765401"], "+919198765401"),  # a number at home, though it begins like the calling code
        ("IN", ["011-2345 6789"], "+911123456789"),  # New Delhi, not a number of another country
        ("GB", ["442079460126", "020 7946 0126", "2079460126", "44 (0)20 7946 0126"], "+442079460126"),
        ("GB", ["+1 212 555 0101"], "+12125550101"),
        ("GB", ["12125550101"], None),
        ("DE", ["030 1234567", "49301234567", "301234567"], "+49301234567"),
        ("IT", ["390612345678", "0612345678"], "+390612345678"),
        ("IT", ["3912345678"], "+393912345678"),
        ("RU", ["8 912 345-67-89", "79123456789", "9123456789"], "+79123456789"),
        ("CA", ["2125550101", "1 212 555 0101"], "+12125550101"),
        ("ZZ", ["+442079460126"], "+442079460126"),
        ("ZZ", ["2125550101", "442079460126"], None),
    ],
)
def test_a_number_is_one_of_its_rows_country(country: str, numbers: list[str], expected: str | None) -> None:
    sql = str(macros()["normalise_phone"]("value", f"'{country}'"))
    assert evaluate_sql(sql, list(numbers)) == [expected] * len(numbers)


@settings(deadline=None)
@given(st.sampled_from(sorted(national_plans())), st.from_regex(r"[0-9]{5,14}", fullmatch=True))
def test_a_number_at_home_is_never_anothers(country: str, digits: str) -> None:
    [ours] = evaluate_sql(str(macros()["normalise_phone"]("value", f"'{country}'")), [digits])
    abroad = from_home(digits, country) if not digits.startswith("00") or len(digits) < 10 else None
    if ours is not None and (abroad or not digits.startswith("00")):
        assert ours.startswith(f"+{national_plans()[country].code}")
        assert ours == f"+{abroad}" or (abroad is not None and ours == f"+{possible_abroad(abroad)}")


@pytest.mark.parametrize(
    ("country", "codes", "expected"),
    [
        ("CH", ["8001", "CH-8001"], "8001"),
        ("NO", ["0154", "154"], "0154"),
        ("DE", ["01067", "1067", "D-01067"], "01067"),
        ("US", ["02108", "2108", "02108-1234", "2108-1234", "21081234"], "02108"),
        ("GB", ["SW1A  1AA"], "SW1A 1AA"),
        ("ZZ", ["8001"], "8001"),
    ],
)
def test_a_postal_code_is_one_of_its_country(country: str, codes: list[str], expected: str) -> None:
    sql = str(macros()["normalise_zip"]("value", f"'{country}'"))
    assert evaluate_sql(sql, list(codes)) == [expected] * len(codes)


def test_the_spellings_of_countries_are_as_they_are_compared() -> None:
    with (ROOT / "seeds" / "countries.csv").open(encoding="utf-8", newline="") as handle:
        spellings = [row["spelling"] for row in csv.DictReader(handle)]
    assert evaluate("name_key", list(spellings)) == spellings


def test_the_phone_plans_are_the_librarys() -> None:
    assert PATH.read_text(encoding="utf-8") == source()


NORMALISERS = (
    "undress",
    "normalise_email",
    "normalise_phone",
    "linkedin_slug",
    "normalise_domain",
    "normalise_maid",
    "normalise_vin",
    "normalise_ein",
    "normalise_ip",
    "normalise_zip",
    "normalise_name",
)


@pytest.mark.parametrize("macro", NORMALISERS)
def test_a_normal_form_is_its_own_normal_form(macro: str) -> None:
    normal = evaluate(macro, VALUES)
    if macro == "linkedin_slug":  # a slug alone may be anything; an address says that it is one
        normal = [f"in/{slug}" if slug and "%" not in slug else None for slug in normal]
        assert evaluate(macro, list(normal)) == [slug.removeprefix("in/") if slug else None for slug in normal]
    else:
        assert evaluate(macro, list(normal)) == normal


DRESSED = {
    "'02108": "02108", '="02108"': "02108", '"Zoe"': "Zoe", "“Zoe”": "Zoe",
    "‘O’Brien’": "O’Brien",
    "O&#39;Neil": "O'Neil", "O&#x27;Neil": "O'Neil", "Smith &amp; Sons": "Smith & Sons", "&amp;amp;eacute;": "é",
    "&#146;": "’", "AT&T;": "AT&T;", "Ａ＠１": "A@1", "a\u00a0b\u200b": "a b",
    "12125550122.0": "12125550122", "1.2125550121E+10": "12125550121", "2.125550123000000e+09": "2125550123",
    "1.21256E+10": "1.21256E+10", "1.000": "1.000", "RenÃ©": "René", "MÃ¼ller": "Müller",
    "GarcÃ\u00ada": "García", "Ð˜Ð²Ð°Ð½": "Иван",
    "ÃƒÂ©t": "ét", "JOÃO": "JOÃO", "CITÃ™": "CITÃ™",
    "CAFÉ™": "CAFÉ™", "René & RenÃ©": "René & RenÃ©", "'t Hooft": "'t Hooft",
    "'s-Gravenhage": "'s-Gravenhage", "'": None, '""': None, "\u200b": None,
}  # fmt: skip


def test_what_programs_put_around_a_text_is_taken_off() -> None:
    assert dict(zip(DRESSED, evaluate("undress", list(DRESSED)), strict=True)) == DRESSED


#: What dresses meet each other in; each text is a few of them.
PIECES = (
    "&", "amp;", "#39;", "'", '"', '""', "=", "“", "”", "‘", "Ã", "©", "Â", "®", "â", "€", "™", "é", "\xa0",
    "\u200b", "\u200d", "Ａ", "0", "1", ".0", "E+", "5", "a", "B", "\n", "_x000D_", "Ð", "˜", "ç", "°", "&lt;",
    "\xad", "-", "t", "jo", "ann", "@", "acme.example", "x.example", ";", "|", "/", ",", "(", ")", "<", ">",
    "[", "]", "mailto:", "smtp:", "?", "*", "%", "%20", "https://", "www.", "linkedin.com/in/", "zoe",
    "2125550113", "212-555-0114", "ext.4", "ACoAAB1c2D3", "%C3%A9", "%2F", "{",
)  # fmt: skip
COMPOSED = st.lists(st.sampled_from([*PIECES, " "]), min_size=1, max_size=9).map("".join)


@settings(deadline=None)
@given(st.lists(COMPOSED, min_size=20, max_size=60))
def test_undressing_twice_is_undressing_once(values: list[str]) -> None:
    once = evaluate("undress", list(values))
    assert evaluate("undress", list(once)) == once


@settings(deadline=None)
@given(st.lists(COMPOSED, min_size=20, max_size=60))
def test_python_undresses_alike(values: list[str]) -> None:
    assert [undress(value) for value in values] == evaluate("undress", list(values))


#: An address, a number and a profile, and what people and programs put around one.
WRAPPINGS = (
    "{}", " {} ", "'{}", '="{}"', '"{}"', "“{}”", "\u00a0{}\u200b", "({})", "<{}>", "[{}]", "{},", "{};", "{}.",
    "Jo: {}",
    '{{"value":"{}"}}', '["{}"]', "{0} {0}", "[{0}]({0})", '<a href="{0}">{0}</a>', "«{}»", "{}\n",
)  # fmt: skip


@settings(deadline=None)
@given(
    st.from_regex(r"[a-z0-9][a-z0-9._+%'=-]{0,8}[a-z0-9]@[a-z]{2,8}\.example", fullmatch=True),
    NANP,
    st.from_regex(r"[a-z][a-z0-9-]{2,12}[a-z0-9]", fullmatch=True),
    st.sampled_from(WRAPPINGS),
)
def test_a_wrapped_value_is_that_value_or_none(address: str, number: str, slug: str, wrapping: str) -> None:
    [alone, wrapped] = evaluate("normalise_email", [address, wrapping.format(address)])
    assert wrapped == alone or not evaluate("email_is_valid", [wrapped])[0]
    [alone, wrapped] = evaluate("normalise_phone", [number, wrapping.format(number)])
    assert wrapped in (alone, None)
    assert evaluate("linkedin_slug", [wrapping.format(f"https://www.linkedin.com/in/{slug}")]) == [slug]


@pytest.mark.parametrize(
    ("macro", "value", "expected"),
    [
        ("emails_in", "a@x.example; b@y.example", ["a@x.example", "b@y.example"]),
        ("emails_in", '{"emails": ["a@x.example", {"email": "b@y.example"}]}', ["a@x.example", "b@y.example"]),
        ("emails_in", "mailto:a@x.example?cc=boss@y.example", ["a@x.example"]),
        ("emails_in", "Ada <o%brien@x.example>", ["o%brien@x.example"]),  # brien@ would be another's
        ("emails_in", "a@b.example@c.example", ["a@b.example@c.example"]),
        ("emails_in", "user/dept@x.example", ["user/dept@x.example"]),
        ("emails_in", "*a@x.example", ["a@x.example"]),
        ("phones_in", "2125550113|2125550114", ["+12125550113", "+12125550114"]),
        ("phones_in", "M: 212-555-0113 W: 212-555-0114 x7", ["+12125550113", "+12125550114"]),
        ("phones_in", "call 212-555-0113 after 5", ["+12125550113"]),
        ("phones_in", "2.12555012E+9", None),  # ten digits, one of them the power's
        ("linkedin_slugs_in", "linkedin.com/in/zoe,linkedin.com/in/zoe-2", ["zoe", "zoe-2"]),
        ("linkedin_slugs_in", "https://www.linkedin.com/in/zoe&trk=x", ["zoe"]),
        ("linkedin_slugs_in", "https://www.linkedin.com/in/john.doe", []),  # john would be another's
        ("linkedin_slugs_in", "https://www.linkedin.com/in/ACoAAB1c2D3eFg", ["ACoAAB1c2D3eFg"]),
        ("linkedin_slugs_in", "https://x.example/linkedin.com/in/zoe", []),
        ("domains_in", "facebook.com/acme; https://acme.example/x", ["facebook.com", "acme.example"]),
        ("domains_in", "[Acme](https://acme.example)", ["acme.example"]),
        ("domains_in", "jo@acme.example", []),
    ],
)
def test_all_that_a_cell_holds(macro: str, value: str, expected: list[str] | None) -> None:
    assert evaluate(macro, [value]) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("203.0.113.7:54321", "203.0.113.7"),
        ("203.0.113.8, 10.0.0.1", "203.0.113.8"),
        ("[2001:db8::1]:443", "2001:db8:0:0:0:0:0:1"),
        ('for="[2001:db8::1]:443"', "2001:db8:0:0:0:0:0:1"),
        ("203.0.113.7/32", "203.0.113.7"),
        ("203.0.113.0/24", None),
        ("203.000.113.009", None),
    ],
)
def test_an_ip_address_with_what_servers_add(value: str, expected: str | None) -> None:
    assert evaluate("normalise_ip", [value]) == [expected]


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=10))
def test_no_text_breaks_a_normaliser(values: list[str]) -> None:
    for macro in NORMALISERS:
        normal = evaluate(macro, list(values))
        if macro not in ("linkedin_slug", "normalise_email", "normalise_domain"):
            assert evaluate(macro, list(normal)) == normal


def test_phone_is_a_fixed_point_and_gives_back_its_national_digits() -> None:
    normal = evaluate("normalise_phone", ["(202) 555-0123", "+442079460958"])
    assert evaluate("normalise_phone", normal) == normal
    assert evaluate("phone_national10", normal) == ["2025550123", None]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ada <Ada@Acme.example>", "ada@acme.example"),
        ("<ada@acme.example>", "ada@acme.example"),
        ("mailto:Ada@acme.example?subject=x", "ada@acme.example"),
        ("\u200bada@acme.example\u00a0", "ada@acme.example"),
        ("'ada@acme.example'", "ada@acme.example"),
        ('"ada@acme.example"', "ada@acme.example"),
        ("ada@acme.example; ", "ada@acme.example"),
        ("ada@acme.example.", "ada@acme.example"),
        ("o'brien@acme.example", "o'brien@acme.example"),
        ("ADA@MÜNCHEN.example", "ada@münchen.example"),
        ("ada@a.example, ben@b.example", "ada@a.example, ben@b.example"),  # two: not ours to choose
        ("Ada <ada@a.example> <ben@b.example>", "ada <ada@a.example> <ben@b.example>"),
        ("mailto:", None),
    ],
)
def test_an_address_is_taken_out_of_what_surrounds_it(text: str, address: str | None) -> None:
    assert evaluate("normalise_email", [text]) == [address]


def test_a_domain_in_another_alphabet_is_what_the_network_calls_it() -> None:
    assert ascii_address("ada@münchen.example") == "ada@" + idna.encode("münchen.example").decode()
    assert ascii_address("ada@acme.example") == "ada@acme.example"
    assert ascii_address("ada@-ü-.example") == "ada@-ü-.example"  # no registry would give it
    assert ascii_address("nobody") == "nobody"


def test_hashes_of_the_capitals_are_known_too() -> None:
    address = "ada.o'brien@example.com"
    for name in ("md5", "sha1", "sha256"):
        expected = hashlib.new(name, address.upper().encode()).hexdigest()
        sql = str(macros()["email_hash"]("value", name, of_capitals=True))
        assert evaluate_sql(sql, [address, "ädä@example.com"]) == [expected, None]


@pytest.mark.parametrize(
    ("local_part", "key"),
    [("a.da+news", "ada@gmail.com"), ("ada", "ada@gmail.com"), ("+news", None), ("...", None)],
)
def test_second_key_of_a_mailbox(local_part: str, key: str | None) -> None:
    sql = str(macros()["email_key"]("value", "'gmail.com'", "'.'", "'+'"))
    assert evaluate_sql(sql, [local_part]) == [key]


def test_no_second_key_without_a_rule() -> None:
    sql = str(
        macros()["email_key"]("value", "cast(null as varchar)", "cast(null as varchar)", "cast(null as varchar)")
    )
    assert evaluate_sql(sql, ["ada+news"]) == [None]


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
    for algorithm in ("md5", "sha1", "sha256"):
        sql = str(macros()["email_hash"]("value", algorithm))
        assert evaluate_sql(sql, [address]) == [hashlib.new(algorithm, address.encode()).hexdigest()]


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
        ("https://www.linkedin.com/in/jos%C3%A9-p/de", "josé-p"),
        ("https://www.linkedin.com/in/josé-p", "josé-p"),
        ("linkedin.com/mwlite/in/ada", "ada"),
        ("/in/ada", "ada"),
        ("linkedin.com/pub/ada/1/2/3", None),
        ("notlinkedin.com/in/ada", None),
        ("acme.example/in/ada", None),
        ("linkedin.com/in/---", None),
        ("linkedin.com/in/%C3", "%c3"),  # half a letter stays as it is written
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
        ("acme.example.", "acme.example"),
        ("münchen.example", "münchen.example"),
        ("192.0.2.1", None),
        ("ada@acme.example", None),
        ("a" * 300 + ".example", None),
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


def registrable(domain: str) -> str | None:
    suffixes = ROOT / "seeds" / "public_suffixes.csv"
    render = macros()
    found = f"(select suffix from read_csv('{suffixes}') where suffix = {{}})"
    two, three = (found.format(render["domain_ending"]("value", labels)) for labels in (2, 3))
    [answer] = evaluate_sql(str(render["registrable_domain"]("value", two, three)), [domain])
    return str(answer)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme.example", "acme.example"),
        ("mail.acme.example", "acme.example"),
        ("a.b.acme.example", "acme.example"),
        ("www2.acme.co.uk", "acme.co.uk"),
        ("acme.com.au", "acme.com.au"),
        ("shop.acme.github.io", "acme.github.io"),  # customers of a host are apart
        ("co.uk", "co.uk"),
        ("schools.k12.ca.us", "schools.k12.ca.us"),
    ],
)
def test_what_was_registered(domain: str, expected: str) -> None:
    assert registrable(domain) == expected


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("0AEBD5C4-1111-4222-8333-444455556666", "0aebd5c4-1111-4222-8333-444455556666"),
        ("0aebd5c4111142228333444455556666", "0aebd5c4-1111-4222-8333-444455556666"),
        ("{0AEBD5C4-1111-4222-8333-444455556666}", "0aebd5c4-1111-4222-8333-444455556666"),
        ("00000000-0000-0000-0000-000000000000", None),  # opted out
        ("0aebd5c4-1111-4222-8333-44445555666", None),
        ("unknown", None),
        (None, None),
    ],
)
def test_maid(written: str | None, normal: str | None) -> None:
    assert evaluate("normalise_maid", [written]) == [normal]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),  # the example of 49 CFR 565
        ("1m8 gdm9ax-kp042788", "1M8GDM9AXKP042788"),
        ("1M8GDM9A1KP042788", None),  # wrong check digit
        ("1M8GDM9AXKP042789", None),
        ("WVWZZZ1JZXW000001", "WVWZZZ1JZXW000001"),  # Europe has no check digit
        ("1M8GDM9AXKP04278", None),
        ("IM8GDM9AXKP042788", None),  # no I, O, Q
        ("11111111111111111", None),  # its check digit fits, and it is nobody's
        (None, None),
    ],
)
def test_vin(written: str | None, normal: str | None) -> None:
    assert evaluate("normalise_vin", [written]) == [normal]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("12-3456789", "12-3456789"),
        (" 123456789 ", "12-3456789"),
        ("00-0000001", "00-0000001"),  # the sandbox's employers
        ("00-0000000", None),
        ("1-23456789", None),
        ("12345678", None),
    ],
)
def test_ein(written: str, normal: str | None) -> None:
    assert evaluate("normalise_ein", [written]) == [normal]


@settings(deadline=None)
@given(st.lists(st.one_of(st.ip_addresses(), st.from_regex(r"[0-9a-f:.]{2,20}", fullmatch=True)), max_size=30))
def test_ip_addresses_are_the_librarys(addresses: list[object]) -> None:
    texts = [str(address) for address in addresses]
    for text, ours in zip(texts, evaluate("normalise_ip", list(texts)), strict=True):
        try:
            theirs = ipaddress.ip_address(text)
        except ValueError:
            assert ours is None
            continue
        mapped = theirs.ipv4_mapped if isinstance(theirs, ipaddress.IPv6Address) else None
        if ours is None:  # version 4 inside version 6, other than mapped: nobody writes it
            assert "." in text
            assert ":" in text
        elif mapped and ":" not in ours:
            assert ours == str(mapped)
        else:
            assert ipaddress.ip_address(ours) == theirs
            assert ours == (
                str(theirs)
                if theirs.version == 4
                else ":".join(f"{int(g, 16):x}" for g in theirs.exploded.split(":"))
            )


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("192.0.2.1", True),  # documentation: examples pass
        ("10.1.1.1", False),
        ("172.16.0.1", False),
        ("172.32.0.1", True),
        ("100.64.0.1", False),
        ("169.254.1.1", False),
        ("224.0.0.1", False),
        ("2001:db8:0:0:0:0:0:1", True),
        ("0:0:0:0:0:0:0:1", False),
        ("fe80:0:0:0:0:0:0:1", False),
        ("fd00:0:0:0:0:0:0:1", False),
        (None, None),
    ],
)
def test_private_addresses_are_nobodys(address: str | None, public: bool | None) -> None:
    assert evaluate("is_public_ip", [address]) == [public]


ADDRESSES = {
    "345 North Main Street, Apt. 4-B": ("345 nmainst-4b|22101", "345 nmainst|22101"),
    "345 N Main St #4b": ("345 nmainst-4b|22101", "345 nmainst|22101"),
    "345 N. MAIN ST., UNIT 4B": ("345 nmainst-4b|22101", "345 nmainst|22101"),
    "345 South Main Street": ("345 smainst|22101", "345 smainst|22101"),
    "345 Main Street North": ("345 mainstn|22101", "345 mainstn|22101"),
    "12 Main Avenue": ("12 mainave|22101", "12 mainave|22101"),
    "12 Oak Wood Ave Apt 4": ("12 oakwoodave-4|22101", "12 oakwoodave|22101"),
    "12 Fifth Av Bldg 2 Apt 4": ("12 5thave-2-4|22101", "12 5thave|22101"),
    "12 Main St Apt4": ("12 mainst-4|22101", "12 mainst|22101"),
    "100 Building Rd": ("100 buildingrd|22101", "100 buildingrd|22101"),
    "P.O. Box 12": ("pobox 12|22101", "pobox 12|22101"),
    "Post Office Box 12": ("pobox 12|22101", "pobox 12|22101"),
    "12 Rue de l’Église": ("12 ruedeleglise|22101", "12 ruedeleglise|22101"),
    "12 3rd St": ("12 3rdst|22101", "12 3rdst|22101"),
    "123rd St": ("123rd st|22101", "123rd st|22101"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_address(address: str) -> None:
    keys = tuple(
        evaluate_sql(str(macros()[name]("value", "'22101'")), [address])[0]
        for name in ("address_key", "building_key")
    )
    assert keys == ADDRESSES[address]


@pytest.mark.parametrize("address", [None, "", "  ", "# 4", "😀"])
def test_no_building_no_key(address: str | None) -> None:
    assert evaluate_sql(str(macros()["address_key"]("value", "'22101'")), [address]) == [None]
    assert evaluate_sql(str(macros()["address_key"]("'12 Main St'", "value")), [None]) == [None]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme, Inc.", "acme"),
        ("The ACME Corporation", "acme"),
        ("Acme L.L.C.", "acme"),
        ("Acme Co., Ltd.", "acme"),
        ("Company", "company"),
        ("AT&T", "att"),
        ("Incorta", "incorta"),
        (None, None),
    ],
)
def test_company_name(name: str | None, key: str | None) -> None:
    assert evaluate("company_name_key", [name]) == [key]


def test_names() -> None:
    assert evaluate("normalise_name", ["  Ada   Example ", " ", None]) == ["Ada Example", None, None]
    assert evaluate("name_key", ["O'Brien-Smith Jr.", "", None]) == ["obriensmithjr", None, None]


@pytest.mark.parametrize(
    ("written", "lead"),
    [
        ("ACwAAAB1x2kBabcdefghij_0123456789-ABCDEFG", "ACwAAAB1x2kBabcdefghij_0123456789-ABCDEFG"),
        (
            " https://www.linkedin.com/sales/lead/ACwAAAB1x2kBabcdefghij_0123456789-ABCDEFG,NAME_SEARCH,Ab1?x=1",
            "ACwAAAB1x2kBabcdefghij_0123456789-ABCDEFG",
        ),
        ("linkedin.com/sales/people/ACwAAAB1x2kBabcdefghij", "ACwAAAB1x2kBabcdefghij"),
        ("linkedin.com/in/ada-example", None),
        ("linkedin.com/sales/company/12345678901234567890", None),
        ("ada-example", None),  # a slug
        ("ada-example-of-a-long-slug", None),  # an id has digits
        ("", None),
        (None, None),
    ],
)
def test_a_sales_navigator_id_keeps_its_letters(written: str | None, lead: str | None) -> None:
    assert evaluate("sales_navigator_id", [written]) == [lead]
