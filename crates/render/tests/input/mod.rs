//! The names of a template fixture.

use std::collections::BTreeMap;

use onehead_render::mako::{Config, Context, DateTime, Value};
use serde_json::Value as Json;

/// The names that `alembic merge` gives, with those of `input` in their place.
///
/// Arrays are tuples, `create_date` is ISO 8601 text, `config` has sections of options.
pub(crate) fn context(input: &Json) -> Context {
    let mut names = Context::default();
    names.set("up_revision", "1f2e3d4c5b6a".into());
    names.set("down_revision", Value::strings(["aa11", "bb22"]));
    names.set("branch_labels", Value::None);
    names.set("depends_on", Value::None);
    names.set("create_date", date("2024-05-01T12:33:44.123456").into());
    names.set("message", "merge heads".into());
    names.set("comma", Value::comma());
    names.set("config", config(&Json::Null).into());
    names.set("refresh", true.into());
    for (name, value) in input.as_object().into_iter().flatten() {
        let value = match (name.as_str(), value) {
            ("create_date", Json::String(text)) => date(text).into(),
            ("config", _) => config(value).into(),
            _ => plain(value),
        };
        names.set(name, value);
    }
    names
}

fn plain(value: &Json) -> Value {
    match value {
        Json::String(text) => text.as_str().into(),
        Json::Bool(value) => (*value).into(),
        Json::Array(items) => Value::strings(items.iter().filter_map(Json::as_str)),
        _ => Value::None,
    }
}

/// Reads `2024-05-01T12:33:44.123456+02:00`, fraction and offset optional.
fn date(text: &str) -> DateTime {
    let number = |from: usize, to: usize| text[from..to].parse::<u16>().unwrap();
    let rest = &text[19..];
    let at = rest.find(['+', '-']).unwrap_or(rest.len());
    let (fraction, offset) = rest.split_at(at);
    let byte = |from| u8::try_from(number(from, from + 2)).unwrap();
    let offset = (!offset.is_empty()).then(|| {
        let hours: i32 = offset[1..3].parse().unwrap();
        let minutes: i32 = offset[4..6].parse().unwrap();
        let seconds = (hours * 60 + minutes) * 60;
        if offset.starts_with('-') {
            -seconds
        } else {
            seconds
        }
    });
    DateTime {
        year: number(0, 4),
        month: byte(5),
        day: byte(8),
        hour: byte(11),
        minute: byte(14),
        second: byte(17),
        microsecond: fraction
            .strip_prefix('.')
            .map_or(0, |part| part.parse().unwrap()),
        offset,
        zone: None,
    }
}

fn config(value: &Json) -> Config {
    let option =
        |(name, value): (&String, &Json)| (name.clone(), Some(value.as_str().unwrap().to_owned()));
    let mut sections: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    sections.insert("alembic".to_owned(), BTreeMap::new());
    for (name, options) in value.as_object().into_iter().flatten() {
        let options = options.as_object().unwrap().iter().map(option).collect();
        sections.insert(name.clone(), options);
    }
    Config {
        main_section: "alembic".to_owned(),
        sections,
    }
}
