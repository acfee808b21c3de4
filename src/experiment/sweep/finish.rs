//! From the points that are there to the tables, the reading and the manifest.

use super::directory::SweepDirectory;
use super::manifest::{Failed, PointEntry, SWEEP, SweepManifest};
use super::point::PointRecord;
use super::tables;
use crate::experiment::ExperimentError;
use crate::experiment::directory::DirectoryError;
use crate::experiment::plan::Source;
use crate::metrics::measures::Measure;
use crate::metrics::reading::sweep::{SweepRuns, read};

/// What a sweep came to so far.
#[derive(Clone, Debug)]
pub struct Finished {
    pub manifest: SweepManifest,
    pub points: Vec<PointRecord>,
    /// The sentences of the reading.
    pub reading: Vec<String>,
    /// Every file of ours, by name, as far as they are written.
    files: Vec<String>,
    /// What an earlier finish had listed.
    former: Vec<String>,
}

/// Writes tables, reading, scenario and manifest from the points that are in the directory. Plots may follow, announced before; and
/// [`list_files`] comes last.
pub fn finish(
    directory: &SweepDirectory,
    source: &Source,
    mut manifest: SweepManifest,
    failed: Vec<Failed>,
) -> Result<Finished, ExperimentError> {
    let former = directory.manifest()?.files;
    let systems = manifest.systems.len();
    let own = manifest.own_points();
    let points: Vec<PointRecord> = own.iter().filter_map(|point| directory.point(*point, systems)).collect();
    manifest.complete = points.len() == own.len();
    manifest.points = points.iter().map(|record| entry(&manifest, record)).collect();
    manifest.failed = failed;
    let mut files = vec!["scenario.toml".to_owned(), "reading.txt".to_owned(), SWEEP.to_owned()];
    files.extend(points.iter().map(|record| PointRecord::file(record.point)));
    directory.write("scenario.toml", &source.text)?;
    for (file, input) in source.inputs.iter().zip(&manifest.inputs) {
        let name = input.file();
        directory.write(&name, &file.content)?;
        files.push(name);
    }
    for (name, bytes) in tables::write(&manifest, &points)? {
        directory.write(name, &bytes)?;
        files.push(name.to_owned());
    }
    let reading = read(&runs(&manifest, &points), measure(&manifest));
    let text: String = reading.iter().map(|sentence| format!("{sentence}\n")).collect();
    directory.write("reading.txt", text.as_bytes())?;
    let finished = Finished { manifest, points, reading, files, former };
    finished.announce(directory, &[])?;
    Ok(finished)
}

/// Lists all files in the manifest, `drawn` among them, and takes away what an earlier finish had left under other names.
pub fn list_files(
    directory: &SweepDirectory,
    finished: &mut Finished,
    drawn: &[String],
) -> Result<(), DirectoryError> {
    let mut files = [finished.files.as_slice(), drawn].concat();
    files.sort_unstable();
    files.dedup();
    directory.keep_only(&finished.former, &files)?;
    finished.manifest.files = files;
    directory.write(SWEEP, finished.manifest.to_json().as_bytes())
}

fn entry(manifest: &SweepManifest, record: &PointRecord) -> PointEntry {
    PointEntry {
        point: record.point,
        values: manifest.sweep.values(record.point as usize).map(|value| value.text.clone()).collect(),
        replicates: record.replicates,
        precise: record.precise,
        runs: record.runs.iter().map(|run| run.entry.clone()).collect(),
    }
}

impl Finished {
    /// Notes in the manifest every file that there is or may come to be, so that none is forgotten if the next is not written.
    pub fn announce(&self, directory: &SweepDirectory, coming: &[String]) -> Result<(), DirectoryError> {
        let mut manifest = self.manifest.clone();
        manifest.files = [self.files.as_slice(), &self.former, coming].concat();
        directory.write(SWEEP, manifest.to_json().as_bytes())
    }

    /// The rows of the points that are there.
    pub fn runs(&self) -> SweepRuns<'_> {
        runs(&self.manifest, &self.points)
    }

    /// The measure that is told.
    pub fn measure(&self) -> &'static Measure {
        measure(&self.manifest)
    }
}

fn runs<'a>(manifest: &'a SweepManifest, points: &'a [PointRecord]) -> SweepRuns<'a> {
    SweepRuns {
        sweep: &manifest.sweep,
        systems: &manifest.systems,
        classes: &manifest.classes,
        points: points.iter().map(|record| (record.point as usize, record.rows().collect())).collect(),
        imprecise: points.iter().filter(|record| record.precise == Some(false)).count(),
    }
}

fn measure(manifest: &SweepManifest) -> &'static Measure {
    Measure::named(&manifest.measure).expect("this version wrote the manifest")
}
