//! Lists, searches and answers, more than one server, refusals, outages.

use unchoke::protocol::napster::message;
use unchoke::record::{Central, Record, WishOutcome};
use unchoke::spec::Behavior;
use unchoke::units::{PersonIndex, Rate, SimDuration};

use super::town::{
    LINE, Make, SIZE, TRANSFER, Town, assert_close, latency, listed, on_the_line, secs, times, wish_of,
};

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
