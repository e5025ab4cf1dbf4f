"""The words the invented world is made of: names, places, employers, jobs, cars, topics.

First and last names come in bulk from Faker's lists. Towns, streets and employers are invented; states, ZIP
prefixes and area codes are real so that formats and leading zeros behave as in practice.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

PERSONAL_DOMAINS = (
    "example.com",
    "example.org",
    "example.net",
    "mail.example",
    "inbox.example",
    "post.example",
    "webmail.example",
)
ROLES = ("info", "sales", "support", "office", "hr")


@dataclass(frozen=True, slots=True)
class State:
    """One state: its FIPS code, real area codes, real three-digit ZIP prefixes, a rough middle and a media
    market.
    """

    code: str
    name: str
    fips: str
    area_codes: tuple[int, ...]
    zip_prefixes: tuple[str, ...]
    latitude: float
    longitude: float
    market: str


STATES: tuple[State, ...] = (
    State(
        "CA",
        "California",
        "06",
        (213, 310, 415, 510, 619, 714, 818, 916),
        ("900", "921", "941"),
        36.8,
        -119.4,
        "803",
    ),
    State("TX", "Texas", "48", (214, 512, 713, 817, 915, 210), ("752", "770", "787"), 31.0, -99.0, "623"),
    State("FL", "Florida", "12", (305, 407, 561, 813, 904), ("331", "328", "336"), 27.8, -81.7, "528"),
    State("NY", "New York", "36", (212, 315, 516, 585, 716, 914), ("100", "142", "146"), 42.9, -75.5, "501"),
    State("PA", "Pennsylvania", "42", (215, 412, 610, 717), ("152", "191"), 40.9, -77.8, "504"),
    State("IL", "Illinois", "17", (312, 309, 618, 773, 847), ("606", "617"), 40.0, -89.2, "602"),
    State("OH", "Ohio", "39", (216, 330, 513, 614, 937), ("432", "441", "452"), 40.4, -82.8, "510"),
    State("GA", "Georgia", "13", (404, 478, 706, 912), ("303", "314"), 32.7, -83.4, "524"),
    State("NC", "North Carolina", "37", (252, 336, 704, 919), ("272", "282"), 35.6, -79.4, "517"),
    State("MI", "Michigan", "26", (313, 517, 616, 734), ("482", "495"), 44.3, -85.4, "505"),
    State("NJ", "New Jersey", "34", (201, 609, 732, 908), ("070", "085"), 40.2, -74.7, "501"),
    State("VA", "Virginia", "51", (703, 571, 757, 804), ("221", "232"), 37.5, -78.9, "511"),
    State("WA", "Washington", "53", (206, 253, 360, 509), ("981", "992"), 47.4, -120.4, "819"),
    State("AZ", "Arizona", "04", (480, 520, 602, 623), ("850", "857"), 34.3, -111.7, "753"),
    State("MA", "Massachusetts", "25", (413, 508, 617, 978), ("021", "011"), 42.3, -71.8, "506"),
    State("TN", "Tennessee", "47", (423, 615, 865, 901), ("372", "381"), 35.9, -86.4, "659"),
    State("IN", "Indiana", "18", (219, 317, 574, 812), ("462", "468"), 39.9, -86.3, "527"),
    State("MO", "Missouri", "29", (314, 417, 573, 816), ("631", "641"), 38.4, -92.5, "609"),
    State("WI", "Wisconsin", "55", (262, 414, 608, 920), ("532", "537"), 44.6, -89.7, "617"),
    State("CO", "Colorado", "08", (303, 719, 970), ("802", "809"), 39.0, -105.5, "751"),
    State("MN", "Minnesota", "27", (218, 507, 612, 651), ("554", "559"), 46.3, -94.3, "613"),
    State("OR", "Oregon", "41", (503, 541), ("972", "974"), 44.0, -120.5, "820"),
    State("CT", "Connecticut", "09", (203, 860), ("061", "065"), 41.6, -72.7, "533"),
    State("DC", "District of Columbia", "11", (202,), ("200",), 38.9, -77.0, "511"),
)
STATE_WEIGHTS = (12, 10, 8, 7, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1)

TOWNS = (
    "Testville", "Alder Falls", "Amber Lake", "Ashgrove", "Bellmere", "Birch Harbor", "Brindle Creek",
    "Cedar Point", "Clearbrook", "Copper Ridge", "Dunmore Bay", "Eastmarsh", "Elm Hollow", "Fairbourne",
    "Fernwood", "Glenharrow", "Granite Pass", "Harrowgate", "Hazelton Park", "Ivy Junction", "Juniper Flats",
    "Kestrel Bend", "Lakehaven", "Larkspur", "Maple Crossing", "Millbrook Sound", "Northgate", "Oakenford",
    "Orchard Hill", "Pinecrest", "Quarry Springs", "Redfern", "Riverton Mills", "Saltmarsh", "Silver Glen",
    "Stonebridge", "Sunfield", "Thornbury", "Valley Station", "Wexhollow",
)  # fmt: skip

STREETS = (
    "Test", "Acorn", "Alder", "Anchor", "Apple", "Arbor", "Ash", "Aspen", "Badger", "Barley", "Bayberry",
    "Beacon", "Beech", "Birch", "Bluebird", "Bramble", "Briar", "Brook", "Canyon", "Cardinal", "Cedar",
    "Cherry", "Chestnut", "Clover", "Cobble", "Copper", "Coral", "Cottage", "Cricket", "Crystal", "Cypress",
    "Daisy", "Dogwood", "Dove", "Eagle", "Elder", "Elm", "Falcon", "Fern", "Field", "Finch", "Forest", "Fox",
    "Garden", "Garnet", "Ginger", "Grove", "Harbor", "Hawthorn", "Hazel", "Heather", "Hickory", "Hollow",
    "Holly", "Honey", "Iris", "Ivy", "Jasmine", "Juniper", "Kestrel", "Lake", "Larch", "Lark", "Laurel",
    "Lilac", "Linden", "Lotus", "Magnolia", "Maple", "Meadow", "Mill", "Mint", "Moss", "Myrtle", "Oak", "Olive",
    "Orchard", "Osprey", "Otter", "Palm", "Pebble", "Pine", "Plum", "Poplar", "Prairie", "Quail", "Quarry",
    "Quartz", "Raven", "Redwood", "Ridge", "River", "Robin", "Rose", "Rowan", "Sage", "Sandpiper", "Sequoia",
    "Shore", "Sparrow", "Spruce", "Summit", "Swallow", "Sycamore", "Thistle", "Timber", "Tulip", "Valley",
    "Violet", "Walnut", "Willow", "Wren",
)  # fmt: skip
STREET_SUFFIXES = ("St", "Ave", "Rd", "Ln", "Dr", "Ct", "Blvd", "Way", "Pl", "Ter")
SUFFIX_WORDS = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "lane": "ln", "drive": "dr", "court": "ct",
    "boulevard": "blvd", "place": "pl", "terrace": "ter",
}  # fmt: skip

COMPANY_FIRST = (
    "Amber", "Anvil", "Apex", "Arrow", "Atlas", "Aurora", "Beacon", "Blue", "Bright", "Bronze", "Canyon",
    "Cedar", "Clear", "Cobalt", "Compass", "Copper", "Coral", "Crescent", "Crystal", "Delta", "Eagle", "Echo",
    "Ember", "Evergreen", "Falcon", "First", "Flint", "Forge", "Fox", "Garnet", "Golden", "Granite", "Green",
    "Harbor", "Hazel", "Helix", "High", "Indigo", "Iron", "Ivory", "Jade", "Juniper", "Keystone", "Lantern",
    "Laurel", "Liberty", "Lunar", "Maple", "Marble", "Meridian", "Mosaic", "Nimbus", "North", "Nova", "Oak",
    "Onyx", "Orbit", "Orchid", "Pacific", "Pearl", "Pine", "Pioneer", "Prairie", "Prism", "Quartz", "Rapid",
    "Raven", "Red", "River", "Sage", "Sierra", "Silver", "Slate", "Solar", "Sterling", "Stone", "Summit",
    "Swift", "Tidal", "Timber", "Umber", "Union", "Vector", "Velvet", "Vertex", "Violet", "Vista", "West",
    "Willow", "Zenith",
)  # fmt: skip
COMPANY_SECOND = (
    "Bay", "Bend", "Berry", "Bloom", "Bridge", "Brook", "Castle", "Cliff", "Coast", "Crest", "Dale", "Field",
    "Fjord", "Ford", "Garden", "Gate", "Glen", "Grove", "Haven", "Hill", "Hollow", "Island", "Lake", "Leaf",
    "Light", "Line", "Mark", "Marsh", "Meadow", "Mesa", "Mill", "Moor", "Mount", "Path", "Peak", "Point",
    "Pond", "Port", "Rail", "Range", "Reach", "Ridge", "Road", "Rock", "Sail", "Shore", "Sky", "Spring", "Star",
    "Stream", "Tower", "Trail", "Vale", "View", "Ward", "Wave", "Well", "Wharf", "Wood", "Yard",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Industry:
    """One industry: its text, its NAICS and SIC code, and the last word of its companies' names."""

    name: str
    naics: str
    sic: str
    word: str


INDUSTRIES: tuple[Industry, ...] = (
    Industry("software development", "541511", "7371", "Software"),
    Industry("financial services", "523940", "6282", "Capital"),
    Industry("insurance", "524210", "6411", "Insurance"),
    Industry("hospitals and health care", "622110", "8062", "Health"),
    Industry("retail", "455110", "5311", "Stores"),
    Industry("construction", "236220", "1542", "Builders"),
    Industry("logistics", "484121", "4213", "Logistics"),
    Industry("manufacturing", "332710", "3599", "Works"),
    Industry("higher education", "611310", "8221", "Institute"),
    Industry("real estate", "531210", "6531", "Realty"),
    Industry("marketing and advertising", "541810", "7311", "Media"),
    Industry("hospitality", "721110", "7011", "Hotels"),
    Industry("legal services", "541110", "8111", "Law"),
    Industry("telecommunications", "517311", "4813", "Telecom"),
    Industry("automotive", "441110", "5511", "Motors"),
    Industry("food and beverages", "311812", "2051", "Foods"),
    Industry("energy", "221114", "4911", "Energy"),
    Industry("consulting", "541611", "8742", "Partners"),
    Industry("biotechnology", "541714", "8731", "Biolabs"),
    Industry("non-profit", "813219", "8399", "Trust"),
)
EMPLOYEE_BANDS = (
    (1, 10),
    (11, 50),
    (51, 200),
    (201, 500),
    (501, 1000),
    (1001, 5000),
    (5001, 10000),
    (10001, None),
)
REVENUE_BANDS = (  # label, upper end in dollars; by employee band
    ("<$1M", 1), ("$1M-$5M", 5), ("$5M-$10M", 10), ("$10M-$50M", 50), ("$50M-$100M", 100), ("$100M-$500M", 500),
    ("$500M-$1B", 1000), ("$1B+", None),
)  # fmt: skip

LEVELS = ("Staff", "Senior", "Manager", "Director", "VP", "C-Level", "Owner")
FUNCTIONS = (
    "Engineering", "Sales", "Marketing", "Finance", "Human Resources", "Operations", "Information Technology",
    "Legal", "Customer Service", "Medical",
)  # fmt: skip
TITLES: tuple[tuple[str, int, int], ...] = (  # title, index of function, index of level
    ("Data Engineer", 0, 0), ("Software Engineer", 0, 0), ("Senior Software Engineer", 0, 1),
    ("Engineering Manager", 0, 2), ("Director of Engineering", 0, 3), ("VP Engineering", 0, 4),
    ("Chief Technology Officer", 0, 5), ("Account Executive", 1, 0), ("Senior Account Executive", 1, 1),
    ("Sales Manager", 1, 2), ("Director of Sales", 1, 3), ("VP Sales", 1, 4), ("Chief Revenue Officer", 1, 5),
    ("Marketing Specialist", 2, 0), ("Senior Content Strategist", 2, 1), ("Marketing Manager", 2, 2),
    ("Director of Marketing", 2, 3), ("VP Marketing", 2, 4), ("Chief Marketing Officer", 2, 5),
    ("Accountant", 3, 0), ("Senior Financial Analyst", 3, 1), ("Finance Manager", 3, 2),
    ("Director of Finance", 3, 3), ("VP Finance", 3, 4), ("Chief Financial Officer", 3, 5), ("Recruiter", 4, 0),
    ("Senior HR Partner", 4, 1), ("HR Manager", 4, 2), ("Director of People", 4, 3), ("VP People", 4, 4),
    ("Operations Analyst", 5, 0), ("Senior Operations Analyst", 5, 1), ("Operations Manager", 5, 2),
    ("Director of Operations", 5, 3), ("Chief Operating Officer", 5, 5), ("Systems Administrator", 6, 0),
    ("Senior Systems Engineer", 6, 1), ("IT Manager", 6, 2), ("Director of IT", 6, 3),
    ("Chief Information Officer", 6, 5), ("Paralegal", 7, 0), ("Senior Counsel", 7, 1),
    ("General Counsel", 7, 4), ("Support Representative", 8, 0), ("Senior Support Specialist", 8, 1),
    ("Support Manager", 8, 2), ("Nurse", 9, 0), ("Senior Clinician", 9, 1), ("Practice Manager", 9, 2),
    ("Owner", 5, 6), ("Founder", 5, 6),
)  # fmt: skip
SCHOOLS = (
    "Testville State University", "Northgate College", "Silver Glen Institute", "Lakehaven University",
    "Orchard Hill College", "Granite Pass Polytechnic", "Stonebridge University", "Thornbury College",
)  # fmt: skip
DEGREES = (
    "Bachelor of Arts",
    "Bachelor of Science",
    "Master of Business Administration",
    "Master of Science",
    "Associate",
)
SKILLS = (
    "negotiation", "python", "sql", "project management", "copywriting", "budgeting", "recruiting", "forecasting",
    "customer success", "public speaking", "data analysis", "contract law", "patient care", "cloud computing",
)  # fmt: skip
INTERESTS = (
    "cooking", "gardening", "music", "diy", "books", "fitness", "photography", "cats", "dogs", "golf",
    "hunting", "fishing", "travel", "cruises", "scuba", "crafts", "gaming", "cycling", "wine", "astronomy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CarModel:
    """One car model; `wmi` and `vds` are the first eight places of its VINs, invented but legal."""

    make: str
    model: str
    body: str
    fuel: str
    wmi: str
    vds: str


CARS: tuple[CarModel, ...] = (
    CarModel("Audi", "A4", "Sedan", "Gasoline", "WA9", "ENAF4"),
    CarModel("Audi", "Q5", "SUV", "Gasoline", "WA9", "BNAFY"),
    CarModel("Audi", "e-tron", "SUV", "Electric", "WA9", "VAAGE"),
    CarModel("Toyota", "Camry", "Sedan", "Gasoline", "4T9", "BF1FK"),
    CarModel("Toyota", "RAV4", "SUV", "Hybrid", "4T9", "RWRFV"),
    CarModel("Honda", "Civic", "Sedan", "Gasoline", "1H9", "FC2F5"),
    CarModel("Honda", "CR-V", "SUV", "Gasoline", "1H9", "RW2H5"),
    CarModel("Ford", "F-150", "Pickup", "Gasoline", "1F9", "EW1EP"),
    CarModel("Ford", "Escape", "SUV", "Hybrid", "1F9", "CU9DZ"),
    CarModel("Chevrolet", "Silverado", "Pickup", "Gasoline", "1G9", "UYDED"),
    CarModel("Tesla", "Model 3", "Sedan", "Electric", "5Y9", "E1EA1"),
    CarModel("Tesla", "Model Y", "SUV", "Electric", "5Y9", "GDEE1"),
    CarModel("Subaru", "Outback", "Wagon", "Gasoline", "4S9", "BSANC"),
    CarModel("Hyundai", "Tucson", "SUV", "Gasoline", "KM9", "J33A4"),
)
FIRST_MODEL_YEAR, LAST_MODEL_YEAR = 2005, 2026

OCCUPATIONS = (
    "", "Professional", "Homemaker", "Self Employed", "Real Estate/Realtor", "Teacher", "Retired",
    "Sales/Service", "Clerical", "Medical Professional", "Engineer", "Skilled Trade", "Management",
)  # fmt: skip
CAUSES = ("animals", "arts", "children", "environment", "health", "local community", "religion", "veterans")
PURCHASES = (
    "apparel",
    "books",
    "electronics",
    "garden",
    "groceries",
    "home",
    "outdoor",
    "pets",
    "sports",
    "toys",
    "travel",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people research. `number` is what a vendor with numeric topic ids calls it; `iab` a content
    category.
    """

    name: str
    kind: str  # b2b | b2c | both
    industry: str
    category: str
    number: int
    iab: int
    popularity: int
    domains: tuple[str, ...]


def _topic(name: str, kind: str, industry: str, category: str, number: int, popularity: int, *sites: str) -> Topic:
    return Topic(
        name, kind, industry, category, number, 1 + number % 4735, popularity, tuple(f"{s}.example" for s in sites)
    )


TOPICS: tuple[Topic, ...] = (
    _topic("audi", "b2c", "automotive", "cars", 117801, 8, "audi-fans", "german-cars", "car-compare"),
    _topic("electric vehicle", "b2c", "automotive", "cars", 117802, 9, "ev-news", "car-compare", "charge-map"),
    _topic("pickup truck", "b2c", "automotive", "cars", 117803, 5, "truck-world", "car-compare"),
    _topic("used cars", "b2c", "automotive", "cars", 117804, 7, "used-car-lot", "car-compare"),
    _topic(
        "crm software",
        "b2b",
        "software development",
        "sales",
        117805,
        8,
        "crm-reviews",
        "sales-stack",
        "saas-compare",
    ),
    _topic(
        "marketing automation",
        "b2b",
        "software development",
        "marketing",
        117806,
        6,
        "martech-daily",
        "saas-compare",
    ),
    _topic("cloud security", "b2b", "software development", "it", 117807, 5, "secure-cloud", "it-brief"),
    _topic(
        "data warehouse",
        "b2b",
        "software development",
        "it",
        117808,
        5,
        "warehouse-weekly",
        "it-brief",
        "saas-compare",
    ),
    _topic("payroll services", "b2b", "human resources", "hr", 117809, 4, "payroll-guide", "hr-compare"),
    _topic("applicant tracking", "b2b", "human resources", "hr", 117810, 3, "hire-better", "hr-compare"),
    _topic("office furniture", "b2b", "retail", "office", 117811, 2, "desk-store"),
    _topic("business insurance", "b2b", "insurance", "finance", 117812, 4, "cover-compare", "small-business"),
    _topic("fleet management", "b2b", "logistics", "operations", 117813, 2, "fleet-desk"),
    _topic(
        "mortgage refinance",
        "b2c",
        "financial services",
        "finance",
        117814,
        9,
        "rate-watch",
        "home-loans",
        "refi-now",
    ),
    _topic("first time home buyer", "b2c", "real estate", "home", 117815, 6, "home-loans", "house-hunt"),
    _topic("credit card", "b2c", "financial services", "finance", 117816, 8, "card-compare", "rate-watch"),
    _topic("personal loan", "b2c", "financial services", "finance", 117817, 6, "loan-compare", "rate-watch"),
    _topic("solar panels", "b2c", "energy", "home", 117818, 5, "solar-home", "roof-quote"),
    _topic("kitchen remodel", "b2c", "construction", "home", 117819, 5, "kitchen-ideas", "roof-quote"),
    _topic("life insurance", "b2c", "insurance", "finance", 117820, 4, "cover-compare"),
    _topic("medicare advantage", "b2c", "hospitals and health care", "health", 117821, 4, "senior-cover"),
    _topic("online mba", "both", "higher education", "education", 117822, 3, "degree-finder"),
    _topic("family vacation", "b2c", "hospitality", "travel", 117823, 7, "trip-ideas", "beach-deals"),
    _topic("running shoes", "b2c", "retail", "sports", 117824, 6, "run-shop", "sport-deals"),
    _topic("dog food", "b2c", "retail", "pets", 117825, 5, "pet-pantry"),
    _topic("yacht charter", "b2c", "hospitality", "travel", 117826, 0, "boat-days"),
)
"""`yacht charter` has no popularity: a keyword that exists and never shows a signal."""


def ascii_fold(name: str) -> str:
    """The lower-case letters a-z of a name, as a mailbox or a profile address would carry them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalpha())


_MORE_FEMALE = {"Zoë": 0.002, "Renée": 0.002, "Inés": 0.002, "Mary Ann": 0.003}
_MORE_MALE = {"José": 0.003, "André": 0.002, "Søren": 0.001, "Jean-Luc": 0.001}
_MORE_LAST = {"O'Brien": 0.003, "Núñez": 0.003, "de la Cruz": 0.003, "Müller": 0.002, "Smith-Jones": 0.001}


@cache
def first_names() -> tuple[tuple[str, ...], tuple[float, ...], int]:
    """(names, weights, number of female names): the female names stand first, then the male ones."""
    from faker.providers.person.en_US import Provider

    female = {**Provider.first_names_female, **_MORE_FEMALE}
    male = {**Provider.first_names_male, **_MORE_MALE}
    return (*female, *male), (*female.values(), *male.values()), len(female)


@cache
def last_names() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """(names, weights)."""
    from faker.providers.person.en_US import Provider

    last = {**Provider.last_names, **_MORE_LAST}
    return tuple(last), tuple(last.values())
