//! The rules of the Napster system, one by one: times in closed form, and counted events.
//!
//! In a town the lines have 10 000 bytes/s both ways, the latency is 50 ms one way, a search takes the index 2 ms and an entry of
//! a list 1 ms, and nothing is charged but payload.

mod queue;
mod town;
mod worlds;

use unchoke::protocol::napster::message;
use unchoke::record::{Central, Record, WishOutcome};
use unchoke::spec::{Behavior, SupplierChoice};
use unchoke::units::{FileIndex, PersonIndex, Rate, SimDuration};

use town::{LATENCY, LINE, Make, SIZE, Town, assert_close, secs, suppliers, times, wish_of};

/// A list or an answer of so many bytes over a line of the town.
fn on_the_line(bytes: u64) -> f64 {
    bytes as f64 / LINE.0
}

/// One way.
fn latency() -> f64 {
    LATENCY.as_secs()
}

/// The file over a line of the town.
const TRANSFER: f64 = SIZE as f64 / 10_000.0;

fn listed(record: &Record) -> bool {
    matches!(record, Record::Listed { .. })
}

#[test]
fn a_list_takes_its_way_over_the_line_and_through_the_index() {
    let mut town = Town::new(300);
    town.person(1.0, &(0..200).collect::<Vec<u32>>());
    let run = town.watch(60.0);
    // A handshake and the login, the welcome and the first byte back, the list, 200 entries of 1 ms.
    let list = on_the_line(message::list(200).0);
    assert_close(times(&run, listed)[0], 1.0 + 5.0 * latency() + list + 0.2);
    let server = run.totals.servers[0];
    assert_eq!((server.clients, server.stored_bytes), (1, 200 * 100));
    assert_close(server.busy_s, 0.2);
    assert_eq!((server.served, server.refused), (0, 0), "a list is no request");
}

#[test]
fn a_wish_is_found_asked_for_and_fetched_in_that_time() {
    let mut town = Town::new(10);
    town.person(0.0, &[3]);
    town.person(0.0, &[]).wants(10.0, 3);
    let run = town.watch(300.0);
    let wish = wish_of(&run, 1);
    assert_eq!(wish.outcome, WishOutcome::Fetched);
    // To the index, 2 ms there, back, one supplier on the line.
    assert_close(wish.finding.as_secs(), 2.0 * latency() + 0.002 + on_the_line(message::answer(1).0));
    // The address from the index, a handshake and the request, the first byte.
    assert_close(wish.waiting.as_secs(), 6.0 * latency());
    assert_close(wish.transferring.as_secs(), TRANSFER);
    assert_eq!((wish.searches, wish.suppliers, wish.attempts, wish.available), (1, 1, 1, 1));
    assert_eq!((wish.messages, wish.message_bytes), (3, message::SEARCH.0 + message::answer(1).0));
    assert_eq!(run.totals.servers[0].sent_bytes, message::answer(1).0);
    assert_eq!(run.persons[1].from_suppliers, SIZE);
    assert_eq!(run.persons[0].to_requesters, SIZE);
}

#[test]
fn a_long_answer_costs_the_line_and_is_bounded() {
    let mut town = Town::new(10);
    town.spec.index.answers = 40;
    (0..60).for_each(|_| {
        town.person(0.0, &[3]);
    });
    town.person(0.0, &[]).wants(10.0, 3);
    let run = town.watch(300.0);
    let wish = wish_of(&run, 60);
    assert_eq!((wish.suppliers, wish.available), (40, 60));
    assert_close(wish.finding.as_secs(), 2.0 * latency() + 0.002 + on_the_line(message::answer(40).0));
}

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
fn a_performer_has_too_many_songs_and_the_title_finds_the_one() {
    let mut town = Town::new(60);
    town.spec.index.answers = 20;
    (0..60).for_each(|file| {
        town.person(0.0, &[file]);
    });
    town.person(0.0, &[]).wants_by_performer(10.0, 59);
    town.person(0.0, &[]).wants_by_performer(10.0, 0);
    let run = town.watch(300.0);
    let (rare, popular) = (wish_of(&run, 60), wish_of(&run, 61));
    assert_eq!((rare.outcome, rare.searches), (WishOutcome::Fetched, 2));
    assert_eq!((popular.outcome, popular.searches), (WishOutcome::Fetched, 1));
    let hits = run.totals.search.hits;
    assert!((41..60).contains(&hits), "two full answers and a short one: {hits}");
}

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
    assert_close(wish_of(&run, 4).waiting.as_secs(), 2.0 + 6.0 * latency());
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
fn an_outage_stops_searches_but_not_transfers() {
    let mut town = Town::new(10);
    town.index_is_down(None, 50.0, 300.0);
    town.clients(|client| client.search_again_after = Some(SimDuration::from_whole_secs(10)));
    town.person(0.0, &[3, 4]);
    town.person(0.0, &[]).wants(10.0, 3);
    town.person(0.0, &[]).wants(60.0, 4);
    town.person(100.0, &[]);
    let run = town.watch(600.0);
    let (before, after) = (wish_of(&run, 1), wish_of(&run, 2));
    assert!(before.ended.is_some_and(|at| at < secs(115.0)), "{before:?}");
    assert_eq!(before.outcome, WishOutcome::Fetched);
    assert!(after.ended.is_some_and(|at| at > secs(400.0)), "{after:?}");
    let searches = times(&run, |record| matches!(record, Record::Searched { peer: PersonIndex(2), .. }));
    assert!(after.outcome == WishOutcome::Fetched && searches.iter().all(|&at| at > 300.0), "{searches:?}");
    let refused = times(&run, |record| matches!(record, Record::Refused { by: Central::Index(0), .. }));
    // Three users try for 250 s and one for 200 s, every 30 s.
    assert!((27..=34).contains(&refused.len()), "{refused:?}");
    assert!(refused.iter().all(|at| (50.0..300.0).contains(at)));
    let down = run.samples.iter().filter(|(at, _)| (60.0..300.0).contains(&at.as_secs()));
    assert!(down.clone().count() == 4 && down.clone().all(|(_, sample)| !sample.servers[0].up));
    assert!(run.samples.last().is_some_and(|(_, sample)| sample.servers[0].clients == 4));
}

#[test]
fn servers_do_not_know_of_each_others_users() {
    let mut town = Town::new(10);
    town.spec.index.servers = 4;
    (0..40).for_each(|_| {
        town.person(0.0, &[3]).has_line(Rate::from_mbit(10.0), LINE);
    });
    for at in 0..20 {
        town.person(0.0, &[]).behaves(Behavior::FreeRider).wants(50.0 + 0.1 * f64::from(at), 3);
    }
    let run = town.watch(100.0);
    let users: Vec<u32> = run.totals.servers.iter().map(|server| server.clients).collect();
    assert_eq!(users.iter().sum::<u32>(), 60);
    // Mean 15, standard deviation sqrt(60 x 3/16) = 3.4; four of them.
    assert!(users.iter().all(|users| users.abs_diff(15) < 14), "{users:?}");
    let entries: Vec<u32> =
        run.totals.servers.iter().map(|server| server.stored_bytes as u32 / 100).collect();
    assert_eq!(entries.iter().sum::<u32>(), 40);
    for person in 40..60 {
        let wish = wish_of(&run, person);
        assert_eq!(wish.available, 40);
        assert!(entries.contains(&wish.suppliers), "{} of {entries:?}", wish.suppliers);
    }
}

#[test]
fn one_dead_server_of_two_leaves_its_users_to_the_other() {
    let mut town = Town::new(10);
    town.spec.index.servers = 2;
    town.index_is_down(Some(0), 10.0, 2_000.0);
    (0..10).for_each(|_| {
        town.person(0.0, &[3]);
    });
    town.person(0.0, &[]).wants(600.0, 3);
    let run = town.watch(1_000.0);
    assert_eq!(run.totals.servers[0].clients, 0);
    assert_eq!(run.totals.servers[1].clients, 11);
    assert_eq!(wish_of(&run, 10).suppliers, 10);
}

#[test]
fn a_full_index_refuses_and_is_searched_again() {
    let mut town = Town::new(10);
    town.spec.index.queue = Some(0);
    town.clients(|client| client.search_again_after = Some(SimDuration::from_whole_secs(5)));
    town.person(0.0, &[3]);
    town.person(0.0, &[3]);
    (0..2).for_each(|_| {
        town.person(0.0, &[]).wants(10.0, 3);
    });
    let run = town.watch(300.0);
    let searches: Vec<u32> = (2..4).map(|person| wish_of(&run, person).searches).collect();
    assert_eq!(searches, [1, 2], "both at once, and one at a time is answered");
    assert_eq!(run.totals.servers[0].refused, 1);
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
