"""The noise's own words: nicknames, sounds, keys, street forms, placeholders. Written for it, read from
nowhere.
"""

#: What people go by. Formal name: short forms, the usual one first.
NICKNAMES: dict[str, tuple[str, ...]] = {
    "Abigail": ("Abby", "Gail"), "Alexander": ("Alex", "Xander", "Sandy"),
    "Alexandra": ("Alex", "Lexi", "Sandra"), "Alexandria": ("Alex", "Lexie"), "Alexis": ("Alex", "Lexi"),
    "Allison": ("Ally", "Allie"), "Amanda": ("Mandy",), "Andrea": ("Andie", "Drea"),
    "Andrew": ("Andy", "Drew"), "Angela": ("Angie",), "Anthony": ("Tony",), "Barbara": ("Barb", "Barbie", "Babs"),
    "Benjamin": ("Ben", "Benny", "Benji"), "Bradley": ("Brad",),
    "Catherine": ("Cathy", "Kate", "Cat"), "Charles": ("Charlie", "Chuck", "Chas"), "Cheryl": ("Cher",),
    "Christina": ("Chris", "Tina", "Chrissy"), "Christine": ("Chris", "Chrissy", "Tina"),
    "Christopher": ("Chris", "Topher", "Kit"), "Cynthia": ("Cindy", "Cyn"), "Daniel": ("Dan", "Danny"),
    "Danielle": ("Dani", "Ellie"), "David": ("Dave", "Davey"), "Deborah": ("Deb", "Debbie", "Debby"),
    "Dennis": ("Denny",), "Donald": ("Don", "Donnie"), "Douglas": ("Doug",), "Edward": ("Ed", "Eddie", "Ted"),
    "Elizabeth": ("Liz", "Beth", "Betty", "Lizzie", "Eliza"), "Emily": ("Em", "Emmy"), "Eric": ("Rick", "Ricky"),
    "Eugene": ("Gene",), "Evelyn": ("Evie",), "Frances": ("Fran", "Frannie"), "Francis": ("Frank",),
    "Frederick": ("Fred", "Freddy"), "Gabriel": ("Gabe",), "Gabrielle": ("Gabby",), "George": ("Geo", "Georgie"),
    "Gerald": ("Gerry", "Jerry"), "Gregory": ("Greg",), "Harold": ("Harry", "Hal"), "Heather": ("Heath",),
    "Henry": ("Hank", "Harry"), "Jacob": ("Jake", "Jay"), "Jacqueline": ("Jackie",),
    "James": ("Jim", "Jimmy", "Jamie"), "Janet": ("Jan",), "Jeffery": ("Jeff",), "Jeffrey": ("Jeff",),
    "Jennifer": ("Jen", "Jenny", "Jenn"), "Jeremy": ("Jem",), "Jessica": ("Jess", "Jessie"),
    "Jonathan": ("Jon", "Jonny", "Nathan"), "John": ("Jack", "Johnny"), "Joseph": ("Joe", "Joey"),
    "Joshua": ("Josh",), "Judith": ("Judy",), "Julia": ("Jules",), "Karen": ("Kari",),
    "Katherine": ("Kathy", "Kate", "Katie", "Kat"), "Kathleen": ("Kathy", "Kath"),
    "Kathryn": ("Kathy", "Kate", "Katie"), "Kelly": ("Kel",), "Kenneth": ("Ken", "Kenny"),
    "Kimberly": ("Kim", "Kimmy"), "Kristen": ("Kris",), "Kristin": ("Kris",), "Kristina": ("Kris", "Tina"),
     "Lawrence": ("Larry", "Lars"), "Leonard": ("Len", "Lenny", "Leo"), "Linda": ("Lindy",),
    "Lisa": ("Lise",), "Louis": ("Lou",), "Madison": ("Maddie",), "Margaret": ("Maggie", "Peggy", "Meg", "Marge"),
    "Maria": ("Mary", "Mia"), "Martin": ("Marty",), "Mary": ("Molly", "Polly", "May"),
    "Matthew": ("Matt", "Matty"), "Megan": ("Meg",), "Melissa": ("Mel", "Missy", "Lissa"),
    "Michael": ("Mike", "Mick", "Mikey"), "Michele": ("Shelly",), "Michelle": ("Shelly", "Mich"),
    "Mitchell": ("Mitch",), "Nancy": ("Nan",), "Natalie": ("Nat", "Talie"), "Nathan": ("Nate", "Nat"),
    "Nathaniel": ("Nate", "Nat"), "Nicholas": ("Nick", "Nicky"), "Nicole": ("Nikki", "Nicki"),
    "Pamela": ("Pam", "Pammy"), "Patricia": ("Pat", "Patty", "Trish", "Tricia"),
    "Patrick": ("Pat", "Paddy", "Rick"), "Peter": ("Pete",), "Philip": ("Phil",), "Phillip": ("Phil",),
    "Rachel": ("Rach",), "Raymond": ("Ray",), "Rebecca": ("Becky", "Becca"),
    "Richard": ("Rick", "Dick", "Rich", "Richie"), "Robert": ("Bob", "Rob", "Bobby", "Robbie"),
    "Ronald": ("Ron", "Ronnie"), "Russell": ("Russ",),  "Samantha": ("Sam", "Sammy"),
    "Samuel": ("Sam", "Sammy"), "Sandra": ("Sandy",), "Sarah": ("Sally", "Sadie"), "Scott": ("Scotty",),
    "Sharon": ("Shari",), "Stephanie": ("Steph", "Stevie"), "Stephen": ("Steve", "Stevie"),
    "Steven": ("Steve", "Stevie"), "Stuart": ("Stu",), "Susan": ("Sue", "Susie", "Suzy"),
    "Teresa": ("Terry", "Tess", "Tessa"), "Theodore": ("Ted", "Theo"), "Theresa": ("Terry", "Tess"),
    "Thomas": ("Tom", "Tommy"), "Timothy": ("Tim", "Timmy"), "Valerie": ("Val",), "Vanessa": ("Nessa",),
    "Victoria": ("Vicky", "Tori"), "Vincent": ("Vince", "Vinny"), "Virginia": ("Ginny",),
    "Walter": ("Walt", "Wally"), "William": ("Bill", "Will", "Billy", "Liam"), "Zachary": ("Zach", "Zack"),
}  # fmt: skip

#: Letters that sound alike, as a listener writes them down.
SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("ie", "y"), ("ey", "y"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"),
    ("rr", "r"), ("ei", "ie"), ("ea", "ee"), ("ou", "u"), ("th", "t"), ("sh", "sch"), ("ch", "k"), ("x", "ks"),
    ("z", "s"), ("y", "i"), ("c", "k"), ("son", "sen"), ("er", "ar"), ("a", "e"), ("o", "u"), ("m", "n"),
    ("d", "t"), ("b", "p"), ("v", "w"),
)  # fmt: skip

#: Neighbours on a keyboard.
KEYS = {
    "a": "qwsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc", "g": "ftyhbv",
    "h": "gyujnb", "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop", "m": "njk", "n": "bhjm", "o": "iklp",
    "p": "ol", "q": "wa", "r": "edft", "s": "awedxz", "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase",
    "x": "zsdc", "y": "tghu", "z": "asx",
}  # fmt: skip

#: Other ways to write the end of a street, and a unit.
STREET_FORMS = (
    (" St", " Street"), (" Ave", " Avenue"), (" Rd", " Road"), (" Ln", " Lane"), (" Dr", " Drive"),
    (" Ct", " Court"), (" Blvd", " Boulevard"), (" Pl", " Place"), (" Ter", " Terrace"), (" Way", " Wy"),
)  # fmt: skip
UNIT_FORMS = (" Unit ", " # ", " #", ", Apt. ", " Apartment ")

#: Accents that an export loses, letter by letter.
PLAIN = (("ë", "e"), ("é", "e"), ("ñ", "n"), ("ø", "o"), ("ü", "u"), ("ú", "u"), ("'", ""), ("-", " "))

#: What people type when they do not want to tell. Some are on every list of such values, some on none.
PLACEHOLDER_EMAILS = (
    "test@test.com", "none@none.com", "noemail@example.com", "nobody@example.com", "asdf@example.org",
    "no.reply@mail.example", "xxx@inbox.example", "customer@post.example",
)  # fmt: skip
PLACEHOLDER_PHONES = (
    "5555555555",
    "9999999999",
    "2222222222",
    "2345678901",
    "8888888888",
    "2902900000",
    "9909909999",
)

SUFFIXES = ("", "Jr", "Sr", "Jr.", "Sr.", "II", "I")
