//! Is it true? Experiments that hold the simulator against theory, against the protocol's documents, against real clients and
//! against published measurements, with verdicts that can fail.
//!
//! An experiment is a function from a [`Bench`] to [`Findings`]: rows with what is expected, by whom and how nearly, and figures.
//! Layers inside: `verdict`, `mutation`, `bench`; the experiments by kind; `suite` runs them; `page` and `files` show them.

mod bench;
pub mod figures;
mod files;
mod mutation;
mod overlay;
mod page;
mod protocol;
mod published;
mod real_clients;
mod sensitivity;
mod suite;
mod theory;
mod verdict;

pub use bench::{Bench, Pace};
pub use files::{PAGE, write};
pub use mutation::{MUTATIONS, Mutation};
pub use page::told;
pub use suite::{Noticed, Outcome, Suite, Watch, find, run};
pub use verdict::{Expected, Measured, Row, Verdict};

use crate::report::Drawing;

/// What an experiment is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Theory,
    Protocol,
    RealClients,
    Sensitivity,
    Published,
}

/// Something that the simulator claims, put to the test.
#[derive(Clone, Copy)]
pub struct Experiment {
    /// In kebab case; also the name of its figures and its anchor on the page.
    pub name: &'static str,
    pub part: Part,
    pub title: &'static str,
    /// Who says what is expected: author, year, where.
    pub source: &'static str,
    pub run: fn(&Bench<'_>) -> Findings,
}

/// What an experiment found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What was set up, in one paragraph of Markdown.
    pub setup: String,
    pub rows: Vec<Row>,
    pub figures: Vec<Figure>,
    /// What a reader must know besides, a paragraph of Markdown each: why a row fails, what is not modelled.
    pub remarks: Vec<String>,
}

/// A drawn figure of an experiment.
#[derive(Clone, Debug)]
pub struct Figure {
    /// In kebab case, beginning with the experiment's name; unique in the suite.
    pub name: String,
    pub caption: String,
    pub drawing: Drawing,
}

/// Every experiment, in the order of the page.
pub const EXPERIMENTS: &[Experiment] = &[
    theory::bounds::EXPERIMENT,
    theory::makespan::EXPERIMENT,
    theory::qiu_srikant::EXPERIMENT,
    theory::missing_piece::EXPERIMENT,
    theory::flash_crowd::EXPERIMENT,
    theory::torrent_life::EXPERIMENT,
    theory::index_queues::EXPERIMENT,
    theory::flood::EXPERIMENT,
    protocol::bep_3::EXPERIMENT,
    real_clients::GIVEN,
    real_clients::HELD_OUT,
    sensitivity::free_riding::EXPERIMENT,
    sensitivity::coarse_forms::EXPERIMENT,
    published::legout::EXPERIMENT,
    published::super_seeding::EXPERIMENT,
    published::adar_huberman::EXPERIMENT,
    published::saroiu::EXPERIMENT,
];

impl Part {
    pub const ALL: [Part; 5] =
        [Part::Theory, Part::Protocol, Part::RealClients, Part::Sensitivity, Part::Published];

    pub fn title(self) -> &'static str {
        match self {
            Part::Theory => "Theory",
            Part::Protocol => "The protocol's documents",
            Part::RealClients => "Real clients",
            Part::Sensitivity => "What the conclusions depend on",
            Part::Published => "Published experiments",
        }
    }
}
