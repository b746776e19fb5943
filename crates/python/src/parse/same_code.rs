//! Whether two versions of a module do the same: what only a reader of the text sees does not count.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast as py;
use ruff_python_ast::comparable::ComparableStmt;
use ruff_python_ast::visitor::{self, Visitor};

use super::{check_size, with_stack_for};
use crate::error::SyntaxError;

/// What differs between two versions of a module. Layout, comments, docstrings, the annotations of functions, the
/// order of imports and imports of names that nothing uses do not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeDifference {
    /// The functions at module level that differ, or that only one version has, sorted.
    pub functions: Vec<String>,
    /// Whether anything else differs.
    pub elsewhere: bool,
}

impl CodeDifference {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.functions.is_empty() && !self.elsewhere
    }
}

/// Modules that only annotations are made of.
const OF_ANNOTATIONS: [&str; 4] = [
    "__future__",
    "collections.abc",
    "typing",
    "typing_extensions",
];

/// How two versions of a module differ. Assignments at module level to `aside` alone are left out.
///
/// # Errors
/// The first place where one of them is not Python.
pub fn code_difference(
    before: &str,
    after: &str,
    aside: &[&str],
) -> Result<CodeDifference, SyntaxError> {
    check_size(before)?;
    check_size(after)?;
    let longer = if before.len() > after.len() {
        before
    } else {
        after
    };
    with_stack_for(longer, || {
        let parse = |text| ruff_python_parser::parse_module(text);
        let (before, after) = (parse(before)?.into_syntax(), parse(after)?.into_syntax());
        let (before, after) = (
            Module::of(before.body, aside),
            Module::of(after.body, aside),
        );
        Ok(before.difference(&after))
    })
}

/// A module without what does not count.
struct Module {
    imports: BTreeSet<String>,
    functions: BTreeMap<String, Vec<py::Stmt>>,
    rest: Vec<py::Stmt>,
}

impl Module {
    fn of(suite: impl IntoIterator<Item = py::Stmt>, aside: &[&str]) -> Self {
        let mut module = Self {
            imports: BTreeSet::new(),
            functions: BTreeMap::new(),
            rest: Vec::new(),
        };
        let mut imports = Vec::new();
        for statement in suite {
            match statement {
                py::Stmt::Import(node) => imports.extend(imported(&node)),
                py::Stmt::ImportFrom(node) => imports.extend(imported_from(&node)),
                py::Stmt::FunctionDef(node) => {
                    let versions = module.functions.entry(node.name.to_string());
                    versions.or_default().push(bare(node));
                }
                other if is_idle(&other) || is_only_about(&other, aside) => {}
                other => module.rest.push(other),
            }
        }
        let mut used = Names::default();
        for statement in module.functions.values().flatten().chain(&module.rest) {
            used.visit_stmt(statement);
        }
        let is_used = |one: &Import| one.binds == "*" || used.0.contains(&one.binds);
        let imports = imports.into_iter().filter(is_used);
        module.imports = imports.map(|one| one.says).collect();
        module
    }

    fn difference(&self, other: &Self) -> CodeDifference {
        let names: BTreeSet<&String> = self
            .functions
            .keys()
            .chain(other.functions.keys())
            .collect();
        let differs =
            |name: &&&String| match (self.functions.get(**name), other.functions.get(**name)) {
                (Some(one), Some(other)) => !is_same(one, other),
                _ => true,
            };
        CodeDifference {
            functions: names
                .iter()
                .filter(differs)
                .map(|&name| name.clone())
                .collect(),
            elsewhere: self.imports != other.imports || !is_same(&self.rest, &other.rest),
        }
    }
}

fn is_same(one: &[py::Stmt], other: &[py::Stmt]) -> bool {
    let comparable = ComparableStmt::from;
    one.len() == other.len()
        && std::iter::zip(one, other).all(|(one, other)| comparable(one) == comparable(other))
}

/// A function without docstring and annotations.
fn bare(mut node: py::StmtFunctionDef) -> py::Stmt {
    node.returns = None;
    let parameters = &mut node.parameters;
    let several = parameters
        .posonlyargs
        .iter_mut()
        .chain(&mut parameters.args)
        .chain(&mut parameters.kwonlyargs)
        .map(|one| &mut one.parameter);
    for one in several {
        one.annotation = None;
    }
    let rest = [&mut parameters.vararg, &mut parameters.kwarg];
    for one in rest.into_iter().flatten() {
        one.annotation = None;
    }
    node.body.retain(|statement| !is_idle(statement));
    py::Stmt::FunctionDef(node)
}

/// `pass`, or a string that stands for itself: a docstring, or a comment in quotes.
fn is_idle(statement: &py::Stmt) -> bool {
    match statement {
        py::Stmt::Pass(_) => true,
        py::Stmt::Expr(node) => node.value.is_string_literal_expr(),
        _ => false,
    }
}

/// Whether a statement only assigns to one of these names.
fn is_only_about(statement: &py::Stmt, names: &[&str]) -> bool {
    let is_named = |target: &py::Expr| match target {
        py::Expr::Name(name) => names.contains(&name.id.as_str()),
        _ => false,
    };
    match statement {
        py::Stmt::Assign(node) => node.targets.iter().all(is_named),
        py::Stmt::AnnAssign(node) => is_named(&node.target),
        _ => false,
    }
}

/// One name that is imported.
struct Import {
    /// The name that it binds.
    binds: String,
    /// From where, what, and under which name.
    says: String,
}

fn imported(node: &py::StmtImport) -> impl Iterator<Item = Import> {
    let counts = |alias: &&py::Alias| !OF_ANNOTATIONS.contains(&alias.name.as_str());
    node.names
        .iter()
        .filter(counts)
        .map(|alias| import(alias, ""))
}

fn imported_from(node: &py::StmtImportFrom) -> Vec<Import> {
    let module = node.module.as_ref().map_or("", |module| module.as_str());
    if OF_ANNOTATIONS.contains(&module) && node.level == 0 {
        return Vec::new();
    }
    let from = format!("{}{module}", ".".repeat(node.level as usize));
    node.names
        .iter()
        .map(|alias| import(alias, &from))
        .collect()
}

fn import(alias: &py::Alias, from: &str) -> Import {
    let asname = alias.asname.as_ref().map(|name| name.as_str());
    // `import a.b` binds `a`.
    let first = alias.name.split('.').next().unwrap_or_default();
    Import {
        binds: asname.unwrap_or(first).to_owned(),
        says: format!("{from} {} {}", alias.name, asname.unwrap_or_default()),
    }
}

/// Every name that statements use.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'a> Visitor<'a> for Names {
    fn visit_expr(&mut self, expr: &'a py::Expr) {
        if let py::Expr::Name(name) = expr {
            self.0.insert(name.id.to_string());
        }
        visitor::walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    const FILE: &str = r#""""add users

Revises: a1
"""
from typing import Union
import sqlalchemy as sa
from alembic import op

revision: str = "b1"
down_revision: Union[str, None] = "a1"


def upgrade() -> None:
    # a comment
    op.add_column("users", sa.Column("name", sa.String(40)))


def downgrade():
    pass
"#;

    fn difference(after: &str) -> CodeDifference {
        code_difference(FILE, after, &["revision", "down_revision"]).unwrap()
    }

    #[test]
    fn what_only_a_reader_sees_does_not_count() {
        for (from, to) in [
            ("add users", "add all users"),
            ("a1", "z9"),
            ("\"users\", sa", "\n        'us' 'ers',\n        sa"),
            ("    # a comment\n", ""),
            ("() -> None", "()"),
            (
                "downgrade():\n    pass",
                "downgrade():\n    \"\"\"Nothing.\"\"\"",
            ),
            ("from typing import Union\n", ""),
            (
                "from alembic import op\n",
                "import os\nfrom alembic import op, context\n",
            ),
            (
                "import sqlalchemy as sa\nfrom alembic import op\n",
                "from alembic import op\n\nimport sqlalchemy as sa\n",
            ),
        ] {
            assert!(FILE.contains(from), "{from}");
            let after = FILE.replace(from, to);
            assert_eq!(difference(&after), CodeDifference::default(), "{after}");
        }
    }

    #[test]
    fn what_python_does_counts() {
        let of = |functions: &[&str], elsewhere| CodeDifference {
            functions: functions.iter().map(|&name| name.to_owned()).collect(),
            elsewhere,
        };
        for (from, to, expected) in [
            ("40", "41", of(&["upgrade"], false)),
            ("40", "40.0", of(&["upgrade"], false)),
            ("\"name\"", "b\"name\"", of(&["upgrade"], false)),
            (
                "pass",
                "op.drop_column('users', 'name')",
                of(&["downgrade"], false),
            ),
            (
                "import sqlalchemy as sa",
                "import other as sa",
                of(&[], true),
            ),
            ("revision: str", "limit = 4\nrevision: str", of(&[], true)),
            (
                "def downgrade():",
                "class X:\n    y = 1\ndef downgrade():",
                of(&[], true),
            ),
            (
                "def upgrade",
                "@twice\ndef upgrade",
                of(&["upgrade"], false),
            ),
            (
                "def upgrade(",
                "def upgrade(name=1",
                of(&["upgrade"], false),
            ),
            ("def upgrade", "def up", of(&["up", "upgrade"], false)),
        ] {
            assert!(FILE.contains(from), "{from}");
            assert_eq!(
                difference(&FILE.replace(from, to)),
                expected,
                "{from} → {to}"
            );
        }
    }

    #[test]
    fn what_is_not_python_is_an_error() {
        assert!(code_difference(FILE, "def upgrade(:\n", &[]).is_err());
    }
}
