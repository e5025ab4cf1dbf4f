"""The contact object. The vendor's page shows only `full_name`; most names below are seen in public client
code, the rest is assumed.
"""

from __future__ import annotations

from typing import Any

from contactable.sandbox import lexicon
from contactable.sandbox.codes import FEMALE, MALE, NOBODY
from contactable.sandbox.dates import day_of
from contactable.sandbox.view import VendorView

Contact = dict[str, Any]

_GENDERS: dict[int, str | None] = {FEMALE: "female", MALE: "male"}
_NETWORKS_BESIDE_LINKEDIN = 0.15
_SPARSE = 0.04
_EXTRA_KEY = 0.04
_YEARS_BEFORE = 1_400
"""Days by which a former job began earlier than the present one."""


def contact(view: VendorView, person: int) -> Contact:
    """One person as the vendor knows them. A few are sparse (objects null, arrays null or empty), a few carry a
    key that others do not.
    """
    draw = view.share("odd", person)
    sparse, extra = draw < _SPARSE, 1 - draw < _EXTRA_KEY
    first, last = view.first_name(person), view.last_name(person)
    work = [view.world.email(m) for m in view.work_mailboxes(person)]
    phones = [{"E164": p.e164, "type": p.kind} for p in (*view.mobile_phones(person), *view.direct_phone(person))]
    result: Contact = {
        "full_name": f"{first} {last}",
        "first_name": first,
        "last_name": last,
        "gender": _GENDERS.get(int(view.world.gender[person])),
        "birth_year": view.world.birth_date(person).year if view.share("birth", person) < 0.5 else None,
        "summary": None,
        "current_work_email": work[0] if work else None,
        "work_emails": work,
        "personal_emails": [view.world.email(m) for m in view.personal_mailboxes(person)],
        "phone_numbers": phones or (None if sparse else []),
        "social_profiles": social_profiles(view, person),
        "location": None if sparse else _location(view, person),
        "employment": None if sparse else employment(view, person),
        "education": [] if sparse else education(view, person),
        "skills": _skills(view, person),
        "experiences": [],
    }
    if extra:
        result["languages"] = ["en"]
    return result


def social_profiles(view: VendorView, person: int) -> list[dict[str, Any]]:
    """LinkedIn when the vendor has it, sometimes another network beside it."""
    slug = view.linkedin(person)
    if not slug:
        return []
    profiles = [{"network": "linkedin", "url": f"linkedin.com/in/{slug}", "username": slug}]
    if view.share("network", person) < _NETWORKS_BESIDE_LINKEDIN:
        profiles.append({"network": "github", "url": f"code.example/{slug}", "username": slug})
    return profiles


def _location(view: VendorView, person: int) -> dict[str, str]:
    household = int(view.world.household[person])
    city, region = view.world.city(household), view.world.state(household).name
    country = "United States"
    return {"name": f"{city}, {region}, {country}", "city": city, "region": region, "country": country}


def employment(view: VendorView, person: int) -> dict[str, Any] | None:
    """The employer the vendor believes in, with the job; None without one."""
    employer = view.employer(person)
    if employer == NOBODY:
        return None
    start = int(view.world.job_start[person]) - (_YEARS_BEFORE if view.is_stale(person) else 0)
    return _job(view, person, employer, start, None)


def experiences(view: VendorView, person: int) -> list[dict[str, Any]]:
    """All jobs, the present one first; only the single call gives them, on request."""
    now = employment(view, person)
    before = int(view.world.previous_employer[person])
    jobs = [] if now is None else [now]
    if before != NOBODY and view.employer(person) != before:
        end = int(view.world.job_start[person])
        jobs.append(_job(view, person, before, end - _YEARS_BEFORE, end))
    return jobs


def _job(view: VendorView, person: int, employer: int, start: int, end: int | None) -> dict[str, Any]:
    world = view.world
    least, most = lexicon.EMPLOYEE_BANDS[world.employer_band[employer]]
    return {
        "name": world.company_name(employer),
        "size": f"{least}+" if most is None else f"{least}-{most}",
        "domain": world.company_domain(employer),
        "industry": world.industry(employer).name,
        "job": {
            "title": world.job_title(person),
            "start_date": f"{day_of(start):%Y-%m}",
            "end_date": None if end is None else f"{day_of(end):%Y-%m}",
            "seniority": world.job_level(person).lower(),
            "department": world.job_function(person).lower(),
        },
        "profile_pic_url": None,
    }


def education(view: VendorView, person: int) -> list[dict[str, Any]]:
    """None to two schools."""
    count = view.pick("schools", person, 3)
    first = view.pick("school", person, len(lexicon.SCHOOLS))
    return [
        {
            "school": {"name": lexicon.SCHOOLS[(first + number) % len(lexicon.SCHOOLS)]},
            "degree": lexicon.DEGREES[view.pick("degree", person + number, len(lexicon.DEGREES))]
            if number
            else None,
            "start_date": None,
            "end_date": None,
        }
        for number in range(count)
    ]


def _skills(view: VendorView, person: int) -> list[str]:
    first = view.pick("skill", person, len(lexicon.SKILLS))
    return [lexicon.SKILLS[(first + n * 3) % len(lexicon.SKILLS)] for n in range(view.pick("skills", person, 4))]


def has(found: Contact, field: str) -> bool:
    """Whether a contact satisfies one required field (assumed: the page that explains them is not readable)."""
    match field:
        case "email":
            return bool(found["current_work_email"] or found["work_emails"] or found["personal_emails"])
        case "work_email":
            return bool(found["current_work_email"])
        case "any_work_email":
            return bool(found["current_work_email"] or found["work_emails"])
        case "personal_email":
            return bool(found["personal_emails"])
        case "phone":
            return bool(found["phone_numbers"])
        case "email_or_phone":
            return has(found, "email") or has(found, "phone")
        case _:
            return bool(found["social_profiles"])
