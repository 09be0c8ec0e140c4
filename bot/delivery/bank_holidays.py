"""Bank holidays of the United Kingdom, from the `holidays` library."""

from collections.abc import Mapping
from datetime import date

_SUBDIVISIONS = {"england-and-wales": "ENG", "northern-ireland": "NIR", "scotland": "SCT"}


class BankHolidays:
    """The days that were proclaimed when the library was released; later ones are entered as closures."""

    def between(self, region: str, first: date, last: date) -> Mapping[date, str]:
        """The bank holidays of a region from `first` to `last`, both included, in date order; none for `none`."""
        subdivision = _SUBDIVISIONS.get(region)
        if subdivision is None:
            return {}
        from holidays import country_holidays

        years = range(first.year, last.year + 1)
        known = country_holidays("GB", subdiv=subdivision, years=years, expand=False, language="en_GB")
        return {day: name for day, name in sorted(known.items()) if first <= day <= last}
