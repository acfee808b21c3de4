//! Tables as LaTeX in the style of booktabs, to be read in with `\input`.

use super::tables::Table;

/// Each table as a `table` of its own; needs the package booktabs and an input encoding of UTF-8, which is the default.
pub fn latex(tables: &[Table]) -> String {
    let mut out = String::from("% \\usepackage{booktabs} in the preamble\n");
    for table in tables {
        out += &one(table);
    }
    out
}

fn one(table: &Table) -> String {
    let settings = table.settings.len();
    let figures: usize = table.groups.iter().map(|(_, classes)| classes.len()).sum();
    let mut out = String::from("\\begin{table}\n  \\centering\n");
    out += &format!("  \\caption{{{}. {}}}\n", escape(&table.title), escape(&table.legend));
    out +=
        &format!("  \\begin{{tabular}}{{{}r{}}}\n    \\toprule\n", "l".repeat(settings), "r".repeat(figures));
    if table.groups.len() > 1 {
        out += &systems(table);
    }
    let classes = table.groups.iter().flat_map(|(_, classes)| classes);
    let head = table.settings.iter().map(|title| escape(title)).chain(["$n$".to_owned()]);
    out += &line(head.chain(classes.map(|class| escape(class))));
    out += "    \\midrule\n";
    for row in &table.rows {
        out += &line(row.all_cells().map(|cell| escape(cell)));
    }
    out + "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n"
}

/// The line above the classes: each system over its own.
fn systems(table: &Table) -> String {
    let mut column = table.settings.len() + 2;
    let (mut heads, mut rules) = (String::new(), String::new());
    for (system, classes) in &table.groups {
        let last = column + classes.len() - 1;
        heads += &format!(" & \\multicolumn{{{}}}{{c}}{{{}}}", classes.len(), escape(system));
        rules += &format!("\\cmidrule(lr){{{column}-{last}}}");
        column = last + 1;
    }
    let before = " &".repeat(table.settings.len());
    format!("   {before}{heads} \\\\\n    {rules}\n")
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("    {} \\\\\n", cells.collect::<Vec<_>>().join(" & "))
}

/// With nothing in it that TeX could take for its own.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            // A row that begins with a bracket would be an option of the line break before it.
            '[' => out.push_str("{[}"),
            ']' => out.push_str("{]}"),
            '\u{2009}' => out.push_str("\\,"),
            '–' => out.push_str("--"),
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
    fn what_tex_would_take_for_its_own_is_escaped() {
        assert_eq!(escape("50 % of a_b & {c}"), "50 \\% of a\\_b \\& \\{c\\}");
        assert_eq!(escape("\\input~^"), "\\textbackslash{}input\\textasciitilde{}\\textasciicircum{}");
        assert_eq!(escape("[1, 2]"), "{[}1, 2{]}");
        assert_eq!(escape("1\u{2009}000 –"), "1\\,000 --");
    }
}
