//! The CSV files, written run by run, so that no more than the runs under way are held in memory.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use thiserror::Error;

use super::files::hint;
use super::table_file::TableFile;
use crate::metrics::rows::{
    CentralRow, DecisionRow, FetchRow, MessageRow, OutageRow, OverlayRow, PeerRow, PieceRow, PopularityRow,
    SampleRow, ServerRow, SummaryRow, TrafficRow, WishRow,
};
use crate::metrics::{RunRecord, RunSummary};
use crate::spec::{Compression, Output};

/// A table could not be written.
#[derive(Debug, Error)]
#[error("cannot write `{file}`: {source}\n  hint: {}", hint(source))]
pub struct TableError {
    pub file: String,
    pub source: io::Error,
}

/// All tables of a results directory.
pub struct Tables {
    summary: Table<TableFile>,
    peers: Table<TableFile>,
    timeseries: Table<TableFile>,
    pieces: Table<TableFile>,
    servers: Table<TableFile>,
    traffic: Table<TableFile>,
    fetches: Table<TableFile>,
    popularity: Table<TableFile>,
    central: Table<TableFile>,
    outages: Table<TableFile>,
    overlay: Table<TableFile>,
    decisions: Option<Table<TableFile>>,
    messages: Option<Table<TableFile>>,
    searches: Option<Table<TableFile>>,
}

impl Tables {
    /// Opens the tables in `dir`, with their headers; decisions, messages and searches only if they are wanted.
    pub fn create(dir: &Path, output: &Output) -> Result<Tables, TableError> {
        let wanted = |wanted: bool| wanted.then_some(output.compression);
        let all = output.compression;
        Ok(Tables {
            summary: Table::create::<SummaryRow>(dir, "summary.csv", all)?,
            peers: Table::create::<PeerRow>(dir, "peers.csv", all)?,
            timeseries: Table::create::<SampleRow>(dir, "timeseries.csv", all)?,
            pieces: Table::create::<PieceRow>(dir, "pieces.csv", all)?,
            servers: Table::create::<ServerRow>(dir, "servers.csv", all)?,
            traffic: Table::create::<TrafficRow>(dir, "traffic.csv", all)?,
            fetches: Table::create::<FetchRow>(dir, "fetches.csv", all)?,
            popularity: Table::create::<PopularityRow>(dir, "popularity.csv", all)?,
            central: Table::create::<CentralRow>(dir, "central.csv", all)?,
            outages: Table::create::<OutageRow>(dir, "outages.csv", all)?,
            overlay: Table::create::<OverlayRow>(dir, "overlay.csv", all)?,
            decisions: wanted(!output.decisions.is_empty())
                .map(|form| Table::create::<DecisionRow>(dir, "decisions.csv", form))
                .transpose()?,
            messages: wanted(output.messages)
                .map(|form| Table::create::<MessageRow>(dir, "messages.csv", form))
                .transpose()?,
            searches: wanted(output.searches)
                .map(|form| Table::create::<WishRow>(dir, "searches.csv", form))
                .transpose()?,
        })
    }

    /// Adds the rows of one run.
    pub fn add(&mut self, record: &RunRecord, summary: &RunSummary) -> Result<(), TableError> {
        self.summary.add(summary.rows())?;
        self.peers.add(record.peer_rows())?;
        self.timeseries.add(record.sample_rows())?;
        self.pieces.add(record.piece_rows())?;
        self.servers.add(record.server_rows())?;
        self.traffic.add(record.traffic_rows())?;
        self.fetches.add(&summary.fetches)?;
        self.popularity.add(&summary.popularity)?;
        self.central.add(&summary.central)?;
        self.outages.add(&summary.outages)?;
        self.overlay.add(&summary.overlay)?;
        if let Some(decisions) = &mut self.decisions {
            decisions.add(record.decision_rows())?;
        }
        if let Some(messages) = &mut self.messages {
            messages.add(record.message_rows())?;
        }
        if let Some(searches) = &mut self.searches {
            searches.add(record.wish_rows())?;
        }
        Ok(())
    }

    /// Writes out what is still in memory and waits for the disk.
    pub fn finish(self) -> Result<(), TableError> {
        let runs = [self.summary, self.peers, self.timeseries, self.pieces, self.servers, self.traffic];
        let compared = [self.fetches, self.popularity, self.central, self.outages, self.overlay];
        let wanted = [self.decisions, self.messages, self.searches];
        for table in runs.into_iter().chain(compared).chain(wanted.into_iter().flatten()) {
            let name = table.name.clone();
            table.flushed()?.finish().map_err(|source| TableError { file: name, source })?;
        }
        Ok(())
    }
}

/// One table on its way to `W`.
pub(super) struct Table<W: Write> {
    name: String,
    csv: csv::Writer<BufWriter<W>>,
}

impl Table<TableFile> {
    fn create<R: Default + Serialize>(
        dir: &Path,
        name: &str,
        compression: Compression,
    ) -> Result<Table<TableFile>, TableError> {
        let (file, name) = TableFile::create(dir, name, compression)
            .map_err(|source| TableError { file: name.into(), source })?;
        Table::begin::<R>(name, file)
    }
}

impl<W: Write> Table<W> {
    fn begin<R: Default + Serialize>(name: String, out: W) -> Result<Table<W>, TableError> {
        Table::with_columns(name, out, &columns::<R>())
    }

    /// Writes the header, so that a table without rows has one too.
    pub(super) fn with_columns(name: String, out: W, columns: &[String]) -> Result<Table<W>, TableError> {
        let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(BufWriter::new(out));
        match csv.write_record(columns) {
            Ok(()) => Ok(Table { name, csv }),
            Err(error) => Err(TableError { file: name, source: error.into() }),
        }
    }

    pub(super) fn add<R: Serialize>(&mut self, rows: impl IntoIterator<Item = R>) -> Result<(), TableError> {
        for row in rows {
            self.csv
                .serialize(row)
                .map_err(|error| TableError { file: self.name.clone(), source: error.into() })?;
        }
        Ok(())
    }

    pub(super) fn flushed(self) -> Result<W, TableError> {
        let Table { name, csv } = self;
        let buffer = csv.into_inner().map_err(csv::IntoInnerError::into_error);
        let written = buffer.and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error));
        written.map_err(|source| TableError { file: name, source })
    }
}

/// The columns of a table: the names of the row's fields.
pub fn columns<R: Default + Serialize>() -> Vec<String> {
    let mut scratch = csv::Writer::from_writer(Vec::new());
    scratch.serialize(R::default()).expect("a default row fits a table");
    let text = scratch.into_inner().expect("memory takes every byte");
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header = reader.headers().expect("it has just been written");
    header.iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{at, fetched, leecher, run_totals, scenario, seed};
    use crate::metrics::{Collector, summary};
    use crate::record::Observer;
    use crate::spec::{Fault, FaultTarget};

    #[test]
    fn a_table_without_rows_has_its_header() {
        let table = Table::begin::<TrafficRow>("traffic.csv".into(), Vec::new()).unwrap();
        let text = String::from_utf8(table.flushed().unwrap()).unwrap();
        assert_eq!(text, "system,replicate,from_class,to_class,bytes\n");
    }

    #[test]
    fn what_never_happened_is_an_empty_cell() {
        let mut table = Table::begin::<PieceRow>("pieces.csv".into(), Vec::new()).unwrap();
        let row = PieceRow { system: "a, b".into(), piece: 3, ..PieceRow::default() };
        table.add([row.clone(), PieceRow { first_copy_s: Some(1.25), ..row }]).unwrap();
        let text = String::from_utf8(table.flushed().unwrap()).unwrap();
        assert_eq!(
            text,
            "system,replicate,piece,first_copy_s,copies_at_end\n\"a, b\",0,3,,0\n\"a, b\",0,3,1.25,0\n"
        );
    }

    #[test]
    fn single_wishes_are_written_only_if_they_are_wanted() {
        let mut scenario = scenario();
        scenario.faults = vec![Fault { what: FaultTarget::Tracker, from: at(10), to: at(20) }];
        for wanted in [true, false] {
            scenario.output.searches = wanted;
            let people = [seed(), leecher(1)];
            let mut collector = Collector::new(&scenario, 0, 0, &people);
            collector.wish(&fetched(1, 0, 5, 15));
            collector.end(at(30), &run_totals());
            let record = collector.finish();
            let summary = summary::summarise(&scenario, &people, &record);
            let dir = tempfile::tempdir().unwrap();
            let mut tables = Tables::create(dir.path(), &scenario.output).unwrap();
            tables.add(&record, &summary).unwrap();
            tables.finish().unwrap();
            let text = |name: &str| std::fs::read_to_string(dir.path().join(name)).ok();
            let outages = text("outages.csv").unwrap();
            assert!(outages.ends_with("\ntit-for-tat,0,tracker,10.0,20.0,0,1,1,0,0\n"), "{outages}");
            assert_eq!(
                text("fetches.csv").unwrap(),
                "system,replicate,time_s,fetched\ntit-for-tat,0,10.0,1\n"
            );
            assert_eq!(text("central.csv").unwrap().lines().count(), 3, "the tracker and all persons");
            assert_eq!(text("overlay.csv").unwrap().lines().count(), 1, "nothing was searched for");
            let searches = text("searches.csv").map(|text| text.lines().nth(1).unwrap().to_owned());
            let row = "tit-for-tat,0,1,contributor,0,5.0,fetched,15.0,1.0,1.0,8.0,1,2,1,0,2,2,200,0,0";
            assert_eq!(searches.as_deref(), wanted.then_some(row));
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_noticed_and_named() {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut table = Table::begin::<PieceRow>("pieces.csv".into(), full).unwrap();
        table.add([PieceRow::default()]).unwrap();
        let error = table.flushed().unwrap_err();
        assert_eq!(error.file, "pieces.csv");
        assert_eq!(error.source.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().contains("is the disk full?"), "{error}");
    }
}
