//! Text from a repository may be hostile. Nothing of it is shown raw.

use std::borrow::Cow;
use std::fmt::Write;

/// For one line on a terminal: control characters, line breaks, bidirectional controls and other
/// invisible format characters become visible escapes; everything else stays, a tab too.
///
/// ```
/// use onehead_model::escape::for_terminal;
/// assert_eq!(for_terminal("a\u{1b}[31m\n\u{202e}b"), "a\\x1b[31m\\n\\u{202e}b");
/// assert_eq!(for_terminal("naïve"), "naïve");
/// ```
#[must_use]
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    Cow::Owned(out)
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        c if is_unsafe(c) && u32::from(c) < 0x100 => {
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        }
        c if is_unsafe(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// For one line of a log that a CI service may read: visible as above, and nothing in it is a command
/// to the service (`::error …` at the start, `##[error]…` and `##vso[…]` anywhere).
///
/// ```
/// use onehead_model::escape::for_log;
/// assert_eq!(for_log("  ::stop-commands::x"), "  \\x3a:stop-commands::x");
/// assert_eq!(for_log("a ##[group]b"), "a #\\x23[group]b");
/// assert_eq!(for_log("ok  a::b # c"), "ok  a::b # c");
/// ```
#[must_use]
pub fn for_log(text: &str) -> Cow<'_, str> {
    let line = for_terminal(text);
    let start = line.len() - line.trim_start().len();
    let is_command = line[start..].starts_with("::");
    if !is_command && !line.contains("##[") && !line.contains("##vso[") {
        return line;
    }
    let mut line = line.into_owned();
    if is_command {
        line.replace_range(start..=start, "\\x3a");
    }
    let line = line.replace("##[", "#\\x23[");
    Cow::Owned(line.replace("##vso[", "#\\x23vso["))
}

/// For a label in Mermaid: visible as above, and every character that Mermaid or HTML could act on
/// is a numbered entity (`#34;`).
///
/// ```
/// use onehead_model::escape::for_mermaid;
/// assert_eq!(for_mermaid("<b>\"x\"#`"), "#60;b#62;#34;x#34;#35;#96;");
/// ```
#[must_use]
pub fn for_mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in for_terminal(text).chars() {
        if c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '.' | ',' | '_' | '-' | '/' | '(' | ')' | '+' | '=' | '\''
            )
        {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

/// For a quoted string in Graphviz: visible as in the log of a CI service, where it may be printed, with `"` and `\`
/// escaped.
///
/// ```
/// use onehead_model::escape::for_dot;
/// assert_eq!(for_dot("a\"b\\n"), "a\\\"b\\\\n");
/// ```
#[must_use]
pub fn for_dot(text: &str) -> String {
    for_log(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// For Markdown, in comments and summaries of GitHub and GitLab: visible as above, as a code span. Inside of
/// one nothing acts, neither Markdown nor HTML, no `@mention`, no `#123`, no address that becomes a link; nor does
/// it in the log of a CI service.
///
/// ```
/// use onehead_model::escape::for_markdown;
/// assert_eq!(for_markdown("<b>@ann #1"), "`<b>@ann #1`");
/// assert_eq!(for_markdown("a`b"), "``a`b``");
/// assert_eq!(for_markdown("`\n"), "`` `\\n ``");
/// ```
#[must_use]
pub fn for_markdown(text: &str) -> String {
    let line = for_log(text);
    let fence = fence(&line, 1);
    // One blank on either side belongs to the fence, and a span of nothing is none.
    let pad = match (line.chars().next(), line.chars().next_back()) {
        (Some('`' | ' '), _) | (_, Some('`' | ' ')) | (None, _) => " ",
        _ => "",
    };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// For a block of code in Markdown, with the language that it is in: each line visible as above, and nothing in
/// it ends the block.
///
/// ```
/// use onehead_model::escape::for_markdown_block;
/// assert_eq!(for_markdown_block("sh", "git status\n"), "```sh\ngit status\n```\n");
/// assert_eq!(for_markdown_block("sh", "```\n"), "````sh\n```\n````\n");
/// ```
#[must_use]
pub fn for_markdown_block(language: &str, text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.lines().map(for_log).collect();
    let text = lines.join("\n");
    let fence = fence(&text, 3);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// More backticks than anywhere in a row, and at least so many.
fn fence(text: &str, least: usize) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    "`".repeat(runs.max().map_or(least, |longest| least.max(longest + 1)))
}

/// For HTML, as text, in an attribute in quotes of either kind, or in SVG within it: visible as above, and nothing
/// in it is a tag, an entity or the end of the attribute.
///
/// ```
/// use onehead_model::escape::for_html;
/// assert_eq!(for_html("</script>&\0"), "&lt;/script&gt;&amp;\\x00");
/// assert_eq!(for_html("\"'"), "&quot;&#39;");
/// ```
#[must_use]
pub fn for_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in for_terminal(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// For the path of a relative URI: every byte that is not plainly part of one is encoded.
///
/// ```
/// use onehead_model::escape::for_uri;
/// assert_eq!(for_uri("a b/ü#1.py"), "a%20b/%C3%BC%231.py");
/// ```
#[must_use]
pub fn for_uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
