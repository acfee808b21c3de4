//! Tables as Markdown, in the dialect of GitHub and pandoc's pipe tables.

use super::tables::Table;

/// All tables, one below the other, each with its title and legend.
pub fn markdown(title: &str, tables: &[Table]) -> String {
    let mut out = if title.is_empty() { String::new() } else { format!("# {}\n", escape(title)) };
    for table in tables {
        if !out.is_empty() {
            out.push('\n');
        }
        out += &format!("## {}\n\n", escape(&table.title));
        out += &line(table.head().iter());
        let settings = table.settings.len();
        let rule = (0..table.head().len()).map(|column| if column < settings { ":--" } else { "--:" });
        out += &format!("|{}|\n", rule.collect::<Vec<_>>().join("|"));
        for row in &table.rows {
            out += &line(row.all_cells());
        }
        out += &format!("\n{}\n", escape(&table.legend));
    }
    out
}

fn line<'a>(cells: impl Iterator<Item = &'a String>) -> String {
    format!("| {} |\n", cells.map(|cell| escape(cell)).collect::<Vec<_>>().join(" | "))
}

/// With nothing in it that Markdown could take for its own.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '<' | '#' | '[' | ']' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_would_take_for_its_own_is_escaped() {
        assert_eq!(escape("a|b_c*d"), "a\\|b\\_c\\*d");
        assert_eq!(escape("9.5 [9.1, 9.9]"), "9.5 \\[9.1, 9.9\\]");
        assert_eq!(escape("two\nlines"), "two lines");
    }
}
