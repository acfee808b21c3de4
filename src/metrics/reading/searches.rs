//! Whether searches find what there is: by system, and for popular and rare titles.

use super::compare::verdict_in;
use super::runs::{SystemRuns, common};
use super::words::{list, percent};
use super::{Reading, Sentence};
use crate::metrics::rows::PopularityRow;
use crate::metrics::statistics::ratio_estimate;
use crate::metrics::summary::RunSummary;

impl Reading<'_> {
    /// How often a search named somebody who has the file, the best system first, and what could have been found.
    pub fn search_success(&self) -> Option<Sentence> {
        let mut searching = self.searching();
        searching.sort_by(|a, b| found_share(b).total_cmp(&found_share(a)));
        let (best, others) = searching.split_first()?;
        let mut told = vec![format!("{} for {}{}", best.label, percent(found_share(best)), missed(best))];
        for other in others {
            let verdict = verdict(other, best).map(|text| format!(", {text}")).unwrap_or_default();
            told.push(format!(
                "{} for {}{verdict}{}",
                other.label,
                percent(found_share(other)),
                missed(other)
            ));
        }
        let text = format!("Somebody who has the file was found under {}.", told.join("; under "));
        Some(Sentence { weight: 2, text })
    }

    /// The most popular titles against the rarest that anybody wished for.
    pub fn rare_titles(&self) -> Option<Sentence> {
        let searching: Vec<(&str, Vec<PopularityRow>)> =
            self.searching().iter().map(|system| (system.label, bins(system))).collect();
        let (_, first) = searching.first()?;
        let (popular, rare) = (first.first()?, first.last()?);
        if popular.from_rank == rare.from_rank {
            return None;
        }
        let told: Vec<String> = searching
            .iter()
            .filter_map(|(label, bins)| {
                let of = |rank: u32| bins.iter().find(|bin| bin.from_rank == rank);
                let (popular, rare) = (of(popular.from_rank)?, of(rare.from_rank)?);
                Some(format!(
                    "{} against {} under {label}",
                    percent(share(rare.found, rare.wishes)),
                    percent(share(popular.found, popular.wishes))
                ))
            })
            .collect();
        let text = format!(
            "Of the wishes for rare titles (ranks {} to {}), against those for the most popular ones ({} to {}), a search found {}.",
            rare.from_rank,
            rare.to_rank,
            popular.from_rank,
            popular.to_rank,
            list(&told)
        );
        Some(Sentence { weight: 3, text })
    }

    /// Systems in which searches were sent, each with the runs that all of them have.
    fn searching(&self) -> Vec<SystemRuns<'_>> {
        let searched = self.systems.iter().filter(|system| system.sum(|run| run.all.row.searches) > 0);
        common(&searched.collect::<Vec<_>>())
    }
}

fn found_share(system: &SystemRuns<'_>) -> f64 {
    share(system.sum(|run| run.all.row.found), system.sum(|run| run.all.row.wishes))
}

/// How much less often than the best, where no run is without any success.
fn verdict(these: &SystemRuns<'_>, those: &SystemRuns<'_>) -> Option<String> {
    let of_run = |run: &&RunSummary| share(run.all.row.found, run.all.row.wishes);
    let pairs = these.runs.iter().map(of_run).zip(those.runs.iter().map(of_run));
    let ratios: Vec<f64> = pairs.map(|(a, b)| a / b).collect();
    ratio_estimate(&ratios).map(|estimate| verdict_in(&estimate, "more often", "less often"))
}

fn missed(system: &SystemRuns<'_>) -> String {
    let missed = system.sum(|run| run.all.row.wishes - run.all.row.found);
    let online = system.sum(|run| run.all.row.missed_online);
    if missed == 0 {
        return String::new();
    }
    format!(
        " ({} of the {missed} others were online somewhere and could have been found)",
        percent(share(online, missed))
    )
}

/// The counts of all runs by rank.
fn bins(system: &SystemRuns<'_>) -> Vec<PopularityRow> {
    let mut all: Vec<PopularityRow> = Vec::new();
    for row in system.runs.iter().flat_map(|run| &run.popularity) {
        match all.iter_mut().find(|bin| bin.from_rank == row.from_rank) {
            Some(bin) => {
                bin.wishes += row.wishes;
                bin.online += row.online;
                bin.found += row.found;
                bin.fetched += row.fetched;
            }
            None => all.push(row.clone()),
        }
    }
    all.sort_by_key(|bin| bin.from_rank);
    all
}

fn share(part: u64, whole: u64) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { 0.0 }
}
