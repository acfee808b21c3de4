//! In what form a swarm was simulated: exactly, or coarser and cheaper.

use serde::{Deserialize, Serialize};

use crate::spec::{Granularity, HaveForm, SystemSpec};

/// The forms that a run used, in the scenario's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// `block`, or the coarser `piece`.
    pub granularity: String,
    /// `one-by-one`, or the coarser `in-bulk`.
    pub have: String,
    /// The part of itself by which a line's rate may be out of date: 0, or something coarser. A manifest from before this was
    /// written down has none and is read as 0, also of a run by piece, which had 0.001.
    #[serde(default)]
    pub rates_within: f64,
}

impl Form {
    /// Of a swarm; other systems have one form.
    pub fn of(system: &SystemSpec) -> Option<Form> {
        let swarm = system.swarm()?;
        let granularity = match swarm.granularity {
            Granularity::Block => "block",
            Granularity::Piece => "piece",
        };
        let have = match swarm.have {
            HaveForm::InBulk => "in-bulk",
            HaveForm::OneByOne => "one-by-one",
        };
        Some(Form { granularity: granularity.into(), have: have.into(), rates_within: swarm.rates_within })
    }
}
