//! The moment and the zone that a form is filled in at, as a command line names them.

use bangban_catalogue::context_at;
use bangban_forms::Context;
use bangban_model::clock::{Clock, SystemClock};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// What of the world a command line said wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadWorld {
    /// The zone is no IANA name and no offset.
    Zone,
    /// The moment is no date and time, or does not exist in the zone.
    Now,
}

impl BadWorld {
    /// The word for it that programs read.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zone => "unknown_zone",
            Self::Now => "bad_moment",
        }
    }
}

/// A zone: an IANA name, or a fixed offset.
enum Zone {
    Named(Tz),
    Fixed(FixedOffset),
}

impl Zone {
    fn read(text: &str) -> Option<Self> {
        let named = text.parse().ok().map(Self::Named);
        named.or_else(|| text.parse().ok().map(Self::Fixed))
    }

    fn shown(&self, at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        match self {
            Self::Named(zone) => at.with_timezone(zone).fixed_offset(),
            Self::Fixed(offset) => at.with_timezone(offset),
        }
    }

    /// The moment when clocks of the zone show this; the earlier one where they show it twice.
    fn at(&self, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Named(zone) => zone.from_local_datetime(&local).earliest().map(|at| at.fixed_offset()),
            Self::Fixed(offset) => offset.from_local_datetime(&local).earliest(),
        }
    }
}

/// The context of a form: the built-in working days, the given moment (else the present one) in the given zone (else
/// China's). A zone with summer time counts with the offset it has at that moment.
pub fn context(now: Option<&str>, zone: Option<&str>, seed: u64) -> Result<Context, BadWorld> {
    let zone = zone.map(|text| Zone::read(text).ok_or(BadWorld::Zone)).transpose()?;
    let now = match now {
        None => SystemClock.now(),
        Some(text) => read_moment(text, zone.as_ref()).ok_or(BadWorld::Now)?,
    };
    let now = zone.map_or(now, |zone| zone.shown(now));
    Ok(Context { seed, ..context_at(now) })
}

/// `2026-11-22T09:00:00-07:00`, or without an offset as the zone's clocks show it, or a day alone, meaning its midnight.
fn read_moment(text: &str, zone: Option<&Zone>) -> Option<DateTime<FixedOffset>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at);
    }
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.or_else(|| text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN)))?;
    match zone {
        Some(zone) => zone.at(local),
        None => SystemClock.now().offset().from_local_datetime(&local).earliest(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(now: &str, zone: Option<&str>) -> String {
        context(Some(now), zone, 0).unwrap().now.to_rfc3339()
    }

    #[test]
    fn a_moment_is_shown_in_its_zone_as_the_zone_is_at_that_moment() {
        assert_eq!(shown("2026-11-22T16:00:00Z", Some("America/Phoenix")), "2026-11-22T09:00:00-07:00");
        assert_eq!(shown("2026-11-22T16:00:00Z", Some("GMT")), "2026-11-22T16:00:00+00:00");
        assert_eq!(shown("2026-07-01T12:00:00Z", Some("Europe/London")), "2026-07-01T13:00:00+01:00");
        assert_eq!(shown("2026-12-01T12:00:00Z", Some("Europe/London")), "2026-12-01T12:00:00+00:00");
        assert_eq!(shown("2026-12-01T12:00:00Z", Some("+05:30")), "2026-12-01T17:30:00+05:30");
    }

    #[test]
    fn a_moment_without_an_offset_is_what_the_zones_clocks_show() {
        assert_eq!(shown("2026-11-22T09:00", Some("Asia/Shanghai")), "2026-11-22T09:00:00+08:00");
        assert_eq!(shown("2026-11-22", None), "2026-11-22T00:00:00+08:00");
        // The clocks of London pass over this hour.
        assert_eq!(
            context(Some("2026-03-29T01:30:00"), Some("Europe/London"), 0).unwrap_err(),
            BadWorld::Now
        );
    }

    #[test]
    fn what_is_no_zone_and_no_moment_is_refused() {
        assert_eq!(context(None, Some("Mars/Olympus"), 0).unwrap_err(), BadWorld::Zone);
        assert_eq!(context(Some("tomorrow"), None, 0).unwrap_err(), BadWorld::Now);
    }

    #[test]
    fn the_working_days_are_those_of_the_program() {
        let calendar = context(None, None, 0).unwrap().calendar;
        assert!(!calendar.days_off.is_empty() && !calendar.make_up_days.is_empty());
    }
}
