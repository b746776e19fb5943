//! The one comment of a pull request, as a script finds and updates it.

use onehead_model::{CheckReport, PullComment};

use super::markdown::{about_published, details, headline};

/// What the first line of the comment is, so that a script finds it again.
const MARKER: &str = "<!-- onehead:comment -->";

/// How many characters a comment has at most. GitHub takes 65,536 and refuses what is longer.
const LONGEST: usize = 60_000;

/// The comment that a verdict asks for. The same verdict gives the same bytes: there is no time, no number of a
/// run and no commit of HEAD in it, so that nothing needs to be posted where nothing changed.
pub fn comment(report: &CheckReport, target: Option<&str>) -> PullComment {
    let opening = format!("{MARKER}\n### onehead: {}\n", headline(report));
    let mut body = opening.clone();
    if report.ok && report.has_lowered() {
        body.push_str(
            "\n- [x] This change adds no problem. This comment is updated with every check.\n",
        );
        details(&mut body, report, target);
    } else if report.ok {
        body.push_str("\n- [x] No findings. This comment is updated with every check.\n");
        about_published(&mut body, report);
    } else {
        details(&mut body, report, target);
    }
    if body.chars().count() > LONGEST {
        body =
            opening + "\nThe report is too long for a comment. Run `onehead ci` on the branch.\n";
    }
    PullComment {
        verdict: report.verdict,
        ok: report.ok,
        unknown: report.unknown.clone(),
        marker: MARKER.to_owned(),
        body,
    }
}
