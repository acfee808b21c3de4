//! Small Gnutella worlds drawn from a seed, every mechanism on, off or strange: whatever the world, the simulator keeps its
//! own rules.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use unchoke::record::{Record, WishOutcome};
use unchoke::rng::{Seed, Stream};
use unchoke::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, Core, CoreGraph, CoreLink, Duration, FetchSpec, Leaves,
    Overhead, Overlay, PeerClass, Scenario, Sessions, StartsWith, StopWhen, SupplierChoice, SystemKind,
    WishTimes,
};
use unchoke::units::{Rate, SimDuration};

use crate::gnutella_support::{at, bystanders, closely, play, secs, spec, wants, world};
use crate::swarm_support::{Play, Run, worlds_asked_for};

/// Draws worlds.
struct Author(Stream);

impl Author {
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.0.below(from.len())].clone()
    }

    fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.0.below((most - least + 1) as usize) as u32
    }

    fn time(&mut self) -> Duration {
        self.pick(&[
            Duration::Fixed(secs(40)),
            Duration::Exponential { mean: secs(90) },
            Duration::Weibull { shape: 0.6, scale: secs(120) },
        ])
    }

    fn perhaps<T>(&mut self, chance: f64, what: impl FnOnce(&mut Author) -> T) -> Option<T> {
        self.0.chance(chance).then(|| what(self))
    }

    fn class(&mut self, name: &str, holds: StartsWith) -> PeerClass {
        let count = self.between(1, 8);
        let upload = self.pick(&[0.0336, 0.5, 1.0, 10.0]);
        PeerClass {
            starts_with: holds,
            upload: Capacity::Fixed(Rate::from_mbit(upload)),
            download: self.pick(&[Capacity::TimesUpload(4.0), Capacity::Fixed(Rate::from_mbit(8.0))]),
            access_latency: self.pick(&[SimDuration::ZERO, SimDuration::from_millis(30), secs(2)]),
            arrive: self.pick(&[
                Arrival::At(at(0)),
                Arrival::At(at(100)),
                Arrival::RandomlyWithin(secs(60)),
                Arrival::Poisson { per_second: 0.05 },
            ]),
            after_finishing: self.pick(&[AfterFinishing::Leave, AfterFinishing::SeedForever]),
            leaves: self.perhaps(0.3, |author| author.pick(&[Leaves::At(at(200)), Leaves::After(secs(150))])),
            sessions: self.perhaps(0.4, |author| Sessions {
                online: author.time(),
                away: author.perhaps(0.8, Author::time),
            }),
            wishes: wants(WishTimes::AtArrival(0)),
            gives_up: self.perhaps(0.2, Author::time),
            vanishes: self.0.chance(0.4),
            behavior: self.pick(&[Behavior::Compliant, Behavior::Compliant, Behavior::FreeRider]),
            ..bystanders(name, count)
        }
    }

    fn people(&mut self) -> Vec<PeerClass> {
        let some = StartsWith::Files(self.between(1, 60));
        let mut classes = vec![
            self.class("holder", StartsWith::WholeFile),
            self.class("some", some),
            self.class("nothing", StartsWith::Nothing),
        ];
        for class in &mut classes[1..] {
            class.wishes = wants(self.pick(&[
                WishTimes::AtArrival(1),
                WishTimes::AtArrival(5),
                WishTimes::Poisson { per_second: 0.02, at_most: 6 },
            ]));
            class.wishes.by_performer = self.pick(&[0.0, 0.5]);
        }
        classes
    }

    fn client(&mut self) -> FetchSpec {
        FetchSpec {
            upload_slots: self.between(1, 3),
            queue: self.between(0, 3),
            downloads: self.between(1, 4),
            choice: self.pick(&[
                SupplierChoice::Random,
                SupplierChoice::Fastest,
                SupplierChoice::LeastLoaded { pings: 2 },
                SupplierChoice::Nearest { pings: 3 },
            ]),
            resumes: self.0.chance(0.5),
            attempts: self.pick(&[1, 3, 20]),
            search_again_after: self.perhaps(0.6, |author| author.pick(&[secs(30), secs(200)])),
            connectable: self.0.chance(0.7),
        }
    }

    fn overlay(&mut self) -> Overlay {
        match self.0.below(3) {
            0 => Overlay::Flat { links: self.pick(&[1.0, 3.4, 6.0]), most: self.between(2, 8) },
            1 => Overlay::Ultrapeers {
                share: self.pick(&[0.1, 0.4]),
                links: self.between(2, 5),
                parents: self.between(1, 3),
                leaves: self.between(1, 8),
            },
            _ => Overlay::RegularTree { degree: self.between(2, 4) },
        }
    }

    fn network(&mut self) -> Core {
        let far = self.pick(&[SimDuration::ZERO, SimDuration::from_millis(10), secs(4)]);
        if self.0.chance(0.7) {
            return Core::Star { one_way_latency: far };
        }
        let link = |from, to, mbit, millis| CoreLink {
            from,
            to,
            capacity: Rate::from_mbit(mbit),
            latency: SimDuration::from_millis(millis),
        };
        Core::Graph(CoreGraph {
            nodes: ["a", "b", "c"].map(str::to_owned).to_vec(),
            links: vec![link(0, 1, 2.0, 5), link(1, 2, 5.0, 70)],
            access_latency: far,
        })
    }

    fn world(&mut self) -> Scenario {
        let (overlay, classes) = (self.overlay(), self.people());
        let mut scenario = world(overlay, classes);
        scenario.stop.no_later_than = secs(900);
        scenario.stop.or_when =
            self.pick(&[StopWhen::TimeIsUp, StopWhen::EveryoneFinished, StopWhen::EveryoneLeft]);
        scenario.network.core = self.network();
        scenario.network.overhead = self.pick(&[Overhead::None, Overhead::TcpIp]);
        let gnutella = spec(&mut scenario);
        gnutella.ttl = self.pick(&[1, 3, 7]);
        gnutella.ping_every = self.pick(&[secs(5), secs(60)]);
        gnutella.clients.iter_mut().for_each(|client| *client = self.client());
        scenario
    }
}

/// What must hold of the figures of any run whatever.
fn check_accounts(run: &Run) {
    let totals = &run.totals;
    assert_eq!(totals.sent_bytes, totals.received_bytes, "nothing is lost on the way");
    let sent: u64 = run.persons.iter().map(|person| person.to_requesters).sum();
    assert_eq!(sent, totals.sent_bytes);
    let useful: u64 = run.persons.iter().map(|person| person.from_suppliers).sum();
    assert_eq!(
        totals.traffic.iter().flatten().sum::<u64>(),
        useful,
        "traffic between classes is what was useful"
    );
    for (person, of) in run.persons.iter().zip(&run.people) {
        let shares = unchoke::strategy::uploads(of.behavior);
        assert!(shares || person.to_requesters == 0 && person.answered == 0, "{:?} rides free", person.peer);
        assert_eq!(
            person.fetched as usize,
            run.wishes.iter().filter(|wish| fetched_by(wish, person)).count()
        );
    }
    check_wishes(run);
    check_messages(run);
}

fn fetched_by(wish: &unchoke::record::WishTotals, person: &unchoke::record::PersonTotals) -> bool {
    wish.peer == person.peer && wish.outcome == WishOutcome::Fetched
}

fn has_ultrapeers(scenario: &Scenario) -> bool {
    scenario.systems.iter().any(|system| {
        matches!(&system.kind, SystemKind::Gnutella(spec) if matches!(spec.overlay, Overlay::Ultrapeers { .. }))
    })
}

fn check_wishes(run: &Run) {
    assert_eq!(run.wishes.len() as u32, run.persons.iter().map(|person| person.wishes).sum::<u32>());
    for wish in &run.wishes {
        let until = wish.ended.unwrap_or(run.outcome.ended_at);
        let spans = wish.finding + wish.waiting + wish.transferring;
        let away = !run.people[wish.peer.at()].absences.is_empty();
        let whole = until.since(wish.wished);
        assert!(spans == whole || away && spans < whole, "{wish:?}");
        match wish.outcome {
            WishOutcome::Fetched => assert!(wish.suppliers > 0 && wish.attempts > wish.broken, "{wish:?}"),
            WishOutcome::NotFound => assert_eq!((wish.suppliers, wish.attempts), (0, 0), "{wish:?}"),
            WishOutcome::Failed => assert!(wish.suppliers > 0, "{wish:?}"),
            WishOutcome::Left | WishOutcome::Open => {}
        }
        assert!((wish.reached as usize) < run.people.len() && wish.duplicates <= wish.messages, "{wish:?}");
        // An ultrapeer without others looks into its leaves' tables, which costs no message; and the leaves may have vanished.
        let asked = wish.messages > 0 || wish.reached > 0;
        let asks_nobody = wish.searches > 0 && !asked;
        assert!(wish.searches > 0 || !asked, "who is asked is asked by a search: {wish:?}");
        assert!(!asks_nobody || has_ultrapeers(&run.scenario), "a search is sent to somebody: {wish:?}");
    }
}

/// Every copy of a flood belongs to a wish, and every search is told.
fn check_messages(run: &Run) {
    let search = &run.totals.search;
    let sum = |of: fn(&unchoke::record::WishTotals) -> u64| run.wishes.iter().map(of).sum::<u64>();
    assert_eq!(sum(|wish| wish.messages), search.queries + search.hits + search.pushes);
    assert_eq!(sum(|wish| wish.duplicates), search.duplicates);
    let told = run.records.iter().filter(|(_, record)| matches!(record, Record::Searched { .. })).count();
    assert_eq!(sum(|wish| u64::from(wish.searches)), told as u64);
    assert!(sum(|wish| wish.message_bytes) <= search.bytes);
}

fn check(seed: u64) {
    let scenario = Author(Seed { seed, replicate: 0 }.stream("a small world")).world();
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let run = closely(scenario.clone());
        check_accounts(&run);
        let unwatched = play(Play::default(), scenario.clone());
        assert_eq!(run.digest, unwatched.digest, "checking changes nothing");
        check_accounts(&play(Play { shuffle_ties: true, ..Play::default() }, scenario.clone()));
    }));
    if let Err(panic) = attempt {
        eprintln!("world {seed}:\n{scenario:#?}");
        resume_unwind(panic);
    }
}

#[test]
fn any_world_keeps_the_rules() {
    (0..100).for_each(check);
}

/// `UNCHOKE_WORLDS=4000..9000 cargo test --test it more_overlays -- --ignored` looks further.
#[test]
#[ignore = "as long as its range"]
fn more_overlays_keep_the_rules() {
    worlds_asked_for().for_each(check);
}
