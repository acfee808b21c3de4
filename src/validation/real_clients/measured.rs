//! What became of a swarm, measured or simulated, in one form for both.

use std::collections::BTreeMap;

use crate::experiment::Played;
use crate::metrics::statistics::quantile;

/// The file that all of these swarms share, in bytes.
const FILE_BYTES: f64 = 16.0 * 1024.0 * 1024.0;

/// One repetition or one run.
#[derive(Clone, Debug, Default)]
pub struct Course {
    pub leechers: Vec<Leecher>,
    /// Seconds since the first leecher came, and the mean share of the file that the leechers have.
    pub progress: Vec<(f64, f64)>,
}

#[derive(Clone, Debug)]
pub struct Leecher {
    /// Its class, without a number at its end.
    pub kind: String,
    /// Seconds from its arrival to its last piece.
    pub took_s: Option<f64>,
    /// Share of the file that it received.
    pub share: f64,
}

impl Course {
    /// The courses of each set-up, from the two tables of the measurements.
    pub fn read(completions: &str, progress: &str) -> BTreeMap<String, Vec<Course>> {
        let mut courses: BTreeMap<(String, u32), Course> = BTreeMap::new();
        for [setup, repetition, _, class, arrival, complete, _, _, down] in table(completions) {
            let course = courses.entry((setup.to_owned(), whole(repetition))).or_default();
            if class != "seed" {
                let took_s = (!complete.is_empty()).then(|| number(complete) - number(arrival));
                let share = (number(down) / FILE_BYTES).min(1.0);
                course.leechers.push(Leecher { kind: kind(class).to_owned(), took_s, share });
            }
        }
        for [setup, repetition, time, mean] in table(progress) {
            let course = courses.get_mut(&(setup.to_owned(), whole(repetition)));
            let course = course.expect("every repetition has completions");
            course.progress.push((number(time), number(mean)));
        }
        let mut setups: BTreeMap<String, Vec<Course>> = BTreeMap::new();
        for ((setup, _), course) in courses {
            setups.entry(setup).or_default().push(course);
        }
        setups
    }

    pub fn of_run(played: &Played) -> Course {
        let rows: Vec<_> = played.record.peer_rows().filter(|row| row.class != "seed").collect();
        let leechers = rows.iter().map(|row| Leecher {
            kind: kind(&row.class).to_owned(),
            took_s: row.completed_s.map(|at| at - row.arrived_s),
            share: row.downloaded_bytes as f64 / FILE_BYTES,
        });
        let weight = |class: &str| rows.iter().filter(|row| row.class == class).count() as f64;
        let mut progress: Vec<(f64, f64)> = Vec::new();
        for row in played.record.sample_rows() {
            if row.class == "all" || row.class == "seed" {
                continue;
            }
            let part = row.progress.unwrap_or(0.0) * weight(&row.class) / rows.len() as f64;
            match progress.last_mut() {
                Some((time, sum)) if *time == row.time_s => *sum += part,
                Some(_) | None => progress.push((row.time_s, part)),
            }
        }
        Course { leechers: leechers.collect(), progress }
    }

    pub fn all_finished(&self) -> bool {
        self.leechers.iter().all(|leecher| leecher.took_s.is_some())
    }

    /// Ascending times of a kind's leechers, and their number with those that never finished.
    pub fn times(&self, kind: &str) -> (Vec<f64>, usize) {
        let mine: Vec<&Leecher> = self.leechers.iter().filter(|leecher| leecher.kind == kind).collect();
        let mut times: Vec<f64> = mine.iter().filter_map(|leecher| leecher.took_s).collect();
        times.sort_by(f64::total_cmp);
        (times, mine.len())
    }

    pub fn quantile(&self, kind: &str, p: f64) -> Option<f64> {
        let (times, total) = self.times(kind);
        quantile(&times, total, p)
    }

    /// Mean share of the file that a kind's leechers received.
    pub fn share(&self, kind: &str) -> f64 {
        let shares: Vec<f64> = self.leechers.iter().filter(|l| l.kind == kind).map(|l| l.share).collect();
        shares.iter().sum::<f64>() / shares.len() as f64
    }

    /// The mean share at a moment: that of the last sample before it.
    pub fn progress_at(&self, time: f64) -> f64 {
        let before = self.progress.iter().take_while(|(at, _)| *at <= time).last();
        match before {
            Some(&(at, _)) if self.all_finished() && Some(at) == self.progress.last().map(|last| last.0) => {
                1.0
            }
            Some(&(_, share)) => share,
            None => 0.0,
        }
    }
}

/// `leech-07` is a leech, `L07` one of the class `leech`.
fn kind(class: &str) -> &str {
    class.split_once('-').map_or(class, |(kind, _)| kind)
}

/// The fields of each line but the first.
fn table<const N: usize>(text: &str) -> impl Iterator<Item = [&str; N]> {
    text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        fields.try_into().expect("a line has a field for each column")
    })
}

fn number(field: &str) -> f64 {
    field.parse().expect("our own tables hold numbers")
}

fn whole(field: &str) -> u32 {
    field.parse().expect("repetitions are counted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_become_courses() {
        let completions = "h\na,1,s,seed,-4,,,9,0\na,1,x,leech,1,11,,0,16777216\na,1,y,leech,0,,,0,8388608\nb,1,x,slow,0,5,,0,16777216\n";
        let progress = "h\na,1,0,0\na,1,5,0.5\nb,1,0,0\n";
        let courses = Course::read(completions, progress);
        assert_eq!(courses.keys().collect::<Vec<_>>(), ["a", "b"]);
        let a = &courses["a"][0];
        assert_eq!((a.times("leech"), a.share("leech")), ((vec![10.0], 2), 0.75));
        assert_eq!((a.quantile("leech", 0.5), a.quantile("leech", 1.0)), (Some(10.0), None));
        assert_eq!((a.progress_at(4.9), a.progress_at(7.0), a.all_finished()), (0.0, 0.5, false));
        // Who has finished stays finished after the last sample.
        assert_eq!(courses["b"][0].progress_at(9.0), 1.0);
    }

    #[test]
    fn a_class_of_one_that_is_numbered_is_of_its_kind() {
        assert_eq!((kind("leech-07"), kind("rider")), ("leech", "rider"));
    }
}
