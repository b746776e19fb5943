//! What a literal SQL text touches. What the parser does not know, or what may do more than it says,
//! is an error in words, never a guess.

mod definition;
mod functions;
mod name;
mod rows;

use sqlparser::ast::Statement;
use sqlparser::dialect::{
    Dialect, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};
use sqlparser::parser::Parser;

use crate::schema::{Access, Mode, Object, TableName};

use definition::{alteration, creation, dropping, index};
use name::table;
use rows::{deletion, insertion, reads, updating};

pub(crate) use functions::is_harmless;

/// SQL longer than this is not read.
const MAX_BYTES: usize = 16 << 10;

/// What each statement of a text touches.
///
/// # Errors
/// Why it is not known.
pub(crate) fn read(text: &str) -> Result<Vec<Vec<Access>>, String> {
    const STACK_FOR_EACH_BYTE: usize = 2 << 10;
    const STACK_FOR_THE_REST: usize = 1 << 20;
    if switches_keys(text) {
        return Ok(vec![vec![Access::table(&TableName::any(), Mode::Switch)]]);
    }
    if text.len() > MAX_BYTES {
        return Err(format!("SQL of more than {} KiB", MAX_BYTES >> 10));
    }
    // A row of operators nests as deep as it is long, and is walked and dropped recursively.
    let stack = text.len() * STACK_FOR_EACH_BYTE + STACK_FOR_THE_REST;
    stacker::maybe_grow(stack, stack, || {
        let statements = parse(text).ok_or("SQL that the parser does not know")?;
        statements.iter().map(statement).collect()
    })
}

/// Whether it says if foreign keys are minded from here on: `PRAGMA foreign_keys = OFF`,
/// `SET FOREIGN_KEY_CHECKS = 0`.
fn switches_keys(text: &str) -> bool {
    let text = text.trim().trim_end_matches(';').to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '=')
        .filter(|word| !word.is_empty())
        .collect();
    matches!(
        words.as_slice(),
        ["pragma", "foreign_keys", _]
            | ["set", "foreign_key_checks", _]
            | ["set", "session", "foreign_key_checks", _]
    )
}

fn parse(text: &str) -> Option<Vec<Statement>> {
    let dialects: [&dyn Dialect; 5] = [
        &GenericDialect {},
        &PostgreSqlDialect {},
        &MySqlDialect {},
        &SQLiteDialect {},
        &MsSqlDialect {},
    ];
    dialects
        .iter()
        .find_map(|dialect| Parser::parse_sql(*dialect, text).ok())
}

fn statement(statement: &Statement) -> Result<Vec<Access>, String> {
    match statement {
        Statement::Query(query) => reads(&**query),
        Statement::Insert(insert) => insertion(insert),
        Statement::Update(update) => updating(update),
        Statement::Delete(delete) => deletion(delete),
        Statement::Truncate(truncate) if truncate.cascade.is_none() => Ok(truncate
            .table_names
            .iter()
            .map(|one| Access::table(&table(&one.name), Mode::Write))
            .collect()),
        Statement::CreateTable(create) => creation(create),
        Statement::CreateView(create) => {
            let mut found = reads(&*create.query)?;
            found.push(Access::table(
                &table(&create.name),
                Mode::Create {
                    lenient: create.if_not_exists,
                },
            ));
            Ok(found)
        }
        Statement::CreateIndex(create) => index(create),
        Statement::AlterTable(alter) => alteration(alter),
        Statement::Drop {
            object_type,
            if_exists,
            names,
            cascade: false,
            ..
        } => dropping(*object_type, *if_exists, names),
        Statement::CreateExtension(create) => Ok(vec![Access::new(
            Object::Other("extension", Some(create.name.value.clone())),
            Mode::Create {
                lenient: create.if_not_exists,
            },
        )]),
        Statement::CreateType { name, .. } => Ok(vec![Access::new(
            Object::Other("type", table(name).name().map(str::to_owned)),
            Mode::Create { lenient: false },
        )]),
        _ => Err("SQL whose effect is not known".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_said() {
        for text in [
            "VACUUM FULL users",
            "SELECT setval('users_id_seq', 1)",
            "CREATE FUNCTION f() RETURNS int AS 'select 1' LANGUAGE sql",
            "ALTER TABLE t OWNER TO x",
            "DROP TABLE t CASCADE",
            "this is no SQL",
            "DO $$ BEGIN PERFORM 1; END $$",
        ] {
            assert!(read(text).is_err(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn parameters_are_read() {
        for text in [
            "UPDATE t SET a = :a WHERE id = :id",
            "UPDATE t SET a = ? WHERE id = ?",
            "INSERT INTO t (a) VALUES (:a); DELETE FROM t WHERE a IS NULL",
            "UPDATE t SET a = u.b FROM u WHERE u.id = t.id",
        ] {
            assert!(read(text).is_ok(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_long_row_of_operators_is_read() {
        let text = format!("SELECT {}1", "1+".repeat(MAX_BYTES / 2 - 8));
        assert!(read(&text).is_ok());
    }
}
