//! `[sweep]`: from the varied keys to one resolved scenario a point, every one checked before anything runs.
//!
//! A point is the scenario with some values replaced, just as `--set` would; so whatever can be set can be varied, and what
//! is wrong with a value is found by the same checker and told at the value's place in `[sweep]`.

mod axes;
mod plots;
mod ranges;
mod settings;

use std::collections::BTreeMap;

use axes::Varied;
pub use settings::check as check_settings;

use super::language::{COMBINE, ROOT, SWEEP};
use super::node::{self, Table};
use super::problem::{Problem, Problems, Severity, Span};
use super::view::View;
use super::{InputFile, Resolver, check, resolve};
use crate::metrics::measures::{MEASURES, Measure};
use crate::spec::{Combine, Precision, Scenario, Sweep};

/// A sweep with the scenario of each of its points.
#[derive(Clone, Debug)]
pub struct Points {
    pub sweep: Sweep,
    /// In the order of the points.
    pub scenarios: Vec<Scenario>,
}

/// More points than this are surely not meant.
const MOST_POINTS: usize = 100_000;

/// The sweep of a scenario, if it has one. `root` is the checked tree, `written` the same before the check took out what is
/// wrong, `base` the scenario without its sweep. Problems go to `out`; with errors there is none.
pub fn points(
    root: &Table,
    written: &Table,
    base: &Scenario,
    resolver: &dyn Resolver,
    inputs: &mut Vec<InputFile>,
    out: &mut Problems,
) -> Option<Points> {
    let view = View::new(vec![root], &ROOT);
    if !view.has("sweep") {
        if let Some(span) = view.span("plot") {
            let hint = "add a table [sweep]; what a single scenario shows is drawn without being asked for";
            out.error(span, "`plot` draws a sweep, and there is none", hint);
        }
        return None;
    }
    let (sweep, varied) = read(&view, root, base, out)?;
    if out.has_errors() {
        return None;
    }
    let mut loader = Loader { written, sweep: &sweep, varied: &varied, resolver, inputs, out };
    let scenarios = (0..sweep.points()).filter_map(|point| loader.load(point)).collect();
    Some(Points { sweep, scenarios })
}

fn read(view: &View<'_>, root: &Table, base: &Scenario, out: &mut Problems) -> Option<(Sweep, Vec<Varied>)> {
    let table = view.nested("sweep", &SWEEP);
    let combine = table.word("combine", COMBINE).unwrap_or(Combine::Grid);
    let varied = axes::varied(table.node("vary")?.table()?, root, combine, out);
    let span = table.span("vary")?;
    if varied.is_empty() && !out.has_errors() {
        let hint = "give it a key, such as \"peers.free-rider.fraction\" = [0.0, 0.2, 0.4]";
        out.error(span, "`vary` varies nothing", hint);
    }
    check_lengths(&varied, combine, span, out);
    let replicates = table.whole("replicates").unwrap_or(base.replicates);
    let mut sweep = Sweep {
        axes: varied.iter().map(axes::axis).collect(),
        combine,
        replicates,
        precision: precision(&table, replicates, out),
        plots: Vec::new(),
    };
    sweep.plots = plots::plots(view, &sweep, base, out);
    Some((sweep, varied))
}

/// A zip needs as many values everywhere; nobody waits for a hundred thousand points.
fn check_lengths(varied: &[Varied], combine: Combine, span: Span, out: &mut Problems) {
    let Some((first, others)) = varied.split_first() else { return };
    match combine {
        Combine::Zip => {
            for other in others.iter().filter(|other| other.values.len() != first.values.len()) {
                let message = format!(
                    "`{}` has {} values and `{}` has {}: they cannot be taken together one by one",
                    other.key,
                    other.values.len(),
                    first.key,
                    first.values.len()
                );
                out.error(other.span, message, "give each as many values, or write combine = \"grid\"");
            }
        }
        Combine::Grid => {
            let points = varied.iter().fold(1usize, |points, axis| points.saturating_mul(axis.values.len()));
            if points > MOST_POINTS {
                let message = format!("these are {points} points; at most {MOST_POINTS} are possible");
                out.error(span, message, "give fewer values, or split the question");
            }
        }
    }
}

fn precision(table: &View<'_>, replicates: u32, out: &mut Problems) -> Option<Precision> {
    let within = table.node("precision").and_then(|node| node.percentage());
    let of = table.text("precision-of").unwrap_or("download_median_s");
    check_measure(of, table.span("precision-of"), out);
    let most = table.whole("most-replicates").unwrap_or(100.max(replicates));
    if within.is_none() {
        for key in ["precision-of", "most-replicates"] {
            if let Some(span) = table.span(key).filter(|_| !table.has("precision")) {
                out.error(span, format!("`{key}` needs `precision`"), "add precision = \"5 %\"");
            }
        }
    }
    if let Some(span) = table.span("most-replicates").filter(|_| most < replicates) {
        let message =
            format!("`most-replicates` is less than the {replicates} replicates that are made anyway");
        out.error(span, message, format!("write {replicates} or more"));
    }
    Some(Precision { within: within?, of: of.to_owned(), most })
}

/// Reports a name that no measure has.
fn check_measure(name: &str, span: Option<Span>, out: &mut Problems) {
    let Some(span) = span.filter(|_| Measure::named(name).is_none()) else { return };
    let names = MEASURES.iter().map(|measure| measure.name);
    let hint = super::grammar::similar(name, names.clone()).map_or_else(
        || format!("known measures: {}", names.collect::<Vec<_>>().join(", ")),
        |meant| format!("did you mean `{meant}`?"),
    );
    out.error(span, format!("there is no measure `{name}`"), hint);
}

/// Loads one point after the other and tells each problem once.
struct Loader<'a> {
    written: &'a Table,
    sweep: &'a Sweep,
    varied: &'a [Varied],
    resolver: &'a dyn Resolver,
    inputs: &'a mut Vec<InputFile>,
    out: &'a mut Problems,
}

impl Loader<'_> {
    fn load(&mut self, point: usize) -> Option<Scenario> {
        let mut root = self.written.clone();
        // The sweep itself has been read, and is no part of a point.
        root.entries.retain(|entry| !matches!(entry.key.as_str(), "sweep" | "plot"));
        for (varied, value) in self.varied.iter().zip(self.sweep.place(point)) {
            node::put(&mut root, &varied.path, varied.values[value].clone());
        }
        let mut own = Problems { sources: self.out.sources.clone(), ..Problems::default() };
        check::check_root(&mut root, &ROOT, &mut own);
        let scenario = resolve::scenario(&root, self.resolver, self.inputs, &mut own);
        let scenario = scenario.filter(|_| !own.has_errors());
        self.tell(point, own);
        scenario
    }

    /// Takes over what has not been told of the scenario itself or of another point.
    fn tell(&mut self, point: usize, own: Problems) {
        let mut sources: BTreeMap<usize, usize> = (0..self.out.sources.len()).map(|at| (at, at)).collect();
        for problem in own.problems {
            let told = |other: &Problem| {
                let same_place = self.out.sources.get(other.span.source)
                    == own.sources.get(problem.span.source)
                    && (other.span.start, other.span.end) == (problem.span.start, problem.span.end);
                same_place && other.message.starts_with(&problem.message)
            };
            // A value that is varied is meant, however odd: no free riders, a seed that leaves at once.
            let meant = problem.severity == Severity::Warning && self.is_in_sweep(point, problem.span);
            if meant || self.out.problems.iter().any(told) {
                continue;
            }
            let source = *sources.entry(problem.span.source).or_insert_with(|| {
                let source = &own.sources[problem.span.source];
                self.out.add_source(&source.name, &source.text)
            });
            let span = Span { source, ..problem.span };
            let message = match self.is_in_sweep(point, span) {
                true => problem.message,
                false => format!("{} (with {})", problem.message, self.values(point)),
            };
            match problem.severity {
                Severity::Error => self.out.error(span, message, problem.hint),
                Severity::Warning => self.out.warn(span, message, problem.hint),
            }
        }
    }

    /// Whether the place is the key or the value of this point in `[sweep]`.
    fn is_in_sweep(&self, point: usize, span: Span) -> bool {
        let inside =
            |outer: Span| outer.source == span.source && outer.start <= span.start && span.end <= outer.end;
        self.varied
            .iter()
            .zip(self.sweep.place(point))
            .any(|(varied, value)| inside(varied.span) || inside(varied.values[value].span))
    }

    fn values(&self, point: usize) -> String {
        let pairs = self.sweep.axes.iter().zip(self.sweep.values(point));
        pairs.map(|(axis, value)| format!("{} = {}", axis.key, value.text)).collect::<Vec<_>>().join(", ")
    }
}
