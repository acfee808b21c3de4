//! Napster: a central index of who shares what, and what its clients do with an answer.
//!
//! As `napster.txt` (drscholl, 2000 and 2001) and the OpenNap server give it. [`Lexicon`] knows the words of every
//! name, [`Index`] who shares which file now, [`message`] how long the messages are.

mod index;
mod lexicon;
mod line;
pub mod message;
mod rows;
mod suppliers;
#[cfg(test)]
mod tests;

pub use index::{Hit, Index};
pub use lexicon::Lexicon;
pub use line::Line;
