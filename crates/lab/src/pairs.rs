//! Pairs of revisions above `fixtures/sides/start.py`, made up from a seed: the same seed gives the same
//! pairs everywhere.

use std::fmt::Write;

use serde::Serialize;

/// Two revisions above one.
#[derive(Serialize)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) left: String,
    pub(crate) right: String,
}

const TABLES: &[(&str, &[&str])] = &[
    ("teams", &["name", "note"]),
    ("users", &["name", "email", "age", "team_id"]),
    ("orders", &["user_id", "total", "state"]),
    ("logs", &["line"]),
];
const NEW_COLUMNS: &[&str] = &["nick", "phone", "mail"];
const NEW_TABLES: &[&str] = &["tags", "notes", "journal"];
const NEW_NAMES: &[&str] = &["na", "nb", "nc", "tags"];
const TYPES: &[&str] = &["sa.Integer()", "sa.String(40)", "sa.BigInteger()"];

/// Some number of pairs, each revision of one to three operations.
pub(crate) fn made_up(seed: u64, count: usize) -> Vec<Pair> {
    let mut random = Random(seed);
    (0..count)
        .map(|number| Pair {
            name: format!("made up {number}"),
            left: revision("left", &mut random),
            right: revision("right", &mut random),
        })
        .collect()
}

fn revision(name: &str, random: &mut Random) -> String {
    let mut text = format!(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = \"{name}\"\n\
         down_revision = \"start\"\n\ndef upgrade():\n"
    );
    for _ in 0..=random.below(3) {
        for line in operation(random).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

/// One operation on what there is, or on what another one may bring.
fn operation(random: &mut Random) -> String {
    let (table, columns) = random.pick(TABLES);
    let column = random.pick(columns);
    let new_column = random.pick(NEW_COLUMNS);
    let new_table = random.pick(NEW_TABLES);
    let name = random.pick(NEW_NAMES);
    let kind = random.pick(TYPES);
    let batch = |body: String| format!("with op.batch_alter_table(\"{table}\") as b:\n    {body}");
    match random.below(22) {
        0 | 1 => format!("op.add_column(\"{table}\", sa.Column(\"{new_column}\", {kind}))"),
        2 => batch(format!(
            "b.add_column(sa.Column(\"{new_column}\", {kind}, server_default=\"1\"))"
        )),
        3 => format!("op.drop_column(\"{table}\", \"{column}\")"),
        4 => batch(format!("b.drop_column(\"{column}\")")),
        5 => batch(format!("b.alter_column(\"{column}\", type_={kind})")),
        6 => batch(format!(
            "b.alter_column(\"{column}\", new_column_name=\"{new_column}\")"
        )),
        7 => batch(format!(
            "b.alter_column(\"{column}\", server_default=\"{}\")",
            random.below(3)
        )),
        8 => format!("op.create_index(\"{name}\", \"{table}\", [\"{column}\"])"),
        9 => "op.drop_index(\"ix_orders_state\", table_name=\"orders\")".into(),
        10 => batch(format!(
            "b.create_unique_constraint(\"{name}\", [\"{column}\"])"
        )),
        11 => batch(format!(
            "b.create_check_constraint(\"{name}\", \"{column} IS NOT NULL OR 1\")"
        )),
        12 => {
            let (target, _) = random.pick(TABLES);
            batch(format!(
                "b.create_foreign_key(\"{name}\", \"{target}\", [\"{column}\"], [\"id\"])"
            ))
        }
        13 | 14 => {
            let (target, _) = random.pick(TABLES);
            format!(
                "op.create_table(\"{new_table}\", sa.Column(\"id\", sa.Integer(), primary_key=True), \
                 sa.Column(\"{new_column}\", {kind}, index=True), \
                 sa.Column(\"ref\", sa.Integer(), sa.ForeignKey(\"{target}.id\")))"
            )
        }
        15 => format!("op.rename_table(\"{table}\", \"{new_table}\")"),
        16 => format!("op.drop_table(\"{}\")", random.pick(&["logs", "orders"])),
        17 => format!(
            "op.execute(\"UPDATE {table} SET {column} = {}\")",
            random.below(3)
        ),
        18 => format!(
            "op.execute(\"INSERT INTO {table} (id, {column}) VALUES ({}, 'x')\")",
            10 + random.below(2)
        ),
        19 => format!("op.execute(\"DELETE FROM {table} WHERE {column} IS NULL\")"),
        20 => format!("op.execute(\"ALTER TABLE {table} ADD COLUMN {new_column} INTEGER\")"),
        _ => format!("op.execute(\"CREATE VIEW {new_table} AS SELECT {column} FROM {table}\")"),
    }
}

/// A row of numbers that a seed decides (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let place = self.below(list.len() as u64);
        list[usize::try_from(place).unwrap_or_default()]
    }
}
