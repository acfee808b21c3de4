//! `unchoke check`: what would be run, and about what it would cost.

pub mod estimate;
mod facts;

use std::fmt::Write;

use super::args::CheckArgs;
use super::{Failure, print, print_json, source};
use crate::units::{Bytes, SimDuration};
use estimate::Estimate;
use facts::{ContentFacts, Facts, SystemFacts};

/// Checks each scenario; every problem of every file is printed before it fails.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for scenario in &args.scenarios {
        match source::plan(scenario, &args.choice) {
            Ok(wanted) => right.push(Facts::of(scenario, &wanted)),
            Err(Failure::Input(text)) => wrong.push(text),
            Err(other) => return Err(other),
        }
    }
    if args.json {
        print_json(&right)?;
    } else {
        right.iter().try_for_each(|facts| print(&told(facts)))?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Input(wrong.join("\nerror: "))) }
}

fn told(facts: &Facts) -> String {
    let mut text = format!("{}: {}\n", facts.scenario, facts.title);
    let mut line = |key: &str, value: String| {
        writeln!(text, "  {key:<9} {value}").expect("text takes every line");
    };
    match &facts.content {
        ContentFacts::File { size_bytes, pieces, blocks } => {
            line("file", format!("{} in {pieces} pieces, {blocks} blocks", size(Bytes(*size_bytes))));
        }
        ContentFacts::Catalogue { files, mean_size_bytes, most_popular, performer, copies, held_files } => {
            let mean = size(Bytes(*mean_size_bytes as u64));
            line(
                "files",
                format!(
                    "{files}, {mean} each on average; the most popular: \"{most_popular}\" by {performer}"
                ),
            );
            line("folders", format!("{copies} copies of {held_files} of the files"));
        }
    }
    let classes = facts.classes.iter().map(|class| format!("{} {}", class.class, class.persons));
    line("persons", format!("{}: {}", facts.persons, classes.collect::<Vec<_>>().join(", ")));
    line("wishes", facts.wishes.to_string());
    line("systems", facts.systems.iter().map(system).collect::<Vec<_>>().join("; "));
    let (runs, systems) = (facts.runs, facts.systems.len());
    line("runs", format!("{runs} ({systems} x {}), seed {}", facts.replicates, facts.seed));
    line("stop", format!("after {} at the latest", SimDuration::from_secs(facts.no_later_than_s)));
    line("estimate", cost(&facts.estimate));
    if let Some(sweep) = &facts.sweep {
        let axes = sweep.vary.iter().map(|(key, values)| format!("{key} = {}", values.join(", ")));
        line("sweep", format!("{} points: {}", sweep.points, axes.collect::<Vec<_>>().join("; ")));
        let at_least = if sweep.may_grow { "at least " } else { "" };
        line("", format!("{at_least}{} runs ({} at each point)", sweep.runs, sweep.runs / sweep.points));
        line("", cost(&sweep.estimate));
    }
    text
}

fn system(facts: &SystemFacts) -> String {
    format!("{} ({}: {})", facts.system, facts.kind, facts.setting)
}

fn cost(estimate: &Estimate) -> String {
    let seconds = estimate.core_s;
    let time = if seconds < 1.0 { "less than a second".into() } else { format!("about {seconds:.0} s") };
    let memory = size(Bytes(estimate.memory_bytes as u64));
    format!("{time} of one core for all runs, about {memory} for each run under way")
}

/// In the largest binary unit that leaves at least one: `64 MiB`, `1.5 GiB`.
pub fn size(bytes: Bytes) -> String {
    let mut value = bytes.as_f64();
    for unit in ["bytes", "KiB", "MiB", "GiB"] {
        if value < 1024.0 {
            return format!("{} {unit}", (value * 10.0).round() / 10.0);
        }
        value /= 1024.0;
    }
    format!("{} TiB", (value * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_their_largest_unit() {
        assert_eq!(size(Bytes(64 * Bytes::MIB)), "64 MiB");
        assert_eq!(size(Bytes(1536 * Bytes::MIB)), "1.5 GiB");
        assert_eq!(size(Bytes(1000)), "1000 bytes");
    }
}
