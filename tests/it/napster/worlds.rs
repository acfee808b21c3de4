//! Small towns drawn from a seed, every rule on, off or strange: whatever the town, Napster keeps its own rules.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use unchoke::protocol::names::Field;
use unchoke::record::{Record, WishOutcome, WishTotals};
use unchoke::rng::{Seed, Stream};
use unchoke::spec::{
    Behavior, CatalogueSpec, Content, Core, CoreGraph, CoreLink, FileSize, Overhead, Popularity, ServiceTime,
    StopWhen, SupplierChoice,
};
use unchoke::units::{Bytes, FileIndex, PersonIndex, Rate, SimDuration, SimTime};
use unchoke::workload::{Absence, Holdings, Wish};

use super::town::{LINE, Make, Town, secs};
use crate::swarm_support::{Play, Run, worlds_asked_for};

/// Draws towns.
struct Author {
    chance: Stream,
    town: Town,
    files: u32,
}

impl Author {
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.chance.below(from.len())].clone()
    }

    fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.chance.below((most - least + 1) as usize) as u32
    }

    fn seconds(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.chance.unit()
    }

    fn content_and_network(&mut self) {
        let performers = self.between(1, self.files);
        self.town.scenario.content = Content::Catalogue(CatalogueSpec {
            files: self.files,
            size: FileSize::Uniform { from: Bytes(1), to: Bytes(300_000) },
            piece: Bytes(16 * Bytes::KIB),
            performers,
            popularity: Popularity::Uniform,
        });
        let far = self.pick(&[0, 1, 50, 400, 3_000]).map_millis();
        let network = &mut self.town.scenario.network;
        network.core = Core::Star { one_way_latency: far };
        if self.chance.chance(0.2) {
            let link = |from, to, capacity| CoreLink { from, to, capacity, latency: far };
            network.core = Core::Graph(CoreGraph {
                nodes: ["a", "b", "c"].map(str::to_owned).to_vec(),
                links: vec![link(0, 1, Rate(15_000.0)), link(1, 2, Rate::UNLIMITED)],
                access_latency: far,
            });
        }
        if self.chance.chance(0.5) {
            self.town.scenario.network.overhead = Overhead::TcpIp;
        }
        self.town.scenario.stop.or_when =
            self.pick(&[StopWhen::TimeIsUp, StopWhen::EveryoneFinished, StopWhen::EveryoneLeft]);
    }

    fn system(&mut self) {
        let mean = self.pick(&[1, 10, 700, 8_000]).map_millis();
        let service = self.pick(&[ServiceTime::Fixed(mean), ServiceTime::Exponential { mean }]);
        let (servers, workers) = (self.between(1, 3), self.between(1, 2));
        let (answers, queue) = (self.between(1, 6), self.pick(&[None, None, Some(0), Some(2)]));
        let entry_service = self.pick(&[0, 1, 400, 9_000]).map_millis();
        let rate = self.pick(&[Rate(2_000.0), Rate::from_mbit(100.0), Rate::UNLIMITED]);
        let index = &mut self.town.spec.index;
        (index.servers, index.workers, index.answers, index.queue) = (servers, workers, answers, queue);
        (index.service, index.entry_service) = (service, entry_service);
        (index.upload, index.download) = (rate, rate);
        for class in 0..2 {
            let pings = self.between(1, 3);
            let choice = self.pick(&[
                SupplierChoice::Fastest,
                SupplierChoice::Random,
                SupplierChoice::Nearest { pings },
                SupplierChoice::LeastLoaded { pings },
            ]);
            let again = self.pick(&[None, Some(5), Some(60)]);
            let (slots, room) = (self.between(1, 2), self.between(0, 2));
            let (downloads, attempts) = (self.between(1, 3), self.between(1, 6));
            let resumes = self.chance.chance(0.5);
            let client = &mut self.town.spec.clients[class];
            (client.choice, client.resumes, client.attempts) = (choice, resumes, attempts);
            (client.upload_slots, client.queue, client.downloads) = (slots, room, downloads);
            client.search_again_after = again.map(SimDuration::from_whole_secs);
        }
        for _ in 0..self.pick(&[0, 0, 1, 2]) {
            let (from, long) = (self.seconds(0.0, 200.0), self.seconds(0.0, 200.0));
            let which = self.pick(&[None, Some(0), Some(1)]);
            self.town.index_is_down(which, from, from + long);
        }
    }

    fn people(&mut self) {
        for _ in 0..self.between(2, 12) {
            let at = if self.chance.chance(0.5) { 0.0 } else { self.seconds(0.0, 120.0) };
            let held: Vec<u32> = (0..self.files).filter(|_| self.chance.chance(0.4)).collect();
            let lines = [Rate(1_000.0), LINE, Rate(10.0 * LINE.0), Rate::UNLIMITED];
            let (up, down) = (self.pick(&lines), self.pick(&lines));
            let far = self.pick(&[0, 0, 20, 2_500]).map_millis();
            let wanted: Vec<u32> =
                (0..self.files).filter(|file| !held.contains(file) && self.chance.chance(0.5)).collect();
            let person = self.town.person(at, &held);
            person.has_line(up, down).access_latency = far;
            self.town.people.last_mut().expect("just moved in").wishes.clear();
            self.plans(at);
            self.wishes(at, wanted);
        }
    }

    /// What the last person wishes for, at moments when it is online.
    fn wishes(&mut self, arrives: f64, mut files: Vec<u32>) {
        self.chance.shuffle(&mut files);
        let mut at = secs(arrives);
        for file in files {
            if self.chance.chance(0.7) {
                at = at + SimDuration::from_secs(self.seconds(0.0, 60.0));
            }
            let by = self.pick(&[Field::Title, Field::Performer]);
            let typed = self.chance.bits() as u32;
            let person = self.town.people.last_mut().expect("just moved in");
            for absence in &person.absences {
                if absence.from <= at && at < absence.to && absence.to < SimTime::NEVER {
                    at = absence.to;
                }
            }
            person.wishes.push(Wish { at, file: FileIndex(file), by, typed });
        }
    }

    /// When the last person, who comes at `at`, goes.
    fn plans(&mut self, at: f64) {
        let behavior =
            self.pick(&[Behavior::Compliant, Behavior::Compliant, Behavior::FreeRider, Behavior::Corrupt]);
        let mut absences = Vec::new();
        if self.chance.chance(0.4) {
            let mut from = at;
            for _ in 0..self.between(1, 4) {
                from += self.seconds(0.1, 90.0);
                let back = from + self.seconds(0.01, 150.0);
                absences.push(Absence { from: secs(from), to: secs(back) });
                from = back;
            }
            if self.chance.chance(0.2) {
                absences.last_mut().expect("there is one").to = SimTime::NEVER;
            }
        }
        let (leaves, patience) = (self.seconds(0.0, 300.0), self.seconds(0.0, 300.0));
        let (goes, gives_up) = (self.chance.chance(0.3), self.chance.chance(0.2));
        let lingers = self.pick(&[None, Some(0.0), Some(30.0)]);
        let (vanishes, hidden) = (self.chance.chance(0.4), self.chance.chance(0.3));
        let person = self.town.people.last_mut().expect("just moved in");
        person.behaves(behavior).absences = absences;
        person.leaves_at = goes.then(|| secs(at + leaves));
        person.patience = gives_up.then(|| SimDuration::from_secs(patience));
        person.lingers = lingers.map(SimDuration::from_secs);
        person.vanishes = vanishes;
        if hidden {
            person.behind_firewall();
        }
    }
}

trait Millis {
    fn map_millis(self) -> SimDuration;
}

impl Millis for u64 {
    fn map_millis(self) -> SimDuration {
        SimDuration::from_millis(self)
    }
}

fn town(seed: u64) -> Town {
    let mut chance = Seed { seed, replicate: 0 }.stream("a small town");
    let files = 2 + chance.below(9) as u32;
    let mut author = Author { chance, town: Town::new(files), files };
    author.content_and_network();
    author.system();
    author.people();
    author.town.scenario.seed = seed;
    author.town.scenario.stop.no_later_than = SimDuration::from_whole_secs(600);
    author.town
}

/// What must hold of the figures of any run whatever.
fn check_accounts(run: &Run) {
    let totals = &run.totals;
    assert_eq!(totals.sent_bytes, totals.received_bytes + totals.in_flight_bytes + totals.lost_bytes);
    let sent: u64 = run.persons.iter().map(|person| person.to_requesters).sum();
    assert_eq!(sent, totals.received_bytes, "what persons sent");
    let useful: u64 = run.persons.iter().map(|person| person.from_suppliers).sum();
    assert_eq!(
        totals.traffic.iter().flatten().sum::<u64>(),
        useful,
        "traffic between classes is what was useful"
    );
    let searches: u64 = run.wishes.iter().map(|wish| u64::from(wish.searches)).sum();
    assert_eq!(searches, totals.search.queries);
    for (totals, person) in run.persons.iter().zip(&run.people) {
        let own = || run.wishes.iter().filter(|wish| wish.peer == totals.peer);
        let fetched = own().filter(|wish| wish.outcome == WishOutcome::Fetched).count();
        assert_eq!((own().count() as u32, fetched as u32), (totals.wishes, totals.fetched), "{totals:?}");
        assert!(person.behavior != Behavior::FreeRider || totals.to_requesters == 0, "{totals:?} rides free");
        assert!(!matches!(person.holds, Holdings::Everything));
        assert!(totals.left.is_none() || own().all(|wish| wish.outcome != WishOutcome::Open), "{totals:?}");
    }
    run.wishes.iter().for_each(|wish| check_wish(run, wish));
}

fn check_wish(run: &Run, wish: &WishTotals) {
    let until = wish.ended.unwrap_or(run.outcome.ended_at);
    let spans = wish.finding + wish.waiting + wish.transferring;
    assert_eq!(spans, SimDuration(until.since(wish.wished).0 - away(run, wish.peer, wish.wished, until)));
    assert!(wish.outcome != WishOutcome::NotFound || wish.suppliers == 0, "{wish:?}");
    assert!(wish.outcome != WishOutcome::Failed || wish.suppliers > 0, "{wish:?}");
    assert!(wish.broken <= wish.attempts && wish.attempts <= wish.suppliers, "{wish:?}");
    assert!(wish.messages >= u64::from(wish.searches) && wish.reached == 0, "{wish:?}");
    let fetched = run.records.iter().filter(|(_, record)| {
        matches!(record, Record::Fetched { to, file, .. } if (*to, *file) == (wish.peer, wish.file))
    });
    assert_eq!(fetched.count(), usize::from(wish.outcome == WishOutcome::Fetched), "{wish:?}");
}

/// Nanoseconds that the person was away between two moments.
fn away(run: &Run, person: PersonIndex, from: SimTime, to: SimTime) -> u64 {
    let (mut away, mut since) = (0, None);
    for &(at, record) in run.records.iter().filter(|(at, _)| *at <= to) {
        match record {
            Record::WentAway { peer } if peer == person => since = Some(at.max(from)),
            Record::CameBack { peer } if peer == person && at >= from => {
                away += at.since(since.take().expect("it was away")).0;
            }
            Record::CameBack { peer } if peer == person => since = None,
            _ => {}
        }
    }
    away + since.map_or(0, |since| to.since(since).0)
}

fn check(seed: u64) {
    let play = Play {
        shuffle_ties: seed.is_multiple_of(3),
        check_every_event: true,
        messages: true,
        ..Play::default()
    };
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let run = town(seed).play(play);
        check_accounts(&run);
        let unwatched = town(seed).play(Play { messages: false, check_every_event: false, ..play });
        assert_eq!(run.digest, unwatched.digest, "checking and watching change nothing");
    }));
    if let Err(panic) = attempt {
        let town = town(seed);
        eprintln!("town {seed}:\n{:#?}\n{:#?}\n{:#?}", town.scenario, town.spec, town.people);
        resume_unwind(panic);
    }
}

#[test]
fn any_town_keeps_the_rules() {
    (0..150).for_each(check);
}

#[test]
fn any_other_town_keeps_the_rules() {
    (150..300).for_each(check);
}

/// `UNCHOKE_WORLDS=4000..9000 cargo test --test it more_towns -- --ignored` looks further.
#[test]
#[ignore = "as long as its range"]
fn more_towns_keep_the_rules() {
    worlds_asked_for().for_each(check);
}
