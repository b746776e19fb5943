//! Two texts as a unified diff, as git and `diff -u` write it.

use std::fmt::Write;
use std::ops::Range;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// Beyond so many pairs of lines, what differs is shown as replaced as a whole.
const MOST_PAIRS: usize = 1 << 24;

/// What makes `new` of `old`; nothing if they are equal.
#[must_use]
pub fn unified_diff(old: (&str, &str), new: (&str, &str)) -> String {
    let (old_name, new_name) = (old.0, new.0);
    let (old, new) = (split(old.1), split(new.1));
    let changes = changes(&old, &new);
    let mut text = String::new();
    if !changes.is_empty() {
        let _ = write!(text, "--- {old_name}\n+++ {new_name}\n");
    }
    for hunk in changes.chunk_by(|one, next| next.old.start - one.old.end <= 2 * CONTEXT) {
        write_hunk(&mut text, hunk, &old, &new);
    }
    text
}

/// Lines with their ends, as Python reads them: `\n`, `\r\n`, or `\r` alone.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let ends_here = |at: usize| match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    let mut lines = Vec::new();
    let mut start = 0;
    for at in (0..bytes.len()).filter(|&at| ends_here(at)) {
        lines.push(&text[start..=at]);
        start = at + 1;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

/// Lines that take the place of others.
#[derive(Debug, PartialEq)]
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// The fewest lines that differ, in order.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let equal = |(one, other): &(&&str, &&str)| one == other;
    let start = std::iter::zip(old, new).take_while(equal).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = std::iter::zip(old_rest.iter().rev(), new_rest.iter().rev());
    let end = end.take_while(equal).count();
    let old = &old_rest[..old_rest.len() - end];
    let new = &new_rest[..new_rest.len() - end];
    let common = match old.len() * new.len() {
        0 => Vec::new(),
        pairs if pairs > MOST_PAIRS => Vec::new(),
        _ => common(old, new),
    };
    let mut changes = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (next_old, next_new) in common.into_iter().chain([(old.len(), new.len())]) {
        if (at_old, at_new) != (next_old, next_new) {
            changes.push(Change {
                old: start + at_old..start + next_old,
                new: start + at_new..start + next_new,
            });
        }
        (at_old, at_new) = (next_old + 1, next_new + 1);
    }
    changes
}

/// The longest sequence of lines that both have, as pairs of numbers.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    // How long that sequence is behind line `i` of one and line `j` of the other.
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = match old[i] == new[j] {
                true => longest[(i + 1) * width + j + 1] + 1,
                false => longest[(i + 1) * width + j].max(longest[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Changes that are near each other, with the lines around them.
fn write_hunk(text: &mut String, hunk: &[Change], old: &[&str], new: &[&str]) {
    let ([first, ..], [.., last]) = (hunk, hunk) else {
        return;
    };
    let before = first.old.start.min(CONTEXT);
    let behind = (old.len() - last.old.end).min(CONTEXT);
    let shown_old = first.old.start - before..last.old.end + behind;
    let shown_new = first.new.start - before..last.new.end + behind;
    let _ = writeln!(text, "@@ -{} +{} @@", lines(&shown_old), lines(&shown_new));
    let mut at = shown_old.start;
    for change in hunk {
        write_lines(text, ' ', &old[at..change.old.start]);
        write_lines(text, '-', &old[change.old.clone()]);
        write_lines(text, '+', &new[change.new.clone()]);
        at = change.old.end;
    }
    write_lines(text, ' ', &old[at..shown_old.end]);
}

/// The first line, counted from 1, and how many there are. None are named by the line before them.
fn lines(shown: &Range<usize>) -> String {
    match shown.len() {
        0 => format!("{},0", shown.start),
        1 => format!("{}", shown.start + 1),
        count => format!("{},{count}", shown.start + 1),
    }
}

fn write_lines(text: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        let _ = write!(text, "{sign}{line}");
        if !line.ends_with(['\n', '\r']) {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        unified_diff(("a", old), ("b", new))
    }

    #[test]
    fn equal_texts_have_none() {
        assert_eq!(diff("a\n", "a\n"), "");
        assert_eq!(diff("", ""), "");
    }

    #[test]
    fn a_new_text_is_added_and_an_old_one_removed() {
        assert_eq!(
            diff("", "a\nb\n"),
            "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+a\n+b\n"
        );
        assert_eq!(diff("a\n", ""), "--- a\n+++ b\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn lines_around_a_change_are_shown_and_changes_far_from_each_other_are_apart() {
        let old: String = (1..=20).map(|line| format!("{line}\n")).collect();
        let new = old.replace("\n4\n", "\nfour\n").replace("\n16\n", "\n");
        assert_eq!(
            diff(&old, &new),
            "--- a\n+++ b\n@@ -1,7 +1,7 @@\n 1\n 2\n 3\n-4\n+four\n 5\n 6\n 7\n\
             @@ -13,7 +13,6 @@\n 13\n 14\n 15\n-16\n 17\n 18\n 19\n"
        );
    }

    #[test]
    fn changes_that_share_the_lines_between_them_are_one() {
        let old: String = (1..=9).map(|line| format!("{line}\n")).collect();
        let new = old.replace("1\n", "one\n").replace("8\n", "eight\n");
        assert_eq!(diff(&old, &new).matches("@@ -").count(), 1);
        let new = old.replace("1\n", "one\n").replace("9\n", "nine\n");
        assert_eq!(diff(&old, &new).matches("@@ -").count(), 2);
    }

    #[test]
    fn lines_keep_their_ends() {
        assert_eq!(split("a\r\nb\rc\n\nd"), ["a\r\n", "b\r", "c\n", "\n", "d"]);
        assert_eq!(split(""), [""; 0]);
    }

    #[test]
    fn a_text_that_ends_in_a_line_says_so() {
        let missing = "\\ No newline at end of file";
        assert_eq!(
            diff("a\nb", "a\nb\n"),
            format!("--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n-b\n{missing}\n+b\n")
        );
        assert_eq!(
            diff("a\nb", "c\nb"),
            format!("--- a\n+++ b\n@@ -1,2 +1,2 @@\n-a\n+c\n b\n{missing}\n")
        );
    }
}
