//! A swarm into which people keep coming: with its warm-up left out a short run says what a long one does.

use unchoke::metrics::rows::SummaryRow;
use unchoke::metrics::statistics::estimate;
use unchoke::metrics::{Collector, RunRecord, summary};
use unchoke::rng::Seed;
use unchoke::sim::{self, RunOptions};
use unchoke::spec::{Scenario, WarmUp};
use unchoke::units::SimTime;
use unchoke::workload::{self, Person};

use crate::swarm_support::load;

/// Three persons a minute, who stay for twenty minutes when they are done. The first copy is out after a quarter of an hour, and whoever
/// comes before that waits for it; afterwards there are sixty seeds, and a download takes thirteen seconds.
fn swarm(minutes: u32) -> Scenario {
    let text = format!(
        r#"
seed = 11
stop = {{ no-later-than = "{minutes} min", or-when = "time-is-up" }}
[content]
size = "2 MiB"
piece = "256 KiB"
[network]
one-way-latency = "20 ms"
overhead = "none"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "48 kbit/s"
[peers.visitor]
count = 900
arrive = {{ poisson = "3 /min" }}
upload = "500 kbit/s"
download = "2 Mbit/s"
after-finishing = {{ seed-for = {{ exponential = "20 min" }} }}
[output]
sample-every = "10 s"
warm-up = "auto"
"#
    );
    load(&text).scenario
}

fn play(scenario: &Scenario, replicate: u32) -> (Vec<Person>, RunRecord) {
    let seed = Seed { seed: scenario.seed, replicate };
    let workload = workload::draw(scenario, seed);
    let mut collector = Collector::new(scenario, 0, replicate, &workload.people);
    sim::run(scenario, 0, &workload, seed, RunOptions::default(), &mut collector);
    let record = collector.finish();
    (workload.people, record)
}

/// The row of all, leaving out that warm-up.
fn row(
    scenario: &Scenario,
    (people, record): &(Vec<Person>, RunRecord),
    warm_up: Option<WarmUp>,
) -> SummaryRow {
    let mut scenario = scenario.clone();
    scenario.output.warm_up = warm_up;
    summary::summarise(&scenario, people, record).all.row
}

#[test]
fn without_its_warm_up_a_short_run_says_what_a_long_one_does() {
    let long = swarm(240);
    let steady_part = Some(WarmUp::Until(SimTime(5_400_000_000_000)));
    let truth = row(&long, &play(&long, 100), steady_part).download_p90_s.expect("nine of ten finish");

    let short = swarm(90);
    let runs: Vec<_> = (0..6).map(|replicate| play(&short, replicate)).collect();
    let slowest_tenth = |warm_up| {
        let rows = runs.iter().map(|run| row(&short, run, warm_up).download_p90_s);
        estimate(&rows.collect::<Vec<_>>())
    };
    let without = slowest_tenth(Some(WarmUp::Auto));
    let (low, high) = (without.mean_low.unwrap(), without.mean_high.unwrap());
    assert!(low <= truth && truth <= high && high < 1.1 * low, "{truth} in {without:?}");
    let with = slowest_tenth(None);
    assert!(with.mean_low.unwrap() > 10.0 * truth, "more than a tenth came in the warm-up: {with:?}");

    for run in &runs {
        let row = row(&short, run, Some(WarmUp::Auto));
        let cut = row.warm_up_s.unwrap();
        assert!(row.steady == Some(true) && (600.0..=2400.0).contains(&cut), "{cut}, {:?}", row.steady);
    }
}
