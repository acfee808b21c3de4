//! A deterministic discrete-event laboratory for peer-to-peer file sharing.
//!
//! Without default features it is an engine to embed: no files, no threads, no terminal. A scenario's text is read, its people are drawn,
//! a system plays them, and an observer (here the one behind the program's tables) is told what happens:
//!
//! ```
//! use unchoke::metrics::{Collector, summary};
//! use unchoke::rng::Seed;
//! use unchoke::scenario::{self, NoFiles};
//! use unchoke::sim::{self, RunOptions};
//! use unchoke::workload;
//!
//! let text = br#"
//!     content = { size = "4 MiB", piece = "256 KiB" }
//!     [peers.seed]
//!     count = 1
//!     starts-with = "whole-file"
//!     upload = "1 Mbit/s"
//!     [peers.leecher]
//!     count = 10
//!     upload = "1 Mbit/s"
//!     [systems.swarm]
//!     kind = "bittorrent"
//! "#;
//! let scenario = scenario::load("example", text, &[], &NoFiles).map_err(|problems| problems.to_string())?.scenario;
//! let seed = Seed { seed: scenario.seed, replicate: 0 };
//! let drawn = workload::draw(&scenario, seed);
//! let mut collector = Collector::new(&scenario, 0, seed.replicate, &drawn.people);
//! sim::run(&scenario, 0, &drawn, seed, RunOptions::default(), &mut collector);
//! let summary = summary::summarise(&scenario, &drawn.people, &collector.finish());
//! assert_eq!(summary.all.row.completed, 10);
//! println!("half of them had the file after {:?} s", summary.all.row.download_median_s);
//! # Ok::<(), String>(())
//! ```
//!
//! `docs/ARCHITECTURE.md` says how the parts fit together.

#[cfg(feature = "cli")]
pub mod cli;
pub mod engine;
#[cfg(feature = "cli")]
pub mod experiment;
pub mod metrics;
pub mod net;
pub mod protocol;
pub mod record;
#[cfg(feature = "cli")]
pub mod report;
pub mod rng;
pub mod scenario;
pub mod sim;
pub mod spec;
pub mod strategy;
pub mod units;
#[cfg(feature = "cli")]
pub mod validation;
pub mod workload;
