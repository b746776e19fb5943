//! What is read of single files.

use onehead_operations::{Upgrade, read};
use pretty_assertions::assert_eq;

fn upgrade(body: &str) -> Upgrade {
    let body = body.replace('\n', "\n    ");
    read(&format!(
        "from alembic import op\nimport sqlalchemy as sa\n\ndef upgrade():\n    {body}\n"
    ))
}

fn words(body: &str) -> Vec<String> {
    let upgrade = upgrade(body);
    assert_eq!(upgrade.unread().collect::<Vec<_>>(), [], "{body}");
    upgrade.operations().map(str::to_owned).collect()
}

fn unread(body: &str) -> Vec<String> {
    upgrade(body)
        .unread()
        .map(|(line, what)| format!("{line}: {what}"))
        .collect()
}

#[test]
fn operations_are_said_in_words() {
    let table = [
        ("pass", vec![]),
        (
            "op.add_column('t', sa.Column('c', sa.Integer()))",
            vec!["adds column `t.c`"],
        ),
        (
            "op.add_column(column=sa.Column('c', sa.Integer), table_name='t', schema='s')",
            vec!["adds column `t.c`"],
        ),
        (
            "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))",
            vec!["creates table `t`"],
        ),
        (
            "op.rename_table('a', 'b')",
            vec!["renames table `a` to `b`"],
        ),
        (
            "op.alter_column('t', 'c', new_column_name='d', nullable=False)",
            vec!["alters column `t.c` (nullable), renames it to `d`"],
        ),
        (
            "op.create_index(op.f('ix'), 't', ['a', sa.text('lower(b)')])",
            vec!["creates the index `ix` on `t` (a, …)"],
        ),
        (
            "op.execute(sa.text('DELETE FROM t'))",
            vec!["runs `DELETE FROM t`"],
        ),
        (
            "with op.batch_alter_table('t') as b:\n    b.drop_column('c')",
            vec![
                "drops column `t.c`",
                "rebuilds table `t` (in a batch block, on SQLite)",
            ],
        ),
        (
            "with op.batch_alter_table('t') as b:\n    b.add_column(sa.Column('c', sa.Integer))",
            vec!["adds column `t.c`"],
        ),
        (
            "for t in ('a', 'b'):\n    op.drop_table(t)",
            vec!["drops table `a`", "drops table `b`"],
        ),
        (
            "name = 'a' + '_' + 'b'\nop.drop_table(f'{name}_c')",
            vec!["drops table `a_b_c`"],
        ),
        (
            "if op.get_bind().dialect.name == 'sqlite':\n    op.drop_table('a')\nelse:\n    op.drop_table('b')",
            vec!["drops table `a`", "drops table `b`"],
        ),
        (
            "bind = op.get_bind()\nif not sa.inspect(bind).has_table('t'):\n    op.create_table('t')",
            vec![
                "reads the definition of table `t` (`has_table`)",
                "creates table `t`",
            ],
        ),
        (
            "t = sa.table('t', sa.column('c'))\nop.execute(t.update().where(t.c.c == 1).values(c=2))",
            vec!["updates rows of `t`"],
        ),
        (
            "t = sa.table('t')\nop.bulk_insert(t, [{'a': 1}])",
            vec!["inserts rows into `t`"],
        ),
        (
            "bind = op.get_bind()\nfor row in bind.execute(sa.text('SELECT id FROM t')):\n    bind.execute(sa.text('UPDATE t SET a = :a'), {'a': row.id})",
            vec!["runs `SELECT id FROM t`", "runs `UPDATE t SET a = :a`"],
        ),
        (
            "def drop(t):\n    op.drop_table(t)\ndrop('x')\ndrop(t='y')",
            vec!["drops table `x`", "drops table `y`"],
        ),
    ];
    for (body, expected) in table {
        assert_eq!(words(body), expected, "{body}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let table = [
        ("helper()", "5: a call of `helper`"),
        (
            "op.drop_table(NAME)",
            "5: `table_name`, which is not a literal, in `op.drop_table`",
        ),
        ("op.my_own('x')", "5: a call of `op.my_own`"),
        ("op.invoke(x)", "5: a call of `op.invoke`"),
        ("op.execute(open('x.sql').read())", "5: a call of `open`"),
        (
            "op.execute('VACUUM t')",
            "5: SQL whose effect is not known: `VACUUM t`",
        ),
        ("getattr(op, 'drop_table')('t')", "5: a call of `getattr`"),
        (
            "sa.orm.Session(op.get_bind()).query(x)",
            "5: a call of a session",
        ),
        (
            "f = op.drop_table\nlist(map(f, ['a']))",
            "6: a call of `map`",
        ),
        (
            "names = ['a']\nnames.append(x)\nfor n in names:\n    op.drop_table(n)",
            "8: `table_name`, which is not a literal, in `op.drop_table`",
        ),
        (
            "holder.bind = op.get_bind()\nholder.run()",
            "5: the connection, put into `holder.bind`",
        ),
        (
            "match x:\n    case 1:\n        op.drop_table('t')",
            "5: a match statement",
        ),
        (
            "op.drop_table(*names)",
            "5: arguments after `*` in `op.drop_table`",
        ),
        ("op.create_table('t', *columns())", "5: a call of `columns`"),
        (
            "with project.lock():\n    pass",
            "5: a call of `project.lock`",
        ),
        (
            "[op.drop_table(t) for t in tables()]",
            "5: a call of `tables`",
        ),
        (
            "sa.MetaData().create_all(op.get_bind())",
            "5: `sa.MetaData().create_all(op.get_bind())` with the connection",
        ),
    ];
    for (body, expected) in table {
        let said = unread(body);
        assert!(said.iter().any(|one| one == expected), "{body}: {said:#?}");
    }
}

#[test]
fn files_that_are_no_migrations_are_unread() {
    let what = |text: &str| -> Vec<String> {
        read(text)
            .unread()
            .map(|(_, what)| what.to_owned())
            .collect()
    };
    assert_eq!(what("revision = 'a'\n"), ["a file without `upgrade`"]);
    assert_eq!(
        what("from m import upgrade\n"),
        ["an `upgrade` that is not a function of this file"]
    );
    assert_eq!(
        what("@x\ndef upgrade():\n    pass\n"),
        ["a call of `upgrade`"]
    );
    assert_eq!(what("def upgrade(\n").len(), 1);
}

#[test]
fn the_name_under_which_op_is_imported() {
    for import in [
        "from alembic import op as o",
        "import alembic\no = alembic.op",
        "import alembic.op as o",
    ] {
        let upgrade = read(&format!(
            "{import}\ndef upgrade():\n    o.drop_table('t')\n"
        ));
        let words: Vec<&str> = upgrade.operations().collect();
        assert_eq!(words, ["drops table `t`"], "{import}");
    }
}

#[test]
fn what_could_exhaust_ends_soon() {
    let loops = (0..8).fold(String::new(), |text, depth| {
        format!(
            "{text}{}for a{depth} in range(9) or (1,2,3,4,5,6,7,8,9):\n",
            "    ".repeat(depth)
        )
    });
    let nested = (0..8).fold(String::new(), |text, depth| {
        format!(
            "{text}{}for a{depth} in (1,2,3,4,5,6,7,8,9):\n",
            "    ".repeat(depth)
        )
    });
    for body in [
        format!("{loops}{}op.drop_table('t')", "    ".repeat(8)),
        format!("{nested}{}op.drop_table('t')", "    ".repeat(8)),
        "def f():\n    f()\n    f()\nf()".to_owned(),
        "x = ['a']\nfor i in (1,2,3,4,5,6,7,8,9):\n    x = [x, x, x, x]".to_owned(),
        format!("x = 'aaaaaaaa'\n{}", "x = x + x\n".repeat(60)),
    ] {
        let _ = upgrade(&body);
    }
    assert!(!unread(&format!("{nested}{}op.drop_table('t')", "    ".repeat(8))).is_empty());
}
