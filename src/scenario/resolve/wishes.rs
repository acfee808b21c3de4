//! A class's wishes and sessions.

use super::draws::duration;
use super::people::ClassPlace;
use crate::scenario::language::{RANKS, WISH_TIMES, WISHED};
use crate::scenario::node::Node;
use crate::scenario::problem::Problems;
use crate::scenario::view::View;
use crate::spec::{Duration, PeerClass, Sessions, Stop, WishTimes, WishedFiles, Wishes};
use crate::units::SimDuration;

/// More sessions of one person than this are a mistake, and would fill the memory.
const MOST_SESSIONS: u64 = 10_000;

pub fn wishes(class: &View<'_>, out: &mut Problems) -> Option<Wishes> {
    let choice = class.choice("wishes", WISH_TIMES)?;
    let when = match choice.name {
        "at-arrival" => WishTimes::AtArrival(choice.node.number()? as u32),
        "poisson" => WishTimes::Poisson {
            per_second: choice.node.per_second()?,
            at_most: choice.companion("at-most").and_then(Node::number).map_or(u32::MAX, |most| most as u32),
        },
        other => unreachable!("{other} is not read"),
    };
    Some(Wishes {
        when,
        by_performer: choice.companion("by-performer").and_then(Node::number).unwrap_or(0.0),
        among: choice
            .companion("among")
            .and_then(|node| among(node, out))
            .unwrap_or(WishedFiles::ByPopularity),
    })
}

fn among(node: &Node, out: &mut Problems) -> Option<WishedFiles> {
    let ranks = node.choice(WISHED)?.node.view(&RANKS);
    let (from, to) = (ranks.number("from")?, ranks.number("to")?);
    if from >= to {
        let hint =
            "`from` is the more popular end: ranks = { from = 0.0, to = 0.1 } are the most popular tenth";
        out.error(node.span, "these ranks end before they begin", hint);
    }
    Some(WishedFiles::Ranks { from, to })
}

pub fn sessions(class: &View<'_>, out: &mut Problems) -> Option<Sessions> {
    let away = class.node("away");
    if let (Some(away), false) = (away, class.has("online")) {
        let hint = "add online = \"30 min\": how long a session lasts";
        out.error(away.span, "`away` needs `online`", hint);
    }
    Some(Sessions { online: duration(class.node("online")?)?, away: away.and_then(duration) })
}

/// Sessions must not be so short that nobody could want them.
pub fn check_sessions(classes: &[PeerClass], places: &[ClassPlace<'_>], stop: &Stop, out: &mut Problems) {
    for (class, place) in classes.iter().zip(places) {
        let Some(Sessions { online, away: Some(away) }) = class.sessions else { continue };
        let cycle = usual(online) + usual(away);
        let sessions = stop.no_later_than.0 / cycle.0.max(1);
        if sessions > MOST_SESSIONS {
            let span = place.view.span("online").expect("there are sessions");
            let message = format!(
                "this makes about {sessions} sessions a person; at most {MOST_SESSIONS} are possible"
            );
            out.error(span, message, "let sessions and the times between them last longer, or stop earlier");
        }
    }
}

/// A length that is not far from the usual ones.
fn usual(length: Duration) -> SimDuration {
    match length {
        Duration::Fixed(fixed) => fixed,
        Duration::Exponential { mean } => mean,
        Duration::Weibull { scale, .. } => scale,
        Duration::Pareto { minimum, .. } => minimum,
        Duration::LogNormal { median, .. } => median,
    }
}
