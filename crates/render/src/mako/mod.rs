//! A native renderer for the Mako templates that Alembic calls `script.py.mako`.
//!
//! It does what Mako 1.1 to 1.4 do with the templates that projects really have: text, `${…}` with
//! filters, control lines, comments, `<% %>` and `<%! %>` with simple Python inside, `<%text>` and
//! `<%doc>`. Everything else, and everything that would fail in Python, is a [`Refusal`]: output
//! is either byte for byte what Mako gives or there is none. Where versions of Mako or Python
//! differ, there is none either.
//!
//! ```
//! use onehead_render::mako::{Context, Value, render};
//!
//! let mut names = Context::default();
//! names.set("up_revision", Value::from("a1"));
//! names.set("down_revision", Value::strings(["b2", "c3"]));
//! names.set("comma", Value::comma());
//!
//! let template = "# ${up_revision} <- ${down_revision | comma,n}\nd = ${repr(down_revision)}\n";
//! assert_eq!(render(template, &names).unwrap(), "# a1 <- b2, c3\nd = ('b2', 'c3')\n");
//!
//! let refusal = render("\n<%include file='x'/>", &names).unwrap_err();
//! assert_eq!(refusal.to_string(), "line 2: `<%include>` tag");
//! ```

mod block;
mod builtin_names;
mod builtins;
mod datetime;
mod eval;
mod exec;
mod filters;
mod format;
mod lexer;
mod machine;
mod methods;
mod names;
mod ops;
mod pattern;
mod refusal;
mod source;
mod template;
mod text;
mod value;

pub use refusal::Refusal;
pub use value::{Config, Context, DateTime, Value};

/// Longest template that is read, in bytes.
const MAX_TEMPLATE: usize = 1 << 20;

/// Renders `template` with the names in `globals`.
///
/// The text is what is left after decoding, without a byte order mark; line ends are as they are
/// in the file. The magic encoding comment, if any, must still be there: Mako drops its line.
///
/// # Errors
/// The first construct that is not understood, or that fails in Python too (an undefined name
/// made a string, for one), or that takes more than a fixed amount of work.
pub fn render(template: &str, globals: &Context) -> Result<String, Refusal> {
    if template.len() > MAX_TEMPLATE {
        return Err(Refusal::new(1, "template longer than 1 MiB"));
    }
    let tokens = lexer::lex(template)?;
    let template = template::build(tokens)?;
    exec::run(&template, globals)
}
