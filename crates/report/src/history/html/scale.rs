//! Where something lies in a chart: numbers from numbers, nothing of how it is drawn.
//!
//! Across, a chart is 100 per cent of its width, so that it fits a telephone as well as a wall.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Unit};

const DAY: i64 = 86_400;

/// More than these would not fit side by side.
const MOST_TICKS: usize = 6;

/// Of these, so many fit on a telephone.
const MOST_TICKS_NARROW: usize = 3;

/// The seconds since 1970 of a date as git writes it, if it is one.
pub(super) fn seconds(date: &str) -> Option<i64> {
    date.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// A stretch of time from left to right, a day long at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    first: i64,
    last: i64,
}

impl Span {
    /// From the one to the other, in seconds since 1970.
    pub(super) fn new(first: i64, last: i64) -> Self {
        Self {
            first,
            last: last.max(first.saturating_add(DAY)),
        }
    }

    /// Where a moment lies, from 0 to 100. What is outside lies on the edge.
    pub(super) fn at(self, moment: i64) -> f64 {
        let inside = moment.clamp(self.first, self.last) - self.first;
        100.0 * inside as f64 / (self.last - self.first) as f64
    }

    /// Where the moments of steps lie, in their order: a date that goes backwards stays where the one before it is.
    pub(super) fn along(self, moments: impl IntoIterator<Item = Option<i64>>) -> Vec<f64> {
        let mut reached = 0.0_f64;
        let forwards = |moment: Option<i64>| {
            reached = moment.map_or(reached, |moment| self.at(moment).max(reached));
            reached
        };
        moments.into_iter().map(forwards).collect()
    }

    /// The days, months or years that are written below the axis, each with its place.
    pub(super) fn ticks(self) -> Vec<Tick> {
        let steps = [
            Every::Days(1),
            Every::Days(7),
            Every::Days(14),
            Every::Months(1),
            Every::Months(3),
            Every::Months(6),
            Every::Months(12),
            Every::Months(24),
            Every::Months(60),
            Every::Months(120),
            Every::Months(600),
        ];
        let fits = |every: &Every| self.count(*every) <= MOST_TICKS;
        steps
            .into_iter()
            .find(fits)
            .map_or_else(Vec::new, |every| self.every(every))
    }

    /// About how many ticks there would be: reckoned, since a century has many days.
    fn count(self, every: Every) -> usize {
        let step = match every {
            Every::Days(days) => days * DAY,
            Every::Months(months) => months * 30 * DAY,
        };
        usize::try_from((self.last - self.first) / step).unwrap_or(usize::MAX)
    }

    fn every(self, every: Every) -> Vec<Tick> {
        let date = |moment| {
            Timestamp::from_second(moment)
                .ok()
                .map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date())
        };
        let (Some(first), Some(last)) = (date(self.first), date(self.last)) else {
            return Vec::new();
        };
        let dates: Vec<Date> = std::iter::successors(every.start(first), |date| every.next(*date))
            .take_while(|date| *date <= last)
            .filter(|date| midnight(*date).is_some_and(|moment| moment >= self.first))
            .collect();
        let apart = dates.len().div_ceil(MOST_TICKS_NARROW).max(1);
        let tick = |(index, date): (usize, Date)| Tick {
            at: midnight(date).map_or(0.0, |moment| self.at(moment)),
            label: every.label(date),
            narrow: index % apart == 0,
        };
        dates.into_iter().enumerate().map(tick).collect()
    }
}

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Where, from 0 to 100.
    pub(super) at: f64,
    /// `2026`, `2026-07` or `2026-07-14`.
    pub(super) label: String,
    /// Whether there is room for its label on a telephone.
    pub(super) narrow: bool,
}

/// How far ticks are apart.
#[derive(Debug, Clone, Copy)]
enum Every {
    Days(i64),
    Months(i64),
}

impl Every {
    /// The last round date that is not after a date.
    fn start(self, date: Date) -> Option<Date> {
        match self {
            Self::Days(days) => {
                let since = Date::constant(1970, 1, 5).until((Unit::Day, date)).ok()?;
                let past = i64::from(since.get_days()).rem_euclid(days);
                date.checked_sub(past.days()).ok()
            }
            Self::Months(months) => {
                let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
                let month = month - month.rem_euclid(months);
                let year = i16::try_from(month.div_euclid(12)).ok()?;
                let month = i8::try_from(month.rem_euclid(12) + 1).ok()?;
                Date::new(year, month, 1).ok()
            }
        }
    }

    fn next(self, date: Date) -> Option<Date> {
        let step = match self {
            Self::Days(days) => days.days(),
            Self::Months(months) => months.months(),
        };
        date.checked_add(step).ok()
    }

    fn label(self, date: Date) -> String {
        let date = date.to_string();
        let shown = match self {
            Self::Days(_) => date.len(),
            Self::Months(months) if months % 12 == 0 => 4,
            Self::Months(_) => 7,
        };
        date.chars().take(shown).collect()
    }
}

/// The stretch of a month such as `2026-07`, in seconds since 1970.
pub(super) fn month(month: &str) -> Option<(i64, i64)> {
    let first: Date = format!("{month}-01").parse().ok()?;
    Some((
        midnight(first)?,
        midnight(first.checked_add(1.month()).ok()?)?,
    ))
}

fn midnight(date: Date) -> Option<i64> {
    let moment = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(moment.timestamp().as_second())
}

/// The whole numbers that are written beside an axis from 0 to a number: that number is among them or below the
/// next, and there are five at the most.
pub(super) fn levels(top: usize) -> Vec<usize> {
    let round = |power: u32| [1, 2, 5].map(|digit| digit * 10_usize.pow(power));
    let step = (0..12)
        .flat_map(round)
        .find(|step| top / step <= 4)
        .unwrap_or(top.max(1));
    (0..=top).step_by(step).collect()
}

/// The line of a step chart as an SVG path in a box 1000 wide and `top` high: from each point to the right until
/// the next, the last one until `end`. Across in per cent, upwards in heads.
pub(super) fn steps(points: &[(f64, usize)], end: f64, top: usize) -> String {
    use std::fmt::Write;
    let Some(((first, heads), rest)) = points.split_first() else {
        return String::new();
    };
    let across = |at: f64| (at * 100.0).round() / 10.0;
    let down = |heads: usize| top.saturating_sub(heads);
    let mut path = format!("M{} {}", across(*first), down(*heads));
    for (at, heads) in rest {
        let _ = write!(path, "H{}V{}", across(*at), down(*heads));
    }
    let _ = write!(path, "H{}", across(end));
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    const YEAR: i64 = 365 * DAY;

    #[test]
    fn a_moment_lies_between_the_ends() {
        let span = Span::new(0, 10 * DAY);
        assert_eq!(
            [0, 5 * DAY, 10 * DAY].map(|at| span.at(at)),
            [0.0, 50.0, 100.0]
        );
        assert_eq!([-DAY, 99 * DAY].map(|at| span.at(at)), [0.0, 100.0]);
    }

    #[test]
    fn a_single_commit_has_a_day_to_itself() {
        let span = Span::new(7, 7);
        assert_eq!([span.at(7), span.at(7 + DAY)], [0.0, 100.0]);
        assert_eq!(Span::new(7, 3), span);
    }

    #[test]
    fn dates_that_go_backwards_stay_where_they_are() {
        let span = Span::new(0, 4 * DAY);
        let moments = [Some(DAY), Some(0), None, Some(3 * DAY)];
        assert_eq!(span.along(moments), [25.0, 25.0, 25.0, 75.0]);
    }

    #[test]
    fn ticks_are_round() {
        let labels = |first: &str, last: &str| -> Vec<String> {
            let at = |date: &str| seconds(&format!("{date}T12:00:00Z")).expect("a date");
            let ticks = Span::new(at(first), at(last)).ticks();
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(
            labels("2026-01-01", "2026-01-03"),
            ["2026-01-02", "2026-01-03"]
        );
        assert_eq!(
            labels("2026-01-01", "2026-02-01"),
            ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]
        );
        assert_eq!(
            labels("2024-01-08", "2026-01-07"),
            ["2024-07", "2025-01", "2025-07", "2026-01"]
        );
        assert_eq!(
            labels("2019-03-01", "2023-02-01"),
            ["2020", "2021", "2022", "2023"]
        );
        assert_eq!(
            labels("2001-03-01", "2023-02-01"),
            ["2005", "2010", "2015", "2020"]
        );
    }

    #[test]
    fn a_month_is_as_long_as_it_is() {
        let (first, last) = month("2024-02").expect("a month");
        assert_eq!((last - first) / DAY, 29);
        assert_eq!(month("2024-13"), None);
        assert_eq!(month("x"), None);
    }

    #[test]
    fn levels_are_few() {
        assert_eq!(levels(1), [0, 1]);
        assert_eq!(levels(4), [0, 1, 2, 3, 4]);
        assert_eq!(levels(7), [0, 2, 4, 6]);
        assert_eq!(levels(40), [0, 10, 20, 30, 40]);
    }

    #[test]
    fn steps_go_right_then_up_or_down() {
        assert_eq!(steps(&[], 100.0, 2), "");
        assert_eq!(steps(&[(0.0, 1)], 100.0, 2), "M0 1H1000");
        let points = [(0.0, 1), (12.345, 2), (50.0, 0)];
        assert_eq!(steps(&points, 75.0, 2), "M0 1H123.5V0H500V2H750");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(6), ..ProptestConfig::default() })]

        #[test]
        fn ticks_lie_in_order_and_leave_room(first in 0..60 * YEAR, long in 0..60 * YEAR) {
            let ticks = Span::new(first, first + long).ticks();
            prop_assert!(ticks.len() <= MOST_TICKS + 1, "{ticks:?}");
            prop_assert!(ticks.iter().filter(|tick| tick.narrow).count() <= MOST_TICKS_NARROW);
            prop_assert!(ticks.is_sorted_by(|left, right| left.at < right.at));
            prop_assert!(ticks.iter().all(|tick| (0.0..=100.0).contains(&tick.at)));
        }

        #[test]
        fn levels_reach_nearly_to_the_top(top in 0_usize..100_000) {
            let levels = levels(top);
            let step = levels.get(1).copied().unwrap_or(1);
            prop_assert!(levels.len() <= 5);
            prop_assert!(top - levels[levels.len() - 1] < step);
        }
    }
}
