//! Names of tables, as SQL writes them.

use sqlparser::ast::ObjectName;

use crate::schema::TableName;

/// The last two parts of a name.
pub(super) fn table(name: &ObjectName) -> TableName {
    let mut parts = name
        .0
        .iter()
        .rev()
        .map(|part| part.as_ident().map(|ident| ident.value.as_str()));
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(name), schema) => TableName::new(schema, name),
        (None, _) => TableName::any(),
    }
}
