"""Days by the centre's clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent_api.figures.errors import WindowTooLong

#: Most days at once: each is a line of its own over time.
MOST_DAYS = 100
#: Days that are shown where nobody says which.
USUAL_DAYS = 7


@dataclass(frozen=True)
class Days:
    """The days of a time zone."""

    zone: ZoneInfo

    def window(self, since: date | None, until: date | None) -> tuple[date, date]:
        """The first and the last day, with what is usual where one is not said. Raises :class:`WindowTooLong`."""
        last = until or datetime.now(self.zone).date()
        first = since or last - timedelta(days=USUAL_DAYS - 1)
        if not 0 <= (last - first).days < MOST_DAYS:
            raise WindowTooLong(days=MOST_DAYS)
        return first, last

    def bounds(self, first: date, last: date) -> tuple[datetime, datetime]:
        """When ``first`` begins and the day after ``last`` does."""
        return self._midnight(first), self._midnight(last + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def local(self, moment: datetime) -> datetime:
        """A moment by the centre's clock."""
        return moment.astimezone(self.zone)

    def day_of(self, moment: datetime) -> date:
        """The day that a moment is of."""
        return self.local(moment).date()
