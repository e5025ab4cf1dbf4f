"""BIGDBM's coded bands, letter for letter (public: validators of a client's code). Three columns, three codes
for unknown.
"""

from __future__ import annotations

from bisect import bisect_right

CREDIT_UNKNOWN = "I. Unknown"
INCOME_UNKNOWN = "0. Unknown"
WORTH_UNKNOWN = "A. Unknown"

_CREDIT = (
    (0, "H. 499 & Less"), (500, "G. 500-549"), (550, "F. 550-599"), (600, "E. 600-649"), (650, "D. 650-699"),
    (700, "C. 700-749"), (750, "B. 750-799"), (800, "A. 800+"),
)  # fmt: skip
_INCOME = (  # letters I and J are not used
    (0, "A. Under $10,000"), (10_000, "B. $10,000-$19,999"), (20_000, "C. $20,000-$29,999"),
    (30_000, "D. $30,000-$39,999"), (40_000, "E. $40,000-$49,999"), (50_000, "F. $50,000-$59,999"),
    (60_000, "G. $60,000-$74,999"), (75_000, "H. $75,000-$99,999"), (100_000, "K. $100,000-$149,999"),
    (150_000, "L. $150,000-$174,999"), (175_000, "M. $175,000-$199,999"), (200_000, "N. $200,000-$249,999"),
    (250_000, "O. $250K +"),
)  # fmt: skip
_WORTH = (  # blanks around the dash
    (0, "B. Less than $1"), (1, "C. $1 - $4,999"), (5_000, "D. $5,000 - $9,999"), (10_000, "E. $10,000 - $24,999"),
    (25_000, "F. $25,000 - $49,999"), (50_000, "G. $50,000 - $99,999"), (100_000, "H. $100,000 - $249,999"),
    (250_000, "I. $250,000 - $499,999"), (500_000, "J. Greater than $499,999"),
)  # fmt: skip
_AGE = ((0, "Under 18"), (18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"), (65, "65+"))


def _band(table: tuple[tuple[int, str], ...], value: int) -> str:
    return table[bisect_right(table, value, key=lambda line: line[0]) - 1][1]


def credit(score: int) -> str:
    """`C. 700-749`."""
    return _band(_CREDIT, score)


def income(dollars: int) -> str:
    """`K. $100,000-$149,999`."""
    return _band(_INCOME, dollars)


def worth(dollars: int) -> str:
    """`H. $100,000 - $249,999`."""
    return _band(_WORTH, dollars)


def age(years: int) -> str:
    """`35-44`; the edges are assumed."""
    return _band(_AGE, years)


def generation(birth_year: int) -> str:
    """`2. Generation X (1961-1981)`."""
    if birth_year >= 1982:
        return "1. Millennials and Gen Z (1982 and after)"
    if birth_year >= 1961:
        return "2. Generation X (1961-1981)"
    if birth_year >= 1943:
        return "3. Baby Boomers (1943-1960)"
    return "4. Post-WWII (1942 and before)"
