//! Stories of records of our own making.

use super::*;
use crate::metrics::testing::{at, catalogue, leecher, scenario, seed, totals};
use crate::record::{Central, ChokeReason, UnchokeReason};
use crate::rng::Seed;
use crate::units::FileIndex;
use crate::workload::Catalogue;

const SEED: PersonIndex = PersonIndex(0);
const HERO: PersonIndex = PersonIndex(1);

fn workload(scenario: &Scenario) -> Workload {
    let catalogue = Catalogue::draw(&scenario.content, Seed { seed: 7, replicate: 0 });
    Workload { catalogue, people: vec![seed(), leecher(1), leecher(2)] }
}

fn story(around: Option<SimTime>) -> Vec<String> {
    let scenario = scenario();
    let workload = workload(&scenario);
    let mut story = Story::new(&scenario, &workload, HERO, around);
    let (reason, rank, rate) = (UnchokeReason::Optimistic, 3, 51_200.0);
    story.record(at(0), &Record::Arrived { peer: SEED });
    story.record(at(1), &Record::Arrived { peer: HERO });
    story.record(at(2), &Record::Connected { from: HERO, to: SEED });
    story.record(at(3), &Record::Connected { from: HERO, to: PersonIndex(2) });
    story.record(at(10), &Record::Unchoked { peer: SEED, neighbour: HERO, reason, rank, rate });
    story.record(at(10), &Record::Unchoked { peer: HERO, neighbour: PersonIndex(2), reason, rank, rate });
    let reason = ChokeReason::OptimisticRotation;
    story.record(at(60), &Record::Choked { peer: SEED, neighbour: HERO, reason, rank, rate: 0.0 });
    let mut end = totals(1, 1, Some(90));
    end.waited[Waiting::Choked as usize] = SimDuration::from_millis(12_500);
    story.person(&end);
    story.tell()
}

#[test]
fn the_outline_tells_what_others_did() {
    assert_eq!(
        story(None),
        [
            "      1.00 s  arrives",
            "      2.00 s  connects to seed 0, and one more until 3.00 s",
            "     10.00 s  is unchoked by seed 0: optimistic, rank 4, 51.2 kB/s",
            "     60.00 s  is choked by seed 0: optimistic-rotation, rank 4, 0.0 kB/s",
            "In the end contributor 1 finished after 89.00 s; it received 1000 useful bytes and sent 0.",
            "  waited 12.50 s choked by all that had a missing piece",
        ]
    );
}

#[test]
fn near_a_moment_its_own_decisions_are_told_too() {
    let told = story(Some(at(35)));
    assert!(told[0].ends_with("is unchoked by seed 0: optimistic, rank 4, 51.2 kB/s"), "{told:?}");
    assert!(told[1].ends_with("unchokes free-rider 2: optimistic, rank 4, 51.2 kB/s"), "{told:?}");
    assert!(told[2].contains("is choked by seed 0"), "{told:?}");
    assert!(story(Some(at(500)))[0].starts_with("Nothing happened"));
}

/// A search that is refused, repeated and answered; a supplier that goes; another.
fn fetching(around: Option<SimTime>) -> (Vec<String>, String) {
    let mut scenario = scenario();
    scenario.content = catalogue(100);
    let workload = workload(&scenario);
    let mut story = Story::new(&scenario, &workload, HERO, around);
    let (file, by) = (FileIndex(4), Central::Index(0));
    let (peer, supplier, other) = (HERO, Some(SEED), PersonIndex(2));
    let records = [
        (1, Record::Listed { peer, files: 20 }),
        (2, Record::Wished { peer, file }),
        (2, Record::Wished { peer: other, file }),
        (2, Record::Searched { peer, file }),
        (3, Record::Refused { peer, by }),
        (5, Record::Refused { peer, by }),
        (6, Record::Answered { peer, file, suppliers: 2 }),
        (7, Record::TransferStarted { from: supplier, to: HERO, file }),
        (8, Record::TransferStarted { from: Some(HERO), to: other, file: FileIndex(9) }),
        (9, Record::TransferBroken { from: supplier, to: HERO, file }),
        (10, Record::WentAway { peer }),
        (20, Record::CameBack { peer }),
        (30, Record::Fetched { from: None, to: HERO, file }),
        (31, Record::Finished { peer }),
    ];
    for (seconds, record) in records {
        story.record(at(seconds), &record);
    }
    story.person(&PersonTotals { wishes: 3, fetched: 1, answered: 7, ..totals(1, 1, None) });
    (story.tell(), workload.catalogue.title(FileIndex(4)))
}

#[test]
fn wishes_searches_and_transfers_are_told_with_titles() {
    let (told, title) = fetching(None);
    let performer = told[1].split(" by ").nth(1).unwrap().split(" (").next().unwrap().to_owned();
    let file = format!("\u{201c}{title}\u{201d} by {performer} (file 4)");
    let expected = [
        "      1.00 s  is listed with 20 files".to_owned(),
        format!("      2.00 s  wishes for {file}"),
        format!("      2.00 s  searches for {file}"),
        "      3.00 s  is refused by index-0, and one more until 5.00 s".to_owned(),
        format!("      6.00 s  hears of 2 who have {file}"),
        format!("      7.00 s  begins to fetch {file} from seed 0"),
        format!("      9.00 s  loses the transfer of {file} from seed 0"),
        "     10.00 s  goes away, with what it has".to_owned(),
        "     20.00 s  comes back".to_owned(),
        format!("     30.00 s  has fetched {file} from a server"),
        "     31.00 s  has everything that it wished for".to_owned(),
        "In the end contributor 1 did not finish; it received 0 useful bytes and sent 0.".to_owned(),
        "  made 3 wishes, of which 1 was fulfilled; answered 7 searches of others".to_owned(),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_it_sends_to_others_is_told_near_a_moment() {
    let (told, _) = fetching(Some(at(8)));
    let sends =
        told.iter().filter(|line| line.contains("begins to send") && line.ends_with("to free-rider 2"));
    assert_eq!(sends.count(), 1, "{told:#?}");
}
