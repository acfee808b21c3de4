//! When central parts were switched off, as figures in time shade it.

use super::chart::Shade;
use super::tables::Tables;

/// A shade for each stretch of time in which something was down in the run that time series show; what went together in
/// several systems is one.
pub fn shades(tables: &Tables) -> Vec<Shade> {
    let first = tables.first_replicate();
    let mut shades: Vec<Shade> = Vec::new();
    for row in tables.outages.iter().filter(|row| row.replicate == first) {
        let part = row.part.replace('-', " ");
        match shades.iter_mut().find(|shade| shade.from == row.from_s && shade.to == row.to_s) {
            Some(shade) if shade.label.split(", ").any(|other| other == part) => {}
            Some(shade) => shade.label = format!("{}, {part}", shade.label),
            None => shades.push(Shade { from: row.from_s, to: row.to_s, label: part }),
        }
    }
    for shade in &mut shades {
        shade.label += " down";
    }
    let end = tables.last_end_s();
    shades.retain(|shade| shade.from < end);
    shades
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::rows::{OutageRow, SampleRow};

    #[test]
    fn what_went_together_is_shaded_once() {
        let row = |system: &str, replicate, part: &str, from_s| OutageRow {
            system: system.into(),
            replicate,
            part: part.into(),
            from_s,
            to_s: 200.0,
            ..OutageRow::default()
        };
        let tables = Tables {
            samples: vec![SampleRow { time_s: 150.0, ..SampleRow::default() }],
            outages: vec![
                row("a", 0, "index-1", 100.0),
                row("b", 0, "tracker", 100.0),
                row("c", 0, "tracker", 100.0),
                row("a", 1, "tracker", 120.0),
                row("a", 0, "server-0", 160.0),
            ],
            ..Tables::default()
        };
        let told: Vec<_> = shades(&tables).into_iter().map(|s| (s.from, s.to, s.label)).collect();
        assert_eq!(told, [(100.0, 200.0, "index 1, tracker down".to_owned())]);
    }
}
