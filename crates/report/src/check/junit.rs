//! JUnit's XML, which nearly every CI shows as test results: a suite for each environment, and one for each
//! as it would be after forecast.

use onehead_model::escape::for_log;
use onehead_model::{CheckReport, Finding, Verdict};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::forks::{forks, who};
use super::notes::is_fork;

/// One environment, here or after merging into the target, or what concerns none.
struct Suite<'a> {
    name: String,
    /// Each of them fails with its findings, or passes without.
    tests: Vec<(String, Vec<&'a Finding>)>,
    /// Whom the fork concerns, line by line.
    fork: Vec<String>,
    /// What makes nothing fail.
    notes: Vec<String>,
}

impl<'a> Suite<'a> {
    /// A test for each error that is no fork.
    fn new(name: String, findings: &'a [Finding]) -> Self {
        let (errors, lesser): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| finding.is_error());
        let others = errors.into_iter().filter(|finding| !is_fork(finding));
        let note = |finding: &Finding| {
            let text = format!("{}[{}] {}", finding.word(), finding.code, finding.message);
            let hint = finding.hint.as_ref().filter(|_| finding.is_lowered());
            let hint = hint.map(|hint| format!("hint: {hint}"));
            std::iter::once(text).chain(hint)
        };
        Self {
            name,
            tests: others
                .map(|finding| (title(finding), vec![finding]))
                .collect(),
            fork: Vec::new(),
            notes: lesser.into_iter().flat_map(note).collect(),
        }
    }

    /// The same with one more test, first of all: that the heads are right. Without a fork it passes, so it is left out
    /// where the heads are not known.
    fn with_heads(mut self, findings: &'a [Finding], known: bool, fork: Vec<String>) -> Self {
        let forks: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.is_error() && is_fork(finding))
            .collect();
        if known || !forks.is_empty() {
            self.tests.insert(0, ("heads".into(), forks.clone()));
        }
        match forks.is_empty() {
            true => self.notes.extend(fork),
            false => self.fork = fork,
        }
        self
    }

    fn failures(&self) -> usize {
        let failed = self
            .tests
            .iter()
            .filter(|(_, findings)| !findings.is_empty() && !is_unknown(findings));
        failed.count()
    }

    fn errors(&self) -> usize {
        let unknown = self
            .tests
            .iter()
            .filter(|(_, findings)| is_unknown(findings));
        unknown.count()
    }
}

/// Whether a test says that something could not be read: JUnit calls that an error.
fn is_unknown(findings: &[&Finding]) -> bool {
    findings.iter().any(|finding| finding.code.is_unknown())
}

fn title(finding: &Finding) -> String {
    let place = finding.location.as_ref().map(|place| format!(" {place}"));
    format!(
        "{} {}{}",
        finding.code,
        finding.name,
        place.unwrap_or_default()
    )
}

/// The whole file.
pub fn junit(report: &CheckReport) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, &all(report)).expect("memory takes everything");
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    text
}

fn all(report: &CheckReport) -> Vec<Suite<'_>> {
    let whom = |environment: &str, is_forecast: bool| -> Vec<String> {
        forks(report)
            .iter()
            .filter(|fork| fork.environment == environment && fork.target.is_some() == is_forecast)
            .flat_map(|fork| fork.heads.iter().map(|(_, head)| who(head)))
            .collect()
    };
    let mut suites = vec![Suite::new("repository".into(), &report.findings)];
    suites.extend(report.environments.iter().map(|environment| {
        let name = &environment.name;
        let known = environment.heads_are_known();
        Suite::new(name.clone(), &environment.findings).with_heads(
            &environment.findings,
            known,
            whom(name, false),
        )
    }));
    if let Some(forecast) = &report.forecast {
        let after = |name: &str| format!("{name} after merging into {}", forecast.target);
        suites.push(Suite::new(after("repository"), &forecast.findings));
        suites.extend(forecast.environments.iter().map(|environment| {
            let name = &environment.name;
            // What is known already and keeps the heads from being known is said of what is here.
            let known = forecast.verdict != Verdict::Unknown
                && !environment.findings.iter().any(Finding::is_error);
            Suite::new(after(name), &environment.findings).with_heads(
                &environment.findings,
                known,
                whom(name, true),
            )
        }));
    }
    suites.retain(|suite| !suite.tests.is_empty() || !suite.notes.is_empty());
    suites
}

fn write(writer: &mut Writer<Vec<u8>>, suites: &[Suite<'_>]) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests: usize = suites.iter().map(|suite| suite.tests.len()).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    let errors: usize = suites.iter().map(Suite::errors).sum();
    writer
        .create_element("testsuites")
        .with_attribute(("name", "onehead"))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", errors.to_string().as_str()))
        .write_inner_content(|writer| {
            suites
                .iter()
                .try_for_each(|suite| write_suite(writer, suite))
        })?;
    Ok(())
}

fn write_suite(writer: &mut Writer<Vec<u8>>, suite: &Suite<'_>) -> std::io::Result<()> {
    let name = for_log(&suite.name);
    writer
        .create_element("testsuite")
        .with_attribute(("name", &*name))
        .with_attribute(("tests", suite.tests.len().to_string().as_str()))
        .with_attribute(("failures", suite.failures().to_string().as_str()))
        .with_attribute(("errors", suite.errors().to_string().as_str()))
        .with_attribute(("skipped", "0"))
        .write_inner_content(|writer| {
            for (test, findings) in &suite.tests {
                let forks = findings.iter().any(|finding| is_fork(finding));
                let more: &[String] = if forks { &suite.fork } else { &[] };
                write_test(writer, &name, test, findings, more)?;
            }
            write_text(writer, "system-out", &suite.notes)
        })?;
    Ok(())
}

/// A test: failed if there are findings.
fn write_test(
    writer: &mut Writer<Vec<u8>>,
    class: &str,
    name: &str,
    findings: &[&Finding],
    more: &[String],
) -> std::io::Result<()> {
    let name = for_log(name);
    let case = writer
        .create_element("testcase")
        .with_attribute(("classname", class))
        .with_attribute(("name", &*name));
    let Some(first) = findings.first() else {
        case.write_empty()?;
        return Ok(());
    };
    let mut lines: Vec<String> = Vec::new();
    for finding in findings {
        lines.push(format!(
            "{}[{}] {}",
            finding.severity, finding.code, finding.message
        ));
        lines.extend(finding.hint.as_ref().map(|hint| format!("hint: {hint}")));
    }
    lines.extend(more.iter().cloned());
    let lines: Vec<_> = lines.iter().map(|line| for_log(line)).collect();
    case.write_inner_content(|writer| {
        writer
            .create_element(match is_unknown(findings) {
                true => "error",
                false => "failure",
            })
            .with_attribute(("type", first.code.code()))
            .with_attribute(("message", &*for_log(&first.message)))
            .write_text_content(BytesText::new(&lines.join("\n")))?;
        Ok(())
    })?;
    Ok(())
}

fn write_text(
    writer: &mut Writer<Vec<u8>>,
    element: &str,
    lines: &[String],
) -> std::io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = lines.iter().map(|line| for_log(line)).collect();
    writer
        .create_element(element)
        .write_text_content(BytesText::new(&lines.join("\n")))?;
    Ok(())
}
