//! Statements on tables, indexes and constraints.

use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation, ColumnDef, ColumnOption, CreateIndex,
    CreateTable, Expr, ForeignKeyConstraint, Ident, ObjectName, ObjectType, RenameTableNameKind,
    TableConstraint,
};

use super::name::table;
use super::rows::reads;
use crate::schema::{Access, Mode, NameKind, Object, TableName};

pub(super) fn creation(create: &CreateTable) -> Result<Vec<Access>, String> {
    let simple = create.like.is_none()
        && create.clone.is_none()
        && create.inherits.is_none()
        && create.partition_of.is_none()
        && !create.or_replace;
    if !simple {
        return Err("SQL that creates a table out of another".into());
    }
    let name = table(&create.name);
    let mut found = match &create.query {
        Some(query) => reads(&**query)?,
        None => Vec::new(),
    };
    found.push(Access::table(
        &name,
        Mode::Create {
            lenient: create.if_not_exists,
        },
    ));
    for column in &create.columns {
        found.extend(options(&name, column));
    }
    for constraint in &create.constraints {
        found.extend(constrained(&name, constraint, false));
    }
    Ok(found)
}

/// What the options of a new column need.
fn options(table: &TableName, column: &ColumnDef) -> Vec<Access> {
    let mut found = Vec::new();
    for option in &column.options {
        match &option.option {
            ColumnOption::ForeignKey(key) => found.extend(references(key)),
            ColumnOption::PrimaryKey(_) => {
                found.push(Access::new(
                    Object::PrimaryKey(table.clone()),
                    Mode::Create { lenient: false },
                ));
            }
            _ => {}
        }
        if let Some(name) = &option.name {
            found.push(constraint_name(table, name));
        }
    }
    found
}

fn references(key: &ForeignKeyConstraint) -> Vec<Access> {
    let target = table(&key.foreign_table);
    let columns = key
        .referred_columns
        .iter()
        .map(|column| Access::column(&target, Some(&column.value), Mode::Refer));
    std::iter::once(Access::table(&target, Mode::Use))
        .chain(columns)
        .collect()
}

fn constraint_name(table: &TableName, name: &Ident) -> Access {
    Access::named(
        NameKind::Constraint,
        &name.value,
        table,
        Mode::Create { lenient: false },
    )
}

/// What a constraint needs; `added` to a table that is there, not part of a new one.
fn constrained(table: &TableName, constraint: &TableConstraint, added: bool) -> Vec<Access> {
    let mut found = Vec::new();
    let (name, columns) = match constraint {
        TableConstraint::Unique(one) => (&one.name, None),
        TableConstraint::PrimaryKey(one) => {
            found.push(Access::new(
                Object::PrimaryKey(table.clone()),
                Mode::Create { lenient: false },
            ));
            (&one.name, None)
        }
        TableConstraint::ForeignKey(one) => {
            found.extend(references(one));
            (&one.name, Some(&one.columns))
        }
        TableConstraint::Check(one) => (&one.name, None),
        _ => (&None, None),
    };
    if added {
        match columns {
            Some(columns) => found.extend(
                columns
                    .iter()
                    .map(|column| Access::column(table, Some(&column.value), Mode::Refer)),
            ),
            None => found.push(Access::column(table, None, Mode::Use)),
        }
    }
    found.extend(name.iter().map(|name| constraint_name(table, name)));
    found
}

pub(super) fn index(create: &CreateIndex) -> Result<Vec<Access>, String> {
    let on = table(&create.table_name);
    let mut found = vec![Access::table(&on, Mode::Touch { survives: false })];
    for column in &create.columns {
        match &column.column.expr {
            Expr::Identifier(name) => {
                found.push(Access::column(&on, Some(&name.value), Mode::Use));
            }
            _ => found.push(Access::column(&on, None, Mode::Use)),
        }
    }
    if create.predicate.is_some() || !create.include.is_empty() {
        found.push(Access::column(&on, None, Mode::Use));
    }
    if let Some(name) = &create.name {
        let lenient = create.if_not_exists;
        let name = table(name);
        found.push(Access::named(
            NameKind::Index,
            name.name().unwrap_or_default(),
            &on,
            Mode::Create { lenient },
        ));
    }
    Ok(found)
}

pub(super) fn dropping(
    what: ObjectType,
    lenient: bool,
    names: &[ObjectName],
) -> Result<Vec<Access>, String> {
    let mode = Mode::Drop { lenient };
    let one = |name: &ObjectName| {
        let name = table(name);
        match what {
            ObjectType::Table | ObjectType::View | ObjectType::MaterializedView => {
                Ok(vec![Access::table(&name, mode.clone())])
            }
            ObjectType::Index => Ok(vec![
                Access::named(
                    NameKind::Index,
                    name.name().unwrap_or_default(),
                    &TableName::any(),
                    mode.clone(),
                ),
                Access::table(&TableName::any(), Mode::Touch { survives: true }),
                Access::column(&TableName::any(), None, Mode::Loosen),
            ]),
            _ => Err("SQL whose effect is not known".to_owned()),
        }
    };
    let each: Vec<Vec<Access>> = names.iter().map(one).collect::<Result<_, String>>()?;
    Ok(each.concat())
}

pub(super) fn alteration(alter: &AlterTable) -> Result<Vec<Access>, String> {
    let on = table(&alter.name);
    let mut found = vec![Access::table(&on, Mode::Touch { survives: false })];
    for operation in &alter.operations {
        altered(&on, operation, &mut found)?;
    }
    Ok(found)
}

fn altered(
    on: &TableName,
    operation: &AlterTableOperation,
    found: &mut Vec<Access>,
) -> Result<(), String> {
    let column = |name: &Ident, mode: Mode| Access::column(on, Some(&name.value), mode);
    match operation {
        AlterTableOperation::AddColumn {
            if_not_exists,
            column_def,
            ..
        } => {
            found.push(column(
                &column_def.name,
                Mode::Create {
                    lenient: *if_not_exists,
                },
            ));
            found.extend(options(on, column_def));
        }
        AlterTableOperation::DropColumn {
            column_names,
            if_exists,
            ..
        } => found.extend(column_names.iter().map(|name| {
            column(
                name,
                Mode::Drop {
                    lenient: *if_exists,
                },
            )
        })),
        AlterTableOperation::RenameColumn {
            old_column_name,
            new_column_name,
        } => {
            found.push(column(old_column_name, Mode::Rename));
            found.push(column(new_column_name, Mode::Create { lenient: false }));
        }
        AlterTableOperation::RenameTable { table_name } => {
            let (RenameTableNameKind::As(name) | RenameTableNameKind::To(name)) = table_name;
            found.push(Access::table(on, Mode::Rename));
            found.push(Access::table(&table(name), Mode::Create { lenient: false }));
        }
        AlterTableOperation::AddConstraint { constraint, .. } => {
            found.extend(constrained(on, constraint, true));
        }
        AlterTableOperation::DropConstraint {
            name, if_exists, ..
        } => {
            let mode = Mode::Drop {
                lenient: *if_exists,
            };
            found.push(Access::named(NameKind::Constraint, &name.value, on, mode));
            found.push(Access::column(on, None, Mode::Loosen));
            found.push(Access::new(Object::PrimaryKey(on.clone()), Mode::Use));
        }
        AlterTableOperation::AlterColumn { column_name, op } => {
            let aspect = match op {
                AlterColumnOperation::SetNotNull | AlterColumnOperation::DropNotNull => "nullable",
                AlterColumnOperation::SetDefault { .. } | AlterColumnOperation::DropDefault => {
                    "server_default"
                }
                _ => "type_",
            };
            found.push(column(
                column_name,
                Mode::Alter(vec![(aspect.into(), op.to_string())]),
            ));
        }
        AlterTableOperation::ModifyColumn { col_name, .. } => {
            let all = vec![("type_".into(), operation.to_string())];
            found.push(column(col_name, Mode::Alter(all)));
        }
        _ => return Err("SQL that alters a table in a way that is not known".into()),
    }
    Ok(())
}
