//! Reads Rust sources just well enough: what is code, which paths it names, which of it is for tests alone.

use std::path::{Path, PathBuf};

/// A source file with comments, literals and items for tests blanked out; its lines are where they were.
pub struct Source {
    pub code: String,
    /// Modules declared for tests alone whose text is in another file.
    test_modules: Vec<String>,
}

impl Source {
    pub fn read(text: &str) -> Source {
        let mut code: Vec<char> = blank_comments_and_literals(text);
        let test_modules = blank_test_items(&mut code);
        Source { code: code.into_iter().collect(), test_modules }
    }

    /// Files and folders that hold the modules for tests which this file declares.
    pub fn test_files(&self, file: &Path) -> Vec<PathBuf> {
        let folder = match file.file_name().and_then(|name| name.to_str()) {
            Some("mod.rs" | "lib.rs" | "main.rs") => file.parent().expect("a file's folder").to_owned(),
            _ => file.with_extension(""),
        };
        (self.test_modules.iter())
            .flat_map(|module| [folder.join(module), folder.join(format!("{module}.rs"))])
            .collect()
    }

    /// What is named right under the crate's root: after `crate::`, or after as many `super::` as lead there.
    pub fn names_from_root(&self, depth: usize) -> Vec<(usize, String)> {
        let mut names = names_after(&self.code, "crate");
        names.extend(names_after(&self.code, &vec!["super"; depth].join("::")));
        names
    }
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every word of the code with its line (from 1) and what stands before and after it, spaces left out.
pub fn words(code: &str) -> Vec<(usize, &str, &str, &str)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(start) = rest.find(is_word) {
            let word = &rest[start..];
            let word = &word[..word.find(|c| !is_word(c)).unwrap_or(word.len())];
            let at = line.len() - rest.len() + start;
            rest = &line[at + word.len()..];
            found.push((number + 1, word, line[..at].trim_end(), rest.trim_start()));
        }
    }
    found
}

/// The names that directly follow `path::`, of a group in braces all.
pub fn names_after(code: &str, path: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(&format!("{path}::")) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| is_word(c) || c == ':') {
            continue;
        }
        let line = 1 + code[..at].matches('\n').count();
        let tail = &code[at + path.len() + 2..];
        match tail.strip_prefix('{') {
            Some(group) => names.extend(group_members(group, line)),
            None => names.push((line, first_word(tail))),
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|&c| is_word(c)).collect()
}

/// The first word of each member of a group whose opening brace has been read.
fn group_members(group: &str, mut line: usize) -> Vec<(usize, String)> {
    let mut members = Vec::new();
    let (mut depth, mut expecting) = (1, true);
    for (at, c) in group.char_indices() {
        match c {
            '\n' => line += 1,
            '{' => depth += 1,
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => expecting = true,
            c if expecting && is_word(c) => {
                members.push((line, first_word(&group[at..])));
                expecting = false;
            }
            _ => {}
        }
    }
    members
}

fn blank_comments_and_literals(text: &str) -> Vec<char> {
    let text: Vec<char> = text.chars().collect();
    let mut code = text.clone();
    let mut at = 0;
    while at < text.len() {
        let end = end_of_comment_or_literal(&text, at);
        for c in &mut code[at..end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        at = end.max(at + 1);
    }
    code
}

/// Where the comment or literal that begins at `at` ends; `at` itself if none begins there.
fn end_of_comment_or_literal(text: &[char], at: usize) -> usize {
    let starts = |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| text.get(at + i) == Some(&c));
    let find = |from: usize, what: &str| (from..text.len()).find(|&at| starts(at, what));
    let in_word = at > 0 && is_word(text[at - 1]);
    if starts(at, "//") {
        return find(at, "\n").unwrap_or(text.len());
    }
    if starts(at, "/*") {
        let (mut depth, mut at) = (1, at + 2);
        while depth > 0 && at < text.len() {
            let (step, change) = match (starts(at, "/*"), starts(at, "*/")) {
                (true, _) => (2, 1),
                (_, true) => (2, -1),
                _ => (1, 0),
            };
            at += step;
            depth += change;
        }
        return at;
    }
    if text[at] == 'r' && !in_word || text[at] == 'r' && at > 0 && text[at - 1] == 'b' {
        let hashes = text[at + 1..].iter().take_while(|&&c| c == '#').count();
        if starts(at + 1 + hashes, "\"") {
            let close = format!("\"{}", "#".repeat(hashes));
            return find(at + 2 + hashes, &close).map_or(text.len(), |end| end + close.len());
        }
    }
    match text[at] {
        '"' => end_of_quoted(text, at, '"'),
        // A lifetime has no closing quote after its first letter.
        '\'' if starts(at + 1, "\\") || text.get(at + 2) == Some(&'\'') => end_of_quoted(text, at, '\''),
        _ => at,
    }
}

fn end_of_quoted(text: &[char], at: usize, quote: char) -> usize {
    let mut at = at + 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// Blanks each item under `#[cfg(test)]`; returns the names of those that are `mod name;`.
fn blank_test_items(code: &mut [char]) -> Vec<String> {
    let attribute: Vec<char> = "#[cfg(test)]".chars().collect();
    let mut modules = Vec::new();
    let mut at = 0;
    while at + attribute.len() <= code.len() {
        if code[at..at + attribute.len()] != attribute[..] {
            at += 1;
            continue;
        }
        let end = end_of_item(code, at + attribute.len());
        let item: String = code[at + attribute.len()..end].iter().collect();
        if let Some((_, name)) = item.strip_suffix(';').and_then(|item| item.split_once("mod ")) {
            modules.push(name.trim().to_owned());
        }
        for c in &mut code[at..end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        at = end;
    }
    modules
}

/// An item, a field or a statement ends with its closing brace, or with a semicolon or comma outside all brackets.
fn end_of_item(code: &[char], from: usize) -> usize {
    let mut depth = 0;
    for (at, &c) in code.iter().enumerate().skip(from) {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' if depth == 0 => return at,
            '}' if depth == 1 => return at + 1,
            '}' | ')' | ']' => depth -= 1,
            ';' | ',' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}
