"""How long, heavy, fast, hot or large a thing is, in one unit each, so that two ways of saying it compare equal.

1.2 km = 1,200 metres, 3 feet = 36 inches, half a tonne = 500 kilos. Between the systems nothing is converted.
"""

from __future__ import annotations

import re
from decimal import Decimal

Measure = tuple[str, Decimal, str]
"""("measure", how much, the unit that it is counted in)."""

_UNITS = {
    "mm millimetre millimetres millimeter millimeters": ("0.001", "metre"),
    "cm centimetre centimetres centimeter centimeters": ("0.01", "metre"),
    "metre metres meter meters": ("1", "metre"),
    "km kilometre kilometres kilometer kilometers": ("1000", "metre"),
    "inch inches": ("1", "inch"),
    "foot feet ft": ("12", "inch"),
    "yard yards": ("36", "inch"),
    "mile miles": ("63360", "inch"),
    "gram grams": ("1", "gram"),
    "kg kilo kilos kilogram kilograms": ("1000", "gram"),
    "tonne tonnes": ("1000000", "gram"),
    "ounce ounces oz": ("1", "ounce"),
    "pound pounds lb lbs": ("16", "ounce"),
    "km/h kmh kph kilometres-an-hour kilometres-per-hour kilometers-an-hour kilometers-per-hour": ("1", "km/h"),
    "mph miles-an-hour miles-per-hour": ("1", "mph"),
    "knot knots": ("1", "knot"),
    "°c degrees-celsius degrees-centigrade celsius": ("1", "celsius"),
    "°f degrees-fahrenheit fahrenheit": ("1", "fahrenheit"),
    "hectare hectares": ("10000", "square metre"),
    "square-metres square-meters": ("1", "square metre"),
    "square-kilometres square-kilometers": ("1000000", "square metre"),
    "acre acres": ("1", "acre"),
    "square-miles square-mile": ("640", "acre"),
    "litre litres liter liters": ("1", "litre"),
    "gallon gallons": ("1", "gallon"),
    "barrel barrels": ("1", "barrel"),
}
_BY_NAME = {name: (Decimal(worth), unit) for names, (worth, unit) in _UNITS.items() for name in names.split()}
_NAMES = sorted((re.escape(name).replace(r"\-", r"[\s-]") for name in _BY_NAME), key=len, reverse=True)
_AFTER = re.compile(rf"[\s-]?(?P<unit>{'|'.join(_NAMES)})(?![a-z/])")


def measure(number: Decimal, plain: str, end: int) -> frozenset[Measure]:
    """What the number that ends at `end` of a canonical text measures with the unit after it; empty without one."""
    match = _AFTER.match(plain, end)
    if match is None:
        return frozenset()
    worth, unit = _BY_NAME[re.sub(r"\s", "-", match["unit"])]
    return frozenset({("measure", number * worth, unit)})
