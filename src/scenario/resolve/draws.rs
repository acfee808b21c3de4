//! Values of a class that are drawn for each person: capacities, arrivals and lengths of time.

use super::Context;
use crate::scenario::language::{
    ARRIVALS, CAPACITIES, DECAY, DURATIONS, LINGERING, LOG_NORMAL, PARETO, SHARE, TIME_LOG_NORMAL,
    TIME_PARETO, TIMES_UPLOAD, UNIFORM, WEIBULL,
};
use crate::scenario::node::Node;
use crate::scenario::problem::Problems;
use crate::scenario::quantity::{Dimension, RATE};
use crate::scenario::view::Choice;
use crate::scenario::{data, data::Column};
use crate::spec::{AfterFinishing, Arrival, Capacity, Duration, Leaves};
use crate::units::{Rate, SimTime};

pub fn capacity(node: &Node, context: &mut Context<'_>) -> Option<Capacity> {
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

pub fn arrival(node: &Node, context: &mut Context<'_>) -> Option<Arrival> {
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

pub fn after_finishing(node: &Node) -> Option<AfterFinishing> {
    match node.text() {
        Some("leave") => Some(AfterFinishing::Leave),
        Some("seed-forever") => Some(AfterFinishing::SeedForever),
        Some(other) => unreachable!("\"{other}\" was checked"),
        None => duration(node.choice(LINGERING)?.node).map(AfterFinishing::SeedFor),
    }
}

pub fn leaves(choice: &Choice<'_>) -> Option<Leaves> {
    match choice.name {
        "at" => choice.node.duration().map(|at| Leaves::At(SimTime(at.0))),
        "after" => choice.node.duration().map(Leaves::After),
        "after-copies" => choice.node.number().map(Leaves::AfterCopies),
        other => unreachable!("{other} is not read"),
    }
}

pub fn duration(node: &Node) -> Option<Duration> {
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
        "pareto" => {
            let view = choice.node.view(&TIME_PARETO);
            Some(Duration::Pareto { shape: view.number("shape")?, minimum: view.duration("minimum")? })
        }
        "log-normal" => {
            let view = choice.node.view(&TIME_LOG_NORMAL);
            Some(Duration::LogNormal { median: view.duration("median")?, sigma: view.number("sigma")? })
        }
        other => unreachable!("{other} is not read"),
    }
}
