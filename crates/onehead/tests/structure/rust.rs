//! A small reading of Rust: enough for how this workspace is written.

use std::collections::BTreeSet;

/// What a file defines and names.
#[derive(Default)]
pub(crate) struct File {
    pub(crate) name: String,
    /// Names that are defined here.
    pub(crate) defined: BTreeSet<String>,
    /// Names that are brought here from elsewhere: what each is called here, and its path.
    pub(crate) imported: Vec<(String, Vec<String>)>,
    /// Paths that code names, and paths of `use` that are not passed on.
    pub(crate) named: Vec<Vec<String>>,
}

/// What is written in each `#[error(…)]`.
pub(crate) fn error_texts(text: &str) -> Vec<&str> {
    let starts = text
        .match_indices("#[error(")
        .map(|(at, mark)| at + mark.len());
    let texts = starts.filter_map(|start| {
        let rest = text[start..].trim_start();
        rest.starts_with('"').then(|| &rest[..quoted(rest)])
    });
    texts.collect()
}

/// What a file defines and names.
pub(crate) fn parse(name: String, text: &str) -> File {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let tokens = tokens(text);
    let mut file = File {
        name,
        ..File::default()
    };
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "use" => {
                let passed_on = at > 0 && matches!(tokens[at - 1].as_str(), "pub" | ")");
                let end = (at..tokens.len()).find(|&end| tokens[end] == ";");
                let end = end.unwrap_or(tokens.len());
                for (name, path) in tree(&tokens[at + 1..end], &[]) {
                    if !passed_on {
                        file.named.push(path.clone());
                    }
                    file.imported.push((name, path));
                }
                at = end;
            }
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                if let Some(name) = tokens.get(at + 1) {
                    file.defined.insert(name.clone());
                }
            }
            _ if at == 0 || tokens[at - 1] != "::" => {
                let mut path = Vec::new();
                let mut end = at;
                while tokens.get(end).is_some_and(|word| is_word(word)) {
                    path.push(tokens[end].clone());
                    if tokens.get(end + 1).is_none_or(|next| next != "::") {
                        break;
                    }
                    end += 2;
                }
                if path.len() > 1 {
                    file.named.push(path);
                }
            }
            _ => {}
        }
        at += 1;
    }
    file
}

/// The names and paths of a `use`.
fn tree(tokens: &[String], before: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut path = before.to_vec();
    let mut name = None;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                let mut depth = 0;
                let mut start = at + 1;
                for end in at..tokens.len() {
                    match tokens[end].as_str() {
                        "{" => depth += 1,
                        "}" => depth -= 1,
                        _ => {}
                    }
                    let ends = depth == 0 || depth == 1 && tokens[end] == ",";
                    if ends {
                        if start < end {
                            found.extend(tree(&tokens[start..end], &path));
                        }
                        start = end + 1;
                    }
                    if depth == 0 {
                        break;
                    }
                }
                return found;
            }
            "as" => name = tokens.get(at + 1).cloned(),
            "*" => name = Some("*".to_owned()),
            "::" => {}
            word if name.is_none() => path.push(word.to_owned()),
            _ => {}
        }
        at += 1;
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
    found.push((name, path));
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Words, `::` and single signs; no comments, no text.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = end.unwrap_or(rest.len());
            let raw = matches!(&rest[..end], "r" | "br") && rest[end..].starts_with(['"', '#']);
            if raw {
                end + raw_text(&rest[end..])
            } else {
                tokens.push(rest[..end].to_owned());
                end
            }
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[end..];
    }
    tokens
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_text(rest: &str) -> usize {
    let marks = rest.bytes().take_while(|&byte| byte == b'#').count();
    let end = format!("\"{}", "#".repeat(marks));
    let inner = marks + 1;
    rest.get(inner..)
        .and_then(|text| text.find(&end))
        .map_or(1, |at| inner + at + end.len())
}

/// A character, or a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[2..].find('\'').map_or(2, |at| {
            if rest[2..].starts_with('\'') {
                rest[3..].find('\'').map_or(3, |at| at + 4)
            } else {
                at + 3
            }
        }),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[test]
fn error_texts_are_found() {
    let text = r#"
        #[error("{path}: \"{reason}\"")]
        A,
        #[error(
            "no `{0}`\n\
             add `--it`{}",
            words(.0)
        )]
        B(String),
        #[error(transparent)]
        C("--no text of an error"),
    "#;
    let found = error_texts(text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("reason") && found[1].contains("--it"));
}
