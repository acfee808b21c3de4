//! Finds the scenario that the user named, a file or a built-in one, and loads it.

use std::path::Path;

use super::args::ScenarioArgs;
use super::{Failure, note};
use crate::experiment::sweep::{Shard, SweepPlan};
use crate::experiment::{Given, Plan, Source};
use crate::scenario::{self, BuiltInFiles, FileResolver, Points, Problems};
use crate::spec::Scenario;

/// A scenario's text and what to call it.
struct Found {
    /// In messages.
    name: String,
    /// Without directory and ending: the default name of the results.
    stem: String,
    text: Vec<u8>,
    built_in: bool,
}

/// What the command line asks for.
struct Asked {
    scenario: Scenario,
    points: Option<Points>,
    source: Source,
    /// Indices of the systems to run.
    systems: Vec<usize>,
    /// How messages call the scenario.
    name: String,
    stem: String,
}

/// What the command line asks to run.
pub struct Wanted {
    pub plan: Plan,
    /// What the scenario's `[sweep]` makes of it, which the plan leaves aside.
    pub points: Option<Points>,
    /// The scenario's short name.
    pub stem: String,
}

/// The plan that the command line asks for. Problems and warnings are printed.
pub fn plan(scenario: &str, choice: &ScenarioArgs) -> Result<Wanted, Failure> {
    let Asked { scenario, points, source, systems, stem, .. } = ask(scenario, choice)?;
    let replicates = choice.replicates.unwrap_or(scenario.replicates);
    Ok(Wanted { plan: Plan::new(scenario, source, systems, replicates), points, stem })
}

/// As [`plan`], of the scenario's sweep, with its short name.
pub fn sweep_plan(
    scenario: &str,
    choice: &ScenarioArgs,
    shuffle_ties: bool,
    shard: Option<Shard>,
) -> Result<(SweepPlan, String), Failure> {
    let asked = ask(scenario, choice)?;
    let Some(points) = asked.points else {
        let hint = "add a table [sweep], such as vary = { \"peers.free-rider.fraction\" = [0.0, 0.2, 0.4] }";
        return Err(Failure::Input(format!("`{}` has no [sweep]\n  hint: {hint}", asked.name)));
    };
    let varied = |set: &&(String, String)| points.sweep.axes.iter().any(|axis| axis.key == set.0);
    if let Some((key, value)) = choice.sets.iter().find(varied) {
        let hint = format!("`unchoke run {scenario} --set {key}={value}` runs that one point");
        return Err(Failure::Input(format!(
            "the sweep varies `{key}`, so --set would change nothing\n  hint: {hint}"
        )));
    }
    let (of, count) = (shard.map_or(1, |shard| shard.of), points.scenarios.len());
    if of as usize > count {
        let hint = format!("write --shard I/{count} at most");
        return Err(Failure::Input(format!(
            "the sweep has only {count} points for {of} parts\n  hint: {hint}"
        )));
    }
    let Asked { scenario: base, source, systems, stem, .. } = asked;
    Ok((SweepPlan { base, source, points, systems, shuffle_ties, shard }, stem))
}

fn ask(scenario: &str, choice: &ScenarioArgs) -> Result<Asked, Failure> {
    let found = find(scenario)?;
    let mut sets = choice.sets.clone();
    sets.extend(choice.seed.map(|seed| ("seed".to_owned(), seed.to_string())));
    let loaded = if found.built_in {
        scenario::load(&found.name, &found.text, &sets, &BuiltInFiles)
    } else {
        let dir = Path::new(&found.name).parent().unwrap_or(Path::new(""));
        scenario::load(&found.name, &found.text, &sets, &FileResolver::new(dir))
    };
    let loaded = loaded.map_err(|problems| {
        show(&problems);
        let count = problems.errors().count();
        let (are, s) = if count == 1 { ("is", "") } else { ("are", "s") };
        Failure::Input(format!("there {are} {count} error{s} in `{}`; nothing was run", found.name))
    })?;
    show(&loaded.warnings);
    let Given { scenario, mut points, source } = Source::of(found.text, sets, loaded);
    if let (Some(points), Some(replicates)) = (&mut points, choice.replicates) {
        let most = points.sweep.precision.as_ref().map_or(u32::MAX, |precision| precision.most);
        if replicates > most {
            let hint = format!("give at most {most}, or raise `most-replicates`");
            return Err(Failure::Input(format!(
                "--replicates {replicates} are more than the sweep's `most-replicates`\n  hint: {hint}"
            )));
        }
        points.sweep.replicates = replicates;
    }
    let labels: Vec<&str> = scenario.systems.iter().map(|system| system.label.as_str()).collect();
    let mut systems = chosen(&labels, &choice.systems)?;
    systems.sort_unstable();
    systems.dedup();
    Ok(Asked { scenario, points, source, systems, name: found.name, stem: found.stem })
}

/// Prints problems where errors belong.
fn show(problems: &Problems) {
    if !problems.problems.is_empty() {
        // anstream takes the colours out where stderr is no terminal.
        note(format_args!("{}\n", scenario::render(problems, true)));
    }
}

/// A path goes before a built-in name.
fn find(scenario: &str) -> Result<Found, Failure> {
    let path = Path::new(scenario);
    let stem =
        |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    match std::fs::read(path) {
        Ok(text) => Ok(Found { name: scenario.into(), stem: stem(path), text, built_in: false }),
        Err(_) if path.is_dir() => {
            let hint = "a scenario is a TOML file; `unchoke list` shows the built-in ones";
            Err(Failure::Input(format!("`{scenario}` is a directory\n  hint: {hint}")))
        }
        Err(error) if path.exists() => Err(Failure::Input(format!("cannot read `{scenario}`: {error}"))),
        Err(_) => {
            let built_in = scenario::builtin().iter().find(|built_in| built_in.name == scenario);
            let built_in = built_in.ok_or_else(|| Failure::Input(unknown(scenario)))?;
            Ok(Found {
                name: format!("{scenario} (built in)"),
                stem: scenario.into(),
                text: built_in.text.as_bytes().to_vec(),
                built_in: true,
            })
        }
    }
}

fn unknown(scenario: &str) -> String {
    let stem = Path::new(scenario).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let all = scenario::builtin();
    let names = all.iter().map(|built_in| built_in.name);
    let hint = match near(&stem.unwrap_or_default(), names).as_slice() {
        [] => "`unchoke list` shows the built-in scenarios, `unchoke new` writes one to start from".into(),
        names => format!("did you mean the built-in {}?", names.join(" or ")),
    };
    format!("there is no file and no built-in scenario `{scenario}`\n  hint: {hint}")
}

/// Indices of the wanted labels; all if none is named.
fn chosen(labels: &[&str], wanted: &[String]) -> Result<Vec<usize>, Failure> {
    if wanted.is_empty() {
        return Ok((0..labels.len()).collect());
    }
    let index = |wanted: &String| {
        labels.iter().position(|label| label == wanted).ok_or_else(|| {
            let known: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
            Failure::Input(format!(
                "the scenario has no system `{wanted}`\n  hint: it has {}",
                known.join(", ")
            ))
        })
    };
    wanted.iter().map(index).collect()
}

/// The three names that look most like a misspelt `name`, in backquotes.
pub fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    scenario::near(name, names).into_iter().take(3).map(|name| format!("`{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_nearest_first() {
        let names = ["free-riding", "first-swarm", "poisoned"];
        assert_eq!(near("free-ridng", names.into_iter()), ["`free-riding`"]);
        assert!(near("xyz", names.into_iter()).is_empty());
    }

    #[test]
    fn systems_are_chosen_by_label() {
        let index = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|label| (*label).to_owned()).collect();
            chosen(&["a", "b"], &wanted).map_err(|failure| match failure {
                Failure::Input(text) | Failure::Other(text) => text,
            })
        };
        assert_eq!(index(&[]), Ok(vec![0, 1]));
        assert_eq!(index(&["b"]), Ok(vec![1]));
        assert!(index(&["c"]).unwrap_err().contains("it has `a`, `b`"));
    }
}
