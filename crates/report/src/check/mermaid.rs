//! The fork as a drawing: branch point, sides, heads, and nothing of the thousand revisions before it.

use std::collections::BTreeSet;
use std::fmt::Write;

use onehead_model::escape::for_mermaid;
use onehead_model::{Holder, RevisionId};

use super::forks::Fork;

/// A Mermaid flowchart of one fork.
pub(super) fn drawing(fork: &Fork<'_>) -> String {
    let mut out = String::from("flowchart TD\n");
    for (index, point) in fork.points.iter().enumerate() {
        let text = label(&[point.id.as_str(), first_line(&point.message)]);
        let _ = writeln!(out, "  p{index}[\"{text}\"]");
    }
    for (index, (holder, head)) in fork.heads.iter().enumerate() {
        let holder = holder.map(|holder| shown(holder, fork.target.unwrap_or_default()));
        let lines = [
            head.id.as_str(),
            first_line(&head.message),
            holder.as_deref().unwrap_or_default(),
        ];
        let _ = writeln!(out, "  h{index}([\"{}\"])", label(&lines));
    }
    for (from, point) in fork.points.iter().enumerate() {
        for (to, (_, head)) in fork.heads.iter().enumerate() {
            let direct = head.down_revisions.contains(&point.id);
            let arrow = if direct { "-->" } else { "-.->" };
            let _ = writeln!(out, "  p{from} {arrow} h{to}");
        }
    }
    if fork.points.is_empty() {
        parents(&mut out, fork);
    }
    out
}

/// Where it is not known where heads part: what comes before them, at least.
fn parents(out: &mut String, fork: &Fork<'_>) {
    let parents: BTreeSet<&RevisionId> = fork
        .heads
        .iter()
        .flat_map(|(_, head)| &head.down_revisions)
        .collect();
    for (from, parent) in parents.iter().enumerate() {
        let _ = writeln!(out, "  p{from}[\"{}\"]", label(&[parent.as_str()]));
        for (to, (_, head)) in fork.heads.iter().enumerate() {
            if head.down_revisions.contains(parent) {
                let _ = writeln!(out, "  p{from} --> h{to}");
            }
        }
    }
}

fn label(lines: &[&str]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| for_mermaid(line))
        .collect();
    lines.join("<br/>")
}

/// Who has a head, in words.
pub(super) fn shown(holder: Holder, target: &str) -> String {
    match holder {
        Holder::Here => "only here".into(),
        Holder::Target => format!("only on {target}"),
        Holder::Both => "on both".into(),
    }
}

pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
