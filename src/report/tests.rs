//! The report as a whole, on made-up results.

use std::fs;
use std::path::Path;

use resvg::usvg::roxmltree::Document;

use super::synthetic::{World, compared};
use super::*;
use crate::report::plots::download_times::cdf;

fn drawn(world: &World) -> (tempfile::TempDir, Drawn) {
    let dir = tempfile::tempdir().unwrap();
    world.write(dir.path());
    let drawn = draw(dir.path()).unwrap();
    keep(dir.path(), &drawn);
    (dir, drawn)
}

/// Systems of four kinds.
fn compared_drawn() -> (tempfile::TempDir, Drawn) {
    let dir = tempfile::tempdir().unwrap();
    compared::write(dir.path());
    let drawn = draw(dir.path()).unwrap();
    keep(dir.path(), &drawn);
    (dir, drawn)
}

/// For people who want to look: copies what was drawn into `UNCHOKE_KEEP_FIGURES`.
pub fn keep(dir: &Path, drawn: &Drawn) {
    let Ok(target) = std::env::var("UNCHOKE_KEEP_FIGURES") else { return };
    let target = Path::new(&target).join(std::thread::current().name().unwrap_or("test").replace("::", "."));
    fs::create_dir_all(&target).unwrap();
    for file in &drawn.files {
        fs::copy(dir.join(file), target.join(file)).unwrap();
    }
}

fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap()
}

#[test]
fn drawing_twice_writes_the_same_bytes() {
    let (dir, first) = drawn(&World::free_riding());
    let before: Vec<Vec<u8>> = first.files.iter().map(|f| fs::read(dir.path().join(f)).unwrap()).collect();
    assert_eq!(draw(dir.path()).unwrap(), first);
    for (file, bytes) in first.files.iter().zip(before) {
        assert!(fs::read(dir.path().join(file)).unwrap() == bytes, "{file} changed");
    }
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().all(|n| !n.to_string_lossy().starts_with('.')), "left over: {names:?}");
}

#[test]
fn every_kind_of_figure_is_drawn_with_its_picture() {
    let mut world = World::free_riding();
    world.messages = true;
    let (dir, drawn) = drawn(&world);
    let kinds = [
        "download-times",
        "bytes-by-reason",
        "progress",
        "online",
        "upload",
        "copies",
        "upload-lorenz",
        "waiting",
        "choke-chart",
        "messages",
    ];
    for kind in kinds {
        assert!(drawn.files.contains(&format!("{kind}.svg")), "{kind}");
        let bytes = fs::read(dir.path().join(format!("{kind}.png"))).unwrap();
        let picture = resvg::tiny_skia::Pixmap::decode_png(&bytes).unwrap();
        let svg = read(dir.path(), &format!("{kind}.svg"));
        let svg = Document::parse(&svg).unwrap();
        let side = |name: &str| svg.root_element().attribute(name).unwrap().parse::<u32>().unwrap();
        assert_eq!((picture.width(), picture.height()), (side("width"), side("height")), "{kind}");
        assert_eq!(picture.width(), 1600);
        assert!(picture.pixels().iter().filter(|p| p.red() < 100).count() > 2000, "{kind} shows its words");
    }
}

#[test]
fn systems_of_several_kinds_are_drawn_on_one_set_of_axes() {
    let (dir, drawn) = compared_drawn();
    let kinds: Vec<&str> = drawn.files.iter().filter_map(|file| file.strip_suffix(".svg")).collect();
    let side_by_side = [
        "completion",
        "find-wait-transfer",
        "fulfilled",
        "search-success",
        "central-load",
        "central-queue",
        "bytes-served",
        "bytes-stored",
        "concentration",
        "search-cost",
    ];
    assert_eq!(kinds[..10], side_by_side);
    for swarms_only in ["download-times", "bytes-by-reason", "copies", "upload-lorenz", "waiting"] {
        assert!(!kinds.contains(&swarms_only), "{swarms_only} has nothing to show");
    }
    let svg = read(dir.path(), "find-wait-transfer.svg");
    assert!(
        svg.contains("finding by metainfo and tracker") && svg.contains("finding by search"),
        "two looks"
    );
    for name in ["fulfilled", "central-load"] {
        assert!(read(dir.path(), &format!("{name}.svg")).contains("indexes, tracker down"), "{name}");
    }
    assert!(read(dir.path(), "concentration.svg").contains("control: upload lines"));
    let page = read(dir.path(), PAGE);
    assert!(page.contains("Side by side") && page.contains("A catalogue of 1000 files"));
    assert!(page.contains("<td>client-server</td>") || page.contains("client-server</th>"));
    assert_eq!(page.matches("<figure ").count(), kinds.len());
}

#[test]
fn swarms_of_one_file_are_told_by_class() {
    let (dir, drawn) = drawn(&World::free_riding());
    assert!(!drawn.files.contains(&"completion.svg".to_owned()));
    assert!(!read(dir.path(), PAGE).contains("Side by side"));
}

/// Half the width that a text needs in its figure, from the embedded font.
fn text_box(node: &resvg::usvg::roxmltree::Node) -> (f64, f64, f64, f64) {
    let number = |name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let (x, y, size) = (number("x"), number("y"), number("font-size"));
    let font =
        canvas::Font { size, bold: node.attribute("font-weight").is_some(), ..canvas::Font::plain(1.0) };
    let width = font.width(node.text().unwrap_or(""));
    let (before, after) = match node.attribute("text-anchor").unwrap() {
        "start" => (0.0, width),
        "middle" => (0.5 * width, 0.5 * width),
        _ => (width, 0.0),
    };
    if node.attribute("transform").is_some_and(|t| t.starts_with("rotate(270")) {
        return (x - 0.5 * size, y - after, x + 0.5 * size, y + before);
    }
    (x - before, y - 0.5 * size, x + after, y + 0.5 * size)
}

#[test]
fn no_words_leave_the_sheet() {
    let mut long = World::free_riding();
    long.systems = vec!["a system with a very long label indeed, to see what happens", "b", "c"];
    long.classes = vec![
        ("contributors-on-slow-lines-in-the-countryside", 30, 125_000.0),
        ("free-rider", 20, 125_000.0),
        ("third", 20, 125_000.0),
        ("fourth", 20, 125_000.0),
        ("fifth", 10, 125_000.0),
    ];
    long.replicates = 3;
    long.messages = true;
    for (dir, drawn) in [drawn(&World::free_riding()), drawn(&long), compared_drawn()] {
        for file in drawn.files.iter().filter(|f| f.ends_with(".svg")) {
            assert_eq!(words_that_leave(&read(dir.path(), file)), Vec::<String>::new(), "{file}");
        }
    }
}

/// The words of a figure that do not stand on its sheet as a whole.
pub fn words_that_leave(svg: &str) -> Vec<String> {
    let svg = Document::parse(svg).unwrap();
    let view = svg.root_element().attribute("viewBox").unwrap();
    let view: Vec<f64> = view.split(' ').map(|n| n.parse().unwrap()).collect();
    let leaves = |node: &resvg::usvg::roxmltree::Node| {
        let (left, top, right, bottom) = text_box(node);
        left < 0.0 || top < 0.0 || right > view[2] || bottom > view[3]
    };
    let words = svg.descendants().filter(|n| n.has_tag_name("text")).filter(leaves);
    words.map(|node| node.text().unwrap_or("").to_owned()).collect()
}

#[test]
fn every_axis_begins_at_zero() {
    for (dir, drawn) in [drawn(&World::free_riding()), compared_drawn()] {
        for file in drawn.files.iter().filter(|f| f.ends_with(".svg") && *f != "messages.svg") {
            let text = read(dir.path(), file);
            let svg = Document::parse(&text).unwrap();
            let texts: Vec<&str> =
                svg.descendants().filter(|n| n.has_tag_name("text")).filter_map(|n| n.text()).collect();
            assert!(texts.iter().any(|t| *t == "0" || *t == "0.0"), "{file}: {texts:?}");
        }
    }
    for axis in [
        axes::Axis::time("t", 777.0, 5),
        axes::Axis::percent("p"),
        axes::Axis::rate("r", 5e6, 5),
        axes::Axis::count("n", 3.0, 5),
    ] {
        assert_eq!(axis.ticks[0].0, 0.0);
    }
}

#[test]
fn the_curve_ends_at_finished_over_all() {
    let dir = tempfile::tempdir().unwrap();
    World::free_riding().write(dir.path());
    let tables = Tables::read(dir.path()).unwrap();
    let curve = cdf(tables.peers_of("tit-for-tat", "free-rider"));
    let finished = tables.peers_of("tit-for-tat", "free-rider").filter(|p| p.completed_s.is_some()).count();
    assert_eq!(curve.peers, 20);
    let steps = curve.steps(2000.0);
    assert_eq!(*steps.last().unwrap(), (2000.0, finished as f64 / 20.0));
    assert!(steps.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
}

#[test]
fn a_broken_row_is_named_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    World::free_riding().write(dir.path());
    let whole = read(dir.path(), "peers.csv");
    let broken: Vec<String> = whole
        .lines()
        .enumerate()
        .map(|(k, line)| if k == 6 { line.replacen(",0,", ",many,", 1) } else { line.to_owned() })
        .collect();
    fs::write(dir.path().join("peers.csv"), broken.join("\n")).unwrap();
    let error = draw(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("peers.csv, line 7: column `replicate`: "), "{error}");
    fs::write(
        dir.path().join("peers.csv"),
        whole.lines().take(3).collect::<Vec<_>>().join("\n") + "\nshort,row\n",
    )
    .unwrap();
    let error = draw(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("peers.csv, line 4: 2 columns where the header has "), "{error}");
    // An optional column that is missing would read as empty: nobody would have finished.
    fs::write(dir.path().join("peers.csv"), whole.replacen("completed_s", "completed", 1)).unwrap();
    let error = draw(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("peers.csv, line 1: there is no column `completed_s`"), "{error}");
    fs::write(dir.path().join("peers.csv"), "").unwrap();
    assert!(draw(dir.path()).unwrap_err().to_string().contains("there is no column"));
    fs::write(dir.path().join("peers.csv"), &whole).unwrap();
    let manifest = read(dir.path(), "manifest.json");
    let listing = manifest.replacen('{', "{\n\"files\": [\"decisions.csv.gz\"],", 1);
    fs::remove_file(dir.path().join("decisions.csv")).unwrap();
    draw_page(dir.path()).expect("what was not recorded is not missed");
    fs::remove_file(dir.path().join(PAGE)).unwrap();
    fs::write(dir.path().join("manifest.json"), listing).unwrap();
    assert!(draw(dir.path()).unwrap_err().to_string().contains("has no decisions.csv"));
    fs::write(dir.path().join("manifest.json"), &manifest).unwrap();
    fs::remove_file(dir.path().join("timeseries.csv")).unwrap();
    let error = draw(dir.path()).unwrap_err().to_string();
    assert!(error.contains("has no timeseries.csv") && error.contains("unchoke run"), "{error}");
    fs::write(dir.path().join("manifest.json"), "{\n\"seed\": minus one }").unwrap();
    let error = draw(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("manifest.json, line 2: "), "{error}");
    assert!(!dir.path().join(PAGE).exists(), "nothing is written where something is broken");
}

#[test]
fn the_page_stands_alone_and_escapes_what_it_quotes() {
    let mut world = World::free_riding();
    world.messages = true;
    let (dir, _) = drawn(&world);
    let page = read(dir.path(), PAGE);
    assert!(page.contains("<h1>Free riders &lt;in&gt; a flash crowd</h1>"));
    assert!(page.contains("classes differ in capacity: &lt;confounded&gt;"));
    assert!(page.contains("The first 400 of 518 messages"));
    assert!(
        page.contains("--set 'population.total=100'")
            || page.contains("--set &#39;population.total=100&#39;")
    );
    for outside in ["<script", "http://", "https://", "src=\"", "@import"] {
        let found = page.replace("http://www.w3.org/2000/svg", "").contains(outside);
        assert!(!found, "the page refers to something outside: {outside}");
    }
    assert_eq!(page.matches("<svg ").count(), page.matches("</svg>").count());
    assert_eq!(page.matches("<figure ").count(), 10);
}

#[test]
fn several_runs_are_pooled_and_said_to_be() {
    let mut world = World::free_riding();
    world.replicates = 3;
    let (dir, _) = drawn(&world);
    assert!(read(dir.path(), "download-times.svg").contains("3 runs pooled"));
    assert!(read(dir.path(), "download-times.svg").contains("least fluid bound of the last: 4 min 28 s"));
    assert!(read(dir.path(), "progress.svg").contains("run 1 of 3 shown"));
}

#[test]
fn a_directory_with_nothing_but_headers_gives_a_page_without_figures() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::free_riding();
    world.systems.clear();
    world.decisions = false;
    world.write(dir.path());
    assert_eq!(draw(dir.path()).unwrap().files, [PAGE]);
}
