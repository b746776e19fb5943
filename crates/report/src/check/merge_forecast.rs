//! What comes of merging into the target, in plain text.

use onehead_model::{Code, Finding, ForecastEnvironment, ForecastReport, Holder, Origin, Verdict};

use super::heads::people;
use super::short::Block;
use crate::page::Page;
use crate::target::words;

/// Each finding of the forecast; one line if there is none.
pub(super) fn blocks(forecast: &ForecastReport) -> Vec<Block> {
    let target = &forecast.target;
    let mut blocks = Vec::new();
    if let Some(chosen) = &forecast.chosen {
        blocks.push(Block::line(&format!("target  {target}: {}", words(chosen))));
    }
    if forecast.all_findings().all(Finding::is_lowered) {
        blocks.push(Block::line(&match forecast.verdict {
            Verdict::Fine => format!("ok  merging into {target} adds no problem"),
            _ => format!(
                "unknown  what merging into {target} gives: something here could not be read"
            ),
        }));
    }
    blocks.extend(forecast.findings.iter().map(Block::finding));
    for environment in &forecast.environments {
        blocks.extend(
            environment
                .findings
                .iter()
                .map(|finding| match finding.code {
                    Code::TargetCollision => collision(forecast, environment, finding),
                    Code::MultipleHeads if finding.origin == Some(Origin::Fixed) => {
                        Block::fixed_fork(&environment.name, finding)
                    }
                    Code::MultipleHeads => collision(forecast, environment, finding),
                    _ => Block::finding(finding),
                }),
        );
    }
    blocks
}

/// Heads that meet, each under the holder that has it.
fn collision(
    forecast: &ForecastReport,
    environment: &ForecastEnvironment,
    finding: &Finding,
) -> Block {
    let mut page = Page::new();
    page.line(&format!(
        "{}[{}] {}: {}",
        finding.word(),
        finding.code,
        environment.name,
        finding.message
    ));
    for (holder, title) in [
        (Holder::Here, "only here:".to_owned()),
        (Holder::Target, format!("only on {}:", forecast.target)),
        (Holder::Both, "on both:".into()),
    ] {
        let mut heads = environment
            .heads
            .iter()
            .filter(|one| one.held_by == holder && finding.revisions.contains(&one.head.id))
            .peekable();
        if heads.peek().is_some() {
            page.line(&format!("  {title}"));
        }
        heads.for_each(|one| page.head(&one.head));
    }
    for point in &environment.branch_points {
        page.parting(point);
    }
    environment.sides.iter().for_each(|sides| page.sides(sides));
    if let Some(people) = whom_to_talk_to(environment) {
        page.line(&format!("  talk to: {people}"));
    }
    if let Some(hint) = &finding.hint {
        page.line(&format!("  hint: {hint}"));
    }
    Block::of(finding.severity, finding.code, page)
}

/// The people behind the heads that only the target has.
fn whom_to_talk_to(environment: &ForecastEnvironment) -> Option<String> {
    let theirs = environment
        .heads
        .iter()
        .filter(|one| one.held_by == Holder::Target);
    people(theirs.map(|one| &one.head))
}
