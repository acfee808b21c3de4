//! The promises of common random numbers, held on whole populations.

mod catalogue;

use super::*;
use crate::spec::{
    AfterFinishing, Arrival, Capacity, Compression, Content, Core, Duration, Leaves, Network, Output,
    Overhead, Sharing, StartsWith, Stop, StopWhen, WishTimes, Wishes,
};
use crate::units::Bytes;

const SEED: Seed = Seed { seed: 7, replicate: 0 };

fn class(name: &str, size: ClassSize, behavior: Behavior) -> PeerClass {
    PeerClass {
        name: name.to_owned(),
        size,
        starts_with: StartsWith::FractionOfPieces(0.25),
        upload: Capacity::LogNormal { median: Rate::from_mbit(1.0), sigma: 0.8 },
        download: Capacity::Uniform { from: Rate::from_mbit(2.0), to: Rate::from_mbit(9.0) },
        access_latency: SimDuration::from_millis(3),
        arrive: Arrival::Poisson { per_second: 2.0 },
        after_finishing: AfterFinishing::SeedFor(Duration::Exponential {
            mean: SimDuration::from_whole_secs(60),
        }),
        leaves: None,
        sessions: None,
        wishes: Wishes::ONE,
        gives_up: Some(Duration::Weibull { shape: 0.59, scale: SimDuration::from_whole_secs(2_514) }),
        vanishes: false,
        behavior,
    }
}

fn counted(name: &str, count: u32) -> PeerClass {
    class(name, ClassSize::Count(count), Behavior::Compliant)
}

fn shared(name: &str, fraction: f64, behavior: Behavior) -> PeerClass {
    class(name, ClassSize::Fraction(fraction), behavior)
}

fn scenario(classes: Vec<PeerClass>, population_total: u32) -> Scenario {
    Scenario {
        title: String::new(),
        question: String::new(),
        replicates: 1,
        seed: SEED.seed,
        stop: Stop {
            no_later_than: SimDuration::from_whole_secs(3_600),
            or_when: StopWhen::EveryoneFinished,
        },
        content: Content::Single(File {
            size: Bytes(64 * Bytes::MIB),
            piece: Bytes(256 * Bytes::KIB),
            metainfo_size: Bytes(6_000),
            infohash: [0; 20],
        }),
        network: Network {
            core: Core::Star { one_way_latency: SimDuration::from_millis(40) },
            sharing: Sharing::MaxMin,
            overhead: Overhead::None,
        },
        classes,
        population_total,
        systems: Vec::new(),
        faults: Vec::new(),
        output: Output {
            sample_every: SimDuration::from_whole_secs(5),
            decisions: Vec::new(),
            messages: false,
            searches: true,
            warm_up: None,
            compression: Compression::None,
        },
    }
}

fn people(scenario: &Scenario, seed: Seed) -> Vec<Person> {
    draw(scenario, seed).people
}

/// One seed and a hundred persons, of whom that part rides free.
fn crowd(free_riders: f64) -> Scenario {
    let classes = vec![
        counted("seed", 1),
        shared("contributor", 1.0 - free_riders, Behavior::Compliant),
        shared("free-rider", free_riders, Behavior::FreeRider),
    ];
    scenario(classes, 100)
}

/// Everything about a person but its class and behaviour.
fn apart_from_class(person: &Person) -> Person {
    Person { class: ClassIndex(0), behavior: Behavior::Compliant, ..person.clone() }
}

#[test]
fn counted_classes_come_first_and_the_population_is_shared_out_exactly() {
    let classes = vec![
        shared("a", 0.5, Behavior::Compliant),
        counted("first", 2),
        shared("b", 0.5, Behavior::Compliant),
        counted("second", 3),
    ];
    let people = people(&scenario(classes, 11), SEED);
    let class_of: Vec<u32> = people.iter().map(|person| person.class.0).collect();
    assert_eq!(class_of[..5], [1, 1, 3, 3, 3]);
    let size = |class| class_of[5..].iter().filter(|&&of| of == class).count();
    // Equal remainders of a half: the first in the file takes the odd one.
    assert_eq!((size(0), size(2)), (6, 5));
    // The classes are mixed, not consecutive.
    assert!(!class_of[5..].is_sorted());
}

#[test]
fn a_larger_fraction_converts_a_superset_and_moves_nobody() {
    let mut before = people(&crowd(0.0), SEED);
    for tenths in 1..=10 {
        let now = people(&crowd(f64::from(tenths) / 10.0), SEED);
        let riders = now.iter().filter(|person| person.behavior == Behavior::FreeRider).count();
        assert_eq!(riders, 10 * tenths as usize);
        for (old, new) in before.iter().zip(&now) {
            assert!(old.behavior == Behavior::Compliant || new.behavior == Behavior::FreeRider);
            assert_eq!(apart_from_class(old), apart_from_class(new));
        }
        before = now;
    }
}

#[test]
fn another_counted_class_changes_nothing_for_the_others() {
    let alone = people(&crowd(0.2), SEED);
    let mut with_more = crowd(0.2);
    with_more.classes.insert(0, counted("second-seed", 3));
    let more = people(&with_more, SEED);
    assert_eq!(more.len(), alone.len() + 3);
    for (old, new) in alone.iter().zip(&more[3..]) {
        assert_eq!(ClassIndex(old.class.0 + 1), new.class);
        assert_eq!(apart_from_class(old), Person { behavior: Behavior::Compliant, ..apart_from_class(new) });
    }
    // The same line twice would be a sign of shared streams.
    assert_ne!(more[0].upload, more[3].upload);
}

#[test]
fn a_larger_count_or_population_only_adds_people() {
    let classes = |count| vec![counted("seed", count), shared("peer", 1.0, Behavior::Compliant)];
    let (small, large) = (people(&scenario(classes(2), 50), SEED), people(&scenario(classes(4), 80), SEED));
    assert_eq!(small[..2], large[..2]);
    assert_eq!(small[2..], large[4..54]);
}

#[test]
fn replicates_and_seeds_differ_and_repeat() {
    let draw = |seed| people(&crowd(0.2), seed);
    assert_eq!(draw(SEED), draw(SEED));
    for other in [Seed { replicate: 1, ..SEED }, Seed { seed: 8, ..SEED }] {
        let (a, b) = (draw(SEED), draw(other));
        assert!(a.iter().zip(&b).all(|(a, b)| a.upload != b.upload && a.arrives != b.arrives));
        assert_ne!(
            a.iter().map(|person| person.class).collect::<Vec<_>>(),
            b.iter().map(|person| person.class).collect::<Vec<_>>()
        );
    }
}

#[test]
fn classes_of_the_population_that_come_alike_share_one_process() {
    let people = people(&crowd(0.3), SEED);
    // In the order of persons the arrivals ascend across both classes: one process of two a second.
    let arrivals: Vec<_> = people[1..].iter().map(|person| person.arrives.unwrap()).collect();
    assert!(arrivals.is_sorted());
    // A hundred arrivals at two a second take 50 s, give or take 5.
    assert!((30.0..70.0).contains(&arrivals[99].as_secs()));
}

#[test]
fn classes_that_come_differently_have_processes_of_their_own() {
    let mut apart = crowd(0.3);
    apart.classes[2].arrive = Arrival::Trace(vec![SimTime(1), SimTime(2)]);
    let people = people(&apart, SEED);
    let riders: Vec<_> = people
        .iter()
        .filter(|person| person.behavior == Behavior::FreeRider)
        .map(|person| person.arrives)
        .collect();
    assert_eq!(riders[..3], [Some(SimTime(1)), Some(SimTime(2)), None]);
    assert!(riders[3..].iter().all(Option::is_none));
    let contributors: Vec<_> = people[1..]
        .iter()
        .filter(|person| person.behavior == Behavior::Compliant)
        .map(|person| person.arrives.unwrap())
        .collect();
    assert!(contributors.is_sorted());
}

#[test]
fn a_draw_that_is_added_moves_no_other() {
    let plain = people(&crowd(0.2), SEED);
    let mut changed = crowd(0.2);
    for class in &mut changed.classes {
        class.upload = Capacity::Fixed(Rate::from_mbit(1.0));
        class.gives_up = None;
        class.after_finishing = AfterFinishing::Leave;
    }
    for (old, new) in plain.iter().zip(&people(&changed, SEED)) {
        assert_eq!((old.class, old.arrives, old.download), (new.class, new.arrives, new.download));
        assert_eq!(old.holds, new.holds);
        assert_eq!((new.patience, new.lingers), (None, Some(SimDuration::ZERO)));
    }
}

#[test]
fn a_person_carries_its_class_and_its_plans() {
    let mut seed = counted("seed", 1);
    seed.starts_with = StartsWith::WholeFile;
    seed.upload = Capacity::Fixed(Rate::from_mbit(2.0));
    seed.download = Capacity::TimesUpload(4.0);
    seed.arrive = Arrival::At(SimTime::ZERO);
    seed.after_finishing = AfterFinishing::SeedForever;
    seed.leaves = Some(Leaves::AfterCopies(1.5));
    seed.gives_up = None;
    seed.vanishes = true;
    let expected = Person {
        class: ClassIndex(0),
        arrives: Some(SimTime::ZERO),
        upload: Rate::from_mbit(2.0),
        download: Rate::from_mbit(8.0),
        access_latency: SimDuration::from_millis(3),
        holds: Holdings::Everything,
        behavior: Behavior::Compliant,
        patience: None,
        lingers: None,
        leaves_at: None,
        leaves_after_copies: Some(1.5),
        vanishes: true,
        absences: Vec::new(),
        wishes: Vec::new(),
    };
    assert_eq!(people(&scenario(vec![seed], 0), SEED), [expected]);
}

#[test]
fn who_has_nothing_to_wish_for_has_finished_when_it_comes() {
    let came = SimTime(5_000_000_000);
    let leaves_at = |starts_with, when, after_finishing, leaves| {
        let mut class = counted("giver", 1);
        (class.starts_with, class.wishes.when) = (starts_with, when);
        (class.arrive, class.after_finishing, class.leaves) = (Arrival::At(came), after_finishing, leaves);
        people(&scenario(vec![class], 0), SEED)[0].leaves_at
    };
    let minute = SimDuration::from_whole_secs(60);
    let seed_for = AfterFinishing::SeedFor(Duration::Fixed(minute));
    let (one, none) = (WishTimes::AtArrival(1), WishTimes::AtArrival(0));
    assert_eq!(leaves_at(StartsWith::WholeFile, one, seed_for, None), Some(came + minute));
    assert_eq!(leaves_at(StartsWith::Nothing, none, seed_for, None), Some(came + minute));
    assert_eq!(leaves_at(StartsWith::Nothing, one, seed_for, None), None);
    // The content is one file, and so is the folder.
    assert_eq!(leaves_at(StartsWith::Files(1), one, seed_for, None), Some(came + minute));
    assert_eq!(leaves_at(StartsWith::WholeFile, one, AfterFinishing::Leave, None), Some(came));
    assert_eq!(leaves_at(StartsWith::WholeFile, one, AfterFinishing::SeedForever, None), None);
    let sooner = Some(Leaves::After(SimDuration::from_whole_secs(20)));
    assert_eq!(
        leaves_at(StartsWith::WholeFile, one, seed_for, sooner),
        Some(came + SimDuration::from_whole_secs(20))
    );
}

/// A few draws of each kind, so that no change of streams or purposes goes unnoticed: it would change every result.
#[test]
fn the_population_is_pinned() {
    let people = people(&crowd(0.3), SEED);
    let classes: Vec<u32> = people[1..17].iter().map(|person| person.class.0).collect();
    assert_eq!(classes, [1, 2, 2, 2, 1, 2, 1, 1, 2, 2, 1, 1, 1, 2, 1, 1]);
    let arrivals: Vec<u64> = people[..4].iter().map(|person| person.arrives.unwrap().0).collect();
    assert_eq!(arrivals, [14_194_360, 720_956_355, 780_508_031, 1_054_019_937]);
    let Holdings::Pieces(held) = &people[5].holds else { panic!("a quarter of the pieces") };
    assert_eq!(held[..6], [5, 7, 14, 18, 20, 21]);
    let lines = [people[5].upload, people[5].download].map(|rate| rate.0.to_bits());
    assert_eq!(lines, [0x40f4_97a3_f218_500a, 0x4119_77b3_ea2d_798c]);
    let lengths = [people[5].patience, people[5].lingers].map(|length| length.unwrap().0);
    assert_eq!(lengths, [28_660_737_606_150, 59_590_795_498]);
}
