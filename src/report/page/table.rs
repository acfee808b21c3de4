//! HTML tables.

use crate::report::html::escape;

/// Rows of cells; cells of the columns from `numbers` on stand at the right.
pub fn table(head: &[&str], numbers: usize, rows: &[(Vec<String>, &str)]) -> String {
    let class = |k: usize| if k >= numbers { " class=\"n\"" } else { "" };
    let mut out = String::from("<div class=\"wide\"><table>\n<thead><tr>");
    for (k, cell) in head.iter().enumerate() {
        out += &format!("<th{}>{}</th>", class(k), escape(cell));
    }
    out += "</tr></thead>\n<tbody>\n";
    for (cells, kind) in rows {
        out += &if kind.is_empty() { "<tr>".to_owned() } else { format!("<tr class=\"{kind}\">") };
        for (k, cell) in cells.iter().enumerate() {
            out += &format!("<td{}>{}</td>", class(k), escape(cell));
        }
        out += "</tr>\n";
    }
    out + "</tbody>\n</table></div>\n"
}
