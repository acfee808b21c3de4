//! Whom a user asks for a file, and what it does when that fails.

use unchoke::record::WishOutcome;
use unchoke::spec::{Behavior, SupplierChoice};
use unchoke::units::{Rate, SimDuration};

use super::town::{LINE, Make, TRANSFER, Town, assert_close, latency, suppliers, wish_of};

#[test]
fn the_fastest_line_is_asked_first() {
    let mut town = Town::new(10);
    for rate in [LINE, Rate::from_mbit(1.6), LINE] {
        town.person(0.0, &[3]).has_line(rate, rate);
    }
    town.person(0.0, &[]).wants(10.0, 3);
    assert_eq!(suppliers(&town.watch(300.0)), [1]);
}

#[test]
fn pings_find_the_nearest() {
    let mut town = Town::new(10);
    town.clients(|client| client.choice = SupplierChoice::Nearest { pings: 3 });
    for far in [300, 20, 200] {
        town.person(0.0, &[3]).access_latency = SimDuration::from_millis(far);
    }
    town.person(0.0, &[]).wants(10.0, 3);
    let run = town.watch(300.0);
    assert_eq!(suppliers(&run), [1]);
    // The pongs of all, then the request to the nearest.
    let farthest = 2.0 * (latency() + 0.3);
    assert_close(wish_of(&run, 3).waiting.as_secs(), farthest + 2.0 * latency() + 4.0 * (latency() + 0.02));
    assert_eq!((run.totals.search.pings, run.totals.search.pongs), (3, 3));
}

#[test]
fn pings_find_the_least_loaded_and_who_is_silent_is_not_asked() {
    let mut town = Town::new(10);
    town.clients(|client| client.choice = SupplierChoice::LeastLoaded { pings: 9 });
    town.person(0.0, &[3, 4]);
    town.person(0.0, &[3]);
    town.person(0.0, &[3]).vanishes(15.0);
    town.person(0.0, &[]).wants(10.0, 4);
    town.person(0.0, &[]).wants(20.0, 3);
    let run = town.watch(300.0);
    assert_eq!(suppliers(&run), [0, 1]);
    // A pong is waited for 5 s.
    assert_close(wish_of(&run, 4).waiting.as_secs(), 5.0 + 6.0 * latency());
    assert_eq!((run.totals.search.pings, run.totals.search.pongs), (4, 3), "one was silent");
}

#[test]
fn a_full_supplier_refuses_and_the_next_is_asked() {
    let mut town = Town::new(10);
    town.clients(|client| client.queue = 0);
    town.person(0.0, &[3]).has_line(Rate::from_mbit(2.0), LINE);
    town.person(0.0, &[3]);
    town.person(0.0, &[]).wants(10.0, 3);
    town.person(0.0, &[]).wants(11.0, 3);
    let run = town.watch(300.0);
    assert_eq!(suppliers(&run), [0, 1]);
    assert_eq!((wish_of(&run, 2).attempts, wish_of(&run, 3).attempts), (1, 2));
}

#[test]
fn a_supplier_serves_by_its_slots_and_in_turn() {
    let mut town = Town::new(10);
    town.clients(|client| client.queue = 2);
    town.person(0.0, &[3]);
    for at in [10.0, 11.0, 12.0] {
        town.person(0.0, &[]).behaves(Behavior::FreeRider).wants(at, 3);
    }
    let run = town.watch(500.0);
    let ends: Vec<f64> =
        (1..4).map(|person| wish_of(&run, person).ended.expect("served").as_secs()).collect();
    assert!(
        (ends[1] - ends[0] - TRANSFER).abs() < 0.2 && (ends[2] - ends[1] - TRANSFER).abs() < 0.2,
        "{ends:?}"
    );
}

#[test]
fn a_broken_transfer_goes_on_elsewhere_or_begins_anew() {
    let broken = |resumes: bool| {
        let mut town = Town::new(10);
        town.clients(|client| client.resumes = resumes);
        town.person(0.0, &[3]).has_line(LINE, LINE).leaves(60.0);
        town.person(0.0, &[3]).has_line(Rate(5_000.0), LINE);
        town.person(0.0, &[]).wants(10.0, 3);
        let run = town.watch(500.0);
        assert_eq!(suppliers(&run), [0, 1]);
        let wish = wish_of(&run, 2);
        assert_eq!((wish.outcome, wish.broken, wish.attempts), (WishOutcome::Fetched, 1, 2));
        (wish.ended.expect("fetched").as_secs(), run.persons[2].wasted_duplicate)
    };
    let ((resumed, wasted), (anew, thrown)) = (broken(true), broken(false));
    assert!(wasted == 0 && thrown > 450_000 && thrown < 500_000, "{thrown}");
    assert_close(anew - resumed, thrown as f64 / 5_000.0);
}

#[test]
fn nobody_is_left_to_ask() {
    let mut town = Town::new(10);
    town.clients(|client| client.search_again_after = Some(SimDuration::from_whole_secs(20)));
    town.person(0.0, &[3]).leaves(50.0);
    town.person(100.0, &[3]);
    town.person(0.0, &[]).wants(10.0, 3);
    let run = town.watch(500.0);
    let wish = wish_of(&run, 2);
    // Found at 10 s, broken at 50 s, searched for at about 70, 90 and 110 s, when somebody has it again.
    assert_eq!((wish.outcome, wish.suppliers, wish.broken), (WishOutcome::Fetched, 2, 1));
    assert_eq!(wish.searches, 4);
}

#[test]
fn a_wish_asks_so_many_suppliers_and_no_more() {
    let mut town = Town::new(10);
    town.clients(|client| client.attempts = 3);
    (0..5).for_each(|_| {
        town.person(0.0, &[3]).vanishes(20.0);
    });
    town.person(0.0, &[]).wants(30.0, 3);
    let wish = *wish_of(&town.watch(300.0), 5);
    assert_eq!((wish.outcome, wish.attempts, wish.suppliers), (WishOutcome::Failed, 3, 5));
}
