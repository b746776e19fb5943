use super::*;
use pretty_assertions::assert_eq;

fn text(text: &str) -> Kind {
    Kind::Text(text.into())
}

fn expression(code: &str, filters: &str) -> Kind {
    Kind::Expression {
        code: code.into(),
        filters: filters.into(),
    }
}

fn control(line: &str) -> Kind {
    Kind::Control(line.into())
}

fn code(code: &str, module: bool) -> Kind {
    Kind::Code {
        code: code.into(),
        module,
    }
}

#[test]
fn templates_split_as_in_mako() {
    let cases = [
        (
            "a ${b}\nc",
            vec![text("a "), expression("b", ""), text("\nc")],
        ),
        ("${a | b,n }", vec![expression("a ", "b,n")]),
        ("${'}' + \"|\"}", vec![expression("'}' + \"|\"", "")]),
        (
            "${ {'a': (1 | 2)}['a'] }",
            vec![expression(" {'a': (1 | 2)}['a'] ", "")],
        ),
        ("${a # }\n}", vec![expression("a # }\n", "")]),
        ("${a\r\n}", vec![expression("a\n", "")]),
        (
            "x\n  % if a:\r\ny\r\n%endif\nz",
            vec![
                text("x\n"),
                control("if a:"),
                text("y\r\n"),
                control("endif"),
                text("z"),
            ],
        ),
        ("% if a \\\n b:\n", vec![control("if a \\\n b:")]),
        (
            "a % b\n%% c\n%%% d",
            vec![
                text("a % b\n"),
                text("%"),
                text(" c\n"),
                text("%%"),
                text(" d"),
            ],
        ),
        (
            " ## a\nb ## c\n##",
            vec![Kind::Comment, text("b ## c\n"), Kind::Comment],
        ),
        ("a\\\nb\\c\\\r\n", vec![text("a"), text("b\\c")]),
        (
            "<%! import re %>a",
            vec![code(" import re ", true), text("a")],
        ),
        ("<%x = '%>' # %>\n%>", vec![code("x = '%>' # %>\n", false)]),
        (
            "<%doc>${a}\n% b</%doc>\nc",
            vec![Kind::Comment, text("\nc")],
        ),
        (
            "<%text>${a}\n% b</%text>c",
            vec![text("${a}\n% b"), text("c")],
        ),
        ("## -*- coding: utf-8 -*-\na", vec![text("a")]),
        ("# coding=latin-1\na", vec![text("a")]),
        ("# coding: utf-8", vec![text("# coding: utf-8")]),
        ("$ {a} $a <a> </a>", vec![text("$ {a} $a <a> </a>")]),
    ];
    for (template, expected) in cases {
        let tokens = lex(template).unwrap();
        let kinds: Vec<_> = tokens.into_iter().map(|token| token.kind).collect();
        assert_eq!(kinds, expected, "{template:?}");
    }
}

#[test]
fn lines_are_counted() {
    let tokens = lex("a\n${b}\n\n% if c:\n##\n").unwrap();
    let lines: Vec<_> = tokens.iter().map(|token| token.line).collect();
    assert_eq!(lines, [1, 2, 2, 4, 5]);
}

#[test]
fn what_is_not_read_has_a_line() {
    let cases = [
        ("\n<%def name=\"x()\">", 2, "`<%def>` tag"),
        ("<%self:body/>", 1, "`<%self:body>` tag"),
        ("<%text filter='h'>a</%text>", 1, "`<%text>` tag"),
        ("<%text></%text>", 1, "`<%text>` without content"),
        ("\n\n${a", 3, "expression without its end"),
        ("<% a", 1, "Python block without its end"),
        ("a\n</%def>", 2, "closing tag without opening tag"),
        ("a\rb", 1, "carriage return inside a line"),
        ("<%doc>", 1, "`<%doc>` tag"),
        ("%% a", 1, "`%%` that versions of Mako read differently"),
        ("a\n %% a", 2, "`%%` that versions of Mako read differently"),
        ("a <& a", 1, "`<&` that versions of Mako read differently"),
    ];
    for (template, line, construct) in cases {
        assert_eq!(
            lex(template),
            Err(Refusal::new(line, construct)),
            "{template:?}"
        );
    }
}

#[test]
fn quotes_without_an_end_stay_linear() {
    let template = format!("${{{}", "\\' ".repeat(200_000));
    assert!(lex(&template).is_err());
}
