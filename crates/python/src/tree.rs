//! The tree: the part of Python's syntax that a revision file or a template can be read by.

/// A half-open range of byte offsets into the parsed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// A parsed module.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// The module's docstring, evaluated, if its first statement is one.
    pub docstring: Option<String>,
    /// The statements at module level, in order. Bodies of classes are left out, and those of
    /// functions as well unless they were [asked for](crate::parse_functions).
    pub body: Vec<Stmt>,
}

/// A statement and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it says.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

/// One imported name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The dotted name as written; `*` for a star import.
    pub name: String,
    /// The name behind `as`.
    pub asname: Option<String>,
}

/// The inside of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The parameters that positional and keyword arguments fill, in order, each with its default.
    pub parameters: Vec<(String, Option<Expr>)>,
    /// Whether it is more than its body: decorated, asynchronous, a generator, or with `*args`,
    /// `**kwargs`, positional-only or keyword-only parameters.
    pub is_special: bool,
    /// What it does when called.
    pub body: Vec<Stmt>,
}

/// One branch of an `if`; the last may have no test (`else`).
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The condition, `None` for `else`.
    pub test: Option<Expr>,
    /// What runs then.
    pub body: Vec<Stmt>,
}

/// The kinds of statement.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// `a = b = value`
    Assign {
        /// Every target, left to right.
        targets: Vec<Expr>,
        /// The value.
        value: Expr,
    },
    /// `target: annotation = value`; the annotation is left out.
    Annotated {
        /// The one target.
        target: Expr,
        /// The value, if any.
        value: Option<Expr>,
    },
    /// `target += value`
    Augmented {
        /// The target.
        target: Expr,
        /// The operator before `=`.
        op: BinaryOp,
        /// The value.
        value: Expr,
    },
    /// `import a.b as c`
    Import(Vec<Alias>),
    /// `from ..module import name as other`
    ImportFrom {
        /// The dotted module, `None` in `from . import x`.
        module: Option<String>,
        /// Number of leading dots.
        level: u32,
        /// The imported names.
        names: Vec<Alias>,
    },
    /// `if` / `elif` / `else`
    If(Vec<Branch>),
    /// `for target in iter: …`, `else: …`
    For {
        /// The loop target.
        target: Expr,
        /// What is iterated.
        iter: Expr,
        /// The loop body.
        body: Vec<Stmt>,
        /// The `else` block.
        orelse: Vec<Stmt>,
    },
    /// `while test: …`, `else: …`
    While {
        /// The condition.
        test: Expr,
        /// The loop body.
        body: Vec<Stmt>,
        /// The `else` block.
        orelse: Vec<Stmt>,
    },
    /// `with item as target, …: body`
    With {
        /// The context expressions, each with its `as` target.
        items: Vec<(Expr, Option<Expr>)>,
        /// The body, which runs once.
        body: Vec<Stmt>,
    },
    /// `try` with everything that belongs to it.
    Try {
        /// The guarded body.
        body: Vec<Stmt>,
        /// The name (if any) and the body of each handler.
        handlers: Vec<(Option<String>, Vec<Stmt>)>,
        /// The `else` block.
        orelse: Vec<Stmt>,
        /// The `finally` block.
        finalbody: Vec<Stmt>,
    },
    /// A function or a class, and the module names that it may rebind.
    Def {
        /// The name that it binds.
        name: String,
        /// Names declared `global` anywhere inside.
        globals: Vec<String>,
        /// What Python evaluates to define it: decorators, defaults, annotations, base classes.
        evaluated: Vec<Expr>,
        /// What stands inside a function, if that was [asked for](crate::parse_functions); never
        /// there for a class.
        function: Option<Box<Function>>,
    },
    /// `return value`; only inside a function.
    Return(Option<Expr>),
    /// `del a, b`
    Delete(Vec<Expr>),
    /// An expression as a statement.
    Expr(Expr),
    /// A statement that binds nothing (`pass`, `assert`, `raise`, `global` at module level, …).
    Inert,
    /// A statement that is not modelled, with every name that it may bind.
    Other {
        /// What it is, in words (`match statement`).
        what: &'static str,
        /// The names that it may bind.
        binds: Vec<String>,
    },
}

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The operators between two operands that are modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mult,
    /// `/`
    Div,
    /// `//`
    FloorDiv,
    /// `%`
    Mod,
    /// `|`
    BitOr,
    /// Any other operator.
    Other,
}

/// The operators before one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not x`
    Not,
    /// `-x`
    Minus,
    /// `+x`
    Plus,
    /// `~x`
    Invert,
}

/// `and` or `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoolOp {
    /// `and`
    And,
    /// `or`
    Or,
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CmpOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtE,
    /// `>`
    Gt,
    /// `>=`
    GtE,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

/// What a comprehension makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// `(x for …)`
    Generator,
    /// `[x for …]`
    List,
    /// `{x for …}`
    Set,
}

/// One `for target in iter if test …` of a comprehension.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// The loop target.
    pub target: Expr,
    /// What is iterated.
    pub iter: Expr,
    /// The conditions.
    pub ifs: Vec<Expr>,
}

/// A piece of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub enum FormatPart {
    /// Literal text.
    Text(String),
    /// `{expr}`, `{expr!r}`; a format spec or `=` makes the whole f-string [`ExprKind::Other`].
    Value {
        /// The expression between the braces.
        expr: Box<Expr>,
        /// `r`, `s` or `a` behind `!`.
        conversion: Option<char>,
    },
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A string, implicit concatenation and escapes resolved.
    Str(String),
    /// A bytes literal.
    Bytes,
    /// An integer that fits 64 bits.
    Int(i64),
    /// A number of any other kind.
    Number,
    /// `True` or `False`
    Bool(bool),
    /// `None`
    None,
    /// A name.
    Name(String),
    /// `value.attr`
    Attribute {
        /// The object.
        value: Box<Expr>,
        /// The attribute's name.
        attr: String,
    },
    /// `value[index]`
    Subscript {
        /// The object.
        value: Box<Expr>,
        /// The index or slice.
        index: Box<Expr>,
    },
    /// `lower:upper:step` inside a subscript
    Slice {
        /// Before the first colon.
        lower: Option<Box<Expr>>,
        /// Behind the first colon.
        upper: Option<Box<Expr>>,
        /// Behind the second colon.
        step: Option<Box<Expr>>,
    },
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{a, b}`
    Set(Vec<Expr>),
    /// `{k: v, **other}`; a key of `None` is `**`.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `*value` inside a display or a call
    Starred(Box<Expr>),
    /// `left op right`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Its left operand.
        left: Box<Expr>,
        /// Its right operand.
        right: Box<Expr>,
    },
    /// `op operand`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a and b and c`
    Logical {
        /// `and` or `or`.
        op: BoolOp,
        /// Two or more operands.
        values: Vec<Expr>,
    },
    /// `left < a < b`
    Compare {
        /// The first operand.
        left: Box<Expr>,
        /// Each comparison with its right operand.
        rest: Vec<(CmpOp, Expr)>,
    },
    /// `body if test else orelse`
    Conditional {
        /// The condition.
        test: Box<Expr>,
        /// The value when it holds.
        body: Box<Expr>,
        /// The value when it does not.
        orelse: Box<Expr>,
    },
    /// `func(args, name=value, **rest)`
    Call {
        /// What is called.
        func: Box<Expr>,
        /// Positional arguments.
        args: Vec<Expr>,
        /// Keyword arguments; a name of `None` is `**`.
        keywords: Vec<(Option<String>, Expr)>,
    },
    /// A generator, list or set comprehension.
    Comprehension {
        /// What it makes.
        kind: ComprehensionKind,
        /// The element.
        element: Box<Expr>,
        /// Its loops, outermost first.
        loops: Vec<For>,
    },
    /// An f-string.
    Format(Vec<FormatPart>),
    /// `name := value`
    Walrus {
        /// The name that it binds.
        name: String,
        /// The value.
        value: Box<Expr>,
    },
    /// An expression that is not modelled: what it is, in words (`lambda`).
    Other(&'static str),
}
