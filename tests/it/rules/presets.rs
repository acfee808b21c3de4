//! The numbers of the presets, as the clients' documents and sources give them.

use unchoke::spec::{ClientSpec, RequestQueue, SeedChoker, SwarmSpec};

use super::swarm;
use crate::swarm_support::load;

fn spec(client: &str) -> SwarmSpec {
    let leecher = "[peers.leecher]\ncount = 1\nupload = \"1 Mbit/s\"";
    let scenario =
        load(&swarm("1 MiB", "1 ms", "1 Mbit/s", leecher, &format!("client = \"{client}\""))).scenario;
    scenario.systems[0].swarm().expect("it is a swarm").clone()
}

fn client(name: &str) -> ClientSpec {
    spec(name).clients[0].clone()
}

/// Rechoke and optimistic period, rate windows of leecher and seed, in seconds; 0 for no anti-snubbing.
fn times(name: &str) -> [f64; 5] {
    let client = client(name);
    let snub = client.snub_after.map_or(0.0, |after| after.as_secs());
    let [rechoke, optimistic, leecher, seed] =
        [client.rechoke_every, client.optimistic_every, client.rate_window, client.seed_rate_window]
            .map(|time| time.as_secs());
    [rechoke, optimistic, leecher, seed, snub]
}

/// Regular and optimistic slots, random-first, min_peers, max_initiate, max_allow_in.
fn counts(name: &str) -> [u32; 6] {
    let client = client(name);
    let limits = client.connections;
    [
        client.regular_slots,
        client.optimistic_slots,
        client.random_first,
        limits.min_peers,
        limits.max_initiate,
        limits.max_allow_in,
    ]
}

#[test]
fn mainlines_numbers_are_those_of_its_options() {
    assert_eq!(times("mainline-3.4"), [10.0, 30.0, 20.0, 20.0, 30.0]);
    assert_eq!(times("mainline-4.0"), [10.0, 30.0, 20.0, 100.0, 30.0]);
    // max_uploads = 7, all but one of them for the best; 4.0 with its default limit of 20 kB/s: 4.
    assert_eq!(counts("mainline-3.4"), [6, 1, 4, 20, 35, 55]);
    assert_eq!(counts("mainline-4.0"), [3, 1, 4, 20, 40, 80]);
}

#[test]
fn the_lectures_numbers_are_those_of_bep_3_and_cohen() {
    assert_eq!(times("lecture"), [10.0, 30.0, 20.0, 20.0, 60.0]);
    let [regular, optimistic, random_first, ..] = counts("lecture");
    assert_eq!((regular, optimistic, random_first), (4, 1, 1));
    assert_eq!(client("lecture").request_queue, RequestQueue::Fixed(5));
}

#[test]
fn the_modern_clients_numbers_are_those_of_their_sources() {
    let libtorrent = client("libtorrent-2");
    assert_eq!((libtorrent.rechoke_every.as_secs(), libtorrent.optimistic_every.as_secs()), (15.0, 30.0));
    assert_eq!(libtorrent.regular_slots + libtorrent.optimistic_slots, 8);
    let SeedChoker::RoundRobin { pieces, at_least } = libtorrent.seed_choker else { panic!("round robin") };
    assert_eq!((pieces, at_least.as_secs(), libtorrent.random_first), (20, 60.0, 4));
    assert_eq!(times("transmission-4"), [10.0, 50.0, 2.0, 2.0, 0.0]);
    assert_eq!(counts("transmission-4")[..3], [8, 1, 0]);
    assert_eq!((spec("libtorrent-2").tracker.numwant, spec("transmission-4").tracker.numwant), (200, 80));
}

#[test]
fn the_trackers_numbers_are_mainlines() {
    let tracker = spec("lecture").tracker;
    assert_eq!(
        (tracker.interval.as_secs(), tracker.expiry.as_secs(), tracker.numwant),
        (1_800.0, 2_700.0, 50)
    );
}
