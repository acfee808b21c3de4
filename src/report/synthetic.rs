//! Made-up results for tests: plausible tables of a flash crowd of 80 contributors and 20 free riders with one seed.
//!
//! Nothing here claims to be a simulation; the numbers only have the shapes that figures must cope with.

pub mod compared;
mod talk;

use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use talk::{decisions, messages};

use crate::experiment::columns;
use crate::metrics::rows::{PeerRow, SampleRow, SummaryRow};

const FILE: u64 = 64 << 20;
const END_S: f64 = 1500.0;

/// What to make up.
#[derive(Clone, Debug)]
pub struct World {
    pub systems: Vec<&'static str>,
    /// Name, number of peers, upload in bytes/s, shared out among the classes beside one seed.
    pub classes: Vec<(&'static str, u32, f64)>,
    pub replicates: u32,
    pub decisions: bool,
    pub messages: bool,
}

impl World {
    pub fn free_riding() -> World {
        World {
            systems: vec!["tit-for-tat", "random-choking"],
            classes: vec![("contributor", 80, 125_000.0), ("free-rider", 20, 125_000.0)],
            replicates: 1,
            decisions: true,
            messages: false,
        }
    }

    /// Writes the directory that `draw` reads.
    pub fn write(&self, dir: &Path) {
        let mut tables = Made::default();
        for system in 0..self.systems.len() {
            for replicate in 0..self.replicates {
                self.one_run(system, replicate, &mut tables);
            }
        }
        fs::write(dir.join("manifest.json"), self.manifest()).unwrap();
        fs::write(dir.join("reading.txt"), READING).unwrap();
        fs::write(dir.join("scenario.toml"), "title = \"Free riders & co\"\nseed = 7\n").unwrap();
        csv(dir, "summary.csv", &tables.summary);
        csv(dir, "peers.csv", &tables.peers);
        csv(dir, "timeseries.csv", &tables.samples);
        if self.decisions {
            csv(dir, "decisions.csv", &decisions(self.systems[0]));
        }
        if self.messages {
            csv(dir, "messages.csv", &messages(self.systems[0]));
        }
    }

    fn one_run(&self, system: usize, replicate: u32, out: &mut Made) {
        let label = self.systems[system].to_owned();
        let mut noise = Noise(u64::from(replicate) * 1000 + 17);
        let mut peers = vec![self.seed_row(&label, replicate)];
        for (class, &(name, count, upload)) in self.classes.iter().enumerate() {
            // Under the first system later classes are slower; under the others all are alike.
            let slow = if system == 0 { 1.0 + 1.6 * class as f64 } else { 1.3 };
            for _ in 0..count {
                let peer = peers.len() as u32;
                let time = 420.0 * slow * (0.8 + 0.5 * noise.next());
                let arrived = 10.0 * noise.next();
                let done = arrived + time;
                let selfish = class == 1;
                let part = |share: f64| (FILE as f64 * share * (time.min(END_S) / time)) as u64;
                let from = match (system, selfish) {
                    (0, false) => [part(0.71), part(0.17), part(0.114), part(0.006), 0],
                    (0, true) => [0, part(0.13), part(0.85), part(0.02), 0],
                    (_, _) => [0, 0, part(0.1), 0, part(0.9)],
                };
                peers.push(PeerRow {
                    system: label.clone(),
                    replicate,
                    peer,
                    class: name.into(),
                    upload_bytes_per_s: upload,
                    download_bytes_per_s: 8.0 * upload,
                    arrived_s: arrived,
                    first_piece_s: Some(arrived + 12.0),
                    completed_s: (done < END_S).then_some(done),
                    left_s: (done < END_S).then_some(done),
                    wishes: 1,
                    downloaded_bytes: from.iter().sum(),
                    uploaded_bytes: if selfish { 0 } else { (FILE as f64 * 2.4 * noise.next()) as u64 },
                    from_regular_bytes: from[0],
                    from_optimistic_bytes: from[1],
                    from_seed_bytes: from[2],
                    from_allowed_fast_bytes: from[3],
                    from_unranked_bytes: from[4],
                    waited_joining_s: Some(0.4),
                    waited_nothing_to_ask_s: Some(20.0 * noise.next()),
                    waited_choked_s: Some(0.5 * time * if selfish { 1.0 } else { 0.1 }),
                    waited_requested_s: Some(9.0),
                    ..PeerRow::default()
                });
            }
        }
        out.summary.extend(self.summary(&label, replicate, &peers));
        out.samples.extend(self.samples(&label, replicate, &peers));
        out.peers.extend(peers);
    }

    fn seed_row(&self, system: &str, replicate: u32) -> PeerRow {
        PeerRow {
            system: system.into(),
            replicate,
            class: "seed".into(),
            upload_bytes_per_s: 250_000.0,
            download_bytes_per_s: 250_000.0,
            uploaded_bytes: 20 * FILE,
            ..PeerRow::default()
        }
    }

    fn class_names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once("seed").chain(self.classes.iter().map(|class| class.0))
    }

    fn summary(&self, system: &str, replicate: u32, peers: &[PeerRow]) -> Vec<SummaryRow> {
        let row = |class: &str, seeds: u32, members: Vec<&PeerRow>| {
            let mut times: Vec<f64> =
                members.iter().filter_map(|p| p.completed_s.map(|c| c - p.arrived_s)).collect();
            times.sort_by(f64::total_cmp);
            let all = members.len() - seeds as usize;
            let quantile = |q: f64| times.get((q * all as f64) as usize).copied();
            SummaryRow {
                system: system.into(),
                replicate,
                class: class.into(),
                peers: members.len() as u32,
                seeds_from_start: seeds,
                completed: times.len() as u32,
                cut_off: (all - times.len()) as u32,
                download_p10_s: quantile(0.1),
                download_median_s: quantile(0.5),
                download_p90_s: quantile(0.9),
                downloaded_bytes: members.iter().map(|p| p.downloaded_bytes).sum(),
                uploaded_bytes: members.iter().map(|p| p.uploaded_bytes).sum(),
                fluid_bound_s: (class == "all").then_some(268.4 + f64::from(replicate)),
                ..SummaryRow::default()
            }
        };
        let mut rows = Vec::new();
        for class in self.class_names() {
            let members: Vec<_> = peers.iter().filter(|p| p.class == class).collect();
            rows.push(row(class, u32::from(class == "seed"), members));
        }
        rows.push(row("all", 0, peers.iter().filter(|p| p.class != "seed").collect()));
        rows
    }

    fn samples(&self, system: &str, replicate: u32, peers: &[PeerRow]) -> Vec<SampleRow> {
        let mut rows = Vec::new();
        let mut noise = Noise(99 + u64::from(replicate));
        for step in 0..=300 {
            let time = f64::from(step) * END_S / 300.0;
            for class in self.class_names().chain(["all"]) {
                let members: Vec<&PeerRow> =
                    peers.iter().filter(|p| class == "all" || p.class == class).collect();
                let here = |p: &&PeerRow| p.arrived_s <= time && p.completed_s.is_none_or(|c| c > time);
                let leechers = members.iter().filter(|p| p.class != "seed" && here(p)).count() as u32;
                let finished =
                    members.iter().filter(|p| p.completed_s.is_some_and(|c| c <= time)).count() as u32;
                let came: Vec<_> = members.iter().filter(|p| p.arrived_s <= time).collect();
                let done = |p: &&&PeerRow| match (p.class.as_str(), p.completed_s) {
                    ("seed", _) => 1.0,
                    (_, Some(end)) => ((time - p.arrived_s) / (end - p.arrived_s)).min(1.0),
                    (_, None) => (time - p.arrived_s) / 1900.0,
                };
                let progress = came.iter().map(done).sum::<f64>() / (came.len().max(1) as f64);
                let whole = class == "all";
                let online = f64::from(leechers + 1);
                rows.push(SampleRow {
                    system: system.into(),
                    replicate,
                    time_s: time,
                    class: class.into(),
                    leechers,
                    seeds: u32::from(whole || class == "seed"),
                    finished,
                    progress: Some(progress),
                    copies_min: whole.then_some((0.8 * progress * online) as u32 + 1),
                    copies_mean: whole.then_some(progress * online + 1.0),
                    copies_max: whole.then_some((1.15 * progress * online) as u32 + 2),
                    upload_used_bytes_per_s: (whole && step > 0)
                        .then_some(100_000.0 * online * (0.75 + 0.2 * noise.next())),
                    upload_available_bytes_per_s: (whole && step > 0)
                        .then_some(125_000.0 * online + 125_000.0),
                    ..SampleRow::default()
                });
            }
        }
        rows
    }

    fn manifest(&self) -> String {
        let class = |name: &str, behavior: &str| {
            json!({ "name": name, "behavior": behavior, "starts_with": if name == "seed" { "WholeFile" } else { "Nothing" },
                "upload": { "Fixed": 125_000.0 }, "download": { "TimesUpload": 8.0 },
                "arrive": { "RandomlyWithin": 10_000_000_000u64 }, "after_finishing": "Leave" })
        };
        let mut classes = vec![class("seed", "Compliant")];
        for (k, (name, _, _)) in self.classes.iter().enumerate() {
            classes.push(class(name, if k == 1 { "FreeRider" } else { "Compliant" }));
        }
        let system = |label: &&str| {
            let choker = if *label == self.systems[0] { "TitForTat" } else { "Random" };
            json!({ "label": label, "kind": { "BitTorrent": { "clients": vec![json!({ "choker": choker, "regular_slots": 4 }); classes.len()] } } })
        };
        let systems: Vec<_> = self.systems.iter().map(system).collect();
        let runs: Vec<_> = self
            .systems
            .iter()
            .flat_map(|label| (0..self.replicates).map(move |r| (label, r)))
            .map(|(label, r)| json!({ "system": label, "replicate": r, "digest": format!("{r:032x}"), "ended_at_s": END_S, "peak_online": 101 }))
            .collect();
        json!({
            "program": "unchoke", "version": "0.1.0", "title": "Free riders <in> a flash crowd",
            "question": "What does a free rider lose & what does it cost the others?",
            "overrides": [{ "key": "population.total", "value": "100" }],
            "settings": [{ "key": "peers.free-rider.behavior", "value": "free-rider" }],
            "warnings": ["classes differ in capacity: <confounded>"], "seed": 7, "systems": self.systems,
            "replicates": self.replicates, "runs": runs,
            "resolved": { "stop": { "no_later_than": 28_800_000_000_000u64, "or_when": "EveryoneFinished" },
                "content": { "Single": { "size": FILE, "piece": 262_144 } }, "classes": classes, "systems": systems,
                "output": { "decisions": [17] } },
        })
        .to_string()
    }
}

const READING: &str = "Free riders: median 19 min, contributors 7 min: 2.6 times slower (one run; no conclusion).\n\
    Their bytes: 13 % from optimistic slots, 85 % from the seed.";

#[derive(Default)]
struct Made {
    summary: Vec<SummaryRow>,
    peers: Vec<PeerRow>,
    samples: Vec<SampleRow>,
}

/// Numbers in [0, 1) that look random: a linear congruential sequence (Knuth's MMIX constants).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}

/// Writes a table as the run would.
fn csv<T: Serialize + Default>(dir: &Path, file: &str, rows: &[T]) {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_path(dir.join(file)).unwrap();
    writer.write_record(columns::<T>()).unwrap();
    for row in rows {
        writer.serialize(row).unwrap();
    }
    writer.flush().unwrap();
}
