//! Which central part of a system has the most work: the one that the reading, the tables and the figures speak of.

use super::rows::{CentralRow, PERSONS};

/// A central part over all runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load<'a> {
    pub part: &'a str,
    /// Mean share of the time at work.
    pub busy: f64,
    /// Share of the worst interval of any run.
    pub at_worst: f64,
    /// The longest queue in any run.
    pub queue: u32,
    /// In all runs.
    pub refused: u64,
}

/// The part with the most work, of equals the one with the longer queue, and of these the first; `None` without a centre. `rows`
/// are those of one system in `central.csv`.
pub fn busiest<'a>(rows: impl Iterator<Item = &'a CentralRow> + Clone) -> Option<Load<'a>> {
    let loads = parts(rows.clone()).into_iter().map(|part| load(part, rows.clone()));
    let more = |a: &Load<'_>, b: &Load<'_>| a.busy.total_cmp(&b.busy).then(a.queue.cmp(&b.queue)).is_gt();
    loads.reduce(|best, other| if more(&other, &best) { other } else { best })
}

/// The central parts of these rows, in their order.
pub fn parts<'a>(rows: impl Iterator<Item = &'a CentralRow>) -> Vec<&'a str> {
    let mut parts: Vec<&str> = Vec::new();
    for row in rows.filter(|row| row.part != PERSONS) {
        if !parts.contains(&row.part.as_str()) {
            parts.push(&row.part);
        }
    }
    parts
}

fn load<'a>(part: &'a str, rows: impl Iterator<Item = &'a CentralRow>) -> Load<'a> {
    let rows: Vec<&CentralRow> = rows.filter(|row| row.part == part).collect();
    Load {
        part,
        busy: rows.iter().filter_map(|row| row.busy_share).sum::<f64>() / rows.len() as f64,
        at_worst: rows.iter().filter_map(|row| row.busiest_share).fold(0.0, f64::max),
        queue: rows.iter().filter_map(|row| row.queue_most).max().unwrap_or(0),
        refused: rows.iter().filter_map(|row| row.refused).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(part: &str, busy: f64, queue: u32) -> CentralRow {
        CentralRow {
            part: part.into(),
            busy_share: Some(busy),
            queue_most: Some(queue),
            ..CentralRow::default()
        }
    }

    #[test]
    fn of_equals_the_first() {
        let busiest = |rows: &[CentralRow]| super::busiest(rows.iter()).map(|load| load.part.to_owned());
        let equal = [row("index-2", 0.5, 3), row("index-10", 0.5, 3), row(PERSONS, 0.0, 0)];
        assert_eq!(busiest(&equal).as_deref(), Some("index-2"));
        assert_eq!(busiest(&[row("index-0", 0.5, 3), row("index-1", 0.5, 4)]).as_deref(), Some("index-1"));
        assert_eq!(busiest(&[row(PERSONS, 0.0, 0)]), None);
    }

    #[test]
    fn it_is_the_mean_over_the_runs_that_counts() {
        let runs = [row("a", 0.9, 1), row("b", 0.8, 2), row("a", 0.1, 5), row("b", 0.4, 2)];
        let load = busiest(runs.iter()).unwrap();
        assert_eq!((load.part, load.queue), ("b", 2));
        assert!((load.busy - 0.6).abs() < 1e-12);
        let at_worst = |share| CentralRow { busiest_share: Some(share), ..row("a", 0.5, 1) };
        assert_eq!(super::busiest([at_worst(0.2), at_worst(0.9)].iter()).unwrap().at_worst, 0.9);
    }
}
