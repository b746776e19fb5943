//! The part of Python's `datetime.datetime` that templates use.

use super::value::{Arg, DateTime, Eval, Value};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

impl DateTime {
    /// Python's `str()`: `2024-05-01 12:33:44.123456+02:00`.
    pub(super) fn to_str(&self) -> Eval<String> {
        self.iso(" ", "auto")
    }

    fn check(&self) -> Eval<()> {
        let days = match self.month {
            2 if self.leap() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        let valid = (1000..=9999).contains(&self.year)
            && (1..=days).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
            && self.microsecond < 1_000_000
            && self.offset.is_none_or(|offset| offset.abs() < 86_400);
        if valid {
            Ok(())
        } else {
            Err("date out of range".into())
        }
    }

    fn leap(&self) -> bool {
        self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn iso(&self, separator: &str, spec: &str) -> Eval<String> {
        self.check()?;
        if separator.chars().count() != 1 {
            return Err("`isoformat` separator that is not one character".into());
        }
        let mut text = format!("{}{separator}{:02}", self.date(), self.hour);
        let (minutes, seconds, fraction) = match spec {
            "auto" if self.microsecond == 0 => (true, true, 0),
            "auto" | "microseconds" => (true, true, 6),
            "milliseconds" => (true, true, 3),
            "seconds" => (true, true, 0),
            "minutes" => (true, false, 0),
            "hours" => (false, false, 0),
            _ => return Err(format!("`isoformat` with timespec `{spec}`")),
        };
        if minutes {
            text += &format!(":{:02}", self.minute);
        }
        if seconds {
            text += &format!(":{:02}", self.second);
        }
        match fraction {
            6 => text += &format!(".{:06}", self.microsecond),
            3 => text += &format!(".{:03}", self.microsecond / 1000),
            _ => {}
        }
        Ok(text + &self.offset_text(":"))
    }

    fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    fn offset_text(&self, colon: &str) -> String {
        let Some(offset) = self.offset else {
            return String::new();
        };
        let sign = if offset < 0 { '-' } else { '+' };
        let (minutes, seconds) = (offset.abs() / 60, offset.abs() % 60);
        let mut text = format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60);
        if seconds != 0 {
            text += &format!("{colon}{seconds:02}");
        }
        text
    }

    fn day_of_year(&self) -> usize {
        const BEFORE: [usize; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let leap = usize::from(self.leap() && self.month > 2);
        BEFORE[usize::from(self.month - 1)] + usize::from(self.day) + leap
    }

    /// 0 is Monday.
    fn weekday(&self) -> usize {
        let before = usize::from(self.year) - 1;
        (before * 365 + before / 4 - before / 100 + before / 400 + self.day_of_year() - 1) % 7
    }

    fn strftime(&self, format: &str) -> Eval<String> {
        self.check()?;
        if !format.is_ascii() || format.contains('\0') {
            return Err("`strftime` format that is not plain ASCII".into());
        }
        let mut text = String::new();
        let mut chars = format.chars();
        while let Some(char) = chars.next() {
            if char != '%' {
                text.push(char);
                continue;
            }
            let hour = match self.hour % 12 {
                0 => 12,
                hour => hour,
            };
            match chars.next() {
                Some('Y') => text += &self.year.to_string(),
                Some('m') => text += &format!("{:02}", self.month),
                Some('d') => text += &format!("{:02}", self.day),
                Some('H') => text += &format!("{:02}", self.hour),
                Some('M') => text += &format!("{:02}", self.minute),
                Some('S') => text += &format!("{:02}", self.second),
                Some('f') => text += &format!("{:06}", self.microsecond),
                Some('j') => text += &format!("{:03}", self.day_of_year()),
                Some('y') => text += &format!("{:02}", self.year % 100),
                Some('I') => text += &format!("{hour:02}"),
                Some('p') => text += if self.hour < 12 { "AM" } else { "PM" },
                Some('B') => text += MONTHS[usize::from(self.month - 1)],
                Some('b') => text += &MONTHS[usize::from(self.month - 1)][..3],
                Some('A') => text += DAYS[self.weekday()],
                Some('a') => text += &DAYS[self.weekday()][..3],
                Some('F') => text += &self.date(),
                Some('T') => {
                    text += &format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second);
                }
                Some('z') => text += &self.offset_text(""),
                Some('Z') => match (&self.zone, self.offset) {
                    (_, None) => {}
                    (Some(zone), _) => text += zone,
                    (None, Some(_)) => return Err("name of a time zone".into()),
                },
                Some('%') => text.push('%'),
                other => {
                    let other = other.map(String::from).unwrap_or_default();
                    return Err(format!("`strftime` with `%{other}`"));
                }
            }
        }
        Ok(text)
    }

    /// `value.name`
    pub(super) fn attribute(&self, name: &str) -> Eval {
        self.check()?;
        let number: i64 = match name {
            "year" => self.year.into(),
            "month" => self.month.into(),
            "day" => self.day.into(),
            "hour" => self.hour.into(),
            "minute" => self.minute.into(),
            "second" => self.second.into(),
            "microsecond" => self.microsecond.into(),
            "tzinfo" if self.offset.is_none() => return Ok(Value::None),
            _ => return Err(format!("attribute `{name}` of a datetime")),
        };
        Ok(Value::Int(number))
    }

    /// `value.name(args)`
    pub(super) fn method(&self, name: &str, args: &[Arg]) -> Eval {
        match (name, args) {
            ("strftime", [(None, Value::Str(format))]) => Ok(self.strftime(format)?.into()),
            ("isoformat", args) => {
                let (mut separator, mut spec) = ("T", "auto");
                for (index, (name, value)) in args.iter().enumerate() {
                    let Value::Str(value) = value else {
                        return Err("`isoformat` with an argument that is not a string".into());
                    };
                    match (index, name.as_deref()) {
                        (0, None) | (_, Some("sep")) => separator = value,
                        (1, None) | (_, Some("timespec")) => spec = value,
                        _ => return Err("`isoformat` with other arguments".into()),
                    }
                }
                Ok(self.iso(separator, spec)?.into())
            }
            ("replace", args) => self.replace(args),
            _ => Err(format!("`{name}` of a datetime")),
        }
    }

    fn replace(&self, args: &[Arg]) -> Eval {
        let mut copy = self.clone();
        for arg in args {
            match arg {
                (Some(name), Value::Int(0)) => match name.as_str() {
                    "microsecond" => copy.microsecond = 0,
                    "second" => copy.second = 0,
                    "minute" => copy.minute = 0,
                    "hour" => copy.hour = 0,
                    _ => return Err(format!("`replace` of a datetime's `{name}`")),
                },
                (Some(name), Value::None) if name == "tzinfo" => {
                    copy.offset = None;
                    copy.zone = None;
                }
                _ => return Err("`replace` of a datetime with other arguments".into()),
            }
        }
        // Another hour can lie on the other side of a change of the clocks.
        if copy.offset.is_some() && (copy.hour, copy.minute) != (self.hour, self.minute) {
            return Err("`replace` of a datetime with a time zone".into());
        }
        Ok(copy.into())
    }
}
