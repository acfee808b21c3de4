//! Choking decisions and messages, made up.

use super::Noise;
use crate::metrics::rows::{DecisionRow, MessageRow};

pub fn decisions(system: &str) -> Vec<DecisionRow> {
    let mut rows = Vec::new();
    let mut noise = Noise(5);
    let neighbours: Vec<u32> = (1..=30).filter(|n| *n != 17).collect();
    let class = |n: u32| if n > 26 { "free-rider" } else { "contributor" };
    for by_peer in [true, false] {
        let mut held: Vec<(u32, &str)> = Vec::new();
        for round in 0..45 {
            let time = 3.4 + f64::from(round) * 10.0;
            let mut say = |who: u32, action: &str, reason: &str| {
                let (peer, neighbour) = if by_peer { (17, who) } else { (who, 17) };
                rows.push(DecisionRow {
                    system: system.into(),
                    time_s: time,
                    peer,
                    neighbour,
                    neighbour_class: class(neighbour).into(),
                    action: action.into(),
                    reason: reason.into(),
                    rank: Some(0),
                    rate_bytes_per_s: Some(20_000.0),
                    ..DecisionRow::default()
                });
            };
            held.retain(|(who, _)| {
                let stays = noise.next() < 0.85;
                if !stays {
                    say(*who, "choke", "outranked");
                }
                stays
            });
            for (who, reason) in &mut held {
                if *reason == "optimistic" && noise.next() < 0.4 {
                    *reason = "regular";
                    say(*who, "keep", "regular");
                }
            }
            while held.len() < 5 {
                let who = neighbours[(noise.next() * neighbours.len() as f64) as usize];
                if held.iter().all(|(other, _)| *other != who) {
                    let reason =
                        if held.iter().any(|(_, r)| *r == "optimistic") { "regular" } else { "optimistic" };
                    held.push((who, reason));
                    say(who, "unchoke", reason);
                }
            }
        }
    }
    rows.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    rows
}

pub fn messages(system: &str) -> Vec<MessageRow> {
    let mut rows = Vec::new();
    let mut say = |from: &str, to: &str, message: &str| {
        let time_s = 0.04 * rows.len() as f64;
        let (from, to, message) = (from.into(), to.into(), message.into());
        rows.push(MessageRow { system: system.into(), replicate: 0, time_s, from, to, message });
    };
    for leech in ["leech-a 1", "leech-b 2"] {
        say(leech, "web server", "get metainfo");
        say("web server", leech, "metainfo");
        say(leech, "tracker", "announce started");
        say("tracker", leech, "2 peers");
        say(leech, "seed 0", "handshake");
        say("seed 0", leech, "handshake");
        say("seed 0", leech, "bitfield (16 pieces)");
        say(leech, "seed 0", "interested");
        say("seed 0", leech, "unchoke (seed)");
    }
    for block in 0..250 {
        say("leech-a 1", "seed 0", &format!("request piece {} block {}", block / 16, block % 16));
        say("seed 0", "leech-a 1", &format!("piece {} block {}", block / 16, block % 16));
    }
    rows
}
