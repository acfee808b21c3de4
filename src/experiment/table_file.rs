//! A table's file, written from beginning to end: as it is, or gzipped. The same rows give the same bytes: a gzip header of ours holds
//! no time and no name.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::spec::Compression;

/// How names of gzipped tables end.
pub const GZIPPED: &str = ".gz";

/// Of flate2's nine levels: twice as fast as the usual sixth for a tenth more bytes.
const LEVEL: u32 = 3;

/// Where a table is written.
pub enum TableFile {
    Plain(File),
    Gzipped(GzEncoder<File>),
}

impl TableFile {
    /// Begins the table `name` in `dir`, and says what its file is called.
    pub fn create(dir: &Path, name: &str, compression: Compression) -> io::Result<(TableFile, String)> {
        match compression {
            Compression::None => Ok((TableFile::Plain(File::create(dir.join(name))?), name.to_owned())),
            Compression::Gzip => {
                let name = format!("{name}{GZIPPED}");
                let file = File::create(dir.join(&name))?;
                Ok((TableFile::Gzipped(GzEncoder::new(file, flate2::Compression::new(LEVEL))), name))
            }
        }
    }

    /// Writes out what is still in memory and waits for the disk.
    pub fn finish(self) -> io::Result<()> {
        match self {
            TableFile::Plain(file) => file.sync_all(),
            TableFile::Gzipped(encoder) => encoder.finish()?.sync_all(),
        }
    }
}

impl Write for TableFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            TableFile::Plain(file) => file.write(bytes),
            TableFile::Gzipped(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            TableFile::Plain(file) => file.flush(),
            TableFile::Gzipped(encoder) => encoder.flush(),
        }
    }
}

/// The text of the table `name` of `dir`, whichever way it was written; `NotFound` if it was not.
pub fn open_table(dir: &Path, name: &str) -> io::Result<Box<dyn Read>> {
    match File::open(dir.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = File::open(dir.join(format!("{name}{GZIPPED}")))?;
            Ok(Box::new(MultiGzDecoder::new(BufReader::new(file))))
        }
        file => Ok(Box::new(BufReader::new(file?))),
    }
}

/// What a file holds, a gzipped one's text.
pub fn content(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    if !path.to_string_lossy().ends_with(GZIPPED) {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, compression: Compression) -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, name) = TableFile::create(dir.path(), "a.csv", compression).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.finish().unwrap();
        (dir, name)
    }

    #[test]
    fn a_table_is_read_whichever_way_it_was_written() {
        let text = "peer,class\n".repeat(1000);
        for (compression, expected) in [(Compression::None, "a.csv"), (Compression::Gzip, "a.csv.gz")] {
            let (dir, name) = written(&text, compression);
            assert_eq!(name, expected);
            let mut again = String::new();
            open_table(dir.path(), "a.csv").unwrap().read_to_string(&mut again).unwrap();
            assert_eq!(again, text);
            assert_eq!(content(&dir.path().join(name)).unwrap(), text.as_bytes());
        }
        let nowhere = open_table(tempfile::tempdir().unwrap().path(), "a.csv");
        assert_eq!(nowhere.err().map(|error| error.kind()), Some(io::ErrorKind::NotFound));
    }

    /// RFC 1952: the modification time is in bytes 4 to 7, a name would be announced by bit 3 of byte 3.
    #[test]
    fn the_header_of_a_gzip_file_tells_nothing() {
        let (dir, name) = written("x\n", Compression::Gzip);
        let bytes = fs::read(dir.path().join(name)).unwrap();
        assert_eq!(bytes[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    }
}
