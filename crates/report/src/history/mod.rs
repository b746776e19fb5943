//! `onehead.history`: for people, for a weekly post, for spreadsheets, as a page.

mod csv;
mod html;
mod markdown;
mod published;
mod text;
mod words;

pub use csv::csv;
pub use html::page;
pub use markdown::markdown;
pub use text::text;
