//! What is wrong with a scenario, as plain data: message, place and hint. Nothing here prints.

use std::fmt;

/// Whether the scenario can be run in spite of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    /// Legal, but surely not meant.
    Warning,
}

/// A range of bytes in one of [`Problems::sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub source: usize,
    pub start: usize,
    pub end: usize,
}

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    pub message: String,
    pub span: Span,
    /// What to write instead; never empty.
    pub hint: String,
}

/// A text that a place can point into: the scenario, a `--set` argument or a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// Everything found in one scenario, in the order of the places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    pub sources: Vec<Source>,
    pub problems: Vec<Problem>,
    /// The text did not parse, and nothing from this byte on was read as it was meant. What seems to
    /// be missing then may just be unread, and is not reported.
    pub(super) broken: Option<usize>,
}

/// Where a problem is, for people: lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    pub source: &'a str,
    pub line: usize,
    pub column: usize,
}

impl Problems {
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error)
    }

    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    pub fn place(&self, problem: &Problem) -> Place<'_> {
        let source = &self.sources[problem.span.source];
        let before = &source.text[..problem.span.start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            source: &source.name,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// A new source; its index goes into spans.
    pub(super) fn add_source(&mut self, name: &str, text: &str) -> usize {
        self.sources.push(Source { name: name.to_owned(), text: text.to_owned() });
        self.sources.len() - 1
    }

    /// Whether this place is in a `--set` argument.
    pub(super) fn is_set(&self, span: Span) -> bool {
        self.sources[span.source].name.starts_with("--set")
    }

    pub(super) fn error(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Severity::Error, span, message.into(), hint.into());
    }

    pub(super) fn warn(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Severity::Warning, span, message.into(), hint.into());
    }

    /// Keeps every span on character boundaries of its source, because renderers slice by it.
    fn add(&mut self, severity: Severity, span: Span, message: String, hint: String) {
        assert!(!hint.is_empty(), "a problem without a hint: {message}");
        let text = &self.sources[span.source].text;
        let end = text.ceil_char_boundary(span.end.min(text.len()));
        let start = text.floor_char_boundary(span.start.min(end));
        self.problems.push(Problem { severity, message, span: Span { start, end, ..span }, hint });
    }

    /// Errors before warnings, each in the order of the text; the same problem only once.
    pub(super) fn sort(&mut self) {
        self.problems.sort_by_key(|problem| {
            (problem.severity == Severity::Warning, problem.span.source, problem.span.start)
        });
        self.problems.dedup();
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            let Place { source, line, column } = self.place(problem);
            let severity = match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            writeln!(f, "{source}:{line}:{column}: {severity}: {}", problem.message)?;
            writeln!(f, "  hint: {}", problem.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
