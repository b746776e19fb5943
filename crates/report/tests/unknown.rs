//! Unknown is never shown as fine: no format of any document does, whatever the reason.

use onehead_model::{
    CheckReport, CheckedEnvironment, Code, Exit, Finding, FixOutcome, ForecastReport, Location,
    NextCommand, NotKnown, RepoPath, Source, Verdict,
};
use onehead_report::check::{Answer, comment};
use onehead_report::{Format, Output};

const FORMATS: [Format; 7] = [
    Format::Text,
    Format::Json,
    Format::Github,
    Format::Sarif,
    Format::Junit,
    Format::Codequality,
    Format::Markdown,
];

/// Every code that says that something is not known.
fn unknown() -> impl Iterator<Item = Finding> {
    let codes = Code::ALL.iter().filter(|code| code.is_unknown());
    codes.map(|&code| {
        let path = RepoPath::new("m/versions/b_x.py").expect("a path");
        let place = Location {
            path,
            line: Some(3),
            column: None,
        };
        Finding::new(code, "why it is not known").at(place)
    })
}

fn environment() -> CheckedEnvironment {
    let path = |text: &str| RepoPath::new(text).expect("a path");
    CheckedEnvironment {
        name: "m".into(),
        config: None,
        script_location: path("m"),
        revision_count: 0,
        heads: Vec::new(),
        effective_heads: Vec::new(),
        groups: Vec::new(),
        fitting_policy: None,
        labels_to_declare: Vec::new(),
        branch_points: Vec::new(),
        sides: Vec::new(),
        findings: Vec::new(),
    }
}

/// A forecast of which one thing is not known; `said` with its finding, else only with its verdict.
fn forecast(finding: &Finding, said: bool) -> ForecastReport {
    ForecastReport {
        target: "origin/main".into(),
        oid: "0".repeat(40),
        chosen: None,
        verdict: Verdict::Unknown,
        unknown: NotKnown::all([finding]),
        environments: Vec::new(),
        findings: if said {
            vec![finding.clone()]
        } else {
            Vec::new()
        },
    }
}

fn reports() -> Vec<CheckReport> {
    let mut reports = Vec::new();
    for finding in unknown() {
        let own = vec![finding.clone()];
        reports.push(CheckReport::new(
            Source::Index,
            vec![environment()],
            own.clone(),
        ));
        let inside = CheckedEnvironment {
            findings: own.clone(),
            ..environment()
        };
        reports.push(CheckReport::new(Source::Index, vec![inside], Vec::new()));
        let mut arrived = CheckReport::new(Source::Index, vec![environment()], Vec::new());
        arrived.add_forecast(forecast(&finding, true));
        reports.push(arrived);
        let mut both = CheckReport::new(Source::Index, vec![environment()], own);
        both.add_forecast(forecast(&finding, false));
        reports.push(both);
    }
    reports.push(CheckReport::unanswered(
        Source::Worktree,
        "git failed",
        None,
    ));
    reports
}

#[test]
fn no_format_says_fine() {
    for report in reports() {
        assert_eq!((report.verdict, report.ok), (Verdict::Unknown, false));
        assert!(!report.unknown.is_empty());
        assert_ne!(report.exit(), Exit::Clean);
        let output = Output::Check(Answer {
            report: &report,
            fix: &FixOutcome::NotAsked,
            command: &NextCommand::new("onehead check"),
            all: false,
            target: None,
        });
        for format in FORMATS {
            let text = output.shown(format).expect("a check has it");
            let says = |what: &str| text.contains(what);
            assert!(
                !says("nothing collides") && !says("each at its head"),
                "{text}"
            );
            assert!(!says("ok  landing") && !says("ok  merging"), "{text}");
            match format {
                Format::Json => assert!(says("\"verdict\": \"unknown\"") && says("\"ok\": false")),
                Format::Junit => assert!(says("<error ") && !says("<failure "), "{text}"),
                Format::Github => assert!(says("::error "), "{text}"),
                Format::Sarif => assert!(says("\"level\": \"error\""), "{text}"),
                Format::Codequality => assert!(says("\"critical\""), "{text}"),
                _ => assert!(says("why it is not known") || says("git failed"), "{text}"),
            }
        }
        let comment = comment(&report, None);
        assert_eq!((comment.verdict, comment.ok), (Verdict::Unknown, false));
        assert!(!comment.body.contains("[x]"), "{}", comment.body);
    }
}

#[test]
fn what_is_missing_could_not_be_answered() {
    for finding in unknown() {
        let report = CheckReport::new(Source::Index, Vec::new(), vec![finding.clone()]);
        let expected = match finding.code {
            Code::MissingObject | Code::NoAnswer => Exit::CouldNotRun,
            _ => Exit::Findings,
        };
        assert_eq!(report.exit(), expected, "{}", finding.code);
    }
}
