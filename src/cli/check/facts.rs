//! What would be run, in numbers: what `check` tells in words and, with `--json`, to machines.

use serde::Serialize;

use super::estimate::{Estimate, blocks, estimate};
use crate::cli::source::Wanted;
use crate::experiment::Plan;
use crate::rng::Seed;
use crate::scenario::Points;
use crate::spec::{Axis, Content, Overlay, PeerClass, Scenario, SystemKind, SystemSpec};
use crate::units::{FileIndex, greatest_common_divisor};
use crate::workload::{self, Catalogue, Holdings, Person, Workload};

/// People are drawn for about so many points of a sweep at most.
const POINTS_TO_ESTIMATE: usize = 64;

/// A scenario that is right, and the runs that it asks for.
#[derive(Serialize)]
pub struct Facts {
    /// As the command line names it.
    pub scenario: String,
    pub title: String,
    pub content: ContentFacts,
    /// Who comes in the first replicate.
    pub persons: usize,
    pub classes: Vec<ClassFacts>,
    /// Wishes in the first replicate.
    pub wishes: usize,
    pub systems: Vec<SystemFacts>,
    /// Runs of all systems.
    pub runs: usize,
    pub replicates: u32,
    pub seed: u64,
    pub no_later_than_s: f64,
    pub estimate: Estimate,
    /// What `unchoke sweep` would run.
    pub sweep: Option<SweepFacts>,
}

#[derive(Serialize)]
pub struct SweepFacts {
    pub points: usize,
    /// The varied keys and their values.
    pub vary: Vec<(String, Vec<String>)>,
    /// Runs of all systems at all points.
    pub runs: usize,
    /// Runs may be added until a precision is reached.
    pub may_grow: bool,
    pub estimate: Estimate,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentFacts {
    File {
        size_bytes: u64,
        pieces: u32,
        blocks: u64,
    },
    Catalogue {
        files: u32,
        mean_size_bytes: f64,
        most_popular: String,
        performer: String,
        /// Of all files, in the folders that people bring along.
        copies: usize,
        /// Files of which there is a copy.
        held_files: usize,
    },
}

#[derive(Serialize)]
pub struct ClassFacts {
    pub class: String,
    pub persons: usize,
}

#[derive(Serialize)]
pub struct SystemFacts {
    pub system: String,
    /// As in the scenario.
    pub kind: &'static str,
    /// What tells it from others of its kind.
    pub setting: String,
}

impl Facts {
    pub fn of(name: &str, wanted: &Wanted) -> Facts {
        let plan = &wanted.plan;
        let scenario = &plan.scenario;
        let workload = first(scenario);
        Facts {
            scenario: name.to_owned(),
            title: scenario.title.clone(),
            content: content(&scenario.content, &workload),
            persons: come(&workload.people).count(),
            classes: classes(plan, &workload.people),
            wishes: workload.people.iter().map(|person| person.wishes.len()).sum(),
            systems: plan.systems.iter().map(|&at| system(&scenario.systems[at])).collect(),
            runs: plan.jobs.len(),
            replicates: plan.replicates,
            seed: scenario.seed,
            no_later_than_s: scenario.stop.no_later_than.as_secs(),
            estimate: estimate(scenario, &plan.systems, plan.replicates, &workload),
            sweep: wanted.points.as_ref().map(|points| sweep(points, &plan.systems)),
        }
    }
}

fn sweep(points: &Points, systems: &[usize]) -> SweepFacts {
    let sweep = &points.sweep;
    let texts = |axis: &Axis| axis.values.iter().map(|value| value.text.clone()).collect();
    SweepFacts {
        points: points.scenarios.len(),
        vary: sweep.axes.iter().map(|axis| (axis.key.clone(), texts(axis))).collect(),
        runs: points.scenarios.len() * systems.len() * sweep.replicates as usize,
        may_grow: sweep.precision.is_some(),
        estimate: of_points(points, systems),
    }
}

/// From every point, or from some of them where they are many: people are drawn for each.
fn of_points(points: &Points, systems: &[usize]) -> Estimate {
    let drawn = points.scenarios.iter().step_by(stride(points.scenarios.len()));
    let share = drawn.len() as f64 / points.scenarios.len() as f64;
    let each = drawn.map(|point| estimate(point, systems, points.sweep.replicates, &first(point)));
    each.fold(Estimate::default(), |all, point| Estimate {
        core_s: all.core_s + point.core_s / share,
        memory_bytes: all.memory_bytes.max(point.memory_bytes),
    })
}

/// From one point to the next that is looked at. It shares no divisor with the number of points, so that it does not meet the
/// same few values of an axis again and again.
fn stride(points: usize) -> usize {
    let mut stride = points.div_ceil(POINTS_TO_ESTIMATE);
    while stride > 1 && greatest_common_divisor(points as u64, stride as u64) > 1 {
        stride += 1;
    }
    stride
}

/// The people of the first replicate.
fn first(scenario: &Scenario) -> Workload {
    workload::draw(scenario, Seed { seed: scenario.seed, replicate: 0 })
}

fn content(content: &Content, workload: &Workload) -> ContentFacts {
    match content {
        Content::Single(file) => {
            ContentFacts::File { size_bytes: file.size.0, pieces: file.pieces(), blocks: blocks(file.size) }
        }
        Content::Catalogue(_) => {
            let (copies, held_files) = folders(workload);
            let catalogue = &workload.catalogue;
            ContentFacts::Catalogue {
                files: catalogue.len(),
                mean_size_bytes: mean_size(catalogue),
                most_popular: catalogue.title(FileIndex(0)),
                performer: catalogue.performer(FileIndex(0)),
                copies,
                held_files,
            }
        }
    }
}

/// In bytes.
fn mean_size(catalogue: &Catalogue) -> f64 {
    let sizes = (0..catalogue.len()).map(|file| catalogue.size(FileIndex(file)).as_f64());
    sizes.sum::<f64>() / f64::from(catalogue.len())
}

/// How many copies of files people bring along, and of how many files.
fn folders(workload: &Workload) -> (usize, usize) {
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
    (copies, held.iter().filter(|&&held| held).count())
}

fn come(people: &[Person]) -> impl Iterator<Item = &Person> {
    people.iter().filter(|person| person.arrives.is_some())
}

fn classes(plan: &Plan, people: &[Person]) -> Vec<ClassFacts> {
    let class = |(index, class): (usize, &PeerClass)| ClassFacts {
        class: class.name.clone(),
        persons: come(people).filter(|person| person.class.at() == index).count(),
    };
    plan.scenario.classes.iter().enumerate().map(class).collect()
}

fn system(system: &SystemSpec) -> SystemFacts {
    let (kind, setting) = match &system.kind {
        SystemKind::BitTorrent(swarm) => {
            let mut clients: Vec<&str> = swarm.clients.iter().map(|client| client.name.as_str()).collect();
            clients.dedup();
            ("bittorrent", clients.join(", "))
        }
        SystemKind::Napster(napster) => match napster.index.servers {
            1 => ("napster", "one index".to_owned()),
            servers => ("napster", format!("{servers} indexes")),
        },
        SystemKind::Gnutella(gnutella) => {
            let overlay = match gnutella.overlay {
                Overlay::Flat { .. } => "flat",
                Overlay::Ultrapeers { .. } => "ultrapeers",
                Overlay::RegularTree { .. } => "a regular tree",
            };
            ("gnutella", format!("{overlay}, TTL {}", gnutella.ttl))
        }
        SystemKind::ClientServer(server) => match server.upload {
            None => ("client-server", "as much upload as the initial holders".to_owned()),
            Some(upload) => ("client-server", format!("{} Mbit/s", upload.as_f64() / 125_000.0)),
        },
    };
    SystemFacts { system: system.label.clone(), kind, setting }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_looked_at_with_every_value_of_every_axis() {
        assert_eq!((stride(1), stride(POINTS_TO_ESTIMATE)), (1, 1));
        // A grid of 128 x 8: with a stride of 16 the last axis would always be at its first value.
        let seen: std::collections::BTreeSet<usize> =
            (0..128 * 8).step_by(stride(128 * 8)).map(|point| point % 8).collect();
        assert_eq!(seen.len(), 8);
    }
}
