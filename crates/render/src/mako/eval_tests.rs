use crate::mako::{Context, Value, render};
use pretty_assertions::assert_eq;

fn value(expression: &str) -> Result<String, String> {
    let mut names = Context::default();
    names.set("text", "héllo, wörld".into());
    names.set("pair", Value::strings(["b", "a"]));
    names.set("none", Value::None);
    names.set("comma", Value::comma());
    let template = format!("<%! import re %>${{{expression}}}");
    render(&template, &names).map_err(|refusal| refusal.construct)
}

#[test]
fn values_are_python_s() {
    let cases = [
        ("repr(pair)", "('b', 'a')"),
        ("repr(pair[:1])", "('b',)"),
        (
            "[none, True, -1, 'x', (), {'a': 1}]",
            "[None, True, -1, 'x', (), {'a': 1}]",
        ),
        ("sorted(pair) + ['c'] * 2", "['a', 'b', 'c', 'c']"),
        ("text[1:-1:2]", "él,wr"),
        ("text[::-1]", "dlröw ,olléh"),
        ("text.upper()", "HÉLLO, WÖRLD"),
        ("'it\\'s a1b'.title()", "It'S A1B"),
        ("-7 // 2", "-4"),
        ("7 // -2", "-4"),
        ("-7 % 3", "2"),
        ("7 % -3", "-2"),
        ("1 == True", "True"),
        ("1 < 2 < 2", "False"),
        ("missing or none or 'x'", "x"),
        ("'a' if missing is UNDEFINED else 'b'", "a"),
        ("max('b', 'a', 'c')", "c"),
        ("[x + y for x, y in zip(pair, 'xyz')]", "['bx', 'ay']"),
        ("[x for x in pair for y in x if y == 'a']", "['a']"),
        ("list(enumerate(pair, 1))", "[(1, 'b'), (2, 'a')]"),
        (
            "' '.join('%s=%r' % (x, x) for x in reversed(pair))",
            "a='a' b='b'",
        ),
        (
            "'%03d|%3s|%%|%(a)s' % {'a': 1} if none else '%03d' % 7",
            "007",
        ),
        ("'{1}{0!r}{{}}'.format('a', 2)", "2'a'{}"),
        ("f'{pair!r} {none} {{}}'", "('b', 'a') None {}"),
        (
            "re.split(r',\\s*', text)",
            "refused: `re` pattern on this text",
        ),
        ("re.split(r',\\s*', 'a,b, c')", "['a', 'b', 'c']"),
        ("re.sub('[^a-z]+', '_', text)", "h_llo_w_rld"),
        ("re.match('h(.)', text).group(1)", "é"),
        ("comma(pair) + comma(none) + comma('x')", "b, ax"),
        ("'\\x1f a\\u3000'.strip()", "a"),
        ("isinstance(True, (str, int))", "True"),
        ("{'b', 'a', 'b'} == set(pair)", "True"),
        ("'' | n", ""),
    ];
    for (expression, expected) in cases {
        let value = value(expression).unwrap_or_else(|reason| format!("refused: {reason}"));
        assert_eq!(value, expected, "{expression}");
    }
}

#[test]
fn what_is_not_certain_is_refused() {
    let cases = [
        "missing",
        "none | n",
        "pair, pair",
        "x = 1",
        "",
        "1 / 2",
        "1.5",
        "b'x'",
        "9223372036854775807 + 1",
        "'\\ud800'",
        "'\\N{DASH}'",
        "f'{f'{text}'}'",
        "f'{1:>5}'",
        "[*pair]",
        "(x := 1)",
        "x + [x for x in pair][0]",
        "[x for y in pair for x in x]",
        "{'a', 'b'}",
        "[(x for x in pair)]",
        "text is 'a'",
        "pair < 'a'",
        "pair[2]",
        "'%d' % 'a'",
        "'%s' % pair",
        "'%x' % 1",
        "'{}{0}'.format(1)",
        "'{:>5}'.format(1)",
        "re.split('x*', 'axb')",
        "re.sub('(?=x)', '-', 'x')",
        "re.sub('(x)', r'\\1', 'x')",
        "re.findall('a$|b', 'a')",
        "text.title()",
        "pair.append('c')",
        "text.encode()",
        "getattr",
        "ValueError",
        "self",
        "capture",
        "loop.index",
        "pageargs",
        "__name__",
        "str.join",
        "text | h,h",
        "text | missing",
        "text | comma()",
    ];
    for expression in cases {
        assert!(
            value(expression).is_err(),
            "{expression}: {:?}",
            value(expression)
        );
    }
}
