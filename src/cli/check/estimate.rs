//! About what the runs would cost: the order of magnitude, not a promise.

use serde::Serialize;

use crate::spec::{BLOCK, File, GnutellaSpec, Overlay, Scenario, SystemKind};
use crate::units::{Bytes, SimTime};
use crate::workload::{Catalogue, Holdings, Person, Workload};

/// CPU time of a block in a release build: between 0.7 microseconds with a hundred peers and 3.2 with twenty thousand
/// (`benches/README.md`).
const SECONDS_A_BLOCK: f64 = 1.5e-6;
/// Memory of a member of a swarm without what grows with the pieces, in bytes: 7.2 KiB were measured with 256 pieces.
const BYTES_A_MEMBER: u64 = 6600;
/// Memory of a member for each piece: two bytes of availability and bits of three sets.
const BYTES_A_PIECE: u64 = 3;
/// Of a wish that is searched for, waited for and fetched whole: orders of magnitude from runs of the shipped scenarios.
const SECONDS_A_WISH: f64 = 20e-6;
/// Of an entry that an index adds or removes, likewise.
const SECONDS_AN_ENTRY: f64 = 0.2e-6;
/// Of drawing a file for somebody's folder.
const SECONDS_A_DRAW: f64 = 0.1e-6;
/// Of a query or a ping that one servent passes to another, likewise.
const SECONDS_A_MESSAGE: f64 = 0.1e-6;
/// Memory of a person with its line, its wishes and its sessions, beside its files.
const BYTES_A_PERSON: u64 = 1000;
/// Memory of a shared file: its place in the person's folder.
const BYTES_AN_ENTRY: u64 = 8;
/// Memory of a file that an index lists: 75 bytes, folder included, were measured with 6.6 million.
const BYTES_A_LISTED_ENTRY: u64 = 67;

/// What all runs would cost in a release build.
#[derive(Default, Serialize)]
pub struct Estimate {
    /// Time of one core.
    pub core_s: f64,
    /// Memory of a run of the largest system, while it is under way.
    pub memory_bytes: f64,
}

/// What the estimate counts in a scenario's workload.
struct Load<'a> {
    scenario: &'a Scenario,
    catalogue: &'a Catalogue,
    persons: u64,
    wishes: u64,
    /// Blocks of all files that are wished for.
    blocks: u64,
    /// Files in the folders that people bring along, and as often as they come.
    entries: u64,
    listed: u64,
}

pub fn estimate(scenario: &Scenario, systems: &[usize], replicates: u32, workload: &Workload) -> Estimate {
    let load = Load::new(scenario, workload);
    let of = |estimate: &dyn Fn(&SystemKind) -> f64| -> Vec<f64> {
        systems.iter().map(|&system| estimate(&scenario.systems[system].kind)).collect()
    };
    let seconds = of(&|kind| load.seconds(kind)).iter().sum::<f64>() * f64::from(replicates);
    let memory_bytes = of(&|kind| load.bytes(kind) as f64).into_iter().fold(0.0, f64::max);
    Estimate { core_s: seconds, memory_bytes }
}

impl<'a> Load<'a> {
    fn new(scenario: &'a Scenario, workload: &'a Workload) -> Load<'a> {
        let catalogue = &workload.catalogue;
        let mut load = Load { scenario, catalogue, persons: 0, wishes: 0, blocks: 0, entries: 0, listed: 0 };
        let until = SimTime::ZERO + scenario.stop.no_later_than;
        for person in workload.people.iter().filter(|person| person.arrives.is_some()) {
            let files = load.files(person);
            load.persons += 1;
            load.wishes += person.wishes.len() as u64;
            load.blocks += person.wishes.iter().map(|wish| blocks(catalogue.size(wish.file))).sum::<u64>();
            load.entries += files;
            let returns = person.absences.iter().filter(|away| away.to < until).count() as u64;
            load.listed += files * (1 + returns);
        }
        load
    }

    fn files(&self, person: &Person) -> u64 {
        match &person.holds {
            Holdings::Nothing | Holdings::Pieces(_) => 0,
            Holdings::Everything => u64::from(self.catalogue.len()),
            Holdings::Files(files) => files.len() as u64,
        }
    }

    fn seconds(&self, kind: &SystemKind) -> f64 {
        let drawing = self.entries as f64 * SECONDS_A_DRAW;
        let run = match kind {
            SystemKind::BitTorrent(_) => self.blocks as f64 * SECONDS_A_BLOCK,
            SystemKind::Napster(_) => {
                self.wishes as f64 * SECONDS_A_WISH + 2.0 * self.listed as f64 * SECONDS_AN_ENTRY
            }
            SystemKind::Gnutella(gnutella) => {
                self.wishes as f64 * SECONDS_A_WISH + self.messages(gnutella) * SECONDS_A_MESSAGE
            }
            SystemKind::ClientServer(_) => self.wishes as f64 * SECONDS_A_WISH,
        };
        drawing + run
    }

    /// A query that reaches everybody crosses each link about once each way; so does a ping.
    fn messages(&self, gnutella: &GnutellaSpec) -> f64 {
        let persons = self.persons as f64;
        let links = match gnutella.overlay {
            Overlay::Flat { links, .. } => links,
            Overlay::Ultrapeers { share, links, .. } => share * f64::from(links) / 2.0,
            Overlay::RegularTree { .. } => 1.0,
        };
        let pings = self.scenario.stop.no_later_than.as_secs() / gnutella.ping_every.as_secs();
        2.0 * links * persons * (self.wishes as f64 + pings)
    }

    fn bytes(&self, kind: &SystemKind) -> u64 {
        let people = self.persons * BYTES_A_PERSON + self.entries * BYTES_AN_ENTRY;
        let pieces = u64::from(self.scenario.content.single().map_or(0, File::pieces));
        match kind {
            SystemKind::BitTorrent(_) => people + self.persons * (BYTES_A_MEMBER + BYTES_A_PIECE * pieces),
            SystemKind::Napster(_) => people + self.entries * BYTES_A_LISTED_ENTRY,
            SystemKind::Gnutella(_) | SystemKind::ClientServer(_) => people,
        }
    }
}

/// Blocks of a file of that size, as if its pieces were whole numbers of blocks, which all but the last are.
pub fn blocks(size: Bytes) -> u64 {
    size.0.div_ceil(BLOCK.0)
}
