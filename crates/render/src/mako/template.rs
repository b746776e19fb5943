//! Tokens into the tree of a template, with the checks that Mako makes while it compiles one.

use std::collections::BTreeSet;

use onehead_python::Expr;

use super::block::{Block, Control, control};
use super::filters::Filter;
use super::lexer::{Kind, Token};
use super::names::Names;
use super::refusal::Refusal;
use super::source;

/// How deep control lines may nest. Python gives up at 20 loops.
const MAX_NESTING: usize = 15;

/// A template that is understood.
#[derive(Debug, Default)]
pub(super) struct Template {
    /// The `<%! %>` blocks with their lines.
    pub(super) module: Vec<(usize, Block)>,
    /// What runs.
    pub(super) body: Vec<Line>,
    /// Names taken from the context before anything runs.
    pub(super) fetched: BTreeSet<String>,
    /// Names that are variables of the template's function, those fetched included.
    pub(super) locals: BTreeSet<String>,
}

/// An item and the line where it starts.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) line: usize,
    pub(super) item: Item,
}

/// What a template is made of.
#[derive(Debug)]
pub(super) enum Item {
    Text(String),
    Expression {
        value: Expr,
        filters: Vec<Filter>,
        /// Is the value made a string before the filters?
        plain: bool,
    },
    Code(Block),
    If(Vec<Clause>),
    For {
        target: Expr,
        iter: Expr,
        /// Is `loop` used in it?
        looping: bool,
        body: Vec<Line>,
        orelse: Vec<Line>,
    },
    While {
        test: Expr,
        body: Vec<Line>,
    },
}

/// One branch of an `if`; no test is `else`.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) line: usize,
    pub(super) test: Option<Expr>,
    pub(super) body: Vec<Line>,
}

/// What opened a control structure.
enum Open {
    If,
    For {
        target: Expr,
        iter: Expr,
        loopable: bool,
    },
    While(Expr),
}

/// A control structure that is still open.
struct Frame {
    line: usize,
    open: Open,
    clauses: Vec<Clause>,
    /// Is there a Python block, and is there anything that does something, in the last clause?
    block: bool,
    content: bool,
    looping: bool,
}

/// What was gathered so far.
#[derive(Default)]
struct Builder {
    template: Template,
    frames: Vec<Frame>,
    /// Names read, and those bound anywhere.
    reads: BTreeSet<String>,
    stores: BTreeSet<String>,
    declared: BTreeSet<String>,
}

/// Builds the tree.
pub(super) fn build(tokens: Vec<Token>) -> Result<Template, Refusal> {
    let mut builder = Builder::default();
    for Token { line, kind } in tokens {
        let fail = |construct| Refusal::new(line, construct);
        builder.token(line, kind).map_err(fail)?;
    }
    if let Some(frame) = builder.frames.pop() {
        return Err(Refusal::new(frame.line, "control line without its end"));
    }
    Ok(builder.finish())
}

impl Builder {
    fn token(&mut self, line: usize, kind: Kind) -> Result<(), String> {
        match kind {
            Kind::Comment => {}
            Kind::Text(text) => self.push(line, Item::Text(text)),
            Kind::Expression { code, filters } => {
                let value = source::expression(&code)?;
                let mut names = Names::default();
                names.add(&value);
                let filters = source::filters(&filters)?;
                let (filters, plain) = Filter::list(&filters)?;
                names.reads.extend(filters.iter().filter_map(Filter::name));
                self.note_loop(&names);
                self.reads
                    .extend(names.reads.difference(&names.targets).cloned());
                self.push(
                    line,
                    Item::Expression {
                        value,
                        filters,
                        plain,
                    },
                );
            }
            Kind::Code { code, module } => self.code(line, &code, module)?,
            Kind::Control(text) => self.control(line, &text)?,
        }
        Ok(())
    }

    fn push(&mut self, line: usize, item: Item) {
        let body = match self.frames.last_mut() {
            None => &mut self.template.body,
            Some(frame) => {
                frame.content = true;
                match frame.clauses.last_mut() {
                    Some(clause) => &mut clause.body,
                    None => return,
                }
            }
        };
        body.push(Line { line, item });
    }

    fn note_loop(&mut self, names: &Names) {
        if names.reads.contains("loop") {
            for frame in &mut self.frames {
                frame.looping = true;
            }
        }
    }

    fn note(&mut self, names: Names) {
        self.note_loop(&names);
        self.reads.extend(names.reads);
        self.stores.extend(names.stores);
        self.declared.extend(names.targets);
    }

    fn code(&mut self, line: usize, code: &str, module: bool) -> Result<(), String> {
        let block = Block::new(code)?;
        let mut names = Names::default();
        names.add_block(&block.body);
        if module {
            if !self.frames.is_empty() {
                return Err("module block inside a control structure".into());
            }
            self.declared.extend(names.stores);
            self.declared.extend(names.targets);
            self.template.module.push((line, block));
            return Ok(());
        }
        self.note(names);
        if let Some(frame) = self.frames.last_mut() {
            frame.block = true;
        }
        if !block.body.is_empty() {
            self.push(line, Item::Code(block));
        }
        Ok(())
    }

    fn control(&mut self, line: usize, text: &str) -> Result<(), String> {
        let head = control(text)?;
        let mut names = Names::default();
        let mut clause = Clause {
            line,
            test: None,
            body: Vec::new(),
        };
        match &head {
            Control::If(test) | Control::Elif(test) | Control::While(test) => names.add(test),
            Control::For { target, iter, .. } => {
                names.add_target(target);
                names.add(iter);
            }
            Control::Else | Control::End(_) => {}
        }
        let open = match head {
            Control::If(test) => {
                clause.test = Some(test);
                Some(Open::If)
            }
            Control::For {
                target,
                iter,
                loopable,
            } => Some(Open::For {
                target,
                iter,
                loopable,
            }),
            Control::While(test) => Some(Open::While(test)),
            Control::Elif(test) => {
                clause.test = Some(test);
                None
            }
            Control::Else => None,
            Control::End(keyword) => return self.end(&keyword),
        };
        match open {
            Some(_) if self.frames.len() >= MAX_NESTING => {
                return Err("control lines nested too deeply".into());
            }
            Some(open) => self.frames.push(Frame {
                line,
                open,
                clauses: vec![clause],
                block: false,
                content: false,
                looping: false,
            }),
            None => self.go_on(clause)?,
        }
        self.note(names);
        Ok(())
    }

    /// `% elif` and `% else`.
    fn go_on(&mut self, clause: Clause) -> Result<(), String> {
        let odd = "`% else` or `% elif` that does not fit";
        let frame = self.frames.last_mut().ok_or(odd)?;
        frame.end_clause()?;
        let fits = match (&frame.open, &clause.test) {
            (Open::If, _) => frame.clauses.last().is_some_and(|last| last.test.is_some()),
            (Open::For { .. }, None) => frame.clauses.len() == 1,
            _ => false,
        };
        if !fits {
            return Err(odd.into());
        }
        frame.clauses.push(clause);
        Ok(())
    }

    fn end(&mut self, keyword: &str) -> Result<(), String> {
        let odd = || format!("`% end{keyword}` without its start");
        let mut frame = self.frames.pop().ok_or_else(odd)?;
        frame.end_clause()?;
        let looping = frame.looping;
        let item = match (frame.open, keyword) {
            (Open::If, "if") => Item::If(frame.clauses),
            (
                Open::For {
                    target,
                    iter,
                    loopable,
                },
                "for",
            ) => {
                if looping && !loopable {
                    return Err("`loop` in a loop that Mako cannot rewrite".into());
                }
                let mut bodies = frame.clauses.into_iter().map(|clause| clause.body);
                Item::For {
                    target,
                    iter,
                    looping,
                    body: bodies.next().unwrap_or_default(),
                    orelse: bodies.next().unwrap_or_default(),
                }
            }
            (Open::While(test), "while") => Item::While {
                test,
                body: frame
                    .clauses
                    .into_iter()
                    .flat_map(|clause| clause.body)
                    .collect(),
            },
            _ => return Err(odd()),
        };
        self.push(frame.line, item);
        Ok(())
    }

    fn finish(self) -> Template {
        let Self {
            mut template,
            reads,
            stores,
            declared,
            ..
        } = self;
        let fixed = ["context", "loop", "pageargs", "UNDEFINED", "STOP_RENDERING"];
        template.fetched = reads
            .into_iter()
            .filter(|name| !fixed.contains(&name.as_str()))
            .filter(|name| !declared.contains(name) && !stores.contains(name))
            .collect();
        template.locals = template.fetched.union(&stores).cloned().collect();
        template
    }
}

impl Frame {
    /// Python needs a statement in every body. Mako writes `pass` where there is nothing or only
    /// comments, but not where there is a Python block that does nothing.
    fn end_clause(&mut self) -> Result<(), String> {
        let empty = self.block && !self.content;
        self.block = false;
        self.content = false;
        if empty {
            return Err("control structure with nothing but an empty Python block".into());
        }
        Ok(())
    }
}
