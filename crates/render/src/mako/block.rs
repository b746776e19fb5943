//! Control lines and Python blocks, from their text to statements.

use onehead_python::{Branch, Expr, Stmt, StmtKind};

use super::source;
use super::text::is_space;
use super::value::Eval;

/// A control line without its sign.
#[derive(Debug)]
pub(super) enum Control {
    If(Expr),
    Elif(Expr),
    Else,
    For {
        target: Expr,
        iter: Expr,
        /// Can Mako rewrite this line, which it does by a regular expression, when the body uses
        /// `loop`?
        loopable: bool,
    },
    While(Expr),
    /// `end` and the keyword.
    End(String),
}

/// Reads a control line: `PythonFragment` in `mako/ast.py`.
pub(super) fn control(text: &str) -> Eval<Control> {
    let word: String = text
        .chars()
        .take_while(|char| char.is_alphanumeric() || *char == '_')
        .collect();
    if word.is_empty() {
        return Err("control line without a keyword".into());
    }
    if let Some(keyword) = word.strip_prefix("end").filter(|rest| !rest.is_empty()) {
        return Ok(Control::End(keyword.to_owned()));
    }
    if !["if", "elif", "else", "for", "while"].contains(&word.as_str()) {
        return Err(format!("`% {word}` control line"));
    }
    let text = text.replace("\r\n", "\n");
    let code = fragment(&text, word.len())?;
    if code.len() < text.trim_end_matches(is_space).len() && text.contains('\n') {
        return Err("comment in a control line of several lines".into());
    }
    let prefix = match word.as_str() {
        "elif" | "else" => "if False:pass\n",
        _ => "",
    };
    let stmt = source::control(&format!("{prefix}{code}pass"))?;
    let odd = || format!("`% {word}` control line with more than its head");
    match (word.as_str(), stmt.kind) {
        ("if", StmtKind::If(branches)) => match <[Branch; 1]>::try_from(branches) {
            Ok(
                [
                    Branch {
                        test: Some(test),
                        body,
                    },
                ],
            ) if only_pass(&body) => Ok(Control::If(test)),
            _ => Err(odd()),
        },
        ("elif" | "else", StmtKind::If(branches)) => match <[Branch; 2]>::try_from(branches) {
            Ok([_, Branch { test, body }]) if only_pass(&body) => Ok(match test {
                Some(test) => Control::Elif(test),
                None => Control::Else,
            }),
            _ => Err(odd()),
        },
        ("while", StmtKind::While { test, body, orelse })
            if only_pass(&body) && orelse.is_empty() =>
        {
            Ok(Control::While(test))
        }
        (
            "for",
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            },
        ) if only_pass(&body) && orelse.is_empty() => {
            let head = text.split(" in ").next().unwrap_or_default();
            let simple = |char: char| char.is_ascii_alphanumeric() || "_, ".contains(char);
            let loopable = head.starts_with("for ")
                && head.chars().all(simple)
                && !head.trim_end().ends_with(',')
                && !text.contains(['\n', '#']);
            Ok(Control::For {
                target,
                iter,
                loopable,
            })
        }
        _ => Err(odd()),
    }
}

/// `^(\w+)(?:\s+(.*?))?:\s*(#|$)`: the line up to its comment.
fn fragment(text: &str, keyword: usize) -> Eval<&str> {
    let stripped = text.trim_end_matches(is_space);
    let rest = &stripped[keyword..];
    if rest.starts_with(|char| is_space(char) || char == ':') {
        for (at, _) in rest.match_indices(':') {
            if at > 0 && rest.starts_with(':') {
                break;
            }
            let behind = rest[at + 1..].trim_start_matches(is_space);
            if behind.is_empty() {
                return Ok(text);
            }
            if behind.starts_with('#') {
                return Ok(&text[..stripped.len() - behind.len()]);
            }
        }
    }
    Err("control line without a colon at its end".into())
}

fn only_pass(body: &[Stmt]) -> bool {
    matches!(
        body,
        [Stmt {
            kind: StmtKind::Inert,
            ..
        }]
    )
}

/// Statements and the text that their spans refer to.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) body: Vec<Stmt>,
    text: String,
}

impl Block {
    /// Reads the inside of `<% %>`.
    pub(super) fn new(code: &str) -> Eval<Self> {
        let text = adjust(code)?;
        let body = source::statements(&text)?;
        Ok(Self { body, text })
    }

    /// How many lines behind the start of the block a statement stands.
    pub(super) fn line_of(&self, stmt: &Stmt) -> usize {
        let before = self.text.get(..stmt.span.start).unwrap_or_default();
        before.matches('\n').count()
    }
}

/// Takes off the left margin: `adjust_whitespace` in `mako/pygen.py`.
fn adjust(code: &str) -> Eval<String> {
    let multi = code.contains("\"\"\"") || code.contains("'''");
    let mut lines = Vec::new();
    let mut margin = None;
    for line in code.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        // Mako tracks these in two ways, which do not always agree.
        if multi || line.ends_with('\\') {
            return Err("string or statement continued inside a Python block".into());
        }
        let line = expand_tabs(line);
        let body = line.trim_start_matches(' ');
        if margin.is_none() && !body.is_empty() && !body.starts_with('#') {
            margin = Some(line.len() - body.len());
        }
        let spaces = " ".repeat(margin.unwrap_or(0));
        lines.push(line.strip_prefix(&spaces).unwrap_or(&line).to_owned());
    }
    Ok(lines.join("\n") + "\n")
}

/// `str.expandtabs()`
fn expand_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for char in line.chars() {
        if char == '\t' {
            let width = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else {
            out.push(char);
            column += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn margins_go_as_in_mako() {
        let cases = [
            (
                "\n    a = 1\n    if a:\n        b\n",
                "\na = 1\nif a:\n    b\n\n",
            ),
            (" a\n", "a\n\n"),
            ("\n\ta\n\t\tb", "\na\n        b\n"),
            ("\r\n  # c\r\n    a\r\n  b", "\n  # c\na\n  b\n"),
        ];
        for (code, expected) in cases {
            assert_eq!(adjust(code).unwrap(), expected, "{code:?}");
        }
    }

    #[test]
    fn control_lines_need_their_form() {
        for line in [
            "if a:",
            "elif a: # b",
            "else :",
            "for a, b in c: ",
            "while a:",
            "endif x",
        ] {
            assert!(control(line).is_ok(), "{line}");
        }
        for line in ["if(a):", "if a", "try:", "if a: b", "if ':#' in a:", "end:"] {
            assert!(control(line).is_err(), "{line}");
        }
    }
}
