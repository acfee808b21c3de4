//! What outages cost, told by counted events.

use super::runs::SystemRuns;
use super::words::{list, moment};
use super::{Reading, Sentence};
use crate::metrics::outages::over_runs;
use crate::metrics::rows::OutageRow;

impl Reading<'_> {
    /// A sentence a system that lost a central part and in which somebody wished for something.
    pub fn outages(&self) -> Vec<Sentence> {
        let told = self.systems.iter().filter_map(|system| self.outages_of(system));
        told.map(|text| Sentence { weight: 1, text }).collect()
    }

    fn outages_of(&self, system: &SystemRuns<'_>) -> Option<String> {
        let totals = over_runs(system.runs.iter().flat_map(|run| &run.outages));
        let met = totals.iter().filter(|row| row.under_way + row.wished > 0);
        let told: Vec<String> = met.map(|row| self.outage(row)).collect();
        let whole = if self.scenario.output.warm_up.is_some() { " (of the whole run)" } else { "" };
        (!told.is_empty()).then(|| format!("Under {}{whole}, {}.", system.label, list(&told)))
    }

    fn outage(&self, row: &OutageRow) -> String {
        let until_the_end = row.to_s >= self.scenario.stop.no_later_than.as_secs();
        let to = if until_the_end { "on".to_owned() } else { format!("to {}", moment(row.to_s)) };
        // `index-1` is a name; `tracker` and `indexes` are not.
        let named = row.part.ends_with(|last: char| last.is_ascii_digit());
        let part = if named { row.part.clone() } else { format!("the {}", row.part.replace('-', " ")) };
        let verb = if ["indexes", "servers"].contains(&row.part.as_str()) { "were" } else { "was" };
        format!(
            "{part} {verb} down from {} {to}: {} requests refused; {} of {} wishes under way then were fulfilled in the end, \
             and {} of {} made meanwhile",
            moment(row.from_s),
            row.refused,
            row.under_way_fetched,
            row.under_way,
            row.wished_fetched,
            row.wished,
        )
    }
}
