//! The plain server: the bound of a client-server system, limited places, refusals, outages.

use unchoke::metrics::bounds::client_server_bound;
use unchoke::record::{Record, WishOutcome};
use unchoke::units::SimTime;

use crate::swarm_support::{CLOSELY, Play, Run};

/// So many clients with 8 Mbit/s fetch `size` from a server with 20 Mbit/s, all at once.
fn crowd(clients: u32, size: &str, system: &str) -> String {
    format!(
        r#"
stop = {{ no-later-than = "100 h", or-when = "everyone-finished" }}
[content]
size = "{size}"
[network]
one-way-latency = "20 ms"
overhead = "none"
[peers.holder]
count = 2
starts-with = "whole-file"
upload = "10 Mbit/s"
[peers.client]
count = {clients}
upload = "1 Mbit/s"
download = "8 Mbit/s"
after-finishing = "leave"
[systems.client-server]
{system}
"#
    )
}

#[test]
fn the_last_client_ends_at_the_bound() {
    for (clients, at_once) in
        [(1, ""), (10, ""), (400, ""), (10, "clients-at-once = 5"), (400, "clients-at-once = 10")]
    {
        let run = Play::default().run(&crowd(clients, "100 MiB", at_once));
        run.assert_all_finished();
        // The server has what the holders have together: 20 Mbit/s.
        let bound = client_server_bound(100.0 * 1048576.0, 2.5e6, 1e6, clients as usize);
        let ratio = run.last_completion() / bound;
        assert!((1.0..=1.001).contains(&ratio), "{clients} clients, {at_once}: {ratio}");
        assert_eq!(run.totals.from_servers.iter().sum::<u64>(), u64::from(clients) * (100 << 20));
    }
}

/// Headers come in whole segments, of which a slow line sends less than one between two samples.
#[test]
fn a_server_is_never_at_work_longer_than_it_has_been_there() {
    let slow = crowd(5, "100 kB", "upload = \"56 kbit/s\"").replace("overhead = \"none\"", "")
        + "[output]\nsample-every = \"100 ms\"\n";
    let run = Play::default().run(&slow);
    assert!(run.samples.len() > 100);
    for (at, sample) in &run.samples {
        let busy = sample.servers[0].busy_s;
        assert!(busy <= at.as_secs() + 1e-9, "{busy} s at {at}");
    }
}

#[test]
fn clients_wait_for_a_place_in_the_order_in_which_they_came() {
    let run = CLOSELY.run(&crowd(6, "10 MiB", "clients-at-once = 2"));
    let begun: Vec<SimTime> = starts(&run);
    // Two at a time at 8 Mbit/s each: 10.49 s a pair.
    let pair = 10.0 * 1048576.0 / 1e6;
    for (at, start) in begun.iter().enumerate() {
        let expected = (at / 2) as f64 * pair;
        assert!((start.as_secs() - expected).abs() < 0.5, "{at}: {start}, expected {expected}");
    }
    let waited = run.wishes.iter().map(|wish| wish.waiting.as_secs()).fold(0.0, f64::max);
    assert!((waited - 2.0 * pair).abs() < 0.5, "{waited}");
}

fn starts(run: &Run) -> Vec<SimTime> {
    let starts =
        |(at, record): &(SimTime, Record)| matches!(record, Record::TransferStarted { .. }).then_some(*at);
    run.records.iter().filter_map(starts).collect()
}

#[test]
fn a_full_queue_refuses_and_the_refused_come_again() {
    let text = crowd(6, "10 MiB", "clients-at-once = 2\nqueue = 1\nretry-after = \"5 s\"");
    let run = CLOSELY.run(&text);
    run.assert_all_finished();
    let refused = run.records.iter().filter(|(_, record)| matches!(record, Record::Refused { .. })).count();
    assert!(refused >= 3, "{refused} refusals");
    assert_eq!(refused as u64, run.totals.servers[0].refused);
    assert!(run.wishes.iter().all(|wish| wish.outcome == WishOutcome::Fetched && wish.finding.0 == 0));
}

#[test]
fn after_an_outage_transfers_go_on_where_they_stopped() {
    let outage = "\n[faults]\nserver = [{ down = { from = \"3 s\", to = \"60 s\" } }]\n";
    let run = CLOSELY.run(&(crowd(4, "10 MiB", "retry-after = \"10 s\"") + outage));
    run.assert_all_finished();
    assert!(run.wishes.iter().all(|wish| wish.broken == 1 && wish.attempts > 2), "{:?}", run.wishes);
    assert!(run.last_completion() > 60.0);
    let moved: u64 = run.persons.iter().map(|person| person.from_servers + person.wasted_duplicate).sum();
    assert_eq!(moved, 4 * (10 << 20), "nothing is fetched twice");
}

#[test]
fn who_meets_a_server_that_is_down_is_counted_at_that_moment() {
    let outage = "\n[faults]\nserver = [{ down = { from = \"3 s\", to = \"15 s\" } }]\n";
    let late = crowd(4, "10 MiB", "").replace("[systems", "arrive = { at = \"5 s\" }\n[systems");
    let run = CLOSELY.run(&(late + outage));
    run.assert_all_finished();
    let refused: Vec<f64> = run
        .records
        .iter()
        .filter(|(_, record)| matches!(record, Record::Refused { .. }))
        .map(|(at, _)| at.as_secs())
        .collect();
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|at| (5.0..5.1).contains(at)), "{refused:?}");
}

#[test]
fn the_spans_of_a_wish_add_up() {
    let run = CLOSELY.run(&crowd(8, "10 MiB", "servers = 3\nclients-at-once = 1"));
    for wish in &run.wishes {
        let spans = wish.finding + wish.waiting + wish.transferring;
        assert_eq!(spans, wish.ended.expect("all are fulfilled").since(wish.wished));
    }
    assert_eq!(run.totals.servers.len(), 3);
    assert_eq!(run.totals.servers.iter().map(|server| server.served).sum::<u64>(), 8);
}
