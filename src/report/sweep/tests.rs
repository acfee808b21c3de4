//! The report of a sweep as a whole, on made-up results.

use std::fs;
use std::path::Path;

use super::synthetic::{World, numbers, plot};
use super::*;
use crate::experiment::sweep::Shard;
use crate::report::tests::{keep, words_that_leave};
use crate::spec::{AxisUnit, Combine, Split};

fn drawn(world: &World) -> (tempfile::TempDir, Drawn) {
    let dir = tempfile::tempdir().unwrap();
    world.write(dir.path());
    let drawn = draw(dir.path()).unwrap();
    keep(dir.path(), &drawn);
    (dir, drawn)
}

fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap()
}

fn figures(drawn: &Drawn) -> Vec<&str> {
    drawn.files.iter().filter_map(|file| file.strip_suffix(".svg")).collect()
}

#[test]
fn one_axis_gives_lines_by_class_lines_by_system_and_who_finished() {
    let (dir, drawn) = drawn(&World::free_riders());
    assert_eq!(figures(&drawn), ["download-median-by-class", "download-median-by-system", "finished"]);
    let svg = read(dir.path(), "download-median-by-class.svg");
    assert!(svg.contains("fraction of free-rider peers (%)") && svg.contains("median download time (min)"));
    assert!(svg.contains("10 runs a point") && svg.contains("opacity=\"0.17\""), "bands");
    assert!(svg.contains("not reached in 5 of 10 runs at 80 %"), "where there is no mean it says so");
    assert!(svg.contains("not reached in every run"));
    assert!(!svg.contains(">seed<"), "who does not download has no line");
}

#[test]
fn drawing_twice_writes_the_same_bytes() {
    let (dir, first) = drawn(&World::two_axes());
    let before: Vec<Vec<u8>> = first.files.iter().map(|f| fs::read(dir.path().join(f)).unwrap()).collect();
    assert_eq!(draw(dir.path()).unwrap(), first);
    for (file, bytes) in first.files.iter().zip(before) {
        assert!(fs::read(dir.path().join(file)).unwrap() == bytes, "{file} changed");
    }
}

#[test]
fn two_axes_give_heat_maps_of_the_ratio_and_of_all() {
    let (dir, drawn) = drawn(&World::two_axes());
    assert_eq!(figures(&drawn)[..2], ["download-median-ratio-map", "download-median-map"]);
    let svg = read(dir.path(), "download-median-ratio-map.svg");
    assert!(
        svg.contains("median download time, free-rider over contributor") && svg.contains(">1.00<"),
        "the middle of the key"
    );
    assert!(svg.contains("upload of seed peers (Mbit/s)"));
    let cells = read(dir.path(), "download-median-map.svg");
    assert!(cells.contains("/10<"), "a cell without a mean says how many runs did not reach it");
}

#[test]
fn two_axes_with_few_values_give_small_multiples() {
    let mut world = World::two_axes();
    world.axes[1] = numbers("peers.contributor.after-finishing", AxisUnit::Seconds, &[0.0, 60.0, 600.0]);
    let (dir, drawn) = drawn(&world);
    assert_eq!(figures(&drawn)[0], "download-median-by-class");
    let svg = read(dir.path(), "download-median-by-class.svg");
    assert!(
        svg.contains("lingering time of contributor") && svg.contains("10\u{a0}min<"),
        "headings of panels"
    );
}

#[test]
fn three_axes_give_a_panel_for_each_value_of_the_third() {
    let mut world = World::two_axes();
    world.axes.push(numbers("content.piece", AxisUnit::Bytes, &[65_536.0, 4_194_304.0]));
    let (dir, drawn) = drawn(&world);
    assert_eq!(figures(&drawn)[0], "download-median-lines");
    let svg = read(dir.path(), "download-median-lines.svg");
    assert!(svg.contains("size of a piece: 64\u{a0}KiB"), "panels");
    assert!(svg.contains("lines: lingering time of contributor peers") && svg.contains(">15 min<"), "lines");
    assert!(svg.contains("upload of seed peers (Mbit/s), logarithmic"), "values by equal factors");
    let many: Vec<f64> = (1..=13).map(|k| f64::from(k) * 65_536.0).collect();
    world.axes[2] = numbers("content.piece", AxisUnit::Bytes, &many);
    let (dir, drawn) = self::drawn(&world);
    assert!(figures(&drawn).is_empty());
    let page = read(dir.path(), PAGE);
    assert!(
        page.contains("13 panels") && page.contains("A [[plot]] in the scenario"),
        "it says what is needed"
    );
}

#[test]
fn categories_stand_side_by_side_with_intervals_of_their_own() {
    let (dir, _) = drawn(&World::categories());
    let svg = read(dir.path(), "download-median-by-class.svg");
    for value in ["10 s", "30 s", "120 s", "off"] {
        assert!(svg.contains(&format!(">{value}<")), "{value}");
    }
    assert!(!svg.contains("opacity=\"0.17\""), "no band between words");
    assert!(svg.contains("optimistic period of tit-for-tat"));
}

#[test]
fn logarithmic_axes_have_their_values_as_ticks() {
    let (dir, _) = drawn(&World::logarithmic());
    let svg = read(dir.path(), "swarm-size.svg");
    assert!(svg.contains("number of peers, logarithmic"));
    for tick in ["10", "100", "1000", "10\u{2009}000"] {
        assert!(svg.contains(&format!(">{tick}<")), "{tick}");
    }
    assert!(svg.contains(">client-server<") && svg.contains("all peers"));
}

#[test]
fn a_ratio_is_drawn_with_a_line_at_one() {
    let mut world = World::free_riders();
    let mut ratio = plot("slowdown", "peers.free-rider.fraction", "download_median_s");
    ratio.over = Some("contributor".into());
    ratio.title = "What \"free\" riding costs".into();
    let mut log = plot("log", "peers.free-rider.fraction", "download_median_s");
    (log.over, log.scale.log_y) = (Some("contributor".into()), true);
    let mut upload = plot("upload", "peers.free-rider.fraction", "uploaded_bytes");
    upload.over = Some("contributor".into());
    upload.classes = vec!["free-rider".into()];
    world.plots = vec![ratio, log, upload];
    let (dir, drawn) = drawn(&world);
    assert_eq!(figures(&drawn), ["slowdown", "log", "upload"]);
    let svg = read(dir.path(), "slowdown.svg");
    assert!(svg.contains("What &quot;free&quot; riding costs"));
    assert!(svg.contains("over contributor"));
    assert!(read(dir.path(), "upload.svg").contains("a ratio of nothing"));
    assert!(read(dir.path(), "log.svg").contains(">1<"), "the line at 1 stands on the plot");
    assert!(read(dir.path(), "table.md").contains("## Median download time, over that of contributor"));
}

#[test]
fn a_zip_is_drawn_along_its_first_axis_and_split_by_another() {
    let mut world = World::two_axes();
    world.axes = vec![
        numbers("population.total", AxisUnit::Number, &[10.0, 10.0, 20.0, 20.0]),
        numbers("content.size", AxisUnit::Bytes, &[1e6, 2e6, 1e6, 2e6]),
    ];
    world.combine = Combine::Zip;
    let mut split = plot("split", "population.total", "completed_share");
    split.split = Some(Split::Axis("content.size".into()));
    split.classes = vec!["all".into()];
    world.plots = vec![split, plot("unclear", "population.total", "completed_share")];
    let (dir, drawn) = drawn(&world);
    assert_eq!(figures(&drawn), ["split"]);
    assert!(read(dir.path(), PAGE).contains("several points have the same `population.total`"));
}

#[test]
fn a_zip_says_what_changes_along() {
    let mut world = World::two_axes();
    world.axes = vec![
        numbers("population.total", AxisUnit::Number, &[10.0, 20.0]),
        numbers("content.size", AxisUnit::Bytes, &[1e6, 2e6]),
    ];
    world.combine = Combine::Zip;
    let (dir, _) = drawn(&world);
    assert!(
        read(dir.path(), "download-median-by-class.svg").contains("varied together with size of the file")
    );
}

#[test]
fn what_is_missing_is_said() {
    let mut world = World::free_riders();
    (world.failed, world.missing) = (vec![3], vec![5, 7]);
    let (dir, _) = drawn(&world);
    let page = read(dir.path(), PAGE);
    assert!(page.contains("Unfinished: 2 of 10 points not run yet, 1 points failed."), "in words");
    assert!(page.contains("Point 3 (0.3) failed: no peer can &lt;start&gt;"));
    assert!(read(dir.path(), "download-median-by-class.svg").contains("Unfinished: 2 of 10"));
    assert_eq!(read(dir.path(), "table.md").lines().filter(|line| line.starts_with("| ")).count(), 2 * 8);
    let mut world = World::free_riders();
    world.shard = Some(Shard { index: 2, of: 4 });
    let (dir, _) = drawn(&world);
    let page = read(dir.path(), PAGE);
    assert!(page.contains("Unfinished: part 2/4 of the sweep alone."));
    assert!(page.contains("--shard 2/4"));
}

#[test]
fn nothing_run_yet_gives_a_page_and_no_lines() {
    let mut world = World::free_riders();
    world.missing = (0..10).collect();
    let (dir, _) = drawn(&world);
    assert!(read(dir.path(), PAGE).contains("10 of 10 points not run yet"));
}

#[test]
fn one_run_a_point_has_no_intervals() {
    let mut world = World::free_riders();
    world.replicates = 1;
    let (dir, _) = drawn(&world);
    let svg = read(dir.path(), "download-median-by-class.svg");
    assert!(svg.contains("one run a point, so no intervals") && !svg.contains("opacity=\"0.17\""));
    assert!(!read(dir.path(), "table.md").contains("\\["));
}

#[test]
fn tables_have_a_row_a_point_and_a_column_a_system_and_class() {
    let mut world = World::free_riders();
    world.systems = vec!["50 % & more_#1", "a|b"];
    let (dir, _) = drawn(&world);
    let md = read(dir.path(), "table.md");
    let rows: Vec<&str> = md.lines().filter(|line| line.starts_with('|')).take(12).collect();
    assert!(
        rows[0].starts_with("| fraction of free-rider peers (%) | n | 50 % & more\\_\\#1: contributor |")
    );
    let columns = |row: &str| row.replace("\\|", "").matches('|').count() - 1;
    assert!(rows.iter().all(|row| columns(row) == columns(rows[0])), "{rows:?}");
    assert!(rows[2].starts_with("| 0 | 10 | "), "{}", rows[2]);
    assert!(md.contains("never in 10 of 10"));
    let tex = read(dir.path(), "table.tex");
    assert!(tex.contains("\\multicolumn{3}{c}{50 \\% \\& more\\_\\#1}"));
    assert_eq!(tex.matches("\\begin{table}").count(), tex.matches("\\end{table}").count());
    for table in tex.split("\\begin{tabular}{").skip(1) {
        let columns = table.split('}').next().unwrap().len();
        for row in table.lines().filter(|line| line.ends_with("\\\\") && !line.contains("multicolumn")) {
            assert_eq!(row.replace("\\&", "").matches('&').count(), columns - 1, "{row}");
        }
    }
    assert!(tex.contains("\\begin{tabular}{lrrrrrrr}"), "{tex}");
    for (open, close) in [("\\toprule", "\\bottomrule"), ("{", "}")] {
        let plain = tex.replace("\\{", "").replace("\\}", "");
        assert_eq!(plain.matches(open).count(), plain.matches(close).count());
    }
}

#[test]
fn the_page_stands_alone_and_escapes_what_it_quotes() {
    let world = World::free_riders();
    let dir = tempfile::tempdir().unwrap();
    world.write(dir.path());
    fs::write(dir.path().join("reading.txt"), "Up to 30 % <of> them.").unwrap();
    assert_eq!(draw_page(dir.path()).unwrap().files, [PAGE]);
    let page = read(dir.path(), PAGE);
    assert!(
        page.contains("<h1>Free riders &amp; a &lt;sweep&gt;</h1>") && page.contains("How many free riders")
    );
    assert!(page.contains("Up to 30 % &lt;of&gt; them."));
    assert!(page.contains("unchoke sweep scenario.toml --seed 7"));
    for outside in ["<script", "http://", "https://", "src=\"", "@import"] {
        assert!(!page.replace("http://www.w3.org/2000/svg", "").contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<figure ").count(), 3);
}

#[test]
fn no_words_leave_the_sheet() {
    let mut long = World::free_riders();
    long.systems = vec!["a system with a very long label indeed, to see what happens", "b", "c"];
    long.classes = vec!["seed", "contributors-on-slow-lines-in-the-countryside", "free-rider", "third"];
    let mut map = World::two_axes();
    map.systems = vec!["a system with a very long label indeed, to see what happens", "b", "c"];
    let worlds =
        [World::free_riders(), World::two_axes(), World::categories(), World::logarithmic(), long, map];
    for world in worlds {
        let (dir, drawn) = drawn(&world);
        for name in figures(&drawn) {
            let svg = read(dir.path(), &format!("{name}.svg"));
            assert_eq!(words_that_leave(&svg), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn a_broken_row_is_named_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    World::free_riders().write(dir.path());
    let whole = read(dir.path(), "runs.csv");
    let broken: Vec<String> = whole
        .lines()
        .enumerate()
        .map(|(k, line)| if k == 6 { line.replacen(",1,", ",many,", 1) } else { line.to_owned() })
        .collect();
    fs::write(dir.path().join("runs.csv"), broken.join("\n")).unwrap();
    let error = draw(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("runs.csv, line 7: column `replicate`: "), "{error}");
    fs::write(dir.path().join("sweep.json"), "{}").unwrap();
    assert!(draw(dir.path()).unwrap_err().to_string().starts_with("sweep.json, line 1: "));
    assert!(!dir.path().join(PAGE).exists(), "nothing is written where something is broken");
}
