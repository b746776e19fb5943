//! Template text into tokens, by the rules of `mako/lexer.py` (Mako 1.4).
//!
//! Mako matches regular expressions at a moving position. The functions here are those
//! expressions written out, with their order and their odd cases; where an odd case drops text,
//! it is refused.

use super::refusal::Refusal;
use super::text::{is_space, string_close};

/// A piece of a template and the line where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Counted from 1.
    pub(super) line: usize,
    /// What it is.
    pub(super) kind: Kind,
}

/// The kinds of piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text that goes to the output.
    Text(String),
    /// `${code | filters}`
    Expression { code: String, filters: String },
    /// `<% code %>`, or `<%! code %>` when `module`.
    Code { code: String, module: bool },
    /// A line that starts with `%`, without the sign and the line end.
    Control(String),
    /// A comment.
    Comment,
}

/// Splits a template.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, Refusal> {
    if text.starts_with('\u{feff}') {
        return Err(Refusal::new(1, "byte order mark"));
    }
    if let Some(at) = lone_return(text.as_bytes()) {
        let line = 1 + text[..at].matches('\n').count();
        return Err(Refusal::new(line, "carriage return inside a line"));
    }
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: coding_line(text).unwrap_or(0),
        line: 1,
        counted: 0,
        work: 0,
        tokens: Vec::new(),
    };
    while lexer.at < text.len() {
        lexer.step()?;
    }
    Ok(lexer.tokens)
}

fn lone_return(bytes: &[u8]) -> Option<usize> {
    let lone = |at: &usize| bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).find(lone)
}

/// Where the text goes on behind a magic comment: `#.*coding[:=]\s*([-\w.]+).*\r?\n`.
fn coding_line(text: &str) -> Option<usize> {
    if !text.starts_with('#') {
        return None;
    }
    let first = text.split('\n').next().unwrap_or_default();
    first.rmatch_indices("coding").find_map(|(at, word)| {
        let rest = text[at + word.len()..].strip_prefix([':', '='])?;
        let rest = rest.trim_start_matches(is_space);
        let named = rest.starts_with(|char: char| char.is_alphanumeric() || "-_.".contains(char));
        let end = rest.find('\n').filter(|_| named)?;
        Some(text.len() - rest.len() + end + 1)
    })
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Line of the byte `counted`.
    line: usize,
    counted: usize,
    /// Bytes looked at while searching ends, to keep the whole linear.
    work: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn step(&mut self) -> Result<(), Refusal> {
        if self.looking_at("${") {
            return self.expression();
        }
        let line_start = self.at == 0 || self.bytes[self.at - 1] == b'\n';
        if line_start && self.control_line() {
            return Ok(());
        }
        if self.looking_at("<%doc>")
            && let Some(length) = self.rest().find("</%doc>")
        {
            self.push(Kind::Comment, self.at + length + "</%doc>".len());
            return Ok(());
        }
        if self.looking_at("<%") {
            return self.tag_or_block();
        }
        if self.looking_at("</%") {
            return Err(self.refuse("closing tag without opening tag"));
        }
        if line_start && self.percent()? {
            return Ok(());
        }
        self.plain_text()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn looking_at(&self, prefix: &str) -> bool {
        self.bytes[self.at..].starts_with(prefix.as_bytes())
    }

    /// The line of the current position.
    fn line(&mut self) -> usize {
        let passed = &self.bytes[self.counted..self.at];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = self.at;
        self.line
    }

    fn refuse(&mut self, construct: impl Into<String>) -> Refusal {
        Refusal::new(self.line(), construct)
    }

    fn push(&mut self, kind: Kind, end: usize) {
        let line = self.line();
        self.tokens.push(Token { line, kind });
        self.at = end;
    }

    /// `^[\t ]*(%(?!%)|##)[\t ]*((?:(?:\\\r?\n)|[^\r\n])*)(?:\r?\n|\Z)`
    fn control_line(&mut self) -> bool {
        let rest = self.rest().trim_start_matches(['\t', ' ']);
        let (comment, rest) = match (rest.strip_prefix("##"), rest.strip_prefix('%')) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) if !rest.starts_with('%') => (false, rest),
            _ => return false,
        };
        let start = self.text.len() - rest.trim_start_matches(['\t', ' ']).len();
        let mut end = start;
        let next = loop {
            match self.bytes.get(end) {
                None => break end,
                Some(b'\n') => break end + 1,
                Some(b'\r') => break end + 2,
                Some(b'\\') => end += 1 + self.line_end(end + 1),
                Some(_) => end += 1,
            }
        };
        let kind = if comment {
            Kind::Comment
        } else {
            Kind::Control(self.text[start..end].to_owned())
        };
        self.push(kind, next);
        true
    }

    /// Length of the line end at `at`, 0 if there is none.
    fn line_end(&self, at: usize) -> usize {
        match self.bytes.get(at..) {
            Some([b'\n', ..]) => 1,
            Some([b'\r', b'\n', ..]) => 2,
            _ => 0,
        }
    }

    /// `^(\s*)%%(%*)`
    ///
    /// Mako 1.1 and 1.2 drop the first character of the line instead, whatever it is, and know no
    /// escape at the start of a template.
    fn percent(&mut self) -> Result<bool, Refusal> {
        let rest = self.rest();
        let body = rest.trim_start_matches(is_space);
        let Some(more) = body.strip_prefix("%%") else {
            return Ok(false);
        };
        let space = &rest[..rest.len() - body.len()];
        let before = self.text.len() - body.len();
        if before == 0 || self.bytes[before - 1] != b'\n' {
            return Err(self.refuse("`%%` that versions of Mako read differently"));
        }
        let after = more.trim_start_matches('%');
        let text = format!("{space}%{}", &more[..more.len() - after.len()]);
        self.push(Kind::Text(text), self.text.len() - after.len());
        Ok(true)
    }

    fn plain_text(&mut self) -> Result<(), Refusal> {
        let mut end = self.at;
        let next = loop {
            let Some(byte) = self.bytes.get(end) else {
                break end;
            };
            let here = &self.bytes[end..];
            let stops = match byte {
                b'$' => here.starts_with(b"${"),
                b'<' => here.starts_with(b"<%") || here.starts_with(b"</%"),
                _ => false,
            };
            if stops || self.line_sign(end) {
                break end;
            }
            match self.line_end(end + 1) {
                length @ 1.. if *byte == b'\\' => break end + 1 + length,
                _ => end += 1,
            }
        };
        let text = &self.text[self.at..end];
        if next == self.at || text.contains("<&") || text.contains("</&") {
            return Err(self.refuse("`<&` that versions of Mako read differently"));
        }
        if end == self.at {
            self.at = next;
        } else {
            self.push(Kind::Text(text.to_owned()), next);
        }
        Ok(())
    }

    /// `(?<=\n)(?=[ \t]*(?=%|\#\#))`
    fn line_sign(&self, at: usize) -> bool {
        if at == 0 || self.bytes[at - 1] != b'\n' {
            return false;
        }
        let rest = self.text[at..].trim_start_matches([' ', '\t']);
        rest.starts_with('%') || rest.starts_with("##")
    }

    fn expression(&mut self) -> Result<(), Refusal> {
        let start = self.at + 2;
        let (end, next) = self.until(start, true, &["|", "}"], "expression without its end")?;
        let code = self.text[start..end].replace("\r\n", "\n");
        let (filters, next) = if self.bytes[end] == b'|' {
            let (end, after) = self.until(next, true, &["}"], "expression without its end")?;
            (self.text[next..end].trim_matches(is_space), after)
        } else {
            ("", next)
        };
        let filters = filters.to_owned();
        self.push(Kind::Expression { code, filters }, next);
        Ok(())
    }

    fn tag_or_block(&mut self) -> Result<(), Refusal> {
        let rest = &self.rest()[2..];
        if let Some(body) = rest.strip_prefix("text>") {
            let Some(length) = body.find("</%text>") else {
                return Err(self.refuse("`<%text>` without its end"));
            };
            if length == 0 {
                return Err(self.refuse("`<%text>` without content"));
            }
            let end = self.text.len() - body.len() + length + "</%text>".len();
            self.push(Kind::Text(body[..length].to_owned()), end);
            return Ok(());
        }
        let word = |char: char| char.is_alphanumeric() || "_.:".contains(char);
        if rest.starts_with(word) {
            let name = &rest[..rest.find(|char| !word(char)).unwrap_or(rest.len())];
            let known = [
                "def",
                "block",
                "namespace",
                "include",
                "inherit",
                "page",
                "call",
                "doc",
            ];
            if known.contains(&name) || name == "text" || may_be_tag(rest) {
                return Err(self.refuse(format!("`<%{name}>` tag")));
            }
        }
        let module = rest.starts_with('!');
        let start = self.at + 2 + usize::from(module);
        let (end, next) = self.until(start, false, &["%>"], "Python block without its end")?;
        let code = self.text[start..end].to_owned();
        self.push(Kind::Code { code, module }, next);
        Ok(())
    }

    /// `parse_until_text`: the first of `stops` outside strings, comments and, if `nesting`,
    /// brackets. Gives where it starts and where it ends.
    fn until(
        &mut self,
        start: usize,
        nesting: bool,
        stops: &[&str],
        missing: &str,
    ) -> Result<(usize, usize), Refusal> {
        let mut levels = [0_i64; 3];
        let mut at = start;
        let last_line = self.text.rfind('\n').map_or(0, |end| end + 1);
        while at < self.text.len() {
            let bytes = self.bytes;
            let here = &bytes[at..];
            if here[0] == b'#' && at < last_line {
                at += here.iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
                continue;
            }
            if let Some(end) = self.string_end(at)? {
                at = end;
                continue;
            }
            let stop = |at: usize| {
                let starts = |stop: &&&str| bytes[at..].starts_with(stop.as_bytes());
                stops.iter().find(starts).map(|stop| stop.len())
            };
            let from = at;
            if let Some(length) = stop(at) {
                if !nesting || levels.iter().all(|level| *level <= 0) {
                    return Ok((at, at + length));
                }
                at += length;
            } else {
                let special = |at: &usize| b"\"'#".contains(&bytes[*at]) || stop(*at).is_some();
                let Some(next) = (at..bytes.len()).find(special) else {
                    break;
                };
                // Mako steps over one character when its expression matches nothing.
                at = next.max(at + 1);
                if next == from {
                    continue;
                }
            }
            for byte in &bytes[from..at] {
                match byte {
                    b'{' => levels[0] += 1,
                    b'}' => levels[0] -= 1,
                    b'(' => levels[1] += 1,
                    b')' => levels[1] -= 1,
                    b'[' => levels[2] += 1,
                    b']' => levels[2] -= 1,
                    _ => {}
                }
            }
        }
        Err(self.refuse(missing))
    }

    /// `("""|'''|"|')[^\\]*?(\\.[^\\]*?)*\1`
    fn string_end(&mut self, at: usize) -> Result<Option<usize>, Refusal> {
        for delimiter in ["\"\"\"", "'''", "\"", "'"] {
            let delimiter = delimiter.as_bytes();
            if !self.bytes[at..].starts_with(delimiter) {
                continue;
            }
            let end = string_close(self.bytes, at + delimiter.len(), delimiter);
            self.work += end.unwrap_or(self.bytes.len()) - at;
            if self.work > 20 * self.bytes.len() + 100_000 {
                return Err(self.refuse("too many quotes without an end"));
            }
            if end.is_some() {
                return Ok(end);
            }
        }
        Ok(None)
    }
}

/// Could Mako's expression for an opening tag match here? It covers words, spaces, `=`, `,` and
/// strings up to `>`, so another character before that rules it out.
fn may_be_tag(rest: &str) -> bool {
    let mut chars = rest.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' | '\'' => {
                if !chars.any(|other| other == char) {
                    return false;
                }
            }
            '/' | '>' => return true,
            _ if is_space(char) || char.is_alphanumeric() || "_.:=,".contains(char) => {}
            // What counts as a word character differs at the fringes.
            _ => return !char.is_ascii(),
        }
    }
    false
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
