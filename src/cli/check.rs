//! `unchoke check`: what would be run, and about what it would cost.

mod estimate;

use std::fmt::Write;

use super::args::CheckArgs;
use super::{Failure, print, source};
use crate::experiment::Plan;
use crate::rng::Seed;
use crate::spec::{Content, Overlay, SystemKind, SystemSpec};
use crate::units::{Bytes, FileIndex};
use crate::workload::{self, Catalogue, Holdings, Person, Workload};

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
    let workload = workload::draw(scenario, Seed { seed: scenario.seed, replicate: 0 });
    let mut text = format!("{name}: {}\n", scenario.title);
    let mut line = |key: &str, value: String| {
        writeln!(text, "  {key:<9} {value}").expect("text takes every line");
    };
    match &scenario.content {
        Content::Single(file) => {
            let blocks = estimate::blocks(file.size);
            line("file", format!("{} in {} pieces, {blocks} blocks", size(file.size), file.pieces()));
        }
        Content::Catalogue(_) => {
            line("files", files(&workload.catalogue));
            line("folders", folders(&workload));
        }
    }
    line("persons", persons(plan, &workload.people));
    line("wishes", workload.people.iter().map(|person| person.wishes.len()).sum::<usize>().to_string());
    line(
        "systems",
        plan.systems.iter().map(|&at| system(&scenario.systems[at])).collect::<Vec<_>>().join("; "),
    );
    line(
        "runs",
        format!("{} ({} x {}), seed {}", plan.jobs.len(), plan.systems.len(), plan.replicates, scenario.seed),
    );
    line("stop", format!("after {} at the latest", scenario.stop.no_later_than));
    line("estimate", estimate::estimate(plan, &workload));
    text
}

/// `5000, 4.1 MiB each on average; the most popular: "Silver River" by Ada Quinn`.
fn files(catalogue: &Catalogue) -> String {
    let all = (0..catalogue.len()).map(|file| catalogue.size(FileIndex(file)).as_f64());
    let mean = all.sum::<f64>() / f64::from(catalogue.len());
    let (title, performer) = (catalogue.title(FileIndex(0)), catalogue.performer(FileIndex(0)));
    format!(
        "{}, {} each on average; the most popular: \"{title}\" by {performer}",
        catalogue.len(),
        size(Bytes(mean as u64))
    )
}

/// How many of the files somebody brings along, in how many copies.
fn folders(workload: &Workload) -> String {
    let mut held = vec![false; workload.catalogue.len() as usize];
    let mut copies = 0;
    for person in &workload.people {
        match &person.holds {
            Holdings::Nothing | Holdings::Pieces(_) => {}
            Holdings::Everything => {
                held.fill(true);
                copies += held.len();
            }
            Holdings::Files(files) => {
                files.iter().for_each(|file| held[file.at()] = true);
                copies += files.len();
            }
        }
    }
    let different = held.iter().filter(|&&held| held).count();
    format!("{copies} copies of {different} of the files")
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

fn system(system: &SystemSpec) -> String {
    let kind = match &system.kind {
        SystemKind::BitTorrent(swarm) => {
            let mut clients: Vec<&str> = swarm.clients.iter().map(|client| client.name.as_str()).collect();
            clients.dedup();
            format!("bittorrent: {}", clients.join(", "))
        }
        SystemKind::Napster(napster) => match napster.index.servers {
            1 => "napster: one index".to_owned(),
            servers => format!("napster: {servers} indexes"),
        },
        SystemKind::Gnutella(gnutella) => {
            let overlay = match gnutella.overlay {
                Overlay::Flat { .. } => "flat",
                Overlay::Ultrapeers { .. } => "ultrapeers",
                Overlay::RegularTree { .. } => "a regular tree",
            };
            format!("gnutella: {overlay}, TTL {}", gnutella.ttl)
        }
        SystemKind::ClientServer(server) => match server.upload {
            None => "client-server: as much upload as the initial holders".to_owned(),
            Some(upload) => format!("client-server: {} Mbit/s", upload.as_f64() / 125_000.0),
        },
    };
    format!("{} ({kind})", system.label)
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
