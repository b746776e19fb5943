//! Creation dates: read from docstrings or the command line, shown as Alembic would show them.

use jiff::civil;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use onehead_model::{EnvironmentGraph, MergeParent, PlannedMerge};

use crate::mako::DateTime;
use crate::options::RenderOptions;

/// Reads a date, with or without an offset; without one it is taken for UTC.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse::<Timestamp>().ok().or_else(|| {
        let naive: civil::DateTime = text.parse().ok()?;
        Offset::UTC.to_timestamp(naive).ok()
    })
}

/// When a merge revision is written, as an instant and as Alembic would show it: as asked, else the latest of its parents.
///
/// # Errors
/// The zone is not known, in words.
pub(crate) fn of_merge(
    environment: &EnvironmentGraph,
    fix: &PlannedMerge,
    options: &RenderOptions,
) -> Result<(Timestamp, DateTime), String> {
    let asked = options.date.as_deref().and_then(parse);
    let instant = asked.unwrap_or_else(|| latest(&fix.parents));
    let shown = create_date(instant, environment.merge.timezone.as_deref())?;
    Ok((instant, shown))
}

/// The latest date of the parents. If none of them says one, the start of 1970: any fixed instant
/// does, since the date has no meaning to Alembic, but the clock would make two files of one.
fn latest(parents: &[MergeParent]) -> Timestamp {
    parents
        .iter()
        .filter_map(|parent| parse(parent.create_date.as_deref()?))
        .max()
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The instant as `ScriptDirectory._generate_create_date` gives it: naive without `timezone` (here in
/// UTC, on every machine), else in that zone.
///
/// # Errors
/// The zone is not known, in words.
fn create_date(instant: Timestamp, timezone: Option<&str>) -> Result<DateTime, String> {
    let Some(name) = timezone else {
        return Ok(fields(&instant.to_zoned(TimeZone::UTC), false));
    };
    Ok(fields(&instant.to_zoned(zone(name)?), true))
}

/// `ZoneInfo(name)`, else `ZoneInfo(name.upper())`: the case of the letters counts.
fn zone(name: &str) -> Result<TimeZone, String> {
    let found = TimeZoneDatabase::bundled().get(name).ok();
    let is_spelled_so = |zone: &TimeZone| {
        zone.iana_name()
            .is_some_and(|real| real == name || real == name.to_uppercase())
    };
    found
        .filter(is_spelled_so)
        .ok_or_else(|| format!("`timezone` is `{name}`, which is not in the IANA database"))
}

fn fields(zoned: &Zoned, aware: bool) -> DateTime {
    let unsigned = |value: i8| value.unsigned_abs();
    DateTime {
        year: zoned.year().unsigned_abs(),
        month: unsigned(zoned.month()),
        day: unsigned(zoned.day()),
        hour: unsigned(zoned.hour()),
        minute: unsigned(zoned.minute()),
        second: unsigned(zoned.second()),
        microsecond: u32::from(zoned.millisecond().unsigned_abs()) * 1000
            + u32::from(zoned.microsecond().unsigned_abs()),
        offset: aware.then(|| zoned.offset().seconds()),
        zone: aware.then(|| zoned.strftime("%Z").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_docstrings() {
        assert_eq!(
            parse("2024-05-01 12:33:44.123456"),
            parse("2024-05-01T14:33:44.123456+02:00")
        );
        assert!(parse("2024-05-01 12:33:44").is_some());
        assert!(parse("2024-05-01").is_some());
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn zones_are_spelled_as_the_database_spells_them() {
        let instant = parse("2024-07-01 12:00:00").unwrap();
        let berlin = create_date(instant, Some("Europe/Berlin")).unwrap();
        assert_eq!((berlin.hour, berlin.offset), (14, Some(7200)));
        assert!(create_date(instant, Some("utc")).is_ok());
        assert!(create_date(instant, Some("europe/berlin")).is_err());
        assert!(create_date(instant, Some("Nowhere/Else")).is_err());
    }
}
