//! Reads a results directory's recorded files into memory: the only part of the report that opens them.
//!
//! It never computes anything that a run should have recorded, and it never writes.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ReportError;
use super::manifest::Manifest;
use crate::experiment::{GZIPPED, columns, open_table};
use crate::metrics::rows::{
    CentralRow, DecisionRow, FetchRow, MessageRow, OutageRow, PeerRow, PopularityRow, SampleRow, ServerRow,
    SummaryRow,
};

/// Bytes of a table that are read at once.
const BUFFER: usize = 1 << 16;

/// Everything the plots and the page are made from.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub manifest: Manifest,
    /// What the numbers say, in words (`reading.txt`); empty when the run left none.
    pub reading: String,
    pub summary: Vec<SummaryRow>,
    pub peers: Vec<PeerRow>,
    pub samples: Vec<SampleRow>,
    pub servers: Vec<ServerRow>,
    pub central: Vec<CentralRow>,
    pub fetches: Vec<FetchRow>,
    pub popularity: Vec<PopularityRow>,
    pub outages: Vec<OutageRow>,
    /// Empty unless the scenario asked for them.
    pub decisions: Vec<DecisionRow>,
    pub messages: Vec<MessageRow>,
    /// The scenario as its author wrote it; empty when no copy was kept.
    pub scenario_text: String,
    /// Names of the CSV files in the directory, sorted.
    pub csv_files: Vec<String>,
}

impl Tables {
    /// Reads `dir`. Fails where a required file is missing or a row does not parse, naming file and line.
    pub fn read(dir: &Path) -> Result<Tables, ReportError> {
        let manifest = required_text(dir, "manifest.json")?;
        let manifest = Manifest::parse(&manifest).map_err(|error| ReportError::BadRow {
            file: "manifest.json".into(),
            line: error.line() as u64,
            problem: error.to_string(),
        })?;
        let left_out = LeftOut::new(&manifest);
        let from = Recorded { dir, left_out: &left_out, listed: &manifest.files };
        Ok(Tables {
            reading: optional_text(dir, "reading.txt")?,
            summary: from.table("summary.csv", true)?,
            peers: from.table("peers.csv", true)?,
            samples: from.table("timeseries.csv", true)?,
            servers: from.table("servers.csv", false)?,
            central: from.table("central.csv", false)?,
            fetches: from.table("fetches.csv", false)?,
            popularity: from.table("popularity.csv", false)?,
            outages: from.table("outages.csv", false)?,
            decisions: from.table("decisions.csv", false)?,
            messages: from.table("messages.csv", false)?,
            scenario_text: optional_text(dir, "scenario.toml")?,
            csv_files: csv_files(dir)?,
            manifest,
        })
    }
}

/// Runs that are in the tables and in no figure: their system and replicate, as the tables write them.
struct LeftOut(Vec<(String, String)>);

impl LeftOut {
    fn new(manifest: &Manifest) -> LeftOut {
        let left_out = manifest.runs.iter().filter(|run| manifest.leaves_out(run));
        LeftOut(left_out.map(|run| (run.system.clone(), run.replicate.to_string())).collect())
    }

    fn has(&self, headers: &csv::StringRecord, row: &csv::StringRecord) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let cell = |name: &str| row.get(headers.iter().position(|header| header == name)?);
        let run = cell("system").zip(cell("replicate"));
        self.0.iter().any(|(system, replicate)| run == Some((system.as_str(), replicate.as_str())))
    }
}

/// A results directory's tables.
struct Recorded<'a> {
    dir: &'a Path,
    /// What the manifest says is there; nothing while the run is still being written.
    listed: &'a [String],
    left_out: &'a LeftOut,
}

pub(super) fn optional_text(dir: &Path, file: &str) -> Result<String, ReportError> {
    match fs::read(dir.join(file)) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(ReportError::Read { file: file.into(), source }),
    }
}

pub(super) fn required_text(dir: &Path, file: &str) -> Result<String, ReportError> {
    if !dir.join(file).exists() {
        return Err(ReportError::Missing { file: file.into(), dir: dir.display().to_string() });
    }
    optional_text(dir, file)
}

impl Recorded<'_> {
    /// A table's text, if it was recorded.
    fn open(&self, file: &str, required: bool) -> Result<Option<Box<dyn Read>>, ReportError> {
        let is_listed = |listed: &String| listed.strip_suffix(GZIPPED).unwrap_or(listed) == file;
        let required = required || self.listed.iter().any(is_listed);
        match open_table(self.dir, file) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && required => {
                Err(ReportError::Missing { file: file.into(), dir: self.dir.display().to_string() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ReportError::Read { file: file.into(), source }),
        }
    }

    /// One CSV table; line numbers in errors are those of the file, so the header is line 1.
    fn table<T: Serialize + DeserializeOwned + Default>(
        &self,
        file: &str,
        required: bool,
    ) -> Result<Vec<T>, ReportError> {
        let Some(text) = self.open(file, required)? else { return Ok(Vec::new()) };
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(BUFFER).from_reader(text);
        let headers = reader.headers().cloned().unwrap_or_default();
        if let Some(missing) =
            columns::<T>().into_iter().find(|column| !headers.iter().any(|has| has == column))
        {
            let problem = format!("there is no column `{missing}`");
            return Err(ReportError::BadRow { file: file.into(), line: 1, problem });
        }
        let times = Times::new(&headers);
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| bad_row(file, &headers, &error))?;
            times.check(file, &row)?;
            if !self.left_out.has(&headers, &row) {
                rows.push(row.deserialize(Some(&headers)).map_err(|error| bad_row(file, &headers, &error))?);
            }
        }
        Ok(rows)
    }
}

/// The columns of a table that hold times and lengths of time, and those of a person's life.
pub(super) struct Times {
    all: Vec<(usize, String)>,
    life: Vec<usize>,
}

impl Times {
    /// No run is longer, and no bound of one either.
    const MOST: f64 = 1e18;

    pub(super) fn new(headers: &csv::StringRecord) -> Times {
        let time = |(_, name): &(usize, &str)| name.ends_with("_s") && !name.ends_with("_per_s");
        let all = headers.iter().enumerate().filter(time).map(|(at, name)| (at, name.to_owned())).collect();
        let place = |name: &str| headers.iter().position(|header| header == name);
        let life = ["arrived_s", "first_piece_s", "completed_s"].into_iter().filter_map(place).collect();
        Times { all, life }
    }

    /// What no run writes, and no axis can be drawn for: edited tables.
    pub(super) fn check(&self, file: &str, row: &csv::StringRecord) -> Result<(), ReportError> {
        let line = row.position().map_or(1, csv::Position::line);
        match self.problem(row) {
            Some(problem) => Err(ReportError::BadRow { file: file.into(), line, problem }),
            None => Ok(()),
        }
    }

    fn problem(&self, row: &csv::StringRecord) -> Option<String> {
        let time = |at: usize| row.get(at)?.parse::<f64>().ok();
        let odd =
            |(at, _): &&(usize, String)| time(*at).is_some_and(|time| !(0.0..=Self::MOST).contains(&time));
        if let Some((at, name)) = self.all.iter().find(odd) {
            return Some(format!("column `{name}`: {} is no time of a run", &row[*at]));
        }
        let life: Vec<f64> = self.life.iter().filter_map(|&at| time(at)).collect();
        (!life.is_sorted()).then(|| "finished before it came".into())
    }
}

pub(super) fn bad_row(file: &str, headers: &csv::StringRecord, error: &csv::Error) -> ReportError {
    let line = error.position().map_or(1, csv::Position::line);
    let problem = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|field| headers.get(field as usize));
            match column {
                Some(column) => format!("column `{column}`: {}", err.kind()),
                None => err.kind().to_string(),
            }
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} columns where the header has {expected_len}")
        }
        // The kinds are not a closed set: the crate may add more.
        _ => error.to_string(),
    };
    ReportError::BadRow { file: file.into(), line, problem }
}

pub(super) fn csv_files(dir: &Path) -> Result<Vec<String>, ReportError> {
    let failed = |source| ReportError::Read { file: dir.display().to_string(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.strip_suffix(GZIPPED).unwrap_or(&name).ends_with(".csv") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
