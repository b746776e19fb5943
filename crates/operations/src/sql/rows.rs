//! Statements on rows.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Ident, Insert, ObjectName, TableFactor,
    TableObject, TableWithJoins, Update, Visit, visit_expressions, visit_relations,
};

use super::functions::is_harmless;
use super::name::table;
use crate::schema::{Access, Mode, TableName};

/// What a statement reads: every table, and every column that it names.
pub(super) fn reads(part: &impl Visit) -> Result<Vec<Access>, String> {
    let mut tables = Vec::new();
    let _ = visit_relations(part, |name| {
        tables.push(table(name));
        ControlFlow::<()>::Continue(())
    });
    let mut found: Vec<Access> = tables
        .iter()
        .map(|table| Access::table(table, Mode::Read))
        .collect();
    let mut strange = None;
    let _ = visit_expressions(part, |expression| {
        match expression {
            Expr::Identifier(name) => found.extend(columns(&tables, name)),
            Expr::CompoundIdentifier(names) => {
                if let Some(name) = names.last() {
                    found.extend(columns(&tables, name));
                }
            }
            Expr::Function(function) => {
                let name = function.name.to_string();
                if !is_harmless(&name) {
                    strange = Some(format!("SQL that calls `{name}`"));
                }
            }
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    match strange {
        Some(why) => Err(why),
        None => Ok(found),
    }
}

/// The column of that name, of the only table there is; of several it is not known which has it.
fn columns(tables: &[TableName], name: &Ident) -> Vec<Access> {
    match tables {
        [only] => vec![Access::column(only, Some(&name.value), Mode::Read)],
        several => several
            .iter()
            .map(|one| Access::column(one, None, Mode::Read))
            .collect(),
    }
}

pub(super) fn insertion(insert: &Insert) -> Result<Vec<Access>, String> {
    let TableObject::TableName(name) = &insert.table else {
        return Err("SQL that inserts into something other than a table".into());
    };
    let target = table(name);
    let mut found = vec![Access::table(&target, Mode::Write)];
    found.extend(reads(insert)?);
    let named = insert
        .columns
        .iter()
        .map(|name| table(name).name().map(str::to_owned));
    let mut columns: Vec<Option<String>> = named.collect();
    columns.extend(assigned(&insert.assignments));
    if columns.is_empty() {
        found.push(Access::column(&target, None, Mode::Positional));
    }
    for column in columns {
        found.push(Access::column(&target, column.as_deref(), Mode::Write));
    }
    // What is replaced, is deleted first.
    if insert.replace_into || insert.or.is_some() {
        found.push(Access::table(&TableName::any(), Mode::Cascade));
    }
    Ok(found)
}

pub(super) fn updating(update: &Update) -> Result<Vec<Access>, String> {
    let target = relation(&update.table)?;
    let mut found = vec![Access::table(&target, Mode::Write)];
    for joined in &update.table.joins {
        // MySQL sets columns of any of the tables.
        match &joined.relation {
            TableFactor::Table { name, .. } => {
                let joined = table(name);
                found.push(Access::table(&joined, Mode::Write));
                found.push(Access::column(&joined, None, Mode::Set));
            }
            _ => return Err("SQL that changes rows of something other than a table".into()),
        }
    }
    found.extend(reads(update)?);
    for column in assigned(&update.assignments) {
        found.push(Access::column(&target, column.as_deref(), Mode::Set));
    }
    Ok(found)
}

fn assigned(assignments: &[Assignment]) -> Vec<Option<String>> {
    let last = |name: &ObjectName| table(name).name().map(str::to_owned);
    assignments
        .iter()
        .flat_map(|one| match &one.target {
            AssignmentTarget::ColumnName(name) => vec![last(name)],
            AssignmentTarget::Tuple(names) => names.iter().map(last).collect(),
        })
        .collect()
}

pub(super) fn deletion(delete: &Delete) -> Result<Vec<Access>, String> {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let targets: Vec<TableName> = match delete.tables.is_empty() {
        true => from.iter().map(relation).collect::<Result<_, _>>()?,
        false => delete.tables.iter().map(table).collect(),
    };
    let mut found: Vec<Access> = targets
        .iter()
        .map(|target| Access::table(target, Mode::Write))
        .collect();
    found.extend(reads(delete)?);
    found.push(Access::table(&TableName::any(), Mode::Cascade));
    Ok(found)
}

fn relation(from: &TableWithJoins) -> Result<TableName, String> {
    match &from.relation {
        TableFactor::Table { name, .. } => Ok(table(name)),
        _ => Err("SQL that changes rows of something other than a table".into()),
    }
}
