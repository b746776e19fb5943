//! Values that need another module of the repository: `branch_labels = (cli.EXPAND_BRANCH,)`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use onehead_model::RepoPath;
use onehead_python::revision::{Term, bindings};

use crate::ScanError;
use crate::files::Files;

/// A value that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    None,
    Str(String),
    Sequence(Vec<Value>),
    Other(String),
}

/// Finds modules of the repository and remembers what they bind.
pub(crate) struct Imports<'a> {
    files: &'a Files,
    /// The folders that Python would look in, in order.
    roots: Vec<RepoPath>,
    modules: RefCell<HashMap<RepoPath, Option<Rc<Module>>>>,
    /// Why a module that is there could not be had.
    failed: RefCell<Option<ScanError>>,
}

struct Module {
    path: RepoPath,
    names: HashMap<String, Term>,
}

/// How many modules may lead from one to another.
const MAX_STEPS: usize = 32;

impl<'a> Imports<'a> {
    pub(crate) fn new(files: &'a Files, roots: Vec<RepoPath>) -> Self {
        Self {
            files,
            roots,
            modules: RefCell::default(),
            failed: RefCell::default(),
        }
    }

    /// The module that the longest prefix of `parts` names, and what is left of them.
    fn find<'p>(&self, parts: &'p [String]) -> Option<(Rc<Module>, &'p [String])> {
        let roots = self.roots_of(parts.first()?);
        for length in (1..=parts.len()).rev() {
            for root in &roots {
                if let Some(module) = self.module(root, &parts[..length]) {
                    return Some((module, &parts[length..]));
                }
            }
        }
        None
    }

    /// The folders in which Python would look for what lies in a package: the first that holds it as a package or a
    /// module, and no other; else all of them, since a package without `__init__.py` may lie in several.
    fn roots_of(&self, package: &String) -> Vec<&RepoPath> {
        let package = std::slice::from_ref(package);
        let mut roots = self.roots.iter();
        match roots.find(|root| self.module(root, package).is_some()) {
            Some(root) => vec![root],
            None => self.roots.iter().collect(),
        }
    }

    /// A package comes before a module of its name.
    fn module(&self, root: &RepoPath, parts: &[String]) -> Option<Rc<Module>> {
        let relative = parts.join("/");
        let names = [format!("{relative}/__init__.py"), format!("{relative}.py")];
        names.iter().find_map(|name| self.load(root.resolve(name)?))
    }

    /// The modules that were asked for, whether they are there or not.
    ///
    /// # Errors
    /// One is there and could not be had, so that no value counts.
    pub(crate) fn finish(self) -> Result<Vec<RepoPath>, ScanError> {
        match self.failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(self.modules.into_inner().into_keys().collect()),
        }
    }

    fn load(&self, path: RepoPath) -> Option<Rc<Module>> {
        if let Some(known) = self.modules.borrow().get(&path) {
            return known.clone();
        }
        let bytes = match self.files.read(&path) {
            Ok(bytes) => bytes,
            // Python could not read it either.
            Err(ScanError::Read { .. }) => None,
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                None
            }
        };
        let names = bytes.and_then(|bytes| bindings(&bytes));
        let module = names.map(|names| {
            Rc::new(Module {
                path: path.clone(),
                names,
            })
        });
        self.modules.borrow_mut().insert(path, module.clone());
        module
    }
}

/// The value of a term, looking into other modules where it must.
///
/// # Errors
/// Why it is not known.
pub(crate) fn resolve(term: &Term, imports: &Imports<'_>) -> Result<Value, String> {
    value(term, imports, MAX_STEPS)
}

fn value(term: &Term, imports: &Imports<'_>, steps: usize) -> Result<Value, String> {
    if steps == 0 {
        return Err(format!("it depends on more than {MAX_STEPS} other names"));
    }
    let all = |items: &[Term]| {
        items
            .iter()
            .map(|item| value(item, imports, steps - 1))
            .collect::<Result<Vec<Value>, String>>()
    };
    match term {
        Term::None => Ok(Value::None),
        Term::Str(text) => Ok(Value::Str(text.clone())),
        Term::Int(_) => Ok(Value::Other("an integer".into())),
        Term::Other(what) => Ok(Value::Other(what.clone())),
        Term::Unknown(why) => Err(why.clone()),
        Term::Sequence(items) => all(items).map(Value::Sequence),
        Term::Set(items) => {
            let mut values: Vec<Value> = all(items)?;
            // Python's own order of a set of strings differs from run to run.
            values.sort_by_key(|value| format!("{value:?}"));
            values.dedup();
            Ok(Value::Sequence(values))
        }
        Term::Concat(left, right) => {
            match (
                value(left, imports, steps - 1)?,
                value(right, imports, steps - 1)?,
            ) {
                (Value::Str(left), Value::Str(right)) => Ok(Value::Str(left + &right)),
                (Value::Sequence(mut left), Value::Sequence(right)) => {
                    left.extend(right);
                    Ok(Value::Sequence(left))
                }
                _ => Err("`+` between values of different types".into()),
            }
        }
        Term::Imported(parts) => imported(parts, imports, steps - 1),
    }
}

/// What a star import makes of a name that the file itself assigns nowhere.
pub(crate) enum FromStar {
    /// It defines no such name.
    Nothing,
    /// The module is not in the repository.
    Outside(String),
    /// Whatever resolving the term gives.
    Unclear,
}

/// Looks into the module of a star import. `term` is that of a name which the file assigns nowhere.
pub(crate) fn from_star(term: &Term, imports: &Imports<'_>) -> FromStar {
    let Term::Imported(parts) = term else {
        return FromStar::Unclear;
    };
    let Some((module, [_, name])) = star(parts) else {
        return FromStar::Unclear;
    };
    match imports.find(module) {
        None => FromStar::Outside(module.join(".")),
        Some((found, []))
            if !["*", name]
                .iter()
                .any(|name| found.names.contains_key(*name)) =>
        {
            FromStar::Nothing
        }
        Some(_) => FromStar::Unclear,
    }
}

/// The module of a star import, and the rest.
fn star(parts: &[String]) -> Option<(&[String], &[String])> {
    let at = parts.iter().position(|part| part == "*")?;
    Some(parts.split_at(at))
}

fn imported(parts: &[String], imports: &Imports<'_>, steps: usize) -> Result<Value, String> {
    let shown = parts.join(".");
    if let Some((module, _)) = star(parts) {
        let module = module.join(".");
        return Err(format!("`from {module} import *` may define it"));
    }
    let Some((module, rest)) = imports.find(parts) else {
        return Err(format!(
            "`{shown}` is in no module that Python would find in this repository"
        ));
    };
    match rest {
        [] => Ok(Value::Other("a module".into())),
        [name] => match module.names.get(name) {
            Some(Term::Unknown(why)) => Err(format!("`{name}` in {}: {why}", module.path)),
            Some(term) => value(term, imports, steps),
            None => Err(format!("{} does not define `{name}`", module.path)),
        },
        [name, ..] => match module.names.get(name) {
            // A name that the module itself imported: follow it with what is left.
            Some(Term::Imported(inner)) if steps > 0 => {
                let parts: Vec<String> = inner.iter().chain(&rest[1..]).cloned().collect();
                imported(&parts, imports, steps - 1)
            }
            _ => Err(format!(
                "`{shown}` is an attribute of something in {}",
                module.path
            )),
        },
    }
}
