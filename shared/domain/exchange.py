"""What amounts in different currencies are about worth beside each other. For ranking only: none is ever converted.

The rates are those of the day below, rounded to three digits; a currency without one is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RATES_OF: Final = "2023-06-30"

PER_DOLLAR: Final[Mapping[str, float]] = {
    "USD": 1.0, "EUR": 0.916, "GBP": 0.787, "CHF": 0.895, "JPY": 144.0, "CAD": 1.32, "AUD": 1.5, "NZD": 1.63,
    "SEK": 10.8, "NOK": 10.7, "DKK": 6.82, "PLN": 4.06, "CZK": 21.8, "HUF": 341.0, "RON": 4.55, "BGN": 1.79,
    "ISK": 136.0, "TRY": 26.0, "ILS": 3.71, "AED": 3.67, "SAR": 3.75, "QAR": 3.64, "KWD": 0.307, "BHD": 0.377,
    "ZAR": 18.8, "EGP": 30.9, "NGN": 757.0, "KES": 140.0, "MAD": 9.89, "INR": 82.0, "PKR": 286.0, "CNY": 7.25,
    "HKD": 7.84, "TWD": 31.1, "KRW": 1320.0, "SGD": 1.35, "MYR": 4.67, "THB": 35.5, "IDR": 15000.0, "PHP": 55.3,
    "VND": 23600.0, "BRL": 4.79, "MXN": 17.1, "ARS": 257.0, "CLP": 802.0, "COP": 4170.0, "PEN": 3.63, "UYU": 37.5,
}  # fmt: skip
"""Units of a currency for one US dollar."""


def in_dollars(value: Mapping[str, str]) -> float | None:
    """`{"amount": "125000.00", "currency": "EUR"}` in US dollars, about; None for a currency without a rate."""
    rate = PER_DOLLAR.get(value["currency"])
    return None if rate is None else float(value["amount"]) / rate
