//! `[population]` and `[peers.*]`: the classes, and how the population is shared out among them.

use super::{Context, MOST_PERSONS};
use crate::scenario::grammar::similar;
use crate::scenario::language::{
    ARRIVALS, BEHAVIORS, CAPACITIES, CLASS, DECAY, DEPARTURES, DURATIONS, LEAVING, LINGERING, LOG_NORMAL,
    PARETO, POPULATION, SHARE, STARTS_WITH_TABLES, TIMES_UPLOAD, UNIFORM, WEIBULL,
};
use crate::scenario::like;
use crate::scenario::node::{Entry, Node};
use crate::scenario::problem::{Problems, Span};
use crate::scenario::quantity::{Dimension, RATE};
use crate::scenario::view::{Choice, View};
use crate::scenario::{data, data::Column};
use crate::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, ClassSize, Content, Duration, Leaves, PeerClass, StartsWith,
};
use crate::units::{Rate, SimDuration, SimTime};

/// A class's tables through `like`, and where it stands: for systems and warnings.
pub struct ClassPlace<'a> {
    pub view: View<'a>,
    pub span: Span,
}

/// How a class states its size, before "rest" is known.
#[derive(Clone, Copy)]
enum Share {
    Count(u32),
    Fraction(f64),
    Rest,
}

/// The classes in the order of the file, the population's total, and the place of each class.
pub fn classes<'a>(
    root: &View<'a>,
    content: Option<&Content>,
    context: &mut Context<'_>,
) -> (Vec<PeerClass>, u32, Vec<ClassPlace<'a>>) {
    let Some(peers) = root.node("peers").and_then(Node::table) else { return (Vec::new(), 0, Vec::new()) };
    if peers.entries.is_empty() {
        let span = root.span("peers").expect("it is there");
        context.out.error(
            span,
            "[peers] has no class",
            "add a class, such as [peers.leecher] with count and upload",
        );
    }
    let mut classes = Vec::new();
    let mut places = Vec::new();
    let mut shares = Vec::new();
    for (entry, layers) in like::chains(peers, "class", context.out) {
        let view = View::new(layers, &CLASS);
        if is_made_by_set(entry, &view, context.out) {
            let known =
                peers.entries.iter().map(|other| other.key.as_str()).filter(|other| *other != entry.key);
            let hint = match similar(&entry.key, known.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the classes are {}", known.collect::<Vec<_>>().join(", ")),
            };
            context.out.error(entry.key_span, format!("there is no class `{}`", entry.key), hint);
            continue;
        }
        let share = share(&view, &entry.key, entry.key_span, context.out);
        let reader = Reader { view: &view, name: &entry.key, span: entry.key_span, content };
        // A class with mistakes is left out: the scenario will not be run.
        let class = reader.class(context);
        if let (Some(class), Some((share, span))) = (class, share) {
            classes.push(class);
            shares.push((share, span));
            places.push(ClassPlace { view, span: entry.key_span });
        }
    }
    let total = share_out(root, &mut classes, &shares, context.out);
    (classes, total, places)
}

/// A misspelt class name in `--set` makes a class that has nothing else.
fn is_made_by_set(entry: &Entry, view: &View<'_>, out: &Problems) -> bool {
    out.is_set(entry.key_span) && !view.has("upload")
}

/// The size of a class; of `count` and `fraction` the one that is written nearest holds.
fn share(view: &View<'_>, name: &str, span: Span, out: &mut Problems) -> Option<(Share, Span)> {
    let layers: Vec<View<'_>> = view.layers().collect();
    let Some(layer) = layers.iter().rev().find(|layer| layer.has("count") || layer.has("fraction")) else {
        if view.is_misspelt("count") || view.is_misspelt("fraction") {
            return None;
        }
        let hint = "add count = 10, or fraction = 0.2, or fraction = \"rest\" (parts of population.total)";
        out.error(span, format!("class `{name}` does not say how many it is"), hint);
        return None;
    };
    if let (Some(count), Some(_)) = (layer.span("count"), layer.entry("fraction")) {
        out.error(count, "`count` and `fraction` contradict each other", "keep one of the two");
        return None;
    }
    if let Some(count) = layer.whole("count") {
        return Some((Share::Count(count), layer.span("count")?));
    }
    let span = layer.span("fraction")?;
    match layer.number("fraction") {
        Some(fraction) => Some((Share::Fraction(fraction), span)),
        None => layer.text("fraction").map(|_| (Share::Rest, span)),
    }
}

/// Turns "rest" into a number, checks the sums, and reads the population's total.
fn share_out(
    root: &View<'_>,
    classes: &mut [PeerClass],
    shares: &[(Share, Span)],
    out: &mut Problems,
) -> u32 {
    let population = root.nested("population", &POPULATION);
    let total = population.whole("total").unwrap_or(0);
    let sum: f64 =
        shares.iter().map(|(share, _)| if let Share::Fraction(part) = share { *part } else { 0.0 }).sum();
    let rests: Vec<Span> =
        shares.iter().filter(|(share, _)| matches!(share, Share::Rest)).map(|(_, span)| *span).collect();
    let fractions: Vec<Span> =
        shares.iter().filter(|(share, _)| !matches!(share, Share::Count(_))).map(|(_, span)| *span).collect();
    for (class, (share, _)) in classes.iter_mut().zip(shares) {
        class.size = match share {
            Share::Count(count) => ClassSize::Count(*count),
            Share::Fraction(part) => ClassSize::Fraction(*part),
            Share::Rest => ClassSize::Fraction((1.0 - sum).max(0.0)),
        };
    }
    if let Some(second) = rests.get(1) {
        let hint =
            "give all but one of them a number; a class that is `like` another takes over its fraction too";
        out.error(*second, "two classes take the rest", hint);
    }
    // A hair above 1 is 0.1 + 0.2 + 0.7 in binary.
    const HAIR: f64 = 1e-9;
    if let Some(&last) = fractions.last() {
        if !population.has("total") {
            let hint = "add [population] with total = 100: fractions are parts of it";
            out.error(fractions[0], "a fraction of what? There is no population.total", hint);
        }
        let complete = !out.has_errors();
        if sum > 1.0 + HAIR {
            out.error(
                last,
                format!("the fractions add up to {sum}, more than 1"),
                "make one of them smaller or \"rest\"",
            );
        } else if rests.is_empty() && sum < 1.0 - HAIR && complete {
            let hint = "write fraction = \"rest\" in one class, or make them add up to 1";
            out.error(last, format!("the fractions add up to {sum}, less than 1"), hint);
        }
    } else if let Some(span) = population.span("total").filter(|_| !out.has_errors()) {
        let hint = "give a class fraction = \"rest\", or remove `total`";
        out.warn(span, "no class takes a part of population.total, so nobody comes of it", hint);
    }
    let persons = super::persons(classes, total);
    if persons > MOST_PERSONS {
        let span =
            population.span("total").or(shares.last().map(|(_, span)| *span)).expect("some class has a size");
        out.error(
            span,
            format!("this makes {persons} persons; at most {MOST_PERSONS} are possible"),
            "make the classes smaller",
        );
    }
    total
}

struct Reader<'a, 'v> {
    view: &'v View<'a>,
    name: &'v str,
    span: Span,
    content: Option<&'v Content>,
}

impl Reader<'_, '_> {
    fn class(&self, context: &mut Context<'_>) -> Option<PeerClass> {
        let view = self.view;
        if !view.has("upload") && !view.is_misspelt("upload") {
            let hint = "add upload = \"1 Mbit/s\", or like = \"another class\"";
            context.out.error(self.span, format!("class `{}` needs `upload`", self.name), hint);
        }
        let upload = view.node("upload").and_then(|node| capacity(node, context));
        let download = match view.node("download") {
            Some(node) => capacity(node, context),
            None => Some(Capacity::Fixed(Rate::UNLIMITED)),
        };
        let starts_with = self.starts_with(context.out);
        let arrive = match view.node("arrive") {
            Some(node) => arrival(node, context),
            None => Some(Arrival::At(SimTime::ZERO)),
        };
        let starts_with = starts_with?;
        // Who brings the file along came to give it; who came to get it leaves with it.
        let usual = match starts_with {
            StartsWith::WholeFile => AfterFinishing::SeedForever,
            StartsWith::Nothing | StartsWith::FractionOfPieces(_) | StartsWith::AllButPieces(_) => {
                AfterFinishing::Leave
            }
        };
        Some(PeerClass {
            name: self.name.to_owned(),
            size: ClassSize::Count(0),
            starts_with,
            upload: upload?,
            download: download?,
            access_latency: view.duration("latency").unwrap_or(SimDuration::ZERO),
            arrive: arrive?,
            after_finishing: view.node("after-finishing").and_then(after_finishing).unwrap_or(usual),
            leaves: view.choice("leaves", LEAVING).and_then(|choice| leaves(&choice)),
            gives_up: view.node("gives-up").and_then(duration),
            vanishes: view.word("departure", DEPARTURES).unwrap_or(false),
            behavior: view.word("behavior", BEHAVIORS).unwrap_or(Behavior::Compliant),
        })
    }

    fn starts_with(&self, out: &mut Problems) -> Option<StartsWith> {
        let Some(node) = self.view.node("starts-with") else { return Some(StartsWith::Nothing) };
        match node.text() {
            Some("nothing") => return Some(StartsWith::Nothing),
            Some("whole-file") => return Some(StartsWith::WholeFile),
            Some(other) => unreachable!("\"{other}\" was checked"),
            None => {}
        }
        let choice = node.choice(STARTS_WITH_TABLES)?;
        match choice.name {
            "fraction-of-pieces" => choice.node.number().map(StartsWith::FractionOfPieces),
            "all-but-pieces" => self.all_but_pieces(choice.node, out),
            other => unreachable!("{other} is not read"),
        }
    }

    fn all_but_pieces(&self, node: &Node, out: &mut Problems) -> Option<StartsWith> {
        let mut missing: Vec<u32> = Vec::new();
        for item in node.list()? {
            let Some(index) = item.number().map(|number| number as u32) else { continue };
            if let Some(content) = self.content.filter(|content| index >= content.pieces()) {
                let hint = format!("pieces are numbered from 0 to {}", content.pieces() - 1);
                out.error(item.span, format!("there is no piece {index}"), hint);
            }
            missing.push(index);
        }
        missing.sort_unstable();
        missing.dedup();
        Some(StartsWith::AllButPieces(missing))
    }
}

fn capacity(node: &Node, context: &mut Context<'_>) -> Option<Capacity> {
    match node.text() {
        Some("unlimited") => return Some(Capacity::Fixed(Rate::UNLIMITED)),
        Some(_) => return node.rate().map(Capacity::Fixed),
        None => {}
    }
    if let Some(factor) = node.choice(TIMES_UPLOAD) {
        return factor.node.number().map(Capacity::TimesUpload);
    }
    let choice = node.choice(CAPACITIES)?;
    match choice.name {
        "cdf" => cdf(&choice, context),
        "classes" => shares_of_rates(choice.node, context.out),
        "log-normal" => {
            let view = choice.node.view(&LOG_NORMAL);
            Some(Capacity::LogNormal { median: view.rate("median")?, sigma: view.number("sigma")? })
        }
        "uniform" => {
            let view = choice.node.view(&UNIFORM);
            let (from, to) = (view.rate("from")?, view.rate("to")?);
            if from > to {
                context.out.error(
                    choice.node.span,
                    "`from` is faster than `to`",
                    "give the slower rate first",
                );
            }
            Some(Capacity::Uniform { from, to })
        }
        "pareto" => {
            let view = choice.node.view(&PARETO);
            Some(Capacity::Pareto { shape: view.number("shape")?, minimum: view.rate("minimum")? })
        }
        other => unreachable!("{other} is not read"),
    }
}

fn shares_of_rates(node: &Node, out: &mut Problems) -> Option<Capacity> {
    let read = |item: &Node| {
        let view = item.view(&SHARE);
        Some((view.number("share")?, view.rate("rate")?))
    };
    let items = node.list()?;
    let shares: Vec<(f64, Rate)> = items.iter().filter_map(read).collect();
    let sum: f64 = shares.iter().map(|(share, _)| share).sum();
    if shares.len() == items.len() && (sum - 1.0).abs() > 1e-6 {
        out.error(node.span, format!("the shares add up to {sum}, not to 1"), "make the shares add up to 1");
    }
    Some(Capacity::Classes(shares))
}

/// A distribution function from a CSV file: cumulative fraction, rate; both ascending.
fn cdf(choice: &Choice<'_>, context: &mut Context<'_>) -> Option<Capacity> {
    let span = choice.node.span;
    let unit = Dimension::Rate.unit(choice.companion("unit")?.text()?).expect("checked to be a unit");
    let source = context.text_file(choice.node.text()?, span)?;
    let rates = match choice.companion("column") {
        Some(column) => Column::Named(column.text()?, column.span),
        None => Column::At(1),
    };
    let rows = data::read(source, [Column::At(0), rates], context.out)?;
    let before = context.out.problems.len();
    let mut points: Vec<(f64, Rate)> = Vec::new();
    for row in &rows {
        let [p, rate] = row.values;
        let rate = rate * unit;
        let (last_p, last_rate) = points.last().copied().unwrap_or((-1.0, Rate::ZERO));
        if !(0.0..=1.0).contains(&p) {
            context.out.error(
                row.span,
                format!("{p} is not a cumulative fraction"),
                "the first column goes from 0 to 1",
            );
        } else if !(RATE.min..=RATE.max).contains(&rate) {
            context.out.error(
                row.span,
                "this data rate is out of range",
                format!("a rate here is {}", RATE.range),
            );
        } else if p <= last_p || rate < last_rate.0 {
            context.out.error(
                row.span,
                "a distribution function never falls back",
                "sort the rows; both columns ascend",
            );
        }
        points.push((p, Rate(rate)));
    }
    if points.len() < 2 {
        context.out.error(
            span,
            "this distribution function has fewer than two points",
            "give a row for each point: p, value",
        );
    }
    (context.out.problems.len() == before).then_some(Capacity::Cdf(points))
}

fn arrival(node: &Node, context: &mut Context<'_>) -> Option<Arrival> {
    if node.text().is_some() {
        return Some(Arrival::At(SimTime::ZERO));
    }
    let choice = node.choice(ARRIVALS)?;
    match choice.name {
        "at" => choice.node.duration().map(|at| Arrival::At(SimTime(at.0))),
        "randomly-within" => choice.node.duration().map(Arrival::RandomlyWithin),
        "poisson" => choice.node.per_second().map(|per_second| Arrival::Poisson { per_second }),
        "decay" => {
            let view = choice.node.view(&DECAY);
            let initial_per_second = view.node("initial")?.per_second()?;
            Some(Arrival::Decay { initial_per_second, tau: view.duration("tau")? })
        }
        "trace" => trace(&choice, context),
        other => unreachable!("{other} is not read"),
    }
}

/// Arrival times in seconds, ascending.
fn trace(choice: &Choice<'_>, context: &mut Context<'_>) -> Option<Arrival> {
    let source = context.text_file(choice.node.text()?, choice.node.span)?;
    let times = match choice.companion("column") {
        Some(column) => Column::Named(column.text()?, column.span),
        None => Column::At(0),
    };
    let rows = data::read(source, [times], context.out)?;
    let before = context.out.problems.len();
    const CENTURY_SECS: f64 = 36_525.0 * 86_400.0;
    let mut last = 0.0;
    for row in &rows {
        let [at] = row.values;
        if !(0.0..=CENTURY_SECS).contains(&at) {
            context.out.error(
                row.span,
                format!("nobody can arrive at {at} s"),
                "times are seconds from the start, from 0 to a century",
            );
            break;
        }
        if at < last {
            context.out.error(
                row.span,
                format!("{at} s is before the row above it"),
                "sort the rows by time",
            );
            break;
        }
        last = at;
    }
    if rows.is_empty() {
        context.out.error(
            choice.node.span,
            "this trace has no row",
            "give an arrival time in seconds on each line",
        );
    }
    let arrivals = rows.iter().map(|row| SimTime((row.values[0].max(0.0) * 1e9).round() as u64)).collect();
    (context.out.problems.len() == before).then_some(Arrival::Trace(arrivals))
}

fn after_finishing(node: &Node) -> Option<AfterFinishing> {
    match node.text() {
        Some("leave") => Some(AfterFinishing::Leave),
        Some("seed-forever") => Some(AfterFinishing::SeedForever),
        Some(other) => unreachable!("\"{other}\" was checked"),
        None => duration(node.choice(LINGERING)?.node).map(AfterFinishing::SeedFor),
    }
}

fn leaves(choice: &Choice<'_>) -> Option<Leaves> {
    match choice.name {
        "at" => choice.node.duration().map(|at| Leaves::At(SimTime(at.0))),
        "after" => choice.node.duration().map(Leaves::After),
        "after-copies" => choice.node.number().map(Leaves::AfterCopies),
        other => unreachable!("{other} is not read"),
    }
}

fn duration(node: &Node) -> Option<Duration> {
    if node.text().is_some() {
        return node.duration().map(Duration::Fixed);
    }
    let choice = node.choice(DURATIONS)?;
    match choice.name {
        "exponential" => choice.node.duration().map(|mean| Duration::Exponential { mean }),
        "weibull" => {
            let view = choice.node.view(&WEIBULL);
            Some(Duration::Weibull { shape: view.number("shape")?, scale: view.duration("scale")? })
        }
        other => unreachable!("{other} is not read"),
    }
}
