//! What is said of runs that were cut short by hand.

use super::words::{capital, list, seconds};
use crate::metrics::summary::RunSummary;
use crate::units::SimTime;

/// More runs than this are counted instead of named.
const MOST_NAMED: usize = 3;

/// The runs that are read: the complete ones, or if there is none all that were cut short. Half a run is never held against a whole one.
pub fn readable(runs: &[RunSummary]) -> Vec<RunSummary> {
    let complete: Vec<RunSummary> = runs.iter().filter(|run| run.cut_at.is_none()).cloned().collect();
    if complete.is_empty() { runs.to_vec() } else { complete }
}

/// Which runs were cut short, when, and which systems none was begun of; nothing where none was cut short.
pub fn told(systems: &[&str], runs: &[RunSummary]) -> Option<String> {
    let cut = cut_short(runs)?;
    let missing = |label: &&&str| !runs.iter().any(|run| run.system == **label);
    let missing: Vec<String> = systems.iter().filter(missing).map(|label| (*label).to_owned()).collect();
    if missing.is_empty() {
        Some(cut)
    } else {
        Some(format!("{cut} Nothing was played of {}.", list(&missing)))
    }
}

fn cut_short(runs: &[RunSummary]) -> Option<String> {
    let cut: Vec<(&RunSummary, SimTime)> = runs.iter().filter_map(|run| Some((run, run.cut_at?))).collect();
    if cut.is_empty() {
        return None;
    }
    let (were, what) = match cut.len() {
        1 => ("was", "1 run".to_owned()),
        n => ("were", format!("{n} runs")),
    };
    if cut.len() < runs.len() {
        let who = if cut.len() > MOST_NAMED { what } else { names(&cut) };
        let are = if cut.len() == 1 { "is" } else { "are" };
        return Some(format!(
            "{} {were} cut short by hand and {are} left out here, not in the tables.",
            capital(&who)
        ));
    }
    let who = if cut.len() == 1 { "The run" } else { "All runs" };
    Some(format!(
        "{who} {were} cut short by hand, {} of simulated time: what is told had happened by then; who would have come \
         later is missing, and who had not finished counts as never.",
        when(&cut)
    ))
}

/// `index (run 1, at 812 s)`, in words.
fn names(cut: &[(&RunSummary, SimTime)]) -> String {
    let name = |(run, at): &(&RunSummary, SimTime)| {
        format!("{} (run {}, at {})", run.system, run.replicate + 1, seconds(at.as_secs()))
    };
    list(&cut.iter().map(name).collect::<Vec<_>>())
}

/// `at 812 s`, or from when to when.
fn when(cut: &[(&RunSummary, SimTime)]) -> String {
    let moments = || cut.iter().map(|(_, at)| *at);
    let (first, last) = (moments().min(), moments().max());
    let (first, last) = (first.unwrap_or(SimTime::ZERO), last.unwrap_or(SimTime::ZERO));
    let text = |at: SimTime| seconds(at.as_secs());
    if first == last {
        format!("at {}", text(first))
    } else {
        format!("at {} to {}", text(first), text(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::at;

    fn run(system: &str, replicate: u32, cut: Option<u64>) -> RunSummary {
        RunSummary { system: system.into(), replicate, cut_at: cut.map(at), ..RunSummary::default() }
    }

    fn check(runs: &[RunSummary], expected: Option<&str>) {
        let told = cut_short(runs);
        let start = told.as_deref().map(|text| &text[..expected.map_or(0, str::len).min(text.len())]);
        assert_eq!(start, expected, "{told:?}");
    }

    #[test]
    fn what_was_cut_short_is_told_and_not_read() {
        let (a, b, c) = (run("a", 0, None), run("a", 1, Some(30)), run("b", 0, Some(4000)));
        check(std::slice::from_ref(&a), None);
        check(
            &[a.clone(), b.clone()],
            Some("A (run 2, at 30.0 s) was cut short by hand and is left out here"),
        );
        check(
            &[a.clone(), b.clone(), c.clone()],
            Some("A (run 2, at 30.0 s) and b (run 1, at 4000 s (1 h 7 min)) were cut short by hand and are"),
        );
        check(std::slice::from_ref(&b), Some("The run was cut short by hand, at 30.0 s of simulated time: "));
        check(
            &[b.clone(), c.clone()],
            Some("All runs were cut short by hand, at 30.0 s to 4000 s (1 h 7 min) of"),
        );
        let many = [vec![a.clone()], vec![b.clone(); 4]].concat();
        check(&many, Some("4 runs were cut short by hand and are left out here"));
        let told = told(&["a", "b", "c"], &[a.clone(), b.clone()]).expect("one is");
        assert!(told.ends_with("not in the tables. Nothing was played of b and c."), "{told}");
        assert_eq!(readable(&many).len(), 1);
        assert_eq!(readable(&many[1..]).len(), 4);
    }
}
