use pretty_assertions::assert_eq;

use super::*;
use crate::{Date, Stamp};

const NOON: Stamp = Stamp {
    date: Date {
        year: 2026,
        month: 3,
        day: 5,
    },
    hour: 12,
    minute: 30,
    second: 0,
};

/// The id that follows these; `-` if they follow no pattern.
fn next(ids: &[&str]) -> String {
    let newest_first: Vec<&str> = ids.iter().rev().copied().collect();
    match IdPattern::of(&newest_first, Coverage::All) {
        Some(pattern) => {
            let place = pattern.next(ids.iter().copied(), NOON);
            pattern.write(place, "merge_heads", "0123456789ab")
        }
        None => "-".into(),
    }
}

#[test]
fn ids_in_a_row_go_on() {
    let table: &[(&[&str], &str)] = &[
        (&["0001", "0002", "0003"], "0004"),
        (&["1", "2", "10"], "11"),
        (&["0998", "0999", "1000"], "1001"),
        (&["9998", "9999"], "10000"),
        (&["0009999", "0000001"], "0010000"),
        (&["m0001", "m0002"], "m0003"),
        (&["main_0001", "main_0002"], "main_0003"),
        (&["v8", "v9"], "v10"),
        (&["0001_users", "0002_2fa_of_users"], "0003_merge_heads"),
        (&["0001_rev", "0002_rev"], "0003_rev"),
        (&["1_3f9ab02c11de", "2_0a9ab02c11de"], "3_0123456789ab"),
        (&["2026_03_01_0001", "2026_03_01_0002"], "2026_03_05_0003"),
        (&["2026_03_05_0001", "2026_03_05_0002"], "2026_03_05_0003"),
        (&["2026_04_01_0001", "2026_04_01_0002"], "2026_04_01_0003"),
        (&["202603010001", "202603010002"], "202603050003"),
        (
            &["20260301_users", "20260302_orders"],
            "20260305_merge_heads",
        ),
        (&["20260301", "20260302"], "20260305"),
        (&["202603011000", "202603020900"], "202603051230"),
        (&["202603051000", "202603051259"], "202603051300"),
        (&["20260305_100000", "20260305_235959"], "20260305_235960"),
        (
            &["20260301100000_0a9ab02c11de", "20260302090000_3f9ab02c11de"],
            "20260305123000_0123456789ab",
        ),
    ];
    for (ids, expected) in table {
        assert_eq!(next(ids), *expected, "{ids:?}");
    }
}

#[test]
fn other_ids_follow_no_pattern() {
    let table: &[&[&str]] = &[
        &["3f9ab02c11de", "0a9ab02c11de"],
        &["a1", "b1", "c1"],
        &["1", "0002"],
        &["0001", "002"],
        &["0001", "0002_users"],
        &["v1.0.0.a", "v1.2.0.a"],
        &["2023_1_contract01", "2024_1_contract01"],
        &["main_0001", "django_0001"],
        &["2026_03_01_10_30", "2026_03_02_10_30"],
        &["1234567890123456789", "1234567890123456790"],
        &["0001", "abcd", "0002"],
        &["", "1"],
    ];
    for ids in table {
        assert_eq!(next(ids), "-", "{ids:?}");
    }
}

#[test]
fn the_pattern_of_the_most_ids_counts_where_it_is_asked_for() {
    let of = |ids: &[&str]| IdPattern::of(ids, Coverage::Most);
    let numbers = of(&["0a9ab02c11de", "0002", "0001"]).expect("numbers");
    assert_eq!(
        numbers.place("0002").and_then(|place| place.number),
        Some(2)
    );
    // Of two that are as frequent, that of the last id.
    let last = of(&["m2", "0001"]).expect("a pattern");
    assert_eq!(last.prefix, "m");
    assert_eq!(of(&["0a9ab02c11de"]), None);
}

#[test]
fn an_id_of_digits_by_chance_is_no_number_of_the_sequence() {
    let ids = ["0003", "0002", "0001"];
    let pattern = IdPattern::of(&ids, Coverage::All).expect("a pattern");
    assert_eq!(pattern.place("184243329483"), None);
    assert!(pattern.place("0009_hotfix").is_some());
}

#[test]
fn an_id_moves_and_keeps_its_words() {
    let ids = ["0002_orders", "0001_users"];
    let pattern = IdPattern::of(&ids, Coverage::All).expect("a pattern");
    let place = pattern.next(ids, NOON);
    assert_eq!(pattern.moved(ids[0], place).as_deref(), Some("0003_orders"));
    assert_eq!(pattern.moved("abc", place), None);
}

#[test]
fn ids_of_one_day_without_a_number_are_counted() {
    let ids = ["20260301_users", "20260302_orders"];
    let pattern = IdPattern::of(&ids, Coverage::All).expect("a pattern");
    let first = pattern.next(ids, NOON);
    let second = pattern.after(first);
    assert_eq!(pattern.write(second, "merge", ""), "20260305_merge_2");
    let third = pattern.after(second);
    assert_eq!(pattern.write(third, "merge", ""), "20260305_merge_3");
}
