//! Text from a repository that means to act: in every format it is shown, and nothing of it acts.

use onehead_fixtures::{GitSandbox, binary};
use onehead_schemas::{fits, junit_suites};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::said::{FORMATS, ci, shown};

/// What each is meant to do. All of them say `evil`, so that they are found again.
const ATTEMPTS: &[(&str, &str)] = &[
    ("colour of a terminal", "\u{1b}[31mevil\u{1b}[0m"),
    ("title of a terminal", "\u{1b}]0;evil\u{7}"),
    ("carriage return over the line", "fine\revil"),
    ("8-bit control", "\u{9b}31mevil"),
    ("workflow command", "::error file=evil::evil"),
    (
        "workflow command on its own line",
        "x\n::set-output name=evil::1",
    ),
    (
        "workflow command after a break of old",
        "x\r::stop-commands::evil",
    ),
    ("older workflow command", "##[error]evil"),
    ("pipeline command", "##vso[task.setvariable variable=evil]1"),
    ("end of a property", "evil,line=1::evil"),
    ("mention", "@evil"),
    ("team", "@evil/everybody"),
    ("issue", "evil#123"),
    ("issue of another repository", "evil/evil#1"),
    ("issue, older", "GH-1 evil"),
    ("closing keyword", "fixes #1 evil"),
    ("address", "https://evil.example"),
    ("bare address", "www.evil.example"),
    ("mail", "evil@example.com"),
    ("link", "[evil](https://evil.example)"),
    ("image", "![evil](https://evil.example/x.png)"),
    (
        "link by reference",
        "[evil]\n\n[evil]: https://evil.example",
    ),
    ("footnote", "evil[^1]\n\n[^1]: evil"),
    ("script", "<script>alert('evil')</script>"),
    ("image in HTML", "<img src=x onerror=evil()>"),
    ("end of a comment", "--> evil <!--"),
    ("marker of the comment", "<!-- onehead:comment --> evil"),
    ("details", "</details><details open>evil"),
    ("entity", "&lt;evil&gt;"),
    ("bold", "**evil** __evil__"),
    ("heading", "# evil"),
    ("list", "- [x] evil"),
    ("table", "| evil | evil |\n|---|---|"),
    ("end of a code span", "` evil **x** `"),
    ("end of longer code spans", "`` evil ``` evil ```` **x**"),
    ("nothing but a backtick, then more", "`"),
    ("end of a block", "```\n\n# evil\n"),
    ("end of a block of tildes", "~~~\n\n# evil\n"),
    ("mathematics", "$`evil`$ $$evil$$"),
    ("emoji", ":evil: :+1:"),
    ("mermaid: end of a label", "evil\"] --> x[\"evil"),
    ("mermaid: click", "evil\nclick h0 \"https://evil.example\""),
    ("mermaid: directive", "%%{init: {'theme': 'evil'}}%%"),
    ("mermaid: markdown", "`**evil**`"),
    ("XML: element", "</failure><evil/>"),
    ("XML: attribute", "\" evil=\"1"),
    ("XML: section", "]]><![CDATA[evil"),
    ("XML: what it cannot hold", "evil\u{1}\u{fffe}\u{ffff}"),
    ("SARIF: link", "[evil](0)"),
    ("SARIF: argument", "{0} evil"),
    ("right to left", "evil\u{202e}gnp.exe"),
    ("isolated", "\u{2066}evil\u{2069}"),
    ("invisible", "ev\u{200b}il evil"),
    ("byte order mark", "\u{feff}evil"),
    ("tag characters", "evil\u{e0065}\u{e0076}"),
    ("line separator", "evil\u{2028}::error::evil"),
    ("shell", "$(evil) `evil` ; evil"),
    ("lines of ours", "x\nok  evil\nhint: evil\nerror: evil"),
];

/// Whether a line of the text is one of [`ATTEMPTS`], or any of it acts in a terminal or a log.
fn assert_nothing_acts(about: &str, text: &str) {
    let raw: Vec<char> = text.chars().filter(|&c| acts(c)).collect();
    assert!(raw.is_empty(), "{about}: {raw:?}");
    for line in text.lines() {
        let line = line.trim_start();
        let forged = ["ok  evil", "hint: evil", "error: evil", "::"];
        assert!(
            !forged.iter().any(|start| line.starts_with(start)),
            "{about}: {line}"
        );
        assert!(
            !line.contains("##[") && !line.contains("##vso["),
            "{about}: {line}"
        );
    }
}

#[test]
fn nothing_is_raw_in_any_command() {
    let sandbox = repository();
    for words in [
        &["check"][..],
        &["check", "--explain-discovery"],
        &["init", "--dry-run"],
        &["doctor"],
        &["where", "base"],
        &["history", "--target", TARGET],
        &["radar", "--target", TARGET],
        &["fix", "--dry-run"],
        &["install-hooks", "--dry-run"],
    ] {
        let ran = sandbox.run(binary("onehead"), words, "");
        assert_nothing_acts(&words.join(" "), &ran.stdout);
        assert_nothing_acts(&words.join(" "), &ran.stderr);
    }
    let scan = sandbox.run::<&str>(binary("onehead-scan"), &[], "").stdout;
    for format in ["text", "dot", "mermaid"] {
        let ran = sandbox.run(binary("onehead-graph"), &["--format", format], &scan);
        assert_eq!(ran.code, Some(0), "{format}: {}", ran.stderr);
        assert_nothing_acts(format, &ran.stdout);
    }
}

#[test]
fn nothing_of_the_settings_is_raw() {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/versions/a.py", revision("a", "None", "base"));
    sandbox.commit_all("Ann Bee", "Begin");
    for (_, attempt) in ATTEMPTS {
        let text: String = attempt
            .chars()
            .map(|c| format!("\\U{:08x}", u32::from(c)))
            .collect();
        for settings in [
            format!("\"{text}\" = 1\n"),
            format!("target = \"{text}\"\n"),
            format!("policy = \"{text}\"\n"),
            format!("exclude = [\"{text}\"]\ntarget = [\"{text}\"]\n"),
            format!("[[environment]]\nscript-location = \"{text}\"\nelsewhere = [\"{text}\"]\n"),
            format!(
                "[[published.accept]]\nrevision = \"{text}\"\nkind = \"published-removed\"\nwhy = \"{text}\"\n"
            ),
        ] {
            sandbox.write("onehead.toml", &settings);
            for words in [&["check", "--target"][..], &["doctor"]] {
                let ran = sandbox.run(binary("onehead"), words, "");
                assert_nothing_acts(&format!("{settings}{words:?}"), &ran.stdout);
                assert_nothing_acts(&format!("{settings}{words:?}"), &ran.stderr);
            }
        }
    }
}

/// A fork with a head for each attempt: in its id, its message, the name of its file; every author and subject
/// is one as well, and so are the folder of the environment and the target.
fn repository() -> GitSandbox {
    let sandbox = GitSandbox::new();
    let folder = "<b>@evil`#1`";
    sandbox.write(
        "alembic.ini",
        format!("[alembic]\nscript_location = {folder}\n"),
    );
    sandbox.write(
        format!("{folder}/versions/base.py"),
        revision("base", "None", "base"),
    );
    sandbox.commit_all("Ann Bee", "Begin");
    sandbox.git(&["branch", TARGET]);
    for (at, (_, attempt)) in ATTEMPTS.iter().enumerate() {
        if at == ATTEMPTS.len() / 2 {
            sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
            sandbox.git(&["checkout", "--quiet", TARGET]);
        }
        let name: String = attempt.replace(['/', '\n'], "_").chars().take(60).collect();
        let id = format!("{attempt} {at}");
        sandbox.write(
            format!("{folder}/versions/{at}{name}.py"),
            revision(&id, "'base'", attempt),
        );
        let person = attempt.replace(['<', '>', '\n'], "_");
        sandbox.commit_all(&format!("evil {person}"), &format!("{attempt} (#{at})"));
    }
    sandbox.git(&["checkout", "--quiet", "topic"]);
    sandbox
}

const TARGET: &str = "evil/@evil`#1`;$(evil)<b>";

fn revision(id: &str, parent: &str, message: &str) -> String {
    let (id, message) = (python(id), python(message));
    format!("{message}\nrevision = {id}\ndown_revision = {parent}\n")
}

/// A Python literal.
fn python(text: &str) -> String {
    let characters = text.chars().map(|c| format!("\\U{:08x}", u32::from(c)));
    format!("'{}'", characters.collect::<String>())
}

#[test]
fn nothing_is_raw_in_any_format() {
    let sandbox = repository();
    for (format, _) in FORMATS {
        if format == "json" {
            // Data for programs: escaped by JSON alone.
            continue;
        }
        let said = shown(&sandbox, TARGET, format);
        assert_eq!(said.code, 1, "{format}");
        let raw: Vec<char> = said.text.chars().filter(|&c| acts(c)).collect();
        assert!(raw.is_empty(), "{format}: {raw:?}");
        let lines = said
            .text
            .lines()
            .filter(|line| line.trim_start().starts_with("::"));
        if format == "github" {
            let levels = ["::error ", "::notice "];
            let commands = lines.filter(|line| levels.iter().any(|level| line.starts_with(level)));
            let commands = commands.count();
            assert_eq!(commands, said.text.lines().count(), "{}", said.text);
            assert_eq!(commands, places(&sandbox));
        } else {
            assert_eq!(lines.count(), 0, "{format}: {}", said.text);
        }
        assert!(
            !said.text.contains("##[") && !said.text.contains("##vso["),
            "{format}"
        );
    }
}

/// Control characters but line breaks, and format characters that are not seen.
fn acts(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// How many findings there are, each head of a fork for itself.
fn places(sandbox: &GitSandbox) -> usize {
    let issues = shown(sandbox, TARGET, "codequality").text;
    let issues: serde_json::Value = serde_json::from_str(&issues).expect("JSON");
    issues.as_array().expect("a list").len()
}

#[test]
fn readers_of_data_see_data() {
    let sandbox = repository();
    let places = places(&sandbox);
    let sarif = shown(&sandbox, TARGET, "sarif").text;
    fits("sarif-2.1.0.json", &sarif).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), places);
    for result in results {
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.replace("\\[", "").contains('['), "{text}");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(
            !uri.as_str().unwrap().contains([' ', '<', '"', '#']),
            "{uri}"
        );
    }
    let issues = shown(&sandbox, TARGET, "codequality").text;
    fits("codequality.json", &issues).unwrap();
    let suites = junit_suites(&shown(&sandbox, TARGET, "junit").text);
    assert_eq!(suites, Ok(2));
}

#[test]
fn markdown_has_all_of_it_in_code() {
    let sandbox = repository();
    let summary = shown(&sandbox, TARGET, "markdown").text;
    let comment = ci(&sandbox, &["comment", "--target", TARGET]).text;
    assert!(comment.starts_with("<!-- onehead:comment -->\n"));
    for text in [summary, comment] {
        let (mut in_block, mut markers) = (None, 0);
        for event in Parser::new_ext(&text, Options::all()) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    in_block = Some(language.to_string());
                }
                Event::End(TagEnd::CodeBlock) => in_block = None,
                Event::Text(text) if in_block.as_deref() == Some("mermaid") => mermaid(&text),
                Event::Text(_) if in_block.is_some() => {}
                Event::Text(text) => assert!(!text.contains("evil"), "{text}"),
                Event::Html(html) | Event::InlineHtml(html) => {
                    assert_eq!(html.trim_end(), "<!-- onehead:comment -->");
                    markers += 1;
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert!(
                        dest_url.starts_with(env!("CARGO_PKG_REPOSITORY")),
                        "{dest_url}"
                    );
                }
                Event::Start(Tag::Image { .. } | Tag::Table(_) | Tag::FootnoteDefinition(_))
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_) => panic!("{event:?}"),
                _ => {}
            }
        }
        assert_eq!(markers, usize::from(text.starts_with("<!--")));
    }
}

/// A drawing of nodes with labels and of arrows, and of nothing else.
fn mermaid(text: &str) {
    for line in text.lines() {
        let label = line
            .split('"')
            .nth(1)
            .unwrap_or_default()
            .replace("<br/>", "");
        let plain = |c: char| c.is_alphanumeric() || " .,_-/()+='#;".contains(c);
        assert!(label.chars().all(plain), "{line}");
        let outside = line.split('"').step_by(2).collect::<String>();
        let drawn = |c: char| c.is_ascii_alphanumeric() || " _[]()->.".contains(c);
        assert!(
            outside.chars().all(drawn) && line.matches('"').count() <= 2,
            "{line}"
        );
    }
}
