//! A template is rendered or refused with a line of it, and twice alike.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use onehead_render::mako::{Config, Context, DateTime, Value, render};

fuzz_target!(|template: &str| {
    let names = names();
    let rendered = render(template, &names);
    assert_eq!(rendered, render(template, &names));
    if let Err(refusal) = rendered {
        let lines = template.matches('\n').count() + 1;
        assert!((1..=lines).contains(&refusal.line), "{refusal}");
    }
});

/// What `alembic merge` gives to a template.
fn names() -> Context {
    let mut names = Context::default();
    names.set("up_revision", Value::from("1f2e3d4c5b6a"));
    names.set("down_revision", Value::strings(["aa11", "bb22"]));
    names.set("branch_labels", Value::None);
    names.set("depends_on", Value::None);
    names.set("message", Value::from("merge heads"));
    names.set("comma", Value::comma());
    names.set("refresh", Value::Bool(true));
    names.set(
        "create_date",
        Value::DateTime(DateTime {
            year: 2024,
            month: 5,
            day: 1,
            hour: 12,
            minute: 33,
            second: 44,
            microsecond: 123_456,
            offset: None,
            zone: None,
        }),
    );
    let options = BTreeMap::from([("script_location".to_owned(), Some("migrations".to_owned()))]);
    names.set(
        "config",
        Value::from(Config {
            main_section: "alembic".to_owned(),
            sections: BTreeMap::from([("alembic".to_owned(), options)]),
        }),
    );
    names
}
