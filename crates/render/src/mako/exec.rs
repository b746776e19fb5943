//! Running a template.

use onehead_python::{Expr, Stmt, StmtKind};

use super::block::Block;
use super::machine::Machine;
use super::ops::{self, Budget};
use super::refusal::Refusal;
use super::template::{Item, Line, Template};
use super::value::{Context, Eval, Value};

/// What a template may cost: bytes built, with a fixed price for every step.
const BUDGET: usize = 16 << 20;
/// What an item costs.
const STEP: usize = 100;

/// Renders a template.
pub(super) fn run(template: &Template, globals: &Context) -> Result<String, Refusal> {
    let mut machine = Machine {
        globals,
        module: Default::default(),
        variables: &template.locals,
        locals: Default::default(),
        scopes: Vec::new(),
        loops: Vec::new(),
        in_module: true,
        budget: Budget::new(BUDGET),
    };
    for (line, block) in &template.module {
        machine.block(*line, block)?;
    }
    machine.in_module = false;
    for name in &template.fetched {
        let value = machine.fetch(name).unwrap_or(Value::Undefined);
        machine.locals.insert(name.clone(), value);
    }
    let mut out = String::new();
    machine.lines(&template.body, &mut out)?;
    Ok(out)
}

impl Machine<'_> {
    fn lines(&mut self, lines: &[Line], out: &mut String) -> Result<(), Refusal> {
        lines.iter().try_for_each(|line| self.line(line, out))
    }

    fn line(&mut self, Line { line, item }: &Line, out: &mut String) -> Result<(), Refusal> {
        let fail = |construct| Refusal::new(*line, construct);
        self.budget.spend(STEP).map_err(fail)?;
        match item {
            Item::Text(text) => self.write(text, out).map_err(fail),
            Item::Expression {
                value,
                filters,
                plain,
            } => {
                let mut value = self.eval(value).map_err(fail)?;
                if *plain {
                    value = self.text_of(&value).map_err(fail)?;
                }
                for filter in filters {
                    value = filter.apply(value, self).map_err(fail)?;
                }
                match value {
                    Value::Str(text) => self.write(&text, out).map_err(fail),
                    _ => Err(fail(format!("output of a value of type {}", value.kind()))),
                }
            }
            Item::Code(block) => self.block(*line, block),
            Item::If(clauses) => {
                for clause in clauses {
                    let fail = |construct| Refusal::new(clause.line, construct);
                    let test = clause.test.as_ref();
                    if test
                        .map_or(Ok(true), |test| self.test(test))
                        .map_err(fail)?
                    {
                        return self.lines(&clause.body, out);
                    }
                }
                Ok(())
            }
            Item::For {
                target,
                iter,
                looping,
                body,
                orelse,
            } => {
                let iterable = self.eval(iter).map_err(fail)?;
                let items = ops::iterate(&iterable, &mut self.budget).map_err(fail)?;
                let len = ops::len(&iterable);
                for (index, item) in items.iter().cloned().enumerate() {
                    self.budget.spend(STEP).map_err(fail)?;
                    self.enter_loop(*looping, index, len);
                    self.assign(target, item).map_err(fail)?;
                    let done = self.lines(body, out);
                    self.leave_loop(*looping);
                    done?;
                }
                self.enter_loop(*looping, items.len(), len);
                let done = self.lines(orelse, out);
                self.leave_loop(*looping);
                done
            }
            Item::While { test, body } => {
                while self.test(test).map_err(fail)? {
                    self.lines(body, out)?;
                }
                Ok(())
            }
        }
    }

    fn write(&mut self, text: &str, out: &mut String) -> Eval<()> {
        self.budget.spend(text.len())?;
        out.push_str(text);
        Ok(())
    }

    fn enter_loop(&mut self, looping: bool, index: usize, len: Option<usize>) {
        if looping {
            self.loops.push(Value::Loop { index, len });
        }
    }

    fn leave_loop(&mut self, looping: bool) {
        if looping {
            self.loops.pop();
        }
    }

    fn assign(&mut self, target: &Expr, value: Value) -> Eval<()> {
        self.bind(target, value, &mut |machine, name, value| {
            let scope = if machine.in_module {
                &mut machine.module
            } else {
                &mut machine.locals
            };
            scope.insert(name.to_owned(), value);
        })
    }

    fn block(&mut self, line: usize, block: &Block) -> Result<(), Refusal> {
        self.statements(line, block, &block.body)
    }

    fn statements(&mut self, line: usize, block: &Block, body: &[Stmt]) -> Result<(), Refusal> {
        body.iter()
            .try_for_each(|stmt| self.statement(line, block, stmt))
    }

    fn statement(&mut self, start: usize, block: &Block, stmt: &Stmt) -> Result<(), Refusal> {
        let line = start + block.line_of(stmt);
        let fail = |construct| Refusal::new(line, construct);
        self.budget.spend(STEP).map_err(fail)?;
        match &stmt.kind {
            StmtKind::Assign { targets, value } => {
                let value = self.eval(value).map_err(fail)?;
                targets
                    .iter()
                    .try_for_each(|target| self.assign(target, value.clone()))
                    .map_err(fail)
            }
            StmtKind::Augmented { target, op, value } => {
                let before = self.eval(target).map_err(fail)?;
                let value = self.eval(value).map_err(fail)?;
                // In place, visible through other names of the same object.
                if matches!(before, Value::List(_) | Value::Set(_) | Value::Dict(_)) {
                    return Err(fail(format!("change of a {} in place", before.kind())));
                }
                let after = self.binary(*op, &before, &value).map_err(fail)?;
                self.assign(target, after).map_err(fail)
            }
            StmtKind::Import(names) => {
                for alias in names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    let module = match alias.name.as_str() {
                        "re" => Value::Re,
                        other => Value::Opaque(other.into()),
                    };
                    let scope = if self.in_module {
                        &mut self.module
                    } else {
                        &mut self.locals
                    };
                    scope.insert(name.clone(), module);
                }
                Ok(())
            }
            StmtKind::If(branches) => {
                for branch in branches {
                    let test = branch.test.as_ref();
                    if test
                        .map_or(Ok(true), |test| self.test(test))
                        .map_err(fail)?
                    {
                        return self.statements(start, block, &branch.body);
                    }
                }
                Ok(())
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                let iterable = self.eval(iter).map_err(fail)?;
                for item in ops::iterate(&iterable, &mut self.budget).map_err(fail)? {
                    self.assign(target, item).map_err(fail)?;
                    self.statements(start, block, body)?;
                }
                self.statements(start, block, orelse)
            }
            StmtKind::While { test, body, orelse } => {
                while self.test(test).map_err(fail)? {
                    self.statements(start, block, body)?;
                }
                self.statements(start, block, orelse)
            }
            StmtKind::Expr(value) => self.eval(value).map(drop).map_err(fail),
            StmtKind::Inert => Ok(()),
            _ => Err(fail("statement that is not understood".to_owned())),
        }
    }
}
