//! How times, numbers and the kinds of things are called on the page.

use maud::{Markup, PreEscaped, html};
use onehead_model::escape::for_html;
use onehead_model::{
    BranchKind, Caught, Check, EndingKind, HeadPolicy, HookKind, LimitKind, LineCommit,
};

/// Text from the repository: visible, and its direction stays its own.
pub(super) fn said(text: &str) -> Markup {
    PreEscaped(format!("<bdi>{}</bdi>", for_html(text)))
}

/// The same where no tags may be: in an attribute, or as the title of something drawn.
pub(super) fn bare(text: &str) -> Markup {
    PreEscaped(for_html(text))
}

/// Text from the repository that people read letter by letter: an id, a path, a branch.
pub(super) fn code(text: &str) -> Markup {
    html! { code { (said(text)) } }
}

/// A path, or what is named after one: it breaks where folders end.
pub(super) fn path(text: &str) -> Markup {
    let text = for_html(text).replace('/', "/<wbr>");
    html! { code { bdi { (PreEscaped(text)) } } }
}

/// An object id, as short as people write it.
pub(super) fn commit(oid: &str) -> Markup {
    let short: String = oid.chars().take(10).collect();
    html! { code title=(bare(oid)) { (bare(&short)) } }
}

/// A commit with its day, author and subject.
pub(super) fn line_commit(line: &LineCommit) -> Markup {
    html! {
        (moment(&line.date)) " " (commit(&line.commit)) " by " (said(&line.author.name))
        span.subject { (said(&line.subject)) }
    }
}

/// The day of a date as git writes it.
pub(super) fn day(date: &str) -> Markup {
    let day: String = date.chars().take(10).collect();
    html! { time datetime=(bare(date)) { (bare(&day)) } }
}

/// Day, time and offset of a date as git writes it.
pub(super) fn moment(date: &str) -> Markup {
    let text = match (date.get(..10), date.get(11..16), date.get(19..)) {
        (Some(day), Some(time), Some(offset)) => format!("{day} {time} {offset}"),
        _ => date.to_owned(),
    };
    html! { time datetime=(bare(date)) { (bare(&text)) } }
}

/// A length of time in words, the two greatest units that matter.
pub(super) fn duration(seconds: u64) -> String {
    match parts(seconds).as_slice() {
        [] => "less than a minute".to_owned(),
        parts => {
            let words = parts.iter().map(|(count, unit)| format!("{count} {unit}"));
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

/// The same, for programs as well.
pub(super) fn lasted(seconds: u64) -> Markup {
    html! { time datetime={ "PT" (seconds) "S" } { (duration(seconds)) } }
}

/// The numbers and units of a length of time; none of less than a minute. A second unit is left out where it says
/// nothing: the hours of a fortnight.
pub(super) fn parts(seconds: u64) -> Vec<(u64, &'static str)> {
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
pub(super) fn number(count: usize) -> String {
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

/// `1 commit`, `2 commits`
pub(super) fn counted(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{} {what}{end}", number(count))
}

/// A part of a whole, with a decimal where it is small; nothing of nothing.
pub(super) fn per_cent(part: usize, whole: usize) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    if share == 0.0 || share >= 10.0 {
        format!("{share:.0}")
    } else {
        format!("{share:.1}")
    }
}

pub(super) fn policy(policy: &HeadPolicy) -> Markup {
    html! {
        @match policy {
            HeadPolicy::Single => "one head",
            HeadPolicy::PerLabel => "one head for each branch label",
            HeadPolicy::PerLocation => "one head for each version location",
            HeadPolicy::Allowed(names) => {
                "allowed, and one more: "
                @for (index, name) in names.iter().enumerate() {
                    @if index > 0 { ", " }
                    (code(name))
                }
            }
        }
    }
}

pub(super) fn ending(how: EndingKind) -> &'static str {
    match how {
        EndingKind::MergeRevision => "merge revision",
        EndingKind::Reparent => "another parent",
        EndingKind::NewId => "another id",
        EndingKind::Removal => "removal",
        EndingKind::Squash => "squash of revisions",
        EndingKind::Policy => "settings changed",
        EndingKind::EnvironmentGone => "environment removed",
        EndingKind::Other => "something else",
    }
}

pub(super) fn branch_kind(kind: BranchKind) -> &'static str {
    match kind {
        BranchKind::Feature => "feature",
        BranchKind::Fix => "fix",
        BranchKind::Hotfix => "hotfix",
        BranchKind::Release => "release",
        BranchKind::Backport => "backport",
        BranchKind::Maintenance => "maintenance",
        BranchKind::Bot => "bot",
        BranchKind::Trunk => "long-lived",
        BranchKind::Other => "other name",
        BranchKind::Unknown => "squashed, name lost",
        BranchKind::Direct => "straight to the target",
    }
}

pub(super) fn check(check: Check) -> &'static str {
    match check {
        Check::PreCommit => "pre-commit",
        Check::PreMergeCommit => "pre-merge-commit",
        Check::PrePush => "pre-push",
        Check::PullRequest => "pull request check",
        Check::Rejudge => "rejudge or merge queue",
        Check::TargetCheck => "target check",
    }
}

pub(super) fn caught(verdict: Caught) -> &'static str {
    match verdict {
        Caught::Caught => "caught",
        Caught::Missed => "let through",
        Caught::NotPassed => "not passed",
        Caught::Unknown => "not known",
    }
}

pub(super) fn hook(kind: HookKind) -> &'static str {
    match kind {
        HookKind::HookManager => "A hook manager calls onehead",
        HookKind::Settings => "Settings of onehead",
        HookKind::Workflow => "CI calls onehead",
    }
}

pub(super) fn limit(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::ShallowClone => "Shallow clone",
        LimitKind::RewrittenHistory => "Rewritten history",
        LimitKind::MissingContent => "Missing content",
        LimitKind::UnreadableConfiguration => "Unreadable configuration",
        LimitKind::UnorderedDates => "Dates out of order",
    }
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
        assert_eq!(
            [(0, 0), (4, 107), (1, 2), (3, 3)].map(|(part, whole)| per_cent(part, whole)),
            ["0", "3.7", "50", "100"]
        );
        assert_eq!(
            [1, 2].map(|count| counted(count, "head")),
            ["1 head", "2 heads"]
        );
    }

    #[test]
    fn text_of_a_repository_is_text() {
        assert_eq!(
            said("</bdi><b>\u{202e}\0").into_string(),
            "<bdi>&lt;/bdi&gt;&lt;b&gt;\\u{202e}\\x00</bdi>"
        );
        assert_eq!(
            day("\"><script>").into_string(),
            "<time datetime=\"&quot;&gt;&lt;script&gt;\">&quot;&gt;&lt;script&gt;</time>"
        );
        assert_eq!(
            moment("2026-01-31T09:00:00+01:00").into_string(),
            "<time datetime=\"2026-01-31T09:00:00+01:00\">2026-01-31 09:00 +01:00</time>"
        );
        assert_eq!(
            moment("äöüäöüäöüäöü").into_string(),
            "<time datetime=\"äöüäöüäöüäöü\">äöüäöüäöüäöü</time>"
        );
    }
}
