//! How text of the repository, ids and times are marked up on the page.

use maud::{Markup, PreEscaped, html};
use onehead_model::escape::for_html;
use onehead_model::{HeadPolicy, LineCommit, Person, words};

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
    html! { code title=(bare(oid)) { (bare(words::short_id(oid))) } }
}

/// A commit with its day, author and subject.
pub(super) fn line_commit(line: &LineCommit) -> Markup {
    html! {
        (moment(&line.date)) " " (commit(&line.commit)) " by " (said(&line.author.name))
        span.subject { (said(&line.subject)) }
    }
}

/// People by their names.
pub(super) fn people(people: &[Person]) -> Markup {
    html! {
        @if people.is_empty() { span.note { "unknown author" } }
        @for (index, person) in people.iter().enumerate() {
            @if index > 0 { ", " }
            (said(&person.name))
        }
    }
}

/// The commit with which something began, as far as that is known.
pub(super) fn began(line: &LineCommit, at_boundary: bool) -> Markup {
    html! {
        @match at_boundary {
            true => { (moment(&line.date)) " " (commit(&line.commit)) " or earlier: it is the oldest commit of this shallow clone" }
            false => (line_commit(line)),
        }
    }
}

/// The day of a date as git writes it.
pub(super) fn day(date: &str) -> Markup {
    html! { time datetime=(bare(date)) { (bare(words::day(date))) } }
}

/// Day, time and offset of a date as git writes it.
pub(super) fn moment(date: &str) -> Markup {
    let text = match (date.get(..10), date.get(11..16), date.get(19..)) {
        (Some(day), Some(time), Some(offset)) => format!("{day} {time} {offset}"),
        _ => date.to_owned(),
    };
    html! { time datetime=(bare(date)) { (bare(&text)) } }
}

/// A length of time, for people and for programs, as far as it is known.
pub(super) fn lasted(seconds: u64, at_boundary: bool) -> Markup {
    html! { @if at_boundary { "at least " } time datetime={ "PT" (seconds) "S" } { (words::duration(seconds)) } }
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

#[cfg(test)]
mod tests {
    use super::*;

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
