//! How ids, times and numbers are written for people. A document has them whole.

/// How many digits stand for a whole object id.
const DIGITS_OF_ID: usize = 12;

/// The first twelve digits of an object id.
#[must_use]
pub fn short_id(oid: &str) -> &str {
    oid.get(..DIGITS_OF_ID).unwrap_or(oid)
}

/// The day of a date as git writes it.
#[must_use]
pub fn day(date: &str) -> &str {
    date.get(..10).unwrap_or(date)
}

/// A length of time, the two largest units that matter: `3 hours 30 minutes`.
#[must_use]
pub fn duration(seconds: u64) -> String {
    match duration_parts(seconds).as_slice() {
        [] => "less than a minute".to_owned(),
        parts => {
            let words = parts.iter().map(|(count, unit)| format!("{count} {unit}"));
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

/// The numbers and units of a length of time; none of less than a minute. A second unit is left out where it says
/// nothing: the hours of a fortnight.
#[must_use]
pub fn duration_parts(seconds: u64) -> Vec<(u64, &'static str)> {
    const UNITS: [(u64, &str, &str); 4] = [
        (365 * 86_400, "year", "years"),
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
    ];
    let Some(first) = UNITS.iter().position(|(length, ..)| seconds >= *length) else {
        return Vec::new();
    };
    let mut left = seconds;
    let mut parts = Vec::new();
    for &(length, one, many) in UNITS.iter().skip(first).take(2) {
        let count = left / length;
        left %= length;
        if count > 0 {
            parts.push((count, if count == 1 { one } else { many }));
        }
        if length == 86_400 && count >= 10 {
            break;
        }
    }
    parts
}

/// A number with commas between its thousands.
#[must_use]
pub fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 commit`, `2 commits`, `2 branches`
#[must_use]
pub fn counted(count: usize, one: &str) -> String {
    let end = match count {
        1 => "",
        _ if one.ends_with(['s', 'x']) || one.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {one}{end}", number(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_words() {
        let cases = [
            (0, "less than a minute"),
            (59, "less than a minute"),
            (60, "1 minute"),
            (12_600, "3 hours 30 minutes"),
            (7_200, "2 hours"),
            (90_000, "1 day 1 hour"),
            (86_400 + 60, "1 day"),
            (9 * 86_400 + 3_600, "9 days 1 hour"),
            (21 * 86_400 + 3_600, "21 days"),
            (400 * 86_400, "1 year 35 days"),
            (730 * 86_400, "2 years"),
        ];
        for (seconds, words) in cases {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(counted(1, "head"), "1 head");
        assert_eq!(counted(0, "head"), "0 heads");
        assert_eq!(counted(2, "branch"), "2 branches");
        assert_eq!(counted(2, "fix"), "2 fixes");
    }

    #[test]
    fn what_is_shorter_or_no_text_of_git_stays() {
        assert_eq!(short_id("4b825dc642cb6eb9a060"), "4b825dc642cb");
        assert_eq!(short_id("4b825"), "4b825");
        assert_eq!(day("2026-01-31T09:00:00+01:00"), "2026-01-31");
        assert_eq!(day("xäöüäöüäöü"), "xäöüäöüäöü");
    }
}
