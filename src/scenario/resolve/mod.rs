//! From the checked tree to the spec: defaults, `like`, presets, files, and rules between keys.

mod content;
mod draws;
mod faults;
mod network;
mod people;
pub use people::ClassPlace;
mod sharing;
mod swarm;
mod systems;
mod wishes;

use super::language::{COMPRESSIONS, DECISIONS, OUTPUT, ROOT, STOP, STOP_WHEN, WARM_UP};
use super::node::Table;
use super::problem::{Problems, Span};
use super::view::View;
use super::{InputFile, Resolver, warnings};
use crate::spec::{Compression, Output, PeerClass, Scenario, Stop, StopWhen, WarmUp, persons};
use crate::units::{SimDuration, SimTime};

/// What every reader needs beside its table.
struct Context<'a> {
    resolver: &'a dyn Resolver,
    inputs: &'a mut Vec<InputFile>,
    out: &'a mut Problems,
}

/// The most persons of one scenario.
const MOST_PERSONS: u64 = 4_000_000;
/// More samples than this make plots slower, not better.
pub(super) const MANY_SAMPLES: u64 = 20_000;

/// `None` when too much is missing to go on; problems say why.
pub fn scenario(
    root: &Table,
    resolver: &dyn Resolver,
    inputs: &mut Vec<InputFile>,
    out: &mut Problems,
) -> Option<Scenario> {
    if out.broken.is_some() {
        return None;
    }
    let mut context = Context { resolver, inputs, out };
    let view = View::new(vec![root], &ROOT);
    let title = view.text("title").unwrap_or("untitled").to_owned();
    let seed = view.number("seed").map_or(1, |_| whole_seed(&view));
    let stop = stop(&view.nested("stop", &STOP));
    let content = content::content(&view, &title, seed, &mut context);
    let network = network::network(&view, &mut context);
    let (classes, population_total, class_places) = people::classes(&view, content.as_ref(), &mut context);
    wishes::check_sessions(&classes, &class_places, &stop, context.out);
    let (systems, system_places) = systems::systems(&view, root, &class_places, &mut context);
    let faults = faults::faults(&view, &systems, context.out);
    let output = output(&view, &stop, &classes, population_total, context.out);
    let scenario = Scenario {
        title,
        question: view.text("question").unwrap_or_default().to_owned(),
        seed,
        replicates: view.number("replicates").map_or(1, |number| number as u32),
        stop,
        content: content?,
        network: network?,
        classes,
        population_total,
        systems,
        faults,
        output,
    };
    if !context.out.has_errors() {
        let places = warnings::Places { root: &view, classes: &class_places, systems: &system_places };
        warnings::warn(&scenario, &places, context.out);
    }
    Some(scenario)
}

/// Seeds beyond 2^53 must not go through a float.
fn whole_seed(view: &View<'_>) -> u64 {
    match view.node("seed").map(|node| &node.value) {
        Some(super::node::Value::Integer(seed)) => u64::try_from(*seed).expect("checked to be at least 0"),
        _ => unreachable!("checked to be a whole number"),
    }
}

fn stop(view: &View<'_>) -> Stop {
    Stop {
        no_later_than: view.duration("no-later-than").unwrap_or(SimDuration::from_whole_secs(24 * 3600)),
        or_when: view.word("or-when", STOP_WHEN).unwrap_or(StopWhen::EveryoneFinished),
    }
}

fn output(root: &View<'_>, stop: &Stop, classes: &[PeerClass], total: u32, out: &mut Problems) -> Output {
    let view = root.nested("output", &OUTPUT);
    let decisions = view.nested("decisions", &DECISIONS);
    let persons = persons(classes, total);
    let mut watched = Vec::new();
    for node in decisions.list("peers").unwrap_or_default() {
        let Some(person) = node.number() else { continue };
        if person >= persons as f64 && persons > 0 {
            let hint = format!("persons are numbered from 0 to {}", persons - 1);
            out.error(node.span, format!("there is no person {person}"), hint);
        }
        watched.push(person as u32);
    }
    watched.sort_unstable();
    watched.dedup();
    Output {
        sample_every: view.duration("sample-every").unwrap_or_else(|| usual_sampling(stop.no_later_than)),
        decisions: watched,
        messages: view.boolean("messages").unwrap_or(false),
        searches: view.boolean("searches").unwrap_or(true),
        warm_up: warm_up(&view, stop, out),
        compression: view.word("compression", COMPRESSIONS).unwrap_or(Compression::None),
    }
}

fn warm_up(output: &View<'_>, stop: &Stop, out: &mut Problems) -> Option<WarmUp> {
    let Some(length) = output.duration("warm-up") else { return output.word("warm-up", WARM_UP) };
    if length >= stop.no_later_than {
        let span = output.span("warm-up").expect("it was read there");
        let hint = "let it end earlier, or give a later `no-later-than`";
        out.error(span, "the warm-up lasts until the stop, so nothing would be left", hint);
    }
    Some(WarmUp::Until(SimTime::ZERO + length))
}

/// 5 s, or the next round step that gives no more than `MANY_SAMPLES`.
fn usual_sampling(until: SimDuration) -> SimDuration {
    let steps = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400, 604_800];
    let steps = steps.map(SimDuration::from_whole_secs);
    let enough = steps.into_iter().find(|step| until.0 / step.0 <= MANY_SAMPLES);
    enough.expect("a century has fewer than 20 000 weeks")
}

impl Context<'_> {
    /// The content of a named file, kept among the inputs.
    fn file(&mut self, name: &str, span: Span) -> Option<Vec<u8>> {
        let outside = name.starts_with(['/', '\\'])
            || name.contains([':', '\\'])
            || name.split('/').any(|part| part == "..");
        if outside {
            let hint = "put the file beside the scenario or in a folder below it, and name it relative to the scenario, with /";
            self.out.error(span, format!("\"{name}\" is outside the scenario's folder"), hint);
            return None;
        }
        if let Some(known) = self.inputs.iter().find(|input| input.name == name) {
            return Some(known.bytes.clone());
        }
        match self.resolver.read(name) {
            Ok(bytes) => {
                self.inputs.push(InputFile { name: name.to_owned(), bytes: bytes.clone() });
                Some(bytes)
            }
            Err(error) => {
                let hint = "names are relative to the scenario's folder";
                self.out.error(span, format!("cannot read \"{name}\": {error}"), hint);
                None
            }
        }
    }

    /// A named text file as a source of its own, so that problems can point into it.
    fn text_file(&mut self, name: &str, span: Span) -> Option<usize> {
        let bytes = self.file(name, span)?;
        match std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)) {
            Ok(text) => Some(self.out.add_source(name, text)),
            Err(_) => {
                self.out.error(span, format!("\"{name}\" is not UTF-8 text"), "save it as CSV in UTF-8");
                None
            }
        }
    }
}
