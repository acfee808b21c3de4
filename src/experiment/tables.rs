//! The CSV files, written run by run, so that no more than the runs under way are held in memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use thiserror::Error;

use crate::metrics::rows::{
    DecisionRow, MessageRow, PeerRow, PieceRow, SampleRow, ServerRow, SummaryRow, TrafficRow,
};
use crate::metrics::{RunRecord, RunSummary};

/// A table could not be written.
#[derive(Debug, Error)]
#[error("cannot write `{file}`: {source}\n  hint: is the disk full?")]
pub struct TableError {
    pub file: String,
    pub source: io::Error,
}

/// All tables of a results directory.
pub struct Tables {
    summary: Table<File>,
    peers: Table<File>,
    timeseries: Table<File>,
    pieces: Table<File>,
    servers: Table<File>,
    traffic: Table<File>,
    decisions: Option<Table<File>>,
    messages: Option<Table<File>>,
}

impl Tables {
    /// Opens the tables in `dir`, with their headers; decisions and messages only if they are wanted.
    pub fn create(dir: &Path, decisions: bool, messages: bool) -> Result<Tables, TableError> {
        Ok(Tables {
            summary: Table::create::<SummaryRow>(dir, "summary.csv")?,
            peers: Table::create::<PeerRow>(dir, "peers.csv")?,
            timeseries: Table::create::<SampleRow>(dir, "timeseries.csv")?,
            pieces: Table::create::<PieceRow>(dir, "pieces.csv")?,
            servers: Table::create::<ServerRow>(dir, "servers.csv")?,
            traffic: Table::create::<TrafficRow>(dir, "traffic.csv")?,
            decisions: decisions.then(|| Table::create::<DecisionRow>(dir, "decisions.csv")).transpose()?,
            messages: messages.then(|| Table::create::<MessageRow>(dir, "messages.csv")).transpose()?,
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
        if let Some(decisions) = &mut self.decisions {
            decisions.add(record.decision_rows())?;
        }
        if let Some(messages) = &mut self.messages {
            messages.add(record.message_rows())?;
        }
        Ok(())
    }

    /// Writes out what is still in memory and waits for the disk.
    pub fn finish(self) -> Result<(), TableError> {
        let always = [self.summary, self.peers, self.timeseries, self.pieces, self.servers, self.traffic];
        for table in always.into_iter().chain(self.decisions).chain(self.messages) {
            let (name, file) = (table.name, table.flushed()?);
            file.sync_all().map_err(|source| TableError { file: name.into(), source })?;
        }
        Ok(())
    }
}

/// One table on its way to `W`.
struct Table<W: Write> {
    name: &'static str,
    csv: csv::Writer<BufWriter<W>>,
}

impl Table<File> {
    fn create<R: Default + Serialize>(dir: &Path, name: &'static str) -> Result<Table<File>, TableError> {
        let file = File::create(dir.join(name)).map_err(|source| TableError { file: name.into(), source })?;
        Table::begin::<R>(name, file)
    }
}

impl<W: Write> Table<W> {
    /// Writes the header, so that a table without rows has one too.
    fn begin<R: Default + Serialize>(name: &'static str, out: W) -> Result<Table<W>, TableError> {
        let mut out = BufWriter::new(out);
        out.write_all(&header::<R>()).map_err(|source| TableError { file: name.into(), source })?;
        Ok(Table { name, csv: csv::WriterBuilder::new().has_headers(false).from_writer(out) })
    }

    fn add<R: Serialize>(&mut self, rows: impl IntoIterator<Item = R>) -> Result<(), TableError> {
        for row in rows {
            self.csv
                .serialize(row)
                .map_err(|error| TableError { file: self.name.into(), source: error.into() })?;
        }
        Ok(())
    }

    fn flushed(self) -> Result<W, TableError> {
        let error = |source| TableError { file: self.name.into(), source };
        let buffer = self.csv.into_inner().map_err(|failed| error(failed.into_error()))?;
        buffer.into_inner().map_err(|failed| error(failed.into_error()))
    }
}

/// The header line of a table: the names of the row's fields.
fn header<R: Default + Serialize>() -> Vec<u8> {
    let mut scratch = csv::Writer::from_writer(Vec::new());
    scratch.serialize(R::default()).expect("a default row fits a table");
    let mut text = scratch.into_inner().expect("memory takes every byte");
    let end = text.iter().position(|&byte| byte == b'\n').expect("a header ends its line");
    text.truncate(end + 1);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_rows_has_its_header() {
        let table = Table::begin::<TrafficRow>("traffic.csv", Vec::new()).unwrap();
        let text = String::from_utf8(table.flushed().unwrap()).unwrap();
        assert_eq!(text, "system,replicate,from_class,to_class,bytes\n");
    }

    #[test]
    fn what_never_happened_is_an_empty_cell() {
        let mut table = Table::begin::<PieceRow>("pieces.csv", Vec::new()).unwrap();
        let row = PieceRow { system: "a, b".into(), piece: 3, ..PieceRow::default() };
        table.add([row.clone(), PieceRow { first_copy_s: Some(1.25), ..row }]).unwrap();
        let text = String::from_utf8(table.flushed().unwrap()).unwrap();
        assert_eq!(
            text,
            "system,replicate,piece,first_copy_s,copies_at_end\n\"a, b\",0,3,,0\n\"a, b\",0,3,1.25,0\n"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_noticed_and_named() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut table = Table::begin::<PieceRow>("pieces.csv", full).unwrap();
        table.add([PieceRow::default()]).unwrap();
        let error = table.flushed().unwrap_err();
        assert_eq!(error.file, "pieces.csv");
        assert_eq!(error.source.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().contains("is the disk full?"), "{error}");
    }
}
