//! `[[plot]]`: what is to be drawn, held against what there is.

use super::check_measure;
use crate::metrics::run_record::ALL;
use crate::scenario::grammar::similar;
use crate::scenario::language::{PLOT, SCALES};
use crate::scenario::node::Node;
use crate::scenario::problem::{Problems, Span};
use crate::scenario::view::View;
use crate::spec::{PlotSpec, Scenario, Split, Sweep, problem};

pub fn plots(root: &View<'_>, sweep: &Sweep, base: &Scenario, out: &mut Problems) -> Vec<PlotSpec> {
    let names = Names {
        axes: sweep.axes.iter().map(|axis| axis.key.as_str()).collect(),
        classes: base.classes.iter().map(|class| class.name.as_str()).chain([ALL]).collect(),
        systems: base.systems.iter().map(|system| system.label.as_str()).collect(),
    };
    let mut plots: Vec<PlotSpec> = Vec::new();
    for node in root.list("plot").unwrap_or_default() {
        let view = node.view(&PLOT);
        let Some(plot) = plot(&view, &names, out) else { continue };
        if plots.iter().any(|other| other.name == plot.name) {
            let span = view.span("name").unwrap_or(node.span);
            let message = format!("two plots would be written to {}.svg", plot.name);
            out.error(span, message, "give each a `name` of its own");
        }
        if !out.has_errors() {
            check_arrangement(&plot, sweep, base, node.span, out);
        }
        plots.push(plot);
    }
    plots
}

/// Whether what the plot asks for has room in a figure.
fn check_arrangement(plot: &PlotSpec, sweep: &Sweep, base: &Scenario, span: Span, out: &mut Problems) {
    let systems: Vec<String> = base.systems.iter().map(|system| system.label.clone()).collect();
    let classes: Vec<String> = base.classes.iter().map(|class| class.name.clone()).collect();
    if let Some(problem) = problem(plot, sweep, &systems, &classes) {
        let hint = "`x`, `rows`, `split` and `panels` say where each thing goes, `classes` and `systems` what is left out";
        out.error(span, format!("this plot cannot be drawn: {problem}"), hint);
    }
}

/// What a plot may name.
struct Names<'a> {
    axes: Vec<&'a str>,
    classes: Vec<&'a str>,
    systems: Vec<&'a str>,
}

fn plot(view: &View<'_>, names: &Names<'_>, out: &mut Problems) -> Option<PlotSpec> {
    let y = view.text("y")?;
    check_measure(y, view.span("y"), out);
    let axis = |key: &str, out: &mut Problems| one(view, key, &names.axes, "varied key", out);
    let x = axis("x", out).or_else(|| names.axes.first().map(|first| (*first).to_owned()))?;
    let rows = axis("rows", out);
    if let Some(span) = view.span("rows").filter(|_| rows.as_ref() == Some(&x)) {
        out.error(span, "`rows` is the key that `x` is already", "vary two keys for a heat map");
    }
    let over = one(view, "over", &names.classes, "class", out);
    let classes = several(view, "classes", &names.classes, "class", out);
    if let (Some(class), [only], Some(span)) = (&over, &classes[..], view.span("over"))
        && class == only
    {
        let message = format!("every class is divided by `{only}`, and only `{only}` is drawn");
        out.error(span, message, "name another in `classes`");
    }
    let default_name = if over.is_some() { format!("{y}-ratio") } else { y.to_owned() };
    let name = view.text("name").unwrap_or(&default_name).to_owned();
    if let Some(span) = view.span("name") {
        check_name(&name, span, out);
    }
    Some(PlotSpec {
        name,
        title: view.text("title").unwrap_or_default().to_owned(),
        x,
        rows,
        y: y.to_owned(),
        over,
        classes,
        systems: several(view, "systems", &names.systems, "system", out),
        split: split(view, "split", names, out),
        panels: split(view, "panels", names, out),
        scale: view.word("scale", SCALES).unwrap_or_default(),
    })
}

fn check_name(name: &str, span: Span, out: &mut Problems) {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !name.chars().all(plain) || name.len() > 60 {
        let hint = "letters, digits, - and _, at most 60";
        out.error(span, "this cannot be the name of a file", hint);
    }
}

fn one(view: &View<'_>, key: &str, known: &[&str], noun: &str, out: &mut Problems) -> Option<String> {
    let name = view.text(key)?;
    check(name, view.span(key)?, known, noun, out);
    Some(name.to_owned())
}

fn several(view: &View<'_>, key: &str, known: &[&str], noun: &str, out: &mut Problems) -> Vec<String> {
    let named = view.list(key).unwrap_or_default().iter();
    let mut text = |node: &Node| {
        check(node.text()?, node.span, known, noun, out);
        Some(node.text()?.to_owned())
    };
    named.filter_map(&mut text).collect()
}

fn split(view: &View<'_>, key: &str, names: &Names<'_>, out: &mut Problems) -> Option<Split> {
    match view.text(key)? {
        "class" => Some(Split::Class),
        "system" => Some(Split::System),
        axis => {
            let known = [&["class", "system"], names.axes.as_slice()].concat();
            check(axis, view.span(key)?, &known, "varied key", out);
            Some(Split::Axis(axis.to_owned()))
        }
    }
}

fn check(name: &str, span: Span, known: &[&str], noun: &str, out: &mut Problems) {
    if known.contains(&name) {
        return;
    }
    let hint = match similar(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!(
            "there is {}",
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    };
    out.error(span, format!("there is no {noun} `{name}`"), hint);
}
