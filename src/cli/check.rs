//! `unchoke check`: what would be run, and about what it would cost.

use std::fmt::Write;

use super::args::CheckArgs;
use super::{Failure, print, source};
use crate::experiment::Plan;
use crate::rng::Seed;
use crate::spec::{BLOCK, File};
use crate::units::Bytes;
use crate::workload::{self, Holdings, Person, Workload};

/// CPU time of a block in a release build: between 0.7 microseconds with a hundred peers and 3.2 with twenty thousand
/// (`benches/README.md`). The order of magnitude, not a promise.
const SECONDS_A_BLOCK: f64 = 1.5e-6;
/// Memory of a person without what grows with the pieces, in bytes: 7.2 KiB were measured with 256 pieces.
const BYTES_A_PERSON: u64 = 6600;
/// Memory of a person for each piece: two bytes of availability and bits of three sets.
const BYTES_A_PIECE: u64 = 3;

/// Checks each scenario; every problem of every file is printed before it fails.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for scenario in &args.scenarios {
        match source::plan(scenario, &args.choice) {
            Ok((plan, _)) => print(&told(scenario, &plan))?,
            Err(Failure::Input(text)) => wrong.push(text),
            Err(other) => return Err(other),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Input(wrong.join("\nerror: "))) }
}

fn told(name: &str, plan: &Plan) -> String {
    let scenario = &plan.scenario;
    let Workload { people, catalogue } = workload::draw(scenario, Seed { seed: scenario.seed, replicate: 0 });
    let blocks = blocks(plan);
    let mut text = format!("{name}: {}\n", scenario.title);
    let mut line = |key: &str, value: String| {
        writeln!(text, "  {key:<9} {value}").expect("text takes every line");
    };
    match scenario.content.single() {
        Some(file) => {
            line("file", format!("{} in {} pieces, {blocks} blocks", size(file.size), file.pieces()))
        }
        None => line("files", catalogue.len().to_string()),
    }
    line("persons", persons(plan, &people));
    line("systems", systems(plan));
    line(
        "runs",
        format!("{} ({} x {}), seed {}", plan.jobs.len(), plan.systems.len(), plan.replicates, scenario.seed),
    );
    line("stop", format!("after {} at the latest", scenario.stop.no_later_than));
    line("estimate", estimate(plan, &people, blocks));
    text
}

fn blocks(plan: &Plan) -> u64 {
    let Some(file) = plan.scenario.content.single() else { return 0 };
    (0..file.pieces()).map(|piece| file.piece_len(piece).0.div_ceil(BLOCK.0)).sum()
}

/// How many of each class come in the first replicate.
fn persons(plan: &Plan, people: &[Person]) -> String {
    let classes = plan.scenario.classes.iter().enumerate();
    let counts = classes.map(|(index, class)| {
        let count =
            people.iter().filter(|person| person.class.at() == index && person.arrives.is_some()).count();
        format!("{} {count}", class.name)
    });
    let come = people.iter().filter(|person| person.arrives.is_some()).count();
    format!("{come}: {}", counts.collect::<Vec<_>>().join(", "))
}

fn systems(plan: &Plan) -> String {
    let told = plan.systems.iter().map(|&system| {
        let system = &plan.scenario.systems[system];
        let Some(swarm) = system.swarm() else { return system.label.clone() };
        let mut clients: Vec<&str> = swarm.clients.iter().map(|client| client.name.as_str()).collect();
        clients.dedup();
        format!("{} (bittorrent: {})", system.label, clients.join(", "))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn estimate(plan: &Plan, people: &[Person], blocks: u64) -> String {
    let come = people.iter().filter(|person| person.arrives.is_some());
    let leechers = come.clone().filter(|person| person.holds != Holdings::Everything).count() as u64;
    let seconds = (leechers * blocks * plan.jobs.len() as u64) as f64 * SECONDS_A_BLOCK;
    let pieces = u64::from(plan.scenario.content.single().map_or(0, File::pieces));
    let memory = come.count() as u64 * (BYTES_A_PERSON + BYTES_A_PIECE * pieces);
    let time = if seconds < 1.0 { "less than a second".into() } else { format!("about {seconds:.0} s") };
    format!("{time} of one core for all runs, about {} for each run under way", size(Bytes(memory)))
}

/// In the largest binary unit that leaves at least one: `64 MiB`, `1.5 GiB`.
fn size(bytes: Bytes) -> String {
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
