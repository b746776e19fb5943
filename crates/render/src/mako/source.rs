//! Python inside a template: parsed as Mako has Python parse it, and checked to be the part of
//! the language that is modelled. What passes here has one meaning in every Python 3.

use std::collections::BTreeSet;

use onehead_python::{
    BinaryOp, Expr, ExprKind, FormatPart, Stmt, StmtKind, parse_block, parse_expression,
};

use super::text::{is_ascii_word, is_space, string_close};
use super::value::Eval;

/// Longest piece of Python, in bytes.
const MAX_CODE: usize = 20_000;
/// Deepest nesting of brackets outside strings. Python gives up at 200.
const MAX_BRACKETS: usize = 60;
/// Most operators and keywords that can nest without brackets.
const MAX_PREFIXES: usize = 200;
/// Deepest expression.
const MAX_DEPTH: usize = 60;
/// Deepest indentation, in columns. Python gives up at a hundred levels.
const MAX_INDENT: usize = 80;

/// Names that the code which Mako generates relies on: a template that binds one means
/// something else than it seems.
const FIXED: [&str; 9] = [
    "context",
    "loop",
    "pageargs",
    "str",
    "filters",
    "runtime",
    "cache",
    "UNDEFINED",
    "STOP_RENDERING",
];

/// Modules whose import does nothing that a template could notice.
const MODULES: [&str; 6] = ["re", "datetime", "os", "sys", "string", "textwrap"];

/// Parses the inside of `${…}`, which Mako parses on its own and then writes into a call.
pub(super) fn expression(code: &str) -> Eval<Expr> {
    guard(code)?;
    parse(code.trim_start_matches(is_space))?;
    let call = format!("str({code})");
    let mut body = parse(&call)?;
    let Some(Stmt {
        kind: StmtKind::Expr(expr),
        ..
    }) = body.pop().filter(|_| body.is_empty())
    else {
        return Err("expression that is not one value".into());
    };
    match expr.kind {
        ExprKind::Call {
            func,
            mut args,
            keywords,
        } if matches!(func.kind, ExprKind::Name(_)) && keywords.is_empty() => {
            match args.pop().filter(|_| args.is_empty()) {
                Some(arg) => {
                    check(&arg, 0)?;
                    Ok(arg)
                }
                None => Err("expression that is not one value".into()),
            }
        }
        _ => Err("expression that is not one value".into()),
    }
}

/// Parses the filters behind `|`, as Mako does a tuple.
pub(super) fn filters(code: &str) -> Eval<Vec<Expr>> {
    if code.is_empty() {
        return Ok(Vec::new());
    }
    guard(code)?;
    if code.contains(['\n', '#']) {
        return Err("filters on more than one line".into());
    }
    let parsed = parse_expression(&format!("{code},")).map_err(|error| error.message)?;
    match parsed.kind {
        ExprKind::Tuple(items) => Ok(items),
        _ => Err("filters that are not names".into()),
    }
}

/// Parses statements whose indentation has been adjusted.
pub(super) fn statements(code: &str) -> Eval<Vec<Stmt>> {
    guard(code)?;
    let deep = |line: &str| line.len() - line.trim_start_matches(' ').len() > MAX_INDENT;
    if code.lines().any(deep) {
        return Err("statement nested too deeply".into());
    }
    let body = parse(code)?;
    check_block(&body, code)?;
    Ok(body)
}

/// Parses statements of a control line, completed to one statement.
pub(super) fn control(code: &str) -> Eval<Stmt> {
    guard(code)?;
    let mut body = parse(code)?;
    check_block(&body, code)?;
    match body.pop().filter(|_| body.is_empty()) {
        Some(stmt) => Ok(stmt),
        None => Err("control line that is not one statement".into()),
    }
}

fn parse(code: &str) -> Eval<Vec<Stmt>> {
    parse_block(code).map_err(|error| format!("invalid Python: {}", error.message))
}

/// Keeps from the parser what could exhaust it, and what it reads otherwise than Python.
fn guard(code: &str) -> Eval<()> {
    if code.len() > MAX_CODE {
        return Err("Python code of more than 20 000 bytes".into());
    }
    let strange = |char: &char| char.is_control() && !matches!(char, '\n' | '\t');
    if code.chars().any(|char| strange(&char)) {
        return Err("control character in Python code".into());
    }
    if code.contains("async") {
        return Err("`async`".into());
    }
    let surrogate = code.match_indices('\\').any(|(at, _)| {
        let rest = code[at + 1..].to_ascii_lowercase();
        [
            "ud8", "ud9", "uda", "udb", "udc", "udd", "ude", "udf", "u0000d", "n{",
        ]
        .iter()
        .any(|escape| rest.starts_with(escape))
    });
    if surrogate {
        return Err("escape of a surrogate or by name".into());
    }
    let bytes = code.as_bytes();
    let (mut at, mut depth, mut deepest, mut prefixes) = (0, 0_usize, 0, 0);
    let mut format = false;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                let triple = [quote; 3];
                let (start, delimiter) = match bytes[at..].starts_with(&triple) {
                    true => (at + 3, &triple[..]),
                    false => (at + 1, &triple[..1]),
                };
                let end = string_close(bytes, start, delimiter).unwrap_or(at + 1);
                if format && !is_old_format(&bytes[start.min(end)..end]) {
                    return Err("f-string that needs Python 3.12".into());
                }
                format = false;
                at = end;
                continue;
            }
            b'#' => {
                let length = code[at..].find('\n').unwrap_or(code.len() - at);
                at += length;
                continue;
            }
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'-' | b'+' | b'~' | b'*' => prefixes += 1,
            byte if is_ascii_word(char::from(byte)) => {
                let word = code[at..].split(|char| !is_ascii_word(char)).next();
                let word = word.unwrap_or_default();
                let prefix = ["f", "fr", "rf"].contains(&word.to_ascii_lowercase().as_str());
                format = prefix && matches!(bytes.get(at + word.len()), Some(b'"' | b'\''));
                if ["not", "else", "lambda", "yield", "await"].contains(&word) {
                    prefixes += 1;
                }
                at += word.len().max(1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    if deepest > MAX_BRACKETS || prefixes > MAX_PREFIXES {
        return Err("expression nested too deeply".into());
    }
    Ok(())
}

/// Is the content of an f-string one that Python before 3.12 reads too? There, a string ended at
/// its first quote and values held no backslash, comment or line end.
fn is_old_format(content: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < content.len() {
        let doubled = content.get(at + 1) == content.get(at);
        match content[at] {
            b'{' | b'}' if depth == 0 && doubled => at += 1,
            b'{' => depth += 1,
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            b'\\' | b'#' | b'\n' if depth > 0 => return false,
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

fn check_block(body: &[Stmt], code: &str) -> Eval<()> {
    body.iter().try_for_each(|stmt| check_stmt(stmt, code))
}

fn check_stmt(stmt: &Stmt, code: &str) -> Eval<()> {
    let text = code.get(stmt.span.start..stmt.span.end).unwrap_or_default();
    let word = text.split(|char| !is_ascii_word(char)).next();
    let word = word.unwrap_or_default();
    match &stmt.kind {
        StmtKind::Assign { targets, value } => {
            targets.iter().try_for_each(check_target)?;
            check(value, 0)
        }
        StmtKind::Augmented { target, op, value } => {
            if !matches!(target.kind, ExprKind::Name(_)) {
                return Err("assignment to something other than a name".into());
            }
            check_target(target)?;
            check_operator(*op)?;
            check(value, 0)
        }
        StmtKind::Import(names) => names.iter().try_for_each(|alias| {
            check_name(alias.asname.as_ref().unwrap_or(&alias.name))?;
            if MODULES.contains(&alias.name.as_str()) {
                Ok(())
            } else {
                Err(format!("import of `{}`", alias.name))
            }
        }),
        StmtKind::If(branches) => branches.iter().try_for_each(|branch| {
            branch.test.iter().try_for_each(|test| check(test, 0))?;
            check_block(&branch.body, code)
        }),
        StmtKind::For {
            target,
            iter,
            body,
            orelse,
        } => {
            check_target(target)?;
            check(iter, 0)?;
            check_block(body, code)?;
            check_block(orelse, code)
        }
        StmtKind::While { test, body, orelse } => {
            check(test, 0)?;
            check_block(body, code)?;
            check_block(orelse, code)
        }
        StmtKind::Expr(value) if word != "assert" => check(value, 0),
        StmtKind::Inert if word == "pass" => Ok(()),
        StmtKind::ImportFrom {
            module: Some(module),
            ..
        } => Err(format!("import from `{module}`")),
        _ if word.is_empty() => Err("statement that is not understood".into()),
        _ => Err(format!("`{word}` statement")),
    }
}

fn check_target(target: &Expr) -> Eval<()> {
    match &target.kind {
        ExprKind::Name(name) => check_name(name),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().try_for_each(check_target),
        _ => Err("assignment to something other than a name".into()),
    }
}

fn check_name(name: &str) -> Eval<()> {
    if !name.is_ascii() {
        return Err(format!("name `{name}` that is not ASCII"));
    }
    if FIXED.contains(&name) || name.starts_with("__") {
        return Err(format!("assignment to `{name}`"));
    }
    Ok(())
}

fn check_operator(op: BinaryOp) -> Eval<()> {
    match op {
        BinaryOp::Other => Err("operator that is not understood".into()),
        _ => Ok(()),
    }
}

fn check(expr: &Expr, depth: usize) -> Eval<()> {
    if depth > MAX_DEPTH {
        return Err("expression nested too deeply".into());
    }
    let one = |expr: &Expr| check(expr, depth + 1);
    let many = |list: &[Expr]| list.iter().try_for_each(one);
    match &expr.kind {
        ExprKind::Str(_) | ExprKind::Int(_) | ExprKind::Bool(_) | ExprKind::None => Ok(()),
        ExprKind::Name(name) if name.is_ascii() => Ok(()),
        ExprKind::Name(name) => Err(format!("name `{name}` that is not ASCII")),
        ExprKind::Attribute { value, .. } => one(value),
        ExprKind::Subscript { value, index } => {
            one(value)?;
            one(index)
        }
        ExprKind::Slice { lower, upper, step } => [lower, upper, step]
            .into_iter()
            .flatten()
            .try_for_each(|expr| one(expr)),
        ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => many(items),
        ExprKind::Dict(items) => items.iter().try_for_each(|(key, value)| {
            one(key.as_ref().ok_or("`**` in a dict")?)?;
            one(value)
        }),
        ExprKind::Binary { op, left, right } => {
            check_operator(*op)?;
            one(left)?;
            one(right)
        }
        ExprKind::Unary { operand, .. } => one(operand),
        ExprKind::Logical { values, .. } => many(values),
        ExprKind::Compare { left, rest } => {
            one(left)?;
            rest.iter().try_for_each(|(_, right)| one(right))
        }
        ExprKind::Conditional { test, body, orelse } => {
            one(test)?;
            one(body)?;
            one(orelse)
        }
        ExprKind::Call {
            func,
            args,
            keywords,
        } => {
            one(func)?;
            many(args)?;
            let mut seen = BTreeSet::new();
            keywords.iter().try_for_each(|(name, value)| match name {
                None => Err("`**` in a call".into()),
                Some(name) if !seen.insert(name) => Err(format!("argument `{name}` given twice")),
                Some(_) => one(value),
            })
        }
        ExprKind::Comprehension { element, loops, .. } => {
            one(element)?;
            loops.iter().try_for_each(|part| {
                check_target(&part.target)?;
                one(&part.iter)?;
                many(&part.ifs)
            })
        }
        ExprKind::Format(parts) => parts.iter().try_for_each(|part| match part {
            FormatPart::Text(_) => Ok(()),
            FormatPart::Value { expr, .. } => one(expr),
        }),
        ExprKind::Other(what) => Err((*what).to_owned()),
        ExprKind::Bytes => Err("bytes".into()),
        ExprKind::Number => Err("number that is not a small integer".into()),
        ExprKind::Starred(_) => Err("`*` before a value".into()),
        ExprKind::Walrus { .. } => Err("assignment expression".into()),
    }
}
