//! What a finding depends on, what else could explain it, and what was assumed.

use super::words::{capital, list, members, number, percent, span};
use crate::metrics::summary::RunSummary;
use crate::spec::{AfterFinishing, Behavior, Duration, Leaves, PeerClass, Scenario, StartsWith};

/// In what two classes differ beside their behaviour, as words.
pub fn differences(a: &PeerClass, b: &PeerClass) -> Vec<String> {
    let pairs = [
        (a.upload != b.upload, "upload capacity"),
        (a.download != b.download, "download capacity"),
        (a.access_latency != b.access_latency, "latency"),
        (a.arrive != b.arrive, "arrival"),
        (a.starts_with != b.starts_with, "what they start with"),
        (a.gives_up != b.gives_up, "patience"),
        (a.leaves != b.leaves, "when they leave"),
    ];
    pairs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what.to_owned()).collect()
}

/// `Depends on: contributors leave when done; seeds have 17 % of the upload capacity. Assumed, not found: ...`
pub fn depends_on(scenario: &Scenario, runs: &[RunSummary]) -> String {
    let mut conditions = Vec::new();
    for class in &scenario.classes {
        let whole = class.starts_with == StartsWith::WholeFile;
        if class.behavior == Behavior::Compliant && !whole {
            conditions.push(format!("{} {}", members(class), afterwards(class.after_finishing)));
        }
        if let (true, Some(leaves)) = (whole, class.leaves) {
            conditions.push(format!("{} {}", members(class), leaving(leaves)));
        }
    }
    conditions.extend(
        // Every system and arm meets the same people, and replicates differ little: the first run stands for all.
        runs.first().and_then(|run| run.seed_capacity_share).map(|share| {
            format!("those who start with the whole file have {} of the upload capacity", percent(share))
        }),
    );
    let mut assumed = vec!["capacities".to_owned(), "arrivals".to_owned()];
    assumed.extend(free_rider_share(scenario, runs));
    let assumed = capital(&format!("assumed, not found: {}.", list(&assumed)));
    match conditions.is_empty() {
        true => assumed,
        false => format!("Depends on: {}. {assumed}", conditions.join("; ")),
    }
}

fn free_rider_share(scenario: &Scenario, runs: &[RunSummary]) -> Option<String> {
    let run = runs.first()?;
    let riders = |(class, _): &(&PeerClass, _)| class.behavior == Behavior::FreeRider;
    let classes = || scenario.classes.iter().zip(&run.classes);
    let came = |(_, group): (&PeerClass, &crate::metrics::summary::GroupSummary)| group.row.peers;
    let free_riders: u32 = classes().filter(riders).map(came).sum();
    let everybody: u32 = run.all.row.peers;
    (free_riders > 0).then(|| format!("the share of free riders ({free_riders} of {everybody} who download)"))
}

fn afterwards(after: AfterFinishing) -> String {
    match after {
        AfterFinishing::Leave => "leave when done".into(),
        AfterFinishing::SeedForever => "stay as seeds when done".into(),
        AfterFinishing::SeedFor(Duration::Fixed(time)) => {
            format!("seed for {} when done", span(time.as_secs()))
        }
        AfterFinishing::SeedFor(Duration::Exponential { mean }) => {
            format!("seed for {} on average when done", span(mean.as_secs()))
        }
        AfterFinishing::SeedFor(Duration::Weibull { .. }) => "seed for a random time when done".into(),
    }
}

fn leaving(leaves: Leaves) -> String {
    match leaves {
        Leaves::At(moment) => format!("leave at {}", span(moment.as_secs())),
        Leaves::After(time) => format!("leave after {}", span(time.as_secs())),
        Leaves::AfterCopies(copies) => format!("leave after uploading {} copies", number(copies)),
    }
}
