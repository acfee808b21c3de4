//! Measured swarms of a real client (libtorrent 2.1.1), played again: those that the model was built with in sight, and held-out ones.
//!
//! The measurements and all settings: `scenarios/validation/real-swarms/README.md`.

mod compare;
mod drawn;
mod measured;
mod proportion;
mod setups;

use super::{Bench, Experiment, Findings, Part};

pub const GIVEN: Experiment = Experiment {
    name: "libtorrent-given",
    part: Part::RealClients,
    title: "Swarms of libtorrent that were known to us",
    source: "libtorrent 2.1.1 on one machine, measured by the project's founders",
    run: given,
};

pub const HELD_OUT: Experiment = Experiment {
    name: "libtorrent-held-out",
    part: Part::RealClients,
    title: "Swarms of libtorrent that were kept aside",
    source: "libtorrent 2.1.1 on one machine, measured with `scripts/measure_libtorrent.py`",
    run: held_out,
};

const GIVEN_TEXTS: [&str; 2] = [
    include_str!("../../../scenarios/validation/real-swarms/given-completions.csv"),
    include_str!("../../../scenarios/validation/real-swarms/given-progress.csv"),
];
const HELD_OUT_TEXTS: [&str; 2] = [
    include_str!("../../../scenarios/validation/real-swarms/held-out-completions.csv"),
    include_str!("../../../scenarios/validation/real-swarms/held-out-progress.csv"),
];

fn given(bench: &Bench<'_>) -> Findings {
    let mut findings = compare::all(bench, GIVEN.name, &setups::GIVEN, GIVEN_TEXTS);
    findings.setup = "One seed and 1 to 40 leechers that come at once and stay as seeds; 16 MiB in 64 pieces, four slots, no latency. Set-ups as in \
        `scenarios/validation/real-swarms/README.md`; the client is the preset `libtorrent-2` as it is. Figures are means over repetitions, and over runs."
        .into();
    findings.remarks = vec![FAST_SEED.into()];
    findings
}

fn held_out(bench: &Bench<'_>) -> Findings {
    let mut findings = compare::all(bench, HELD_OUT.name, &setups::HELD_OUT, HELD_OUT_TEXTS);
    findings.setup = "Classes of different uplinks, arrivals one after the other with peers that leave, upload limits near zero, a download limit, a seed that leaves, \
        eight slots, slow leechers. Nothing in the model was chosen by these times. One mechanism was added when `free_riders` showed that it was \
        missing: under an upload limit of its own the client receives no more than its requests and headers allow."
        .into();
    findings.remarks = vec![FAVOURED.into()];
    findings
}

const FAST_SEED: &str = "Where the seed is much faster than a leecher (`X1`), the few whom it favours finish about a tenth later than the real ones, and the median \
    of `X1_nofast` is late by as much; the last completion is not. Their seed holds on to the same three for longer, and a leecher uses its uplink a little better in the first half \
    minute. Not modelled, and likely causes: the client's limiter grants bandwidth in bursts of half a second and lets a connection save up to three seconds of it, \
    and what stands in the send buffer still goes out after a choke.";
const FAVOURED: &str = "`slow_leechers` shows the same more strongly: the first leecher is done after 129 s in the real client and after 159 s here, while median and last agree within 2 %.";
