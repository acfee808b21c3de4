//! From bytes to a tree: encodings, and syntax errors with hints.

use toml::de::DeTable;

use super::node::{self, Table};
use super::problem::{Problems, Span};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Far beyond any scenario that a person or a script writes.
const LONGEST: usize = 16 << 20;

/// The tree of the text, which becomes source 0. `None`: not even text.
pub fn parse(name: &str, bytes: &[u8], out: &mut Problems) -> Option<Table> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = decode(name, bytes, out)?;
    let source = out.add_source(name, text);
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        let hint = "`unchoke new` writes a scenario to start from";
        out.error(Span { source, start: 0, end: 0 }, "the scenario is empty", hint);
        return None;
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    let unclosed = if errors.is_empty() { None } else { unclosed_bracket(text) };
    if let Some((at, bracket)) = unclosed {
        let span = Span { source, start: at, end: at + 1 };
        let closing = if bracket == '{' { '}' } else { ']' };
        out.error(
            span,
            format!("not TOML: this {bracket} is never closed"),
            format!("a closing {closing} is missing"),
        );
        out.broken = Some(at);
    }
    // Whatever follows an open bracket is read as its content, so errors there mean nothing.
    let readable = unclosed.map_or(text.len(), |(at, _)| at);
    for error in errors
        .iter()
        .filter(|error| error.span().is_none_or(|span| span.start < readable || unclosed.is_none()))
    {
        let range = error.span().unwrap_or(0..0);
        let span = Span { source, start: range.start, end: range.end };
        out.error(span, format!("not TOML: {}", error.message()), hint(text, error));
        out.broken = out.broken.or(Some(text.len()));
    }
    Some(node::from_toml(document.get_ref(), source))
}

fn decode<'a>(name: &str, bytes: &'a [u8], out: &mut Problems) -> Option<&'a str> {
    let start = Span { source: 0, start: 0, end: 0 };
    if bytes.len() > LONGEST {
        out.add_source(name, "");
        out.error(
            start,
            "the scenario is larger than 16 MiB",
            "long data belongs into a CSV file that the scenario names",
        );
        return None;
    }
    let utf16 = bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF")
        || matches!(bytes, [0, b, ..] | [b, 0, ..] if *b != 0);
    if utf16 {
        out.add_source(name, "");
        out.error(
            start,
            "the scenario is encoded in UTF-16",
            "save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)",
        );
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let valid = error.valid_up_to();
            let source = out.add_source(name, &String::from_utf8_lossy(bytes));
            // The place of the first bad byte is the same in the text with replacement characters.
            let span = Span { source, start: valid, end: valid + '\u{FFFD}'.len_utf8() };
            out.error(span, "the scenario is not UTF-8: a byte here is no character", "save it as UTF-8");
            None
        }
    }
}

/// The outermost bracket that is still open at the end, outside of strings and comments.
fn unclosed_bracket(text: &str) -> Option<(usize, char)> {
    let mut open = Vec::new();
    let mut quote: Option<char> = None;
    let mut comment = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        // A quote that is open at the end of its line is another mistake; multi-line strings are rare here.
        if c == '\n' {
            (quote, comment, escaped) = (None, false, false);
        } else if comment || escaped {
            escaped = false;
        } else if let Some(closing) = quote {
            escaped = c == '\\' && closing == '"';
            quote = Some(closing).filter(|closing| *closing != c);
        } else {
            match c {
                '#' => comment = true,
                '"' | '\'' => quote = Some(c),
                '{' | '[' => open.push((at, c)),
                '}' | ']' => drop(open.pop()),
                _ => {}
            }
        }
    }
    open.first().copied()
}

/// What to do about a syntax error, from its message and its line.
fn hint(text: &str, error: &toml::de::Error) -> String {
    let message = error.message();
    let at = error.span().map_or(0, |span| text.floor_char_boundary(span.start.min(text.len())));
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or("").trim();
    if message.contains("duplicate key") {
        return "a key or table can be given only once; remove one of the two".to_owned();
    }
    if message.contains("recursion limit") {
        return "this is nested far deeper than any scenario".to_owned();
    }
    if message.contains("must be quoted") {
        let written = error.span().map_or("", |span| text.get(span).unwrap_or(""));
        return match written.trim() {
            "" => "a value is missing after =".to_owned(),
            written => format!("text stands in double quotes: \"{written}\""),
        };
    }
    let (key, value) = line.split_once('=').unwrap_or(("", ""));
    let value = value.split('#').next().unwrap_or("").trim();
    let is_bare =
        !value.is_empty() && !value.contains(['"', '\'', '{', '[']) && value.parse::<f64>().is_err();
    if is_bare && !matches!(value, "true" | "false") {
        return format!("text stands in double quotes: {} = \"{value}\"", key.trim());
    }
    if value.matches('"').count() % 2 == 1 {
        return "a closing quote is missing".to_owned();
    }
    "a line is `key = value`, a heading [table] or a comment after #; text stands in double quotes".to_owned()
}
