//! About what the runs would cost: the order of magnitude, not a promise.

use std::iter;

use serde::Serialize;

use crate::spec::{
    BLOCK, CatalogueSpec, ClassSize, Content, GnutellaSpec, Granularity, Overlay, PeerClass, Scenario,
    StartsWith, SwarmSpec, SystemKind,
};
use crate::units::{Bytes, SimTime, portable};
use crate::workload::{Catalogue, Holdings, Person, Workload};

/// What a swarm costs in one of its forms.
struct SwarmCost {
    /// CPU time of a transfer in a release build, among a hundred peers; a larger swarm finds less of itself in the caches, so that
    /// each ten times as many cost so much more.
    seconds_a_transfer: f64,
    seconds_a_tenfold: f64,
    /// Memory of a member without what grows with the pieces, in bytes.
    bytes_a_member: u64,
    /// Memory of a member for each piece: a byte or two of availability and bits of three sets.
    bytes_a_piece: u64,
}

/// Block by block: 0.7 microseconds with a hundred peers, 1.9 with ten thousand, 2.5 among a hundred thousand; 6.5 KiB a person with 400
/// pieces, all told (`benches/README.md`).
const BLOCKWISE: SwarmCost = SwarmCost {
    seconds_a_transfer: 0.7e-6,
    seconds_a_tenfold: 0.6e-6,
    bytes_a_member: 5100,
    bytes_a_piece: 2,
};
/// Where rates may be out of date: 1.3 to 2.0 among a hundred thousand, by the machine's day.
const BLOCKWISE_WITHIN: SwarmCost = SwarmCost { seconds_a_tenfold: 0.32e-6, ..BLOCKWISE };
/// Piece by piece: 2 to 3 microseconds with a hundred peers, 4.6 to 6.6 with ten thousand, 8.3 to 12.6 among a million, by the
/// machine's day; 6.6 KiB a person with 400 pieces, all told (`benches/README.md`).
const PIECEWISE: SwarmCost = SwarmCost {
    seconds_a_transfer: 2.5e-6,
    seconds_a_tenfold: 1.75e-6,
    bytes_a_member: 4950,
    bytes_a_piece: 2,
};
/// Memory of a membership of somebody who holds the file and whom hardly anybody asks, without what grows with the pieces: resident
/// memory grew by 635 to 665 bytes for each of 20 000 to 400 000 such memberships, with sixteen pieces and the place in the folder.
const BYTES_AN_IDLE_MEMBER: u64 = 620;
/// CPU time of a second that somebody online is a member of a swarm in which nothing happens, for its announces and the fellow seeds that
/// it dials: 0.014 to 0.024 microseconds with 60 files each of 300 or 20 of 1000, over 2, 6 and 18 hours (`benches/README.md`).
const SECONDS_A_MEMBER_SECOND: f64 = 0.02e-6;
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
    /// Seconds online times files in the folder, where half of the wishes are on average.
    member_s: f64,
}

pub fn estimate(scenario: &Scenario, systems: &[usize], replicates: u32, workload: &Workload) -> Estimate {
    let load = Load::new(scenario, workload);
    let seconds: f64 = systems.iter().map(|&system| load.seconds(&scenario.systems[system].kind)).sum();
    Estimate { core_s: seconds * f64::from(replicates), memory_bytes: memory_bytes(scenario, systems) }
}

/// Memory of a run of the largest of those systems: from the scenario alone, without drawing anybody.
pub fn memory_bytes(scenario: &Scenario, systems: &[usize]) -> f64 {
    let (persons, entries) = (scenario.persons(), entries(scenario));
    let people = persons * BYTES_A_PERSON + entries * BYTES_AN_ENTRY;
    let of = |&system: &usize| match &scenario.systems[system].kind {
        SystemKind::BitTorrent(swarm) => people + memberships(scenario, swarm_cost(swarm)),
        SystemKind::Napster(_) => people + entries * BYTES_A_LISTED_ENTRY,
        SystemKind::Gnutella(_) | SystemKind::ClientServer(_) => people,
    };
    systems.iter().map(of).max().unwrap_or(0) as f64
}

/// Memory of all memberships: with one file everybody is a member; with many, for each file that it holds or wishes for.
fn memberships(scenario: &Scenario, cost: &SwarmCost) -> u64 {
    let (idle, active, pieces) = match &scenario.content {
        Content::Single(file) => (0, scenario.persons(), file.pieces()),
        Content::Catalogue(catalogue) => (entries(scenario), wishes(scenario), mean_pieces(catalogue)),
    };
    let pieces = cost.bytes_a_piece * u64::from(pieces);
    idle * (BYTES_AN_IDLE_MEMBER + pieces) + active * (cost.bytes_a_member + pieces)
}

fn mean_pieces(catalogue: &CatalogueSpec) -> u32 {
    (catalogue.size.mean() / catalogue.piece.as_f64()).ceil() as u32
}

/// Files in the folders that people bring along.
fn entries(scenario: &Scenario) -> u64 {
    of_classes(scenario, |class| held(scenario, class))
}

/// About how many wishes there will be; who comes and goes is counted as always there.
fn wishes(scenario: &Scenario) -> u64 {
    let seconds = scenario.stop.no_later_than.as_secs();
    of_classes(scenario, |class| {
        let lacking = scenario.content.files() - held(scenario, class);
        class.wishes.expected(seconds).min(f64::from(lacking))
    })
}

/// The sum of a number that each person of a class has.
fn of_classes<N: Into<f64>>(scenario: &Scenario, each: impl Fn(&PeerClass) -> N) -> u64 {
    let of = |class: &PeerClass| {
        let persons = match class.size {
            ClassSize::Count(count) => f64::from(count),
            ClassSize::Fraction(part) => part * f64::from(scenario.population_total),
        };
        (persons * each(class).into()) as u64
    };
    scenario.classes.iter().map(of).sum()
}

/// Files in the folder of each person of a class.
fn held(scenario: &Scenario, class: &PeerClass) -> u32 {
    match class.starts_with {
        StartsWith::Nothing | StartsWith::FractionOfPieces(_) | StartsWith::AllButPieces(_) => 0,
        StartsWith::WholeFile => scenario.content.files(),
        StartsWith::Files(count) => count,
    }
}

impl SwarmCost {
    /// CPU time of a transfer among so many peers.
    fn seconds_among(&self, peers: f64) -> f64 {
        let tenfolds = portable::ln(peers.max(100.0) / 100.0) / portable::ln(10.0);
        self.seconds_a_transfer + tenfolds * self.seconds_a_tenfold
    }
}

fn swarm_cost(swarm: &SwarmSpec) -> &'static SwarmCost {
    match swarm.granularity {
        Granularity::Block if swarm.rates_within > 0.0 => &BLOCKWISE_WITHIN,
        Granularity::Block => &BLOCKWISE,
        Granularity::Piece => &PIECEWISE,
    }
}

impl<'a> Load<'a> {
    fn new(scenario: &'a Scenario, workload: &'a Workload) -> Load<'a> {
        let catalogue = &workload.catalogue;
        let mut load = Load {
            scenario,
            catalogue,
            persons: 0,
            wishes: 0,
            blocks: 0,
            entries: 0,
            listed: 0,
            member_s: 0.0,
        };
        let until = SimTime::ZERO + scenario.stop.no_later_than;
        for person in &workload.people {
            let Some(arrives) = person.arrives else { continue };
            let files = load.files(person);
            load.member_s +=
                online_s(person, arrives, until) * (files as f64 + person.wishes.len() as f64 / 2.0);
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
            SystemKind::BitTorrent(swarm) => {
                let transfers = self.transfers(swarm) * swarm_cost(swarm).seconds_among(self.persons as f64);
                // Of a single file nearly all members trade, and what they do beside is in the cost of a transfer.
                let idle = match self.scenario.content {
                    Content::Single(_) => 0.0,
                    Content::Catalogue(_) => self.member_s * SECONDS_A_MEMBER_SECOND,
                };
                transfers + idle
            }
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

    /// Blocks or pieces that have to arrive somewhere.
    fn transfers(&self, swarm: &SwarmSpec) -> f64 {
        match swarm.granularity {
            Granularity::Block => self.blocks as f64,
            Granularity::Piece => {
                let piece = match &self.scenario.content {
                    Content::Single(file) => file.piece,
                    Content::Catalogue(catalogue) => catalogue.piece,
                };
                self.blocks as f64 / (piece.as_f64() / BLOCK.as_f64()).max(1.0)
            }
        }
    }

    /// A query goes as far as its time to live lets it, and at most crosses every link once each way; a ping goes to the neighbours.
    fn messages(&self, gnutella: &GnutellaSpec) -> f64 {
        let persons = self.persons as f64;
        let (servents, degree) = match gnutella.overlay {
            Overlay::Flat { links, .. } => (persons, links),
            Overlay::Ultrapeers { share, links, .. } => (share * persons, f64::from(links)),
            Overlay::RegularTree { degree } => (persons, f64::from(degree)),
        };
        let everywhere = servents * degree;
        let hops = iter::successors(Some(degree), |sent| Some(sent * (degree - 1.0).max(0.0)));
        let flood: f64 = hops.take(gnutella.ttl.into()).sum();
        let pings = self.scenario.stop.no_later_than.as_secs() / gnutella.ping_every.as_secs();
        everywhere * pings + flood.min(everywhere) * self.wishes as f64
    }
}

/// How long that person is online if its last wish is fulfilled at once.
fn online_s(person: &Person, arrives: SimTime, until: SimTime) -> f64 {
    let done = person.wishes.last().zip(person.lingers).map(|(last, lingers)| last.at + lingers);
    let leaves = [person.leaves_at, done].into_iter().flatten().fold(until, SimTime::min);
    let online = |from: SimTime, to: SimTime| to.min(leaves).since(from.min(leaves)).as_secs();
    online(arrives, leaves) - person.absences.iter().map(|away| online(away.from, away.to)).sum::<f64>()
}

/// Blocks of a file of that size, as if its pieces were whole numbers of blocks, which all but the last are.
pub fn blocks(size: Bytes) -> u64 {
    size.0.div_ceil(BLOCK.0)
}
