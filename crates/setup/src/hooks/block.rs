//! Lines of ours in a file of the project: marked, so that exactly they can be taken out again.

/// Opens our lines.
pub(crate) const BEGIN: &str = "# onehead: begin";
/// Closes them.
pub(crate) const END: &str = "# onehead: end";
/// Behind `BEGIN`: the whole file is ours.
pub(crate) const WHOLE: &str = "# onehead: begin (the file was created for this)";

/// Puts `body` between marks before the line with this number, counted from 0, or at the end. Every
/// line is indented by `indent`; line breaks are those of the file.
pub(crate) fn insert(text: &str, line: usize, indent: usize, body: &str) -> String {
    let newline = newline(text);
    let pad = " ".repeat(indent);
    let block = [BEGIN]
        .into_iter()
        .chain(body.lines())
        .chain([END])
        .map(|line| match line {
            "" => String::new(),
            line => format!("{pad}{line}"),
        });
    let block = block.collect::<Vec<_>>().join(newline);
    let at: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let (before, after) = text.split_at(at);
    if before.is_empty() || before.ends_with('\n') {
        format!("{before}{block}{newline}{after}")
    } else {
        // The file goes on to end without a line break.
        format!("{before}{newline}{block}")
    }
}

/// The text without our lines: what it was before [`insert`]. `None` if there are none.
pub(crate) fn remove(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    let mut found = false;
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        if !inside && (word == BEGIN || word == WHOLE) {
            inside = true;
            continue;
        }
        if !inside {
            out.push_str(line);
        } else if word == END {
            inside = false;
            found = true;
            if !line.ends_with('\n') {
                let kept = out.strip_suffix('\n').unwrap_or(&out);
                out.truncate(kept.strip_suffix('\r').unwrap_or(kept).len());
            }
        }
    }
    // Without its end it is not known how far it goes.
    (found && !inside).then_some(out)
}

fn newline(text: &str) -> &'static str {
    match text.split_inclusive('\n').next() {
        Some(line) if line.ends_with("\r\n") => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_can_be_removed() {
        for text in ["", "a", "a\n", "a\nb\n\n# c", "a\r\nb\r\n", "a\r\nb", "\n"] {
            for line in 0..=text.split_inclusive('\n').count() {
                let with = insert(text, line, 2, "x:\n\n  y");
                assert!(with.contains("  x:"), "{with:?}");
                assert_eq!(remove(&with).as_deref(), Some(text), "{with:?}");
                assert_eq!(with.contains("\r\n"), text.contains("\r\n"));
            }
        }
        assert_eq!(remove("a\n# onehead: begin\nb\n"), None);
        assert_eq!(remove("a\n"), None);
    }
}
