//! Records to tables: observers that turn what happened in a run into rows and summaries.

pub mod rows;
