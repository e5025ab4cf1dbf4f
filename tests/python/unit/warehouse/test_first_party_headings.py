"""Headings as programs write them: which column is which of our fields, and which is not the person's."""

from collections.abc import Mapping

import pytest

from contactable.warehouse.first_party_headings import Layout, read_headings

#: Program -> headings that are read, as a field (or part of an address) -> what the program calls it.
PROGRAMS: Mapping[str, Mapping[str, list[str]]] = {
    "Pipedrive": {
        "full_name": ["Person - Name"],
        "email": ["Person - Email - Work", "Person - Email - Home", "Person - Email - Other"],
        "phone": ["Person - Phone - Work", "Person - Phone - Home", "Person - Phone - Mobile"],
        "company_name": ["Person - Organization"],
        "external_id": ["Person - ID"],
        "": ["Person - Label", "Person - Open deals"],
        "ignored": ["Person - Owner"],
    },
    "Zoho": {
        "external_id": ["Record Id"],
        "first_name": ["First Name"],
        "last_name": ["Last Name"],
        "email": ["Email", "Secondary Email"],
        "phone": ["Phone", "Home Phone", "Other Phone", "Mobile"],
        "company_name": ["Account Name"],
        "address": ["Mailing Street"],
        "city": ["Mailing City"],
        "state": ["Mailing State"],
        "zip": ["Mailing Zip"],
        "country": ["Mailing Country"],
        "ignored": ["Contact Owner", "Asst Phone", "Assistant", "Fax", "Lead Source", "Reports To"],
    },
    "Dynamics": {
        "external_id": ["(Do Not Modify) Contact"],
        "full_name": ["Full Name"],
        "email": ["Email Address 1", "Email Address 2"],
        "phone": ["Business Phone", "Mobile Phone", "Home Phone"],
        "company_name": ["Company Name"],
        "address": ["Address 1: Street 1", "Address 1: Street 2"],
        "city": ["Address 1: City"],
        "state": ["Address 1: State/Province"],
        "zip": ["Address 1: ZIP/Postal Code"],
        "country": ["Address 1: Country/Region"],
        "ignored": ["Owner", "Job Title"],
    },
    "Dynamics, names of the interface": {
        "external_id": ["contactid"],
        "full_name": ["fullname"],
        "first_name": ["firstname"],
        "last_name": ["lastname"],
        "email": ["emailaddress1", "emailaddress2"],
        "phone": ["telephone1", "mobilephone"],
        "address": ["address1_line1"],
        "city": ["address1_city"],
        "state": ["address1_stateorprovince"],
        "zip": ["address1_postalcode"],
        "country": ["address1_country"],
    },
    "Lusha": {
        "first_name": ["First name"],
        "last_name": ["Last name"],
        "email": ["Work email", "Private email"],
        "phone": ["Phone 1", "Phone 2", "Direct phone"],
        "linkedin_url": ["LinkedIn URL"],
        "company_name": ["Company name"],
        "company_domain": ["Company website"],
        "city": ["Contact city"],
        "state": ["Contact state"],
        "country": ["Contact country"],
        "ignored": ["Phone 1 type", "Company phone", "Job title", "Company industry"],
    },
    "Cognism": {
        "first_name": ["First Name"],
        "last_name": ["Last Name"],
        "email": ["Email"],
        "phone": ["Mobile", "Direct", "Office Phone"],
        "linkedin_url": ["LinkedIn URL"],
        "company_name": ["Company Name"],
        "company_domain": ["Website"],
        "ignored": ["HQ Phone", "Job Title", "Company City", "Company Country", "Company Street"],
    },
    "Seamless.AI": {
        "full_name": ["Contact Full Name"],
        "email": ["Email 1", "Personal Email"],
        "phone": ["Contact Phone 1", "Contact Mobile Phone"],
        "linkedin_url": ["Contact LI Profile URL"],
        "city": ["Contact City"],
        "state": ["Contact State"],
        "company_name": ["Company Name - Cleaned"],
        "company_domain": ["Website"],
        "ignored": ["Company LI Profile Url", "Email 1 Validation"],
    },
    "RocketReach": {
        "full_name": ["Name"],
        "email": ["Recommended Email", "Work Email 1", "Personal Email 1"],
        "phone": ["Phone 1", "Mobile Phone 1"],
        "linkedin_url": ["LinkedIn"],
        "company_name": ["Employer"],
        "ignored": ["Title"],
    },
    "PhantomBuster": {
        "full_name": ["fullName"],
        "first_name": ["firstName"],
        "last_name": ["lastName"],
        "company_name": ["companyName"],
        "profile_url": ["profileUrl"],
        "ignored": ["title"],
    },
    "Mailchimp": {
        "email": ["Email Address"],
        "first_name": ["First Name"],
        "last_name": ["Last Name"],
        "address": ["Address"],
        "phone": ["Phone Number"],
        "": ["MEMBER_RATING", "LATITUDE", "GMTOFF", "CONFIRM_TIME"],
        "ignored": ["OPTIN_TIME", "LAST_CHANGED", "NOTES", "TAGS"],
    },
    "Mailchimp, merge tags": {
        "email": ["EMAIL"],
        "first_name": ["FNAME"],
        "last_name": ["LNAME"],
        "phone": ["PHONE"],
        "company_name": ["COMPANY"],
    },
    "Shopify": {
        "external_id": ["Customer ID"],
        "first_name": ["First Name"],
        "last_name": ["Last Name"],
        "email": ["Email"],
        "phone": ["Phone", "Default Address Phone"],
        "company_name": ["Default Address Company"],
        "address": ["Default Address Address1", "Default Address Address2"],
        "city": ["Default Address City"],
        "state": ["Default Address Province Code"],
        "zip": ["Default Address Zip"],
        "country": ["Default Address Country Code"],
        "": ["Total Spent", "Total Orders"],
    },
    "WooCommerce": {
        "email": ["billing_email"],
        "first_name": ["billing_first_name"],
        "last_name": ["billing_last_name"],
        "phone": ["billing_phone"],
        "address": ["billing_address_1", "billing_address_2"],
        "city": ["billing_city"],
        "state": ["billing_state"],
        "zip": ["billing_postcode"],
        "country": ["billing_country"],
    },
    "Facebook lead form": {
        "external_id": ["id"],
        "full_name": ["full_name"],
        "email": ["email"],
        "phone": ["phone_number"],
        "address": ["street_address"],
        "city": ["city"],
        "state": ["state"],
        "zip": ["post_code"],
        "": ["ad_id", "campaign_name", "is_organic"],
        "ignored": ["created_time"],
    },
    "Salesforce leads, names of the interface": {
        "external_id": ["Id"],
        "first_name": ["FirstName"],
        "last_name": ["LastName"],
        "email": ["Email", "Personal_Email__c"],
        "phone": ["Phone", "MobilePhone"],
        "address": ["Street"],
        "city": ["City"],
        "state": ["State"],
        "zip": ["PostalCode"],
        "country": ["Country"],
        "company_name": ["Company"],
        "company_domain": ["Website"],
        "ignored": ["OwnerId", "LeadSource", "Industry", "NumberOfEmployees", "Fax"],
    },
    "Outlook, German": {
        "first_name": ["Vorname"],
        "last_name": ["Nachname"],
        "email": ["E-Mail-Adresse"],
        "phone": ["Telefon geschäftlich", "Mobiltelefon", "Telefon privat"],
        "company_name": ["Firma"],
        "address": ["Straße"],
        "city": ["Ort"],
        "zip": ["PLZ"],
        "country": ["Land"],
    },
    "two addresses by number": {
        "address": ["Address 1"],
        "city": ["City 1"],
        "state": ["State 1"],
        "zip": ["Zip 1"],
        "email": ["Email"],
    },
    "order of the words, case and punctuation": {
        "email": ["ADDRESS, EMAIL"],
        "phone": ["number_phone.MOBILE"],
        "zip": ["Code (postal)"],
        "first_name": ["name-first"],
        "company_domain": ["DOMAIN company"],
        "linkedin_url": ["URL LinkedIn"],
    },
    "line breaks, spaces and marks": {
        "email": ["E-Mail\nAddress *"],
        "phone": ["Phone No."],
        "first_name": ["First\u00a0Name (required)"],
        "zip": ["ZIP Code:"],
        "address": ["Street  Address"],
    },
    "written together": {
        "email": ["EMAILADDRESS"],
        "first_name": ["FIRSTNAME"],
        "last_name": ["LASTNAME"],
        "phone": ["mobilephonenumber"],
        "zip": ["ZIPCODE"],
        "address": ["streetaddress"],
        "company_name": ["companyname"],
        "linkedin_url": ["linkedinprofileurl"],
    },
}


def reading(layout: Layout, headings: list[str]) -> dict[str, str]:
    """Heading -> the field, part of an address or other word that it is read as; empty: not understood."""
    return {
        headings[column.place]: column.meaning.part.name if column.meaning.part else column.meaning.target
        for column in layout.columns
    }


@pytest.mark.parametrize("program", PROGRAMS)
def test_headings_of_a_program(program: str) -> None:
    expected = {heading: field for field, headings in PROGRAMS[program].items() for heading in headings}

    layout = read_headings(list(expected), {})

    assert reading(layout, list(expected)) == expected
    for name, headings in PROGRAMS[program].items():
        if name in ("email", "phone"):
            assert sorted(list(expected)[place] for place in layout.fields[name]) == sorted(headings)


NOT_THE_PERSONS = """
Email Status; Email Confidence; Email Type; Email Domain; Email Verified; Email Opens; Phone Type;
Phone Extension; Phone Verified; Account Owner; Owner Email; Owner Phone; Assistant Phone;
Assistant's Phone; Manager Name; Manager's Name; Spouse; Emergency Contact Phone; Company Phone;
Company Email; Company Main Phone; Corporate Phone; HQ Phone; Account Phone; Company Address;
Company Street; Company City; Work Address; Business Street; Business Postal Code; Office City;
Company Linkedin Url; LinkedIn Company Profile URL; Company ID; Account ID; Associated Company IDs;
Organization - ID; Owner ID; Fax Number; Pager; Personal Web Page; Nickname; Middle Name; MAC address;
Web Visits; Name of pet; Referred by; Number of phones sold; State of the order; Zip file; Idea;
E-mail 1 - Label; Phone 2 - Type; Address 1 - Label; Last Contacted; First Seen; Last Activity Date;
Name Prefix; Job Title; Notes; Mother's Maiden Name; Website visits; Last Name Phonetic; ; 1; ?
"""


@pytest.mark.parametrize("heading", [heading.strip() for heading in NOT_THE_PERSONS.split(";")])
def test_what_is_not_the_persons_is_no_field(heading: str) -> None:
    meaning = read_headings([heading], {}).columns[0].meaning

    assert (meaning.target in ("", "ignored"), meaning.part) == (True, None)


@pytest.mark.parametrize(
    ("headings", "addresses"),
    [
        (["Home Street", "Home City", "Other Street", "Mailing Street"], [[0, 1], [3], [2]]),
        (["Street", "Country", "Home Street"], [[0, 1], [2]]),
        (["Person Street", "Person City", "Country"], [[0, 1, 2]]),
        (["Home Street", "Home City", "Country"], [[0, 1, 2]]),
        (["Address Line 1", "Address Line 2", "City"], [[0, 1, 2]]),
        (["Address 1", "City 1", "Address 2", "City 2"], [[0, 1], [2, 3]]),
        (["Address 1 - Street", "Address 1 - City", "Address 2 - Street", "Address 2 - City"], [[0, 1], [2, 3]]),
        (["Home Address", "Home Address 2", "Home ZipCode"], [[0, 1, 2]]),
        (["Street", "Apt/Suite", "Company Street"], [[0, 1]]),
    ],
)
def test_parts_belong_to_one_address(headings: list[str], addresses: list[list[int]]) -> None:
    layout = read_headings(headings, {})

    assert [sorted(place for places in one.values() for place in places) for one in layout.addresses] == addresses


@pytest.mark.parametrize(
    ("headings", "first", "last", "full"),
    [
        (["Vorname", "Name"], 0, 1, None),
        (["Nom", "Prénom"], 1, 0, None),
        (["Nombre", "Apellidos"], 0, 1, None),
        (["Name", "Vorname", "Nachname"], 1, 2, 0),
        (["Nom"], None, None, 0),
        (["Display Name", "First Name", "Last Name"], 1, 2, 0),
    ],
)
def test_what_name_means_depends_on_its_neighbours(
    headings: list[str], first: int | None, last: int | None, full: int | None
) -> None:
    fields = read_headings(headings, {}).fields

    assert [fields.get(name, (None,))[0] for name in ("first_name", "last_name", "full_name")] == [
        first,
        last,
        full,
    ]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Do Not Call", "yes: no calls"),
        ("DoNotCall", "yes: no calls"),
        ("donotphone", "yes: no calls"),
        ("Do not allow Phone Calls", "yes: no calls"),
        ("DNC", "yes: no calls"),
        ("On DNC list", "yes: no calls"),
        ("Federal DNC", "yes: no calls"),
        ("Mobile DNC", "yes: no calls"),
        ("Call Opt-Out", "yes: no calls"),
        ("Opted out of SMS", "yes: no calls"),
        ("Don't call", "yes: no calls"),
        ("SMS Consent", "no: no calls"),
        ("Accepts SMS Marketing", "no: no calls"),
        ("Consent to call", "no: no calls"),
        ("OK to call", "no: no calls"),
        ("Do Not Email", "yes: no e-mail"),
        ("DoNotEMail", "yes: no e-mail"),
        ("Do not allow Bulk Emails", "yes: no e-mail"),
        ("Email Opt Out", "yes: no e-mail"),
        ("HasOptedOutOfEmail", "yes: no e-mail"),
        ("Has Opted Out Of Email", "yes: no e-mail"),
        ("Unsubscribed from all email", "yes: no e-mail"),
        ("Opted out of email: Marketing Information", "yes: no e-mail"),
        ("Unsubscribed", "yes: no e-mail"),
        ("Email Opt-in", "no: no e-mail"),
        ("Newsletter opt in", "no: no e-mail"),
        ("Accepts Email Marketing", "no: no e-mail"),
        ("Email Marketing Consent", "no: no e-mail"),
        ("Subscribed", "no: no e-mail"),
        ("Subscription status", "no: no e-mail"),
        ("Person - Marketing status", "no: no e-mail"),
        ("Marketing contact status", "no: no e-mail"),
        ("UNSUB_TIME", "a date: no e-mail"),
        ("Unsubscribe Date", "a date: no e-mail"),
        ("Do Not Contact", "yes: no contact"),
        ("Opt Out", "yes: no contact"),
        ("Opted-out", "yes: no contact"),
        ("Opt-out date", "a date: no contact"),
        ("Consent", "no: no contact"),
        ("GDPR Consent", "no: no contact"),
        ("Marketing consent given", "no: no contact"),
        ("Permission to contact", "no: no contact"),
        ("Opt-in", "no: no contact"),
        ("optin", "no: no contact"),
        ("Email Status", "unsubscribed and such: no e-mail"),
        ("Status", "unsubscribed and such: no contact"),
        ("OPTIN_TIME", "ignored"),
        ("Consent Date", "ignored"),
        ("Do Not Mail", "ignored"),
        ("Fax Opt Out", "ignored"),
        ("Contact No", "phone"),
        ("Consent form version", ""),
        ("Subscription", ""),
        ("Accepted", ""),
        ("Permission level", ""),
        ("UNSUB_REASON", ""),
    ],
)
def test_consent_in_a_heading(heading: str, said: str) -> None:
    assert read_headings([heading], {}).columns[0].reading == said


def test_a_mapping_goes_before_what_we_know() -> None:
    layout = read_headings(
        ["E-Post", "Email", "Ring meg", "PLZ/Ort", "Name"],
        {"e-post": "email", "EMAIL": "ignored", "Ring Meg": "may_call", "PLZ Ort": "city", "Name": "last_name"},
    )

    assert layout.fields == {"email": (0,), "last_name": (4,)}
    assert [dict(one) for one in layout.addresses] == [{"city": (3,)}]
    assert [column.reading for column in layout.columns] == [
        "email",
        "ignored",
        "no: no calls",
        "city",
        "last_name",
    ]
