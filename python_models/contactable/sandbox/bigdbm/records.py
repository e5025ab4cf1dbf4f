"""BIGDBM's records: outputs 10008, 10026 and two more for consumers, one for B2B. Almost everything is a
string, "" is unknown.

Field names: public, from the code of clients; values: invented. The output is configured per account before
production, so the same fact appears in several shapes (`Email_Array`, comma-joined `Email`, `Email_1..3`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactable.sandbox import lexicon
from contactable.sandbox.bigdbm import bands
from contactable.sandbox.codes import MARRIED, NOBODY, OWNER, PROBABLE_OWNER, RENTER, SINGLE
from contactable.sandbox.view import KnownPhone, VendorView

Record = dict[str, Any]

_GENDERS = ("Female", "Male", "Unknown")
_ID_BASE, _ID_SPACE, _ID_STEP = 1_000_000_000, 10**9, 387_420_489
_HOME = {OWNER: "Home Owner", RENTER: "Renter", PROBABLE_OWNER: "Probable Home Owner"}
_AFFINITIES = ("Cooking", "Gardening", "Music", "DIY", "Books", "Fitness", "Photography", "Golf", "Fishing")
_SLOTS = (1, 2, 3)


def person_id(view: VendorView, person: int) -> str:
    """BIGDBM's `Id` of a person: ten digits."""
    return str(_ID_BASE + (person * _ID_STEP + view.salt("id")) % _ID_SPACE)


def person_of_id(view: VendorView, text: str) -> int:
    """The person of an `Id`, or -1 when BIGDBM has no such person."""
    if not (text.isdecimal() and text.isascii() and len(text) == 10):
        return NOBODY
    shifted = (int(text) - _ID_BASE - view.salt("id")) % _ID_SPACE
    person = shifted * pow(_ID_STEP, -1, _ID_SPACE) % _ID_SPACE
    known = person < view.world.size and view.knows(person) and person_id(view, person) == text
    return person if known else NOBODY


def _unknown(view: VendorView, fact: str, member: int, share: float = 0.08) -> bool:
    return view.share(f"unknown_{fact}", member) < share


def _home(view: VendorView, person: int) -> Record:
    """Where the person lives, five columns."""
    world = view.world
    home = int(world.household[person])
    return {
        "Address": world.street_address(home),
        "City": world.city(home),
        "State": world.state(home).code,
        "Zip": world.zip_code(home),
    }


def _emails(view: VendorView, person: int) -> list[str]:
    return [view.world.email(mailbox) for mailbox in view.mailboxes(person)]


def _email_array(view: VendorView, person: int) -> list[str] | str | None:
    """A list of addresses; null or "" where there is none."""
    emails = _emails(view, person)
    return emails or (None if view.share("falsy", person) < 0.5 else "")


def _mobiles(view: VendorView, person: int) -> Record:
    """`Mobile_Phone_1..3` and `_DNC`; empty slots are "", of some people missing altogether."""
    phones: list[KnownPhone] = view.mobile_phones(person)
    sparse = view.share("sparse", person) < 0.15
    record: Record = {}
    for slot in _SLOTS:
        phone = phones[slot - 1] if slot <= len(phones) else None
        if phone is None and sparse:
            continue
        record[f"Mobile_Phone_{slot}"] = phone.national if phone else ""
        record[f"Mobile_Phone_{slot}_DNC"] = ("1" if phone.dnc else "0") if phone else ""
    return record


def _household(view: VendorView, person: int) -> Record:
    """The coded columns about money and home, alike in all outputs."""
    world = view.world
    home = int(world.household[person])
    income, worth = int(world.household_income[home]), int(world.household_worth[home])
    blank = view.share("blank_home", home) < 0.5
    marital = {SINGLE: "Single", MARRIED: "Married"}.get(int(world.marital[person]), "" if blank else "Unknown")
    return {
        "Children_HH": "" if _unknown(view, "children", home) else str(int(world.household_children[home] > 0)),
        "Credit_Range": bands.CREDIT_UNKNOWN
        if _unknown(view, "credit", person)
        else bands.credit(int(world.credit[person])),
        "Home_Owner": _HOME.get(int(world.household_owner[home]), "" if blank else "Unknown"),
        "Income_HH": bands.INCOME_UNKNOWN if _unknown(view, "income", home) else bands.income(income),
        "Net_Worth_HH": bands.WORTH_UNKNOWN if _unknown(view, "worth", home) else bands.worth(worth),
        "Marital_Status": marital,
        "Occupation_Detail": lexicon.OCCUPATIONS[int(world.occupation[person])],
    }


def _age(view: VendorView, person: int) -> str:
    return "" if _unknown(view, "age", person) else str(view.world.age(person))


def output_10008(view: VendorView, person: int) -> Record:
    """The documented default of all consumer calls; fields [public]."""
    gender = _GENDERS[int(view.world.gender[person])]
    return {
        "Id": person_id(view, person),
        "First_Name": view.first_name(person),
        "Last_Name": view.last_name(person),
        **_home(view, person),
        "NationalConsumerDatabase": "1",
        "Email_Array": _email_array(view, person),
        **_mobiles(view, person),
        "Gender": "" if _unknown(view, "gender", person, 0.03) else gender,
        "Age": _age(view, person),
        **_household(view, person),
        "Veteran_HH": "" if _unknown(view, "veteran", person) else str(int(view.world.veteran[person])),
    }


def output_10026(view: VendorView, person: int) -> Record:
    """One client's own output [public]: geography, affinities, `Gender` as M/F, no `Veteran_HH`."""
    world = view.world
    home = int(world.household[person])
    state, zip_code = world.state(home), world.zip_code(home)
    blank = view.share("no_geo", home) < 0.1
    born = world.birth_date(person)
    return {
        "Id": person_id(view, person),
        "First_Name": view.first_name(person),
        "Last_Name": view.last_name(person),
        **_home(view, person),
        "Zip4": f"{world.household_zip4[home]:04d}",
        "Fips_State_Code": state.fips,
        "Fips_County_Code": f"{1 + 2 * view.pick('county', home, 60):03d}",
        "County_Name": f"{lexicon.TOWNS[view.pick('county', home, len(lexicon.TOWNS))]} County",
        "Latitude": "" if blank else f"{state.latitude + view.share('lat', home) - 0.5:.6f}",
        "Longitude": "" if blank else f"{state.longitude + view.share('lon', home) - 0.5:.6f}",
        "Address_Type": "H" if world.household_unit[home] else ("" if blank else "S"),
        "Cbsa": "" if blank else str(10_000 + 20 * view.pick("cbsa", int(world.household_zip[home]), 1_900)),
        "Census_Tract": f"{view.pick('tract', home, 999_999):06d}",
        "Census_Block_Group": str(1 + view.pick("group", home, 4)),
        "Census_Block": f"{1_000 + view.pick('block', home, 3_000)}",
        "SCF": zip_code[:3],
        "DMA": state.market,
        "MSA": str(1_000 + view.pick("msa", int(world.household_zip[home]), 8_000)),
        "Congressional_District": f"{1 + view.pick('district', home, 12):02d}",
        "HeadOfHousehold": str(int(person == world.household_start[home])),
        "Birth_Month_and_Year": born.strftime("%m/%Y" if person % 2 else "%m/%d/%Y"),
        "Age": _age(view, person),
        "Prop_Type": "Condo" if world.household_unit[home] else "Single Family",
        "Email_Array": _email_array(view, person),
        **_mobiles(view, person),
        "Gender": ("F", "M", "")[int(world.gender[person])],
        **_household(view, person),
        "Political_Party": "",
        "Ethnicity_Detail": "",
        "Ethnic_Group": "",
        "Jewelry": str(view.pick("jewelry", person, 2)),
        "Investment_Type": "",
        "Investments": str(view.pick("investments", person, 2)),
        "Travel_Foreign": str(view.pick("travel", person, 2)),
        **{name: str(view.pick(f"flag_{name}", person, 2)) for name in _AFFINITIES},
        **{f"{name}_Affinity": str(view.pick(f"affinity_{name}", person, 6)) for name in _AFFINITIES},
    }


def output_basic(view: VendorView, person: int) -> Record:
    """Output 2 [public]: `Email` and `Phone` comma-joined, `Addr_Primary`/`Addr_Secondary` in place of
    `Address`.
    """
    world = view.world
    home = int(world.household[person])
    unit = int(world.household_unit[home])
    where = _home(view, person)
    return {
        "Id": person_id(view, person),
        "First_Name": view.first_name(person),
        "Last_Name": view.last_name(person),
        "Addr_Primary": world.building_address(home),
        "Addr_Secondary": f"Apt {unit}" if unit else "",
        "City": where["City"],
        "State": where["State"],
        "Zip": where["Zip"],
        "Email": ",".join(_emails(view, person)),
        "Phone": ",".join(p.national for p in (*view.mobile_phones(person), *view.landline(person))),
    }


def output_advanced(view: VendorView, person: int) -> Record:
    """The wide output [names public, number assumed]: `Email_1..3`, property columns, odd spellings such as
    `3QTR_BATHS`.
    """
    world = view.world
    home = int(world.household[person])
    emails = [*_emails(view, person), "", "", ""][:3]
    basic = output_basic(view, person)
    del basic["Email"], basic["Phone"]
    year = world.birth_date(person).year
    return {
        **basic,
        **{f"Email_{number}": email for number, email in enumerate(emails, 1)},
        **_mobiles(view, person),
        "HasEmail": str(int(bool(emails[0]))),
        "HasPhone": str(int(bool(view.mobile_phones(person)))),
        "Gender": _GENDERS[int(world.gender[person])],
        "Birth_Year_aux": str(year),
        "Generation": bands.generation(year),
        "Urbanicity": ("1. Rural", "3. Suburban", "4. Urban")[
            view.pick("urban", int(world.household_zip[home]), 3)
        ],
        **_household(view, person),
        "Veteran_HH": str(int(world.veteran[person])),
        "Num_Adults_HH": str(len(world.residents(home))),
        "Num_Children_HH": str(int(world.household_children[home])),
        "Home_Value": str(int(world.household_home_value[home])),
        "Length_of_Residence": str(2026 - int(world.household_moved_in[home])),
        **property_block(view, home),
    }


def property_block(view: VendorView, home: int) -> Record:
    """A few of the upper-case property columns; one of them starts with a digit."""
    world = view.world
    return {
        "YR_BUILT_ORIG": str(int(world.household_built[home])),
        "LIVING_SQFT": str(700 + view.pick("sqft", home, 3_500)),
        "NMBR_BEDROOMS": str(1 + view.pick("bedrooms", home, 5)),
        "FULL_BATHS": str(1 + view.pick("baths", home, 3)),
        "3QTR_BATHS": str(view.pick("baths_3q", home, 2)),
        "OWNER_OCCUPIED": str(int(world.household_owner[home] in (OWNER, PROBABLE_OWNER))),
        "MARKVAL": str(int(world.household_home_value[home])),
        "fireplace": str(view.pick("fireplace", home, 2)),
    }


CONSUMER_OUTPUTS: dict[int, Callable[[VendorView, int], Record]] = {
    10008: output_10008,
    10026: output_10026,
    2: output_basic,
    10330: output_advanced,
}
"""By OutputId. 10008 [doc]; 10026 and 2 [public]; 10330 stands for an unnamed wide output [number assumed]."""


def has_job(view: VendorView, person: int) -> bool:
    """Whether BIGDBM has a B2B record of the person."""
    return person >= 0 and view.employer(person) != NOBODY


def b2b_record(view: VendorView, person: int) -> Record:
    """The B2B record [names public]: `EmployeeID`, `Zip5`, comma-joined `B2B_Email`; address and firmographics
    of the company.
    """
    world = view.world
    employer = view.employer(person)
    direct, board = view.direct_phone(person), view.company_phone(employer)
    low, high = lexicon.EMPLOYEE_BANDS[int(world.employer_band[employer])]
    work = view.work_mailboxes(person)
    seen = world.mail_seen_on(work[0]).isoformat() if work else ""
    return {
        "EmployeeID": f"E{person_id(view, person)}",
        "First_Name": view.first_name(person),
        "Last_Name": view.last_name(person),
        "B2B_Email": ",".join(world.email(mailbox) for mailbox in work),
        "Company_Name": world.company_name(employer),
        "Company_Website": world.company_domain(employer),
        "Phone1_Employee": direct[0].national if direct else "",
        "Phone1_Company": board.national if board else "",
        "Num_Employees": f"{low}-{high}" if high else f"{low}+",
        "Sales_Volume": lexicon.REVENUE_BANDS[int(world.employer_band[employer])][0],
        "Year_Founded": str(int(world.employer_founded[employer])),
        "Job_Title": world.job_title(person),
        "Level": world.job_level(person),
        "Job_Function": world.job_function(person),
        "Headquarters_Branch": str(int(view.share("headquarters", employer) < 0.8)),
        "NAICS_CODE": world.industry(employer).naics,
        "LastSeenDate": seen,
        "LinkedIn": view.linkedin_url(person),
        "Address": world.company_address(employer),
        "City": world.company_city(employer),
        "State": world.company_state(employer).code,
        "Zip5": world.company_zip(employer),
    }
