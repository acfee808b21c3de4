//! What a finding depends on, what else could explain it, and what was assumed.

use super::words::{Subject, capital, list, members, percent, span};
use crate::metrics::summary::RunSummary;
use crate::spec::{AfterFinishing, Behavior, Duration, Leaves, PeerClass, Scenario, StartsWith};

/// In what two classes of persons differ beside their behaviour, as words.
pub fn differences(a: &PeerClass, b: &PeerClass) -> Vec<String> {
    let pairs = [
        (a.upload != b.upload, "upload capacity"),
        (a.download != b.download, "download capacity"),
        (a.access_latency != b.access_latency, "latency"),
        (a.arrive != b.arrive, "arrival"),
        (a.starts_with != b.starts_with, "what they start with"),
        (a.wishes != b.wishes, "wishes"),
        (a.sessions != b.sessions, "times online and away"),
        (a.gives_up != b.gives_up, "patience"),
        (a.after_finishing != b.after_finishing, "what they do when done"),
        (a.leaves != b.leaves, "when they leave"),
        (a.vanishes != b.vanishes, "how they leave"),
    ];
    pairs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what.to_owned()).collect()
}

/// `Depends on: contributors leave when done; the seed leaves after uploading 2 copies. Assumed, not found: ...`
pub fn depends_on(scenario: &Scenario, runs: &[RunSummary]) -> String {
    let mut conditions = Conditions::default();
    for class in &scenario.classes {
        // That who came to give stays need not be said.
        let matters = match class.comes_finished(scenario.content.files()) {
            true => class.after_finishing != AfterFinishing::SeedForever,
            false => class.behavior == Behavior::Compliant,
        };
        if matters {
            conditions.add(members(class), |singular| afterwards(class.after_finishing, singular));
        }
        if let (StartsWith::WholeFile, Some(leaves)) = (&class.starts_with, class.leaves) {
            conditions.add(members(class), |singular| leaving(leaves, singular));
        }
    }
    let mut conditions = conditions.told();
    conditions.extend(
        // Every system and arm meets the same people, and replicates differ little: the first run stands for all.
        // Of a catalogue hardly anybody has everything.
        runs.first().and_then(|run| run.seed_capacity_share).filter(|share| *share > 0.0).map(|share| {
            format!(
                "those who serve the whole file from the start have {} of the upload capacity",
                percent(share)
            )
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

/// What classes do, those that do the same together: what they do (as of many, as of one), and who.
#[derive(Default)]
struct Conditions(Vec<(String, String, Vec<Subject>)>);

impl Conditions {
    /// `what` says it of one (true) or of many.
    fn add(&mut self, who: Subject, what: impl Fn(bool) -> String) {
        match self.0.iter_mut().find(|(plural, _, _)| *plural == what(false)) {
            Some((_, _, all)) => all.push(who),
            None => self.0.push((what(false), what(true), vec![who])),
        }
    }

    fn told(self) -> Vec<String> {
        let told = self.0.into_iter().map(|(plural, singular, who)| {
            let what = if matches!(who.as_slice(), [one] if one.singular) { singular } else { plural };
            let who: Vec<String> = who.into_iter().map(|subject| subject.text).collect();
            format!("{} {what}", list(&who))
        });
        told.collect()
    }
}

fn free_rider_share(scenario: &Scenario, runs: &[RunSummary]) -> Option<String> {
    // Who wants nothing is no part of either number. The first run to which any came stands for all.
    let free_riders = |run: &RunSummary| -> u32 {
        let classes = scenario.classes.iter().zip(&run.classes);
        let riders = classes.filter(|(class, _)| class.behavior == Behavior::FreeRider);
        riders.map(|(_, group)| group.downloaders).sum()
    };
    let run = runs.iter().find(|run| free_riders(run) > 0)?;
    let (riders, everybody) = (free_riders(run), run.all.downloaders);
    Some(format!("the share of free riders ({riders} of {everybody} who download)"))
}

fn afterwards(after: AfterFinishing, singular: bool) -> String {
    let s = if singular { "s" } else { "" };
    match after {
        AfterFinishing::Leave => format!("leave{s} when done"),
        AfterFinishing::SeedForever => format!("stay{s} and seed{s} when done"),
        AfterFinishing::SeedFor(Duration::Fixed(time)) => {
            format!("seed{s} for {} when done", span(time.as_secs()))
        }
        AfterFinishing::SeedFor(Duration::Exponential { mean }) => {
            format!("seed{s} for {} on average when done", span(mean.as_secs()))
        }
        AfterFinishing::SeedFor(
            Duration::Weibull { .. } | Duration::Pareto { .. } | Duration::LogNormal { .. },
        ) => format!("seed{s} for a random time when done"),
    }
}

fn leaving(leaves: Leaves, singular: bool) -> String {
    let s = if singular { "s" } else { "" };
    match leaves {
        Leaves::At(moment) => format!("leave{s} at {}", span(moment.as_secs())),
        Leaves::After(time) => format!("leave{s} after {}", span(time.as_secs())),
        Leaves::AfterCopies(copies) => format!("leave{s} after uploading {copies} copies"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::scenario;
    use crate::units::SimDuration;

    #[test]
    fn classes_that_do_the_same_are_told_together() {
        let mut scenario = scenario();
        scenario.classes[0].leaves = Some(Leaves::AfterCopies(1.3));
        scenario.classes[2].behavior = Behavior::Compliant;
        let assumed = "Assumed, not found: capacities and arrivals.";
        assert_eq!(
            depends_on(&scenario, &[]),
            format!(
                "Depends on: the seed leaves after uploading 1.3 copies; contributors and free riders leave when done. \
                 {assumed}"
            )
        );
        scenario.classes.truncate(2);
        let time = SimDuration::from_whole_secs(300);
        scenario.classes[1].after_finishing = AfterFinishing::SeedFor(Duration::Fixed(time));
        scenario.classes[1].name = "A".into();
        scenario.classes[1].size = crate::spec::ClassSize::Count(1);
        scenario.classes[0].leaves = None;
        assert_eq!(
            depends_on(&scenario, &[]),
            format!("Depends on: peer A seeds for 5 min when done. {assumed}")
        );
    }
}
