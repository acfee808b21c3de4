//! Problems for a terminal: the line, the offending text underlined, the hint below.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::problem::{Problem, Problems, Severity};

/// All problems, one below the other. `styled`: with colours.
pub fn render(problems: &Problems, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let blocks: Vec<String> =
        problems.problems.iter().map(|problem| one(problems, problem, &renderer)).collect();
    blocks.join("\n\n")
}

fn one(problems: &Problems, problem: &Problem, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let source = &problems.sources[problem.span.source];
    let (first_line, text, start, end) = excerpt(&source.text, problem.span.start, problem.span.end);
    let snippet = Snippet::source(text)
        .line_start(first_line)
        .path(source.name.as_str())
        .annotation(AnnotationKind::Primary.span(start..end));
    let report = [level
        .primary_title(problem.message.as_str())
        .element(snippet)
        .element(Level::HELP.message(problem.hint.as_str()))];
    renderer.render(&report)
}

/// The line that the span begins in, because a span may cover a whole table: its number, its text,
/// and the span within it.
fn excerpt(text: &str, start: usize, end: usize) -> (usize, &str, usize, usize) {
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let number = text[..line_start].matches('\n').count() + 1;
    (number, &text[line_start..line_end], start - line_start, end.min(line_end) - line_start)
}
