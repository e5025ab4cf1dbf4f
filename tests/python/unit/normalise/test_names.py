"""Names as identity compares them: every spelling of a name is one key, two names stay two, no script is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.accents import PATH, source
from support.macros import evaluate

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José", "jose"),
        ("Jose\u0301", "jose"),  # the same, accent apart
        ("Nguyễn", "nguyen"),
        ("Straße", "strasse"),
        ("ŁØÐ", "lod"),
        ("İstanbul", "istanbul"),
        ("ΣΟΦΟΣ Ά", "σοφοσ α"),
        ("Йорё", "иоре"),
        ("أحمد", "احمد"),
        ("ばば", "ばば"),  # voicing is no accent
        ("हिन्दी", "हिन्दी"),  # a vowel is no accent
        ("", ""),
        (None, None),
    ],
)
def test_folding_takes_accents_off_and_leaves_other_marks(text: str | None, folded: str | None) -> None:
    assert evaluate("fold_text", [text]) == [folded]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Muñoz-Peña", "munozpena"),
        ("田中", "田中"),
        ("\u202bאבג\u202c", "אבג"),  # marks of direction
        ("a\0b", "ab"),
        ("x" * 10_000, "x" * 10_000),
        ("😀", None),
        (" - ", None),
        ("", None),
        (None, None),
    ],
)
def test_name_key(name: str | None, key: str | None) -> None:
    assert evaluate("name_key", [name]) == [key]


@pytest.mark.parametrize(
    ("name", "words", "suffix"),
    [
        ("O'Brien-Smith Jr.", "obrien smith", "jr"),
        ("Smith, Jr", "smith", "jr"),
        ("Smith junior", "smith", "jr"),
        ("de la Cruz III", "de la cruz", "iii"),
        ("Smith 3rd", "smith", "iii"),
        ("Smith Sr., M.D.", "smith", "sr"),
        ("Smith, MD", "smith", None),
        ("Smith Ph. D., Esq.", "smith", None),
        ("Nguyen, DO", "nguyen", None),
        ("Senior", "senior", None),  # a family name
        ("Do", "do", None),  # so is this
        ("Van Do", "van do", None),
        ("II", "ii", None),
        ("V", "v", None),
        ("😀", None, None),
        (None, None, None),
    ],
)
def test_last_names_lose_suffix_and_degrees(name: str | None, words: str | None, suffix: str | None) -> None:
    assert evaluate("last_name_words", [name]) == [words]
    assert evaluate("name_suffix", [name]) == [suffix]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Dr. Ada", "ada"),
        ("Prof. Dr. Ada", "ada"),
        ("Mr John Q.", "john q"),
        ("Mary-Ann", "mary ann"),
        ("J.R.", "j r"),
        ('Robert "Bob"', "robert"),
        ("Robert (Bob) J", "robert j"),
        ("John Jr.", "john"),
        ("Drew", "drew"),  # begins as a title does
        ("Missy", "missy"),
        ("Dr.", None),
        (None, None),
    ],
)
def test_given_names_lose_titles_and_nicknames_in_brackets(name: str | None, words: str | None) -> None:
    assert evaluate("given_name_words", [name]) == [words]


@pytest.mark.parametrize(
    ("full_name", "first_name", "last_name"),
    [
        ("Ada Example", "Ada", "Example"),
        ("  ada \u00a0 EXAMPLE ", "ada", "EXAMPLE"),
        ("Dr. Mary Ann de la Cruz, PhD", "Mary Ann", "de la Cruz"),
        ("Juan Carlos van der Berg", "Juan Carlos", "van der Berg"),
        ("Van Morrison", "Van", "Morrison"),  # a particle in front is a given name
        ("Smith, John Q., Jr.", "John Q.", "Smith Jr."),
        ("John Smith III, MD", "John", "Smith III"),
        ("Jane Doe, M.A.", "Jane", "Doe"),
        ("Mary Do", "Mary", "Do"),  # a family name that is a degree behind a comma
        ('Robert "Bob" O\'Brien', "Robert", "O'Brien"),
        ("José Muñoz-Peña", "José", "Muñoz-Peña"),
        ("Edan", "Edan", None),
        ("Mr. Smith", None, "Smith"),
        ("Smith, MD", None, "Smith"),
        ("田中太郎", "田中太郎", None),
        ("...", None, None),
        (" ", None, None),
        (None, None, None),
    ],
)
def test_a_full_name_is_parted(full_name: str | None, first_name: str | None, last_name: str | None) -> None:
    assert evaluate("first_name_of", [full_name]) == [first_name]
    assert evaluate("last_name_of", [full_name]) == [last_name]


@settings(deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_keys_are_total_and_keys_of_keys_are_themselves(names: list[str]) -> None:
    for macro in ("fold_text", "name_key", "first_name_key", "last_name_key", "name_suffix"):
        keys = evaluate(macro, list(names))
        assert all(key is None or isinstance(key, str) for key in keys)
        if macro in ("fold_text", "name_key"):
            assert evaluate(macro, list(keys)) == keys


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=10), min_size=1, max_size=20)
)
def test_a_name_in_any_script_keeps_a_key(names: list[str]) -> None:
    lost = {name for name, key in zip(names, evaluate("name_key", list(names)), strict=True) if key is None}
    # Modifier letters (ʰ, ʹ) and the Arabic stretcher are letters to Unicode and no name to anybody.
    assert all(set(name) <= {*map(chr, range(0x2B0, 0x300)), "\u0640"} for name in lost)


def test_the_table_of_accents_is_unicodes() -> None:
    assert PATH.read_text(encoding="utf-8") == source()
