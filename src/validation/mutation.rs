//! Known faults, put into every scenario of the suite on purpose: a suite that does not notice them proves nothing.

use crate::spec::{Choker, ClientSpec, Picker, Scenario, SeedChoker, Sharing, SwarmSpec, SystemKind};
use crate::units::SimDuration;

/// A fault of the model.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    pub name: &'static str,
    /// What is wrong, as a sentence.
    pub what: &'static str,
    apply: fn(&mut Scenario),
}

pub const MUTATIONS: [Mutation; 4] = [
    Mutation {
        name: "choker-at-random",
        what: "Every choker, of leechers and of seeds, draws whom it unchokes by lot.",
        apply: |scenario| {
            each_client(scenario, |client| {
                client.choker = Choker::Random;
                client.seed_choker = SeedChoker::Random;
            });
        },
    },
    Mutation {
        name: "picker-at-random",
        what: "Pieces are asked for at random instead of the rarest first.",
        apply: |scenario| each_client(scenario, |client| client.picker = Picker::Random),
    },
    Mutation {
        name: "equal-split",
        what: "An uplink is split equally among its uploads, whatever the receivers' lines can take, instead of max-min sharing.",
        apply: |scenario| scenario.network.sharing = Sharing::EqualSplit,
    },
    Mutation {
        name: "rounds-of-30-s",
        what: "Peers choke anew every 30 s.",
        apply: |scenario| {
            each_client(scenario, |client| client.rechoke_every = SimDuration::from_whole_secs(30));
        },
    },
];

impl Mutation {
    /// Puts the fault into a scenario.
    pub fn spoil(&self, scenario: &mut Scenario) {
        (self.apply)(scenario);
    }
}

fn each_client(scenario: &mut Scenario, change: impl Fn(&mut ClientSpec)) {
    let swarms = scenario.systems.iter_mut().filter_map(|system| match &mut system.kind {
        SystemKind::BitTorrent(swarm) => Some(&mut **swarm),
        SystemKind::Napster(_) | SystemKind::Gnutella(_) | SystemKind::ClientServer(_) => None,
    });
    swarms.flat_map(|SwarmSpec { clients, .. }| clients).for_each(change);
}
