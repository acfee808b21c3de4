//! What figures and tables call things: settings, measures, runs.

use super::chosen::Fixed;
use super::estimates::Figure;
use super::results::Results;
use super::units::names;
use crate::metrics::measures::Measure;
pub use crate::metrics::reading::words::capital;
use crate::report::view::ALL;
use crate::spec::Axis;

/// A key of the scenario for people: `peers.free-rider.fraction` is the fraction of free-rider peers.
pub fn setting(key: &str) -> String {
    let parts: Vec<&str> = key.split('.').collect();
    let last = parts.last().copied().unwrap_or(key);
    let what = match (last, last.strip_suffix("-every")) {
        ("after-finishing" | "seed-for", _) => "lingering time".to_owned(),
        (_, Some(what)) => format!("{} period", what.replace('-', " ")),
        (_, None) => last.replace('-', " "),
    };
    match parts[..] {
        ["population", "total"] => "number of peers".into(),
        ["content", "size"] => "size of the file".into(),
        ["content", "piece"] => "size of a piece".into(),
        ["peers", class, "count"] => format!("number of {class} peers"),
        ["peers", class, .., _] => format!("{what} of {class} peers"),
        ["systems", system, "slots", kind] => format!("{kind} slots of {system}"),
        ["systems", system, .., _] => format!("{what} of {system}"),
        [..] => what,
    }
}

/// The same, with the unit in which the values of the axis are written.
pub fn axis_title(axis: &Axis) -> String {
    names(axis).0.title(&setting(&axis.key))
}

pub fn class(name: &str) -> String {
    if name == ALL { "all peers".into() } else { name.to_owned() }
}

impl Measure {
    /// For names of files: `download-median`.
    pub fn stem(&self) -> String {
        let bare = self.name.trim_end_matches("_s").trim_end_matches("_bytes");
        bare.replace('_', "-")
    }
}

/// Those of a class.
pub fn peers(name: &str) -> String {
    format!("{} peers", if name == ALL { "all" } else { name })
}

impl Figure {
    /// Without its unit.
    pub fn title(&self) -> String {
        match &self.over {
            None => self.measure.title.to_owned(),
            Some(over) => format!("{}, over that of {}", self.measure.title, class(over)),
        }
    }
}

/// How many runs stand behind a mean.
pub fn runs(results: &Results) -> String {
    match results.replicates() {
        None => "no runs".into(),
        Some((1, 1)) => "one run a point, so no intervals".into(),
        Some((least, most)) if least == most => format!("{least} runs a point"),
        Some((least, most)) => format!("{least} to {most} runs a point"),
    }
}

/// What a figure says where it shows a part of the sweep only.
pub fn unfinished(results: &Results) -> Option<String> {
    let manifest = &results.manifest;
    let (missing, failed) = (results.missing(), manifest.failed.len());
    let part = manifest.shard.map(|shard| format!("part {shard} of the sweep alone"));
    let missing =
        (missing > 0).then(|| format!("{missing} of {} points not run yet", manifest.sweep.points()));
    let failed = (failed > 0).then(|| format!("{failed} points failed"));
    let all: Vec<String> = [part, missing, failed].into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("Unfinished: {}.", all.join(", ")))
}

/// What a panel or a line stands for.
pub fn label(results: &Results, fixed: &Fixed) -> String {
    match fixed {
        Fixed::Class(name) => class(name),
        Fixed::System(label) => label.clone(),
        Fixed::Value { axis, .. } => {
            let value = short(results, fixed).replace(' ', "\u{a0}");
            format!("{}: {value}", setting(&results.manifest.sweep.axes[*axis].key))
        }
    }
}

/// The same, where what differs is said elsewhere.
pub fn short(results: &Results, fixed: &Fixed) -> String {
    match fixed {
        Fixed::Class(_) | Fixed::System(_) => label(results, fixed),
        Fixed::Value { axis, value } => {
            let (unit, names) = names(&results.manifest.sweep.axes[*axis]);
            unit.behind(&names[*value])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_people_would_say_them() {
        let cases = [
            ("peers.free-rider.fraction", "fraction of free-rider peers"),
            ("peers.seed.count", "number of seed peers"),
            ("peers.seed.upload", "upload of seed peers"),
            ("peers.contributor.after-finishing.seed-for", "lingering time of contributor peers"),
            ("systems.tit-for-tat.optimistic-every", "optimistic period of tit-for-tat"),
            ("systems.swarm.regular-slots", "regular slots of swarm"),
            ("population.total", "number of peers"),
            ("content.piece", "size of a piece"),
            ("network.one-way-latency", "one way latency"),
        ];
        for (key, words) in cases {
            assert_eq!(setting(key), words);
        }
    }
}
