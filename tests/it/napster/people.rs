//! What people do: share, ride free, leave, vanish, come back, sit behind a firewall.

use unchoke::record::{Record, WishOutcome};
use unchoke::spec::Behavior;
use unchoke::units::{FileIndex, PersonIndex, SimDuration};

use super::town::{Make, SIZE, Town, assert_close, latency, listed, suppliers, times, wish_of};

#[test]
fn what_was_fetched_is_shared() {
    let mut town = Town::new(10);
    town.person(0.0, &[3]).leaves(150.0);
    town.person(0.0, &[]).wants(10.0, 3);
    town.person(0.0, &[]).wants(200.0, 3);
    let run = town.watch(400.0);
    assert_eq!(suppliers(&run), [0, 1]);
    // The news takes a latency and 1 ms after the file is there.
    let fetched = wish_of(&run, 1).ended.expect("it was fetched").as_secs();
    assert_close(times(&run, listed)[1], fetched + latency() + 0.001);
}

#[test]
fn a_goodbye_unlists_and_a_silence_leaves_stale_entries() {
    let fate = |vanishes: bool, wished: f64| {
        let mut town = Town::new(10);
        let supplier = town.person(0.0, &[3]);
        if vanishes {
            supplier.vanishes(100.0)
        } else {
            supplier.leaves(100.0)
        };
        town.person(0.0, &[]).wants(wished, 3);
        let run = town.watch(400.0);
        let wish = wish_of(&run, 1);
        (wish.outcome, wish.suppliers, wish.available, wish.attempts)
    };
    assert_eq!(fate(false, 101.0), (WishOutcome::NotFound, 0, 0, 0));
    assert_eq!(fate(true, 101.0), (WishOutcome::Failed, 1, 0, 1), "nobody is there");
    assert_eq!(fate(true, 230.0), (WishOutcome::NotFound, 0, 0, 0), "noticed after 120 s");
}

#[test]
fn a_vanished_supplier_costs_the_connection_timeout() {
    let mut town = Town::new(10);
    town.person(0.0, &[3]).vanishes(100.0);
    town.person(0.0, &[]).wants(101.0, 3);
    let run = town.watch(400.0);
    assert_close(wish_of(&run, 1).waiting.as_secs(), 5.0 * latency() + 21.0);
}

#[test]
fn who_comes_back_lists_what_it_has_by_now() {
    let mut town = Town::new(10);
    town.person(0.0, &[3]).leaves(150.0);
    town.person(0.0, &[5]).wants(10.0, 3).away(160.0, 200.0);
    town.person(0.0, &[]).wants(170.0, 3).wants(250.0, 3);
    town.people[2].wishes.truncate(1);
    town.person(0.0, &[]).wants(250.0, 3);
    let run = town.watch(500.0);
    let of_1 = |record: &Record| matches!(record, Record::Listed { peer: PersonIndex(1), .. });
    let files: Vec<u32> = run
        .records
        .iter()
        .filter(|(_, record)| of_1(record))
        .map(|(_, record)| if let Record::Listed { files, .. } = record { *files } else { 0 })
        .collect();
    assert_eq!(files, [1, 2, 2], "its own, the fetched one too, and both after it came back");
    assert_eq!(wish_of(&run, 2).outcome, WishOutcome::NotFound, "while it was away");
    assert_eq!(wish_of(&run, 3).outcome, WishOutcome::Fetched);
}

#[test]
fn free_riders_list_nothing_and_serve_nobody() {
    let mut town = Town::new(10);
    town.person(0.0, &[3]).behaves(Behavior::FreeRider);
    town.person(0.0, &[]).wants(10.0, 3);
    let run = town.watch(100.0);
    assert!(times(&run, listed).is_empty());
    let wish = wish_of(&run, 1);
    assert_eq!((wish.outcome, wish.available), (WishOutcome::NotFound, 0));
    assert_eq!(run.totals.servers[0].clients, 2, "it is logged in all the same");
}

#[test]
fn nobody_checks_what_a_file_is_made_of() {
    let mut town = Town::new(10);
    town.person(0.0, &[3]).behaves(Behavior::Corrupt);
    town.person(0.0, &[]).wants(10.0, 3);
    assert_eq!(wish_of(&town.watch(300.0), 1).outcome, WishOutcome::Fetched);
}

#[test]
fn one_of_two_must_accept_connections() {
    let outcome = |supplier: bool, requester: bool| {
        let mut town = Town::new(10);
        let person = town.person(0.0, &[3]);
        if supplier {
            person.behind_firewall();
        }
        let person = town.person(0.0, &[]).wants(10.0, 3);
        if requester {
            person.behind_firewall();
        }
        let run = town.watch(300.0);
        (wish_of(&run, 1).outcome, wish_of(&run, 1).waiting)
    };
    let open = outcome(false, false);
    assert_eq!(outcome(true, false), open, "the supplier connects instead");
    assert_eq!(outcome(false, true), open);
    let (failed, waited) = outcome(true, true);
    assert_eq!(failed, WishOutcome::Failed);
    assert_close(waited.as_secs(), 2.0 * latency());
}

#[test]
fn the_spans_of_a_wish_add_up_to_its_time_online() {
    let mut town = Town::new(10);
    town.clients(|client| client.search_again_after = Some(SimDuration::from_whole_secs(20)));
    town.person(0.0, &[3]).away(30.0, 90.0);
    town.person(0.0, &[]).wants(10.0, 3).away(60.0, 120.0);
    let run = town.watch(600.0);
    let wish = wish_of(&run, 1);
    assert_eq!((wish.outcome, wish.broken), (WishOutcome::Fetched, 1));
    let online = wish.ended.expect("fetched").since(wish.wished).as_secs() - 60.0;
    assert_close((wish.finding + wish.waiting + wish.transferring).as_secs(), online);
    assert_eq!(run.persons[1].from_suppliers, SIZE, "nothing is fetched twice");
    assert_eq!(wish.file, FileIndex(3));
}
