//! Four kinds of systems on one crowd with a catalogue, made up: an index and a tracker go down, searches miss rare titles.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{Noise, csv};
use crate::metrics::rows::{
    CentralRow, FetchRow, OutageRow, PERSONS, PeerRow, PopularityRow, SampleRow, ServerRow, SummaryRow,
};

const FILES: [(u32, u32); 6] = [(1, 3), (4, 10), (11, 30), (31, 100), (101, 300), (301, 1000)];
const WISHES: u64 = 1000;
const END_S: f64 = 3600.0;
const DOWN: (f64, f64) = (1800.0, 2700.0);

/// How a system does.
struct Kind {
    label: &'static str,
    kind: &'static str,
    part: Option<&'static str>,
    /// Mean seconds of finding, waiting, transferring.
    phases: [f64; 3],
    fulfilled: f64,
    /// What is lost of the rarest titles.
    misses: f64,
    messages: f64,
    work: f64,
    centre_bytes: u64,
    persons_bytes: u64,
}

const KINDS: [Kind; 4] = [
    Kind {
        label: "client-server",
        kind: "ClientServer",
        part: Some("server-0"),
        phases: [0.0, 600.0, 900.0],
        fulfilled: 0.62,
        misses: 0.0,
        messages: 0.0,
        work: 1.0,
        centre_bytes: 4_000_000_000,
        persons_bytes: 0,
    },
    Kind {
        label: "napster",
        kind: "Napster",
        part: Some("index-0"),
        phases: [2.0, 120.0, 210.0],
        fulfilled: 0.81,
        misses: 0.1,
        messages: 2.0,
        work: 0.4,
        centre_bytes: 3_000_000,
        persons_bytes: 5_200_000_000,
    },
    Kind {
        label: "gnutella",
        kind: "Gnutella",
        part: None,
        phases: [4.0, 150.0, 220.0],
        fulfilled: 0.66,
        misses: 0.7,
        messages: 812.4,
        work: 0.0,
        centre_bytes: 0,
        persons_bytes: 4_400_000_000,
    },
    Kind {
        label: "bittorrent",
        kind: "BitTorrent",
        part: Some("tracker"),
        phases: [1.5, 40.0, 150.0],
        fulfilled: 0.93,
        misses: 0.05,
        messages: 0.0,
        work: 0.02,
        centre_bytes: 90_000_000,
        persons_bytes: 5_900_000_000,
    },
];

/// Writes the directory that `draw` reads.
pub fn write(dir: &Path) {
    fs::write(dir.join("manifest.json"), manifest()).unwrap();
    fs::write(dir.join("reading.txt"), "From the wish to the file: bittorrent, median 180 s.").unwrap();
    csv(dir, "summary.csv", &KINDS.iter().flat_map(summary).collect::<Vec<_>>());
    csv(dir, "peers.csv", &KINDS.iter().flat_map(peers).collect::<Vec<_>>());
    csv(dir, "timeseries.csv", &KINDS.iter().flat_map(samples).collect::<Vec<_>>());
    csv(dir, "servers.csv", &KINDS.iter().flat_map(servers).collect::<Vec<_>>());
    csv(dir, "central.csv", &KINDS.iter().flat_map(central).collect::<Vec<_>>());
    csv(dir, "fetches.csv", &KINDS.iter().flat_map(fetches).collect::<Vec<_>>());
    csv(dir, "popularity.csv", &KINDS.iter().flat_map(popularity).collect::<Vec<_>>());
    csv(dir, "outages.csv", &KINDS.iter().flat_map(outages).collect::<Vec<_>>());
}

fn manifest() -> String {
    let systems: Vec<_> = KINDS
        .iter()
        .map(|kind| {
            let settings = serde_json::Map::from_iter([(kind.kind.to_owned(), json!({ "ttl": 7 }))]);
            json!({ "label": kind.label, "kind": settings })
        })
        .collect();
    let labels: Vec<&str> = KINDS.iter().map(|kind| kind.label).collect();
    json!({
        "version": "0.1.0", "title": "Four systems", "seed": 7, "systems": labels, "replicates": 1, "resolved": {
            "stop": { "no_later_than": 3_600_000_000_000u64, "or_when": "TimeIsUp" },
            "content": { "Catalogue": { "files": 1000, "size": { "Fixed": 5_242_880 }, "performers": 100,
                "popularity": { "Zipf": { "exponent": 0.8 } } } },
            "classes": [{ "name": "user", "behavior": "Compliant" }], "systems": systems,
        }
    })
    .to_string()
}

fn fulfilled(kind: &Kind) -> u64 {
    (kind.fulfilled * WISHES as f64) as u64
}

fn summary(kind: &Kind) -> Vec<SummaryRow> {
    let [find, wait, transfer] = kind.phases;
    let searches = if kind.messages > 0.0 { WISHES } else { 0 };
    let row = |class: &str| SummaryRow {
        system: kind.label.into(),
        class: class.into(),
        peers: 400,
        completed: 300,
        cut_off: 100,
        wishes: WISHES,
        fetched: fulfilled(kind),
        open: WISHES - fulfilled(kind),
        found: WISHES - (kind.misses * 300.0) as u64,
        missed_online: (kind.misses * 200.0) as u64,
        fetch_median_s: Some(0.8 * (find + wait + transfer)),
        find_mean_s: Some(find),
        wait_mean_s: Some(wait),
        transfer_mean_s: Some(transfer),
        searches,
        messages_per_search: (searches > 0).then_some(kind.messages),
        message_bytes_per_search: (searches > 0).then_some(80.0 * kind.messages),
        ..SummaryRow::default()
    };
    vec![row("user"), row("all")]
}

fn peers(kind: &Kind) -> Vec<PeerRow> {
    let mut noise = Noise(kind.centre_bytes);
    let few = 0.4 + kind.misses;
    (0..400)
        .map(|peer| {
            let upload = [16_000.0, 64_000.0, 125_000.0, 1_250_000.0][peer as usize % 4];
            let eager = if noise.next() < few { 0.0 } else { noise.next() + noise.next() };
            PeerRow {
                system: kind.label.into(),
                peer,
                class: "user".into(),
                upload_bytes_per_s: upload,
                download_bytes_per_s: 8.0 * upload,
                uploaded_bytes: if kind.persons_bytes > 0 { (upload * eager * 1000.0) as u64 } else { 0 },
                ..PeerRow::default()
            }
        })
        .collect()
}

/// Fulfilled evenly over the run, but for what went down with an index.
fn samples(kind: &Kind) -> Vec<SampleRow> {
    let stops = kind.part == Some("index-0");
    let at = |step: u32| {
        let time = f64::from(step) * END_S / 360.0;
        let lost = if stops { (time - DOWN.0).clamp(0.0, DOWN.1 - DOWN.0) } else { 0.0 };
        SampleRow {
            system: kind.label.into(),
            time_s: time,
            class: "all".into(),
            leechers: 60,
            seeds: 300,
            progress: Some(0.5),
            wishes: Some((WISHES as f64 * time / END_S) as u64),
            fetched: Some((fulfilled(kind) as f64 * (time - lost) / END_S) as u64),
            upload_used_bytes_per_s: Some(5e6),
            upload_available_bytes_per_s: Some(9e6),
            ..SampleRow::default()
        }
    };
    (0..=360).map(at).collect()
}

fn servers(kind: &Kind) -> Vec<ServerRow> {
    let Some(part) = kind.part else { return Vec::new() };
    let mut noise = Noise(11);
    (1..=360)
        .map(|step| {
            let time = f64::from(step) * 10.0;
            let down = part != "server-0" && (DOWN.0..DOWN.1).contains(&time);
            ServerRow {
                system: kind.label.into(),
                time_s: time,
                server: part.into(),
                up: !down,
                queue: if down { 0 } else { (kind.work * f64::from(step) / 3.0 + 4.0 * noise.next()) as u32 },
                busy_share: Some(if down { 0.0 } else { (kind.work * (0.8 + 0.4 * noise.next())).min(1.0) }),
                ..ServerRow::default()
            }
        })
        .collect()
}

fn central(kind: &Kind) -> Vec<CentralRow> {
    let part = kind.part.map(|part| CentralRow {
        system: kind.label.into(),
        part: part.into(),
        stored_most_bytes: kind.centre_bytes / 2,
        sent_bytes: kind.centre_bytes,
        busy_share: Some(kind.work),
        queue_most: Some((kind.work * 120.0) as u32),
        refused: Some(12),
        ..CentralRow::default()
    });
    let persons = CentralRow {
        system: kind.label.into(),
        part: PERSONS.into(),
        stored_most_bytes: 2 * kind.persons_bytes,
        sent_bytes: kind.persons_bytes,
        ..CentralRow::default()
    };
    part.into_iter().chain([persons]).collect()
}

fn fetches(kind: &Kind) -> Vec<FetchRow> {
    let mean: f64 = kind.phases.iter().sum();
    let row = |k: u64| FetchRow {
        system: kind.label.into(),
        replicate: 0,
        // Most take about the mean, some several times as long.
        time_s: mean * (0.3 + k as f64 / 300.0 + if k > 250 { (k - 250) as f64 / 60.0 } else { 0.0 }),
        fetched: k * fulfilled(kind) / 300,
    };
    (1..=300).map(row).collect()
}

fn popularity(kind: &Kind) -> Vec<PopularityRow> {
    let row = |(k, (from_rank, to_rank)): (usize, &(u32, u32))| {
        let rarity = k as f64 / (FILES.len() - 1) as f64;
        PopularityRow {
            system: kind.label.into(),
            replicate: 0,
            from_rank: *from_rank,
            to_rank: *to_rank,
            wishes: 160,
            online: (160.0 * (1.0 - 0.2 * rarity)) as u64,
            found: (160.0 * (1.0 - 0.2 * rarity) * (1.0 - kind.misses * rarity)) as u64,
            fetched: 100,
        }
    };
    FILES.iter().enumerate().map(row).collect()
}

fn outages(kind: &Kind) -> Vec<OutageRow> {
    let part = match kind.part {
        Some("index-0") => "indexes",
        Some("tracker") => "tracker",
        Some(_) | None => return Vec::new(),
    };
    vec![OutageRow {
        system: kind.label.into(),
        part: part.into(),
        from_s: DOWN.0,
        to_s: DOWN.1,
        refused: 212,
        under_way: 40,
        under_way_fetched: 38,
        wished: 250,
        wished_fetched: if part == "tracker" { 230 } else { 3 },
        ..OutageRow::default()
    }]
}
