//! `[population]` and `[peers.*]`: the classes, and how the population is shared out among them.

use super::draws::{after_finishing, arrival, capacity, duration, leaves};
use super::wishes::{sessions, wishes};
use super::{Context, MOST_PERSONS};
use crate::metrics::run_record::ALL;
use crate::scenario::grammar::similar;
use crate::scenario::language::{BEHAVIORS, CLASS, DEPARTURES, LEAVING, POPULATION, STARTS_WITH_TABLES};
use crate::scenario::like;
use crate::scenario::node::{Entry, Node};
use crate::scenario::problem::{Problems, Span};
use crate::scenario::view::View;
use crate::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, ClassSize, Content, PeerClass, StartsWith, Wishes,
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
        if view.is_misspelt("count") || view.is_misspelt("fraction") || view.is_cut_off() {
            return None;
        }
        let hint = "add count = 10, or fraction = 0.2, or fraction = \"rest\" (parts of population.total)";
        out.error(span, format!("class `{name}` does not say how many it is"), hint);
        return None;
    };
    if let (Some(count), Some(fraction)) = (layer.span("count"), layer.entry("fraction")) {
        let hint = match (out.is_set(count), out.is_set(fraction.key_span)) {
            (true, false) => format!("the scenario gives a part of everybody: set `peers.{name}.fraction`"),
            (false, true) => format!("the scenario gives a number: set `peers.{name}.count`"),
            _ => "keep one of the two".to_owned(),
        };
        out.error(count, "`count` and `fraction` contradict each other", hint);
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
    // Where nobody takes a part of it, nobody comes of it.
    if fractions.is_empty() { 0 } else { total }
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
        if self.name == ALL {
            let hint = "choose another name: in tables `all` stands for everybody";
            context.out.error(self.span, "no class can be called `all`", hint);
        }
        if !view.has("upload") && !view.is_misspelt("upload") && !view.is_cut_off() {
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
        let mut class = PeerClass {
            name: self.name.to_owned(),
            size: ClassSize::Count(0),
            starts_with,
            upload: upload?,
            download: download?,
            access_latency: view.duration("latency").unwrap_or(SimDuration::ZERO),
            arrive: arrive?,
            after_finishing: AfterFinishing::Leave,
            leaves: view.choice("leaves", LEAVING).and_then(|choice| leaves(&choice)),
            sessions: sessions(view, context.out),
            wishes: wishes(view, context.out).unwrap_or(Wishes::ONE),
            gives_up: view.node("gives-up").and_then(duration),
            vanishes: view.word("departure", DEPARTURES).unwrap_or(false),
            behavior: view.word("behavior", BEHAVIORS).unwrap_or(Behavior::Compliant),
        };
        // Who wants nothing came to give; who came to get the file leaves with it.
        let finished = self.content.is_some_and(|content| class.comes_finished(content.files()));
        let usual = if finished { AfterFinishing::SeedForever } else { AfterFinishing::Leave };
        class.after_finishing = view.node("after-finishing").and_then(after_finishing).unwrap_or(usual);
        Some(class)
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
        if choice.name != "files" && self.content.is_some_and(|content| content.files() > 1) {
            let hint = "write starts-with = { files = 20 }";
            out.error(node.span, format!("`{}` is of a single file, and there are many", choice.name), hint);
        }
        match choice.name {
            "files" => self.files(choice.node, out),
            "fraction-of-pieces" => choice.node.number().map(StartsWith::FractionOfPieces),
            "all-but-pieces" => self.all_but_pieces(choice.node, out),
            other => unreachable!("{other} is not read"),
        }
    }

    fn files(&self, node: &Node, out: &mut Problems) -> Option<StartsWith> {
        let files = node.number()? as u32;
        if let Some(content) = self.content.filter(|content| files > content.files()) {
            let hint = match content.files() {
                1 => "give [content] more `files`, or write starts-with = \"whole-file\"".to_owned(),
                all => format!("there are {all}; starts-with = \"whole-file\" holds them all"),
            };
            out.error(node.span, format!("there are no {files} files to hold"), hint);
        }
        Some(StartsWith::Files(files))
    }

    fn all_but_pieces(&self, node: &Node, out: &mut Problems) -> Option<StartsWith> {
        let mut missing: Vec<u32> = Vec::new();
        for item in node.list()? {
            let Some(index) = item.number().map(|number| number as u32) else { continue };
            if let Some(file) = self.content.and_then(Content::single).filter(|file| index >= file.pieces()) {
                let hint = format!("pieces are numbered from 0 to {}", file.pieces() - 1);
                out.error(item.span, format!("there is no piece {index}"), hint);
            }
            missing.push(index);
        }
        missing.sort_unstable();
        missing.dedup();
        Some(StartsWith::AllButPieces(missing))
    }
}
