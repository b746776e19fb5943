//! What is to be judged: the pull requests that a forge lists, or the branches of this clone.

use onehead_git::{Connection, Oid, RefName};
use onehead_model::{OpenRequest, Request, Skipped, stdio};

use crate::failure::{Failure, Kind};
use onehead_forecast::{Proposed, RefFilter, Target, TargetError, Targets};

/// What is merged into one of the targets, and what is not.
#[derive(Default)]
pub(super) struct Requests {
    /// Each with the number of its target.
    pub(super) to_judge: Vec<(usize, Request)>,
    pub(super) skipped: Vec<Skipped>,
}

/// The list on stdin.
pub(super) fn of_forge(targets: &[Target]) -> Result<Requests, Box<dyn std::error::Error>> {
    let text = stdio::read_text()?;
    let open: Vec<OpenRequest> = serde_json::from_str(&text).map_err(|error| {
        let text = format!("stdin is not a list of open pull requests: {error}");
        Failure::new(Kind::User, text).hint("pipe the output of `gh pr list --limit 1000 --json number,title,author,headRefName,headRefOid,baseRefName,isDraft,url`")
    })?;
    let mut requests = Requests::default();
    for one in open {
        let base = one.base_ref_name.clone();
        let request = request(one)?;
        match targets.iter().position(|target| base == target.branch()) {
            Some(at) => requests.to_judge.push((at, request)),
            None => requests.skipped.push(Skipped { request, base }),
        }
    }
    Ok(requests)
}

fn request(open: OpenRequest) -> Result<Request, String> {
    let commit = Oid::new(&open.head_ref_oid.to_ascii_lowercase()).ok_or_else(|| {
        format!(
            "the commit of #{} is `{}`, which is not an object id",
            open.number, open.head_ref_oid
        )
    })?;
    Ok(Request {
        number: Some(open.number),
        name: open.head_ref_name,
        commit: commit.into(),
        title: open.title,
        author: open.author.and_then(|author| author.login),
        url: open.url,
        draft: open.is_draft,
    })
}

/// The branches that any of these patterns names, the targets left out. Where there are several, each with the one that it
/// is merged into.
pub(super) fn of_clone(
    repository: &Connection,
    patterns: &[String],
    targets: &Judged<'_>,
) -> Result<Requests, Box<dyn std::error::Error>> {
    let wanted = RefFilter::new(patterns)?;
    let is_target = |name: &RefName| {
        let mut all = targets.all().iter();
        all.any(|target| target.full_name.as_ref() == Some(name))
    };
    let mut found = repository.branches()?;
    found.retain(|one| !is_target(&one.at.name) && wanted.is_match(&one.at));
    if found.is_empty() {
        return Err(wanted.none_fits().into());
    }
    let proposed = found.iter().map(|one| Proposed {
        commit: one.at.commit.clone(),
        branch: Some(one.at.name.clone()),
    });
    let places = targets.places(repository, &proposed.collect::<Vec<_>>())?;
    let requests = found.into_iter().map(|one| Request {
        number: None,
        name: one.at.name.short().to_owned(),
        commit: one.at.commit.into(),
        title: None,
        author: None,
        url: None,
        draft: false,
    });
    Ok(Requests {
        to_judge: std::iter::zip(places, requests).collect(),
        skipped: Vec::new(),
    })
}

/// What is judged against: one target, or several of the settings.
pub(super) enum Judged<'a> {
    One(&'a Target),
    Several(&'a Targets),
}

impl Judged<'_> {
    pub(super) fn all(&self) -> &[Target] {
        match self {
            Self::One(target) => std::slice::from_ref(target),
            Self::Several(targets) => targets.all(),
        }
    }

    /// For each the number of the target that it is merged into.
    fn places(
        &self,
        repository: &Connection,
        proposed: &[Proposed],
    ) -> Result<Vec<usize>, TargetError> {
        match self {
            Self::One(_) => Ok(vec![0; proposed.len()]),
            Self::Several(targets) => targets.places_of(repository, proposed),
        }
    }
}
