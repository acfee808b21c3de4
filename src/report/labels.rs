//! Words beside lines: finds each line's label a place where it hides nothing and cannot be taken for another's.

use super::canvas::Rect;

/// A polyline in figure units.
pub type Line = Vec<(f64, f64)>;

/// Free space around a label's words.
const GAP: f64 = 5.0;
/// A foreign line this close makes a reader doubt.
const NEAR: f64 = 34.0;
/// Beyond this distance a foreign line no longer matters.
const ROOMY: f64 = 110.0;

struct Candidate {
    place: Rect,
    cost: f64,
}

/// Where the labels of `lines` go, `sizes` wide and high, inside `frame`. Labels cover lines only where nothing is
/// free.
pub fn place(lines: &[Line], sizes: &[(f64, f64)], frame: &Rect) -> Vec<Rect> {
    place_at(&[8.0, 18.0], lines, sizes, &[], frame)
}

/// As [`place`], and the labels cover no `obstacles` either, near which they may stand; for that they go further away.
pub fn place_among(lines: &[Line], sizes: &[(f64, f64)], obstacles: &[Line], frame: &Rect) -> Vec<Rect> {
    place_at(&[8.0, 18.0, 40.0, 70.0, 110.0], lines, sizes, obstacles, frame)
}

/// At one of these distances from a point of the own line.
fn place_at(
    distances: &[f64],
    lines: &[Line],
    sizes: &[(f64, f64)],
    obstacles: &[Line],
    frame: &Rect,
) -> Vec<Rect> {
    assert_eq!(lines.len(), sizes.len(), "a label for each line");
    let dense: Vec<Line> = lines.iter().map(|line| densify(line)).collect();
    let obstacles: Vec<Line> = obstacles.iter().map(|line| densify(line)).collect();
    let mut choices: Vec<Vec<Candidate>> =
        (0..lines.len()).map(|own| candidates(own, &dense, sizes[own], frame, distances)).collect();
    for candidate in choices.iter_mut().flatten() {
        candidate.cost += obstacles.iter().map(|line| 60.0 * covered(&candidate.place, line)).sum::<f64>();
    }
    orders(lines.len())
        .into_iter()
        .map(|order| greedy(&order, &choices))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, places)| places)
        .unwrap_or_default()
}

/// Gives each line in turn its cheapest place that the earlier ones left.
fn greedy(order: &[usize], choices: &[Vec<Candidate>]) -> (f64, Vec<Rect>) {
    let mut total = 0.0;
    let mut places: Vec<Option<Rect>> = vec![None; choices.len()];
    for &line in order {
        let clash =
            |c: &Candidate| places.iter().flatten().filter(|p| p.grown(GAP).overlaps(&c.place)).count();
        let best = choices[line]
            .iter()
            .map(|c| (c.cost + 1e5 * clash(c) as f64, c))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let (cost, choice) = best.expect("every line has candidates");
        total += cost;
        places[line] = Some(choice.place);
    }
    (total, places.into_iter().flatten().collect())
}

/// All orders of a few lines.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in orders(count - 1) {
        for at in 0..=shorter.len() {
            let mut order = shorter.clone();
            order.insert(at, count - 1);
            all.push(order);
        }
    }
    all
}

/// The line as points a few units apart.
fn densify(line: &[(f64, f64)]) -> Line {
    const STEP: f64 = 4.0;
    let mut points: Line = line.first().copied().into_iter().collect();
    for pair in line.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let pieces = ((x1 - x0).abs().max((y1 - y0).abs()) / STEP).ceil().max(1.0) as u32;
        for k in 1..=pieces {
            let part = f64::from(k) / f64::from(pieces);
            points.push((x0 + (x1 - x0) * part, y0 + (y1 - y0) * part));
        }
    }
    points
}

/// Places around points spread along the line, each with what it costs a reader.
fn candidates(
    own: usize,
    dense: &[Line],
    size: (f64, f64),
    frame: &Rect,
    distances: &[f64],
) -> Vec<Candidate> {
    const ANCHORS: usize = 48;
    let line = &dense[own];
    let middle = [(0.5 * (frame.left + frame.right), 0.5 * (frame.top + frame.bottom))];
    let line: &[(f64, f64)] = if line.is_empty() { &middle } else { line };
    let (w, h) = size;
    let mut all = Vec::new();
    for k in 0..=ANCHORS {
        let (x, y) = line[k * (line.len() - 1) / ANCHORS];
        for &distance in distances {
            for (across, down) in [
                (0.0, -1.0),
                (0.0, 1.0),
                (1.0, 0.0),
                (-1.0, 0.0),
                (1.0, -1.0),
                (1.0, 1.0),
                (-1.0, -1.0),
                (-1.0, 1.0),
            ] {
                let centre = (x + across * (0.5 * w + distance), y + down * (0.5 * h + distance));
                let place = inside(frame, centre, w, h);
                // At a swarm's start lines often rise together: a poor place to tell them apart.
                let at_start = if x < frame.left + 0.05 * frame.width() { 30.0 } else { 0.0 };
                all.push(Candidate { place, cost: cost(&place, own, dense) + at_start });
            }
        }
    }
    all
}

/// The label's box around `centre`, pushed into the frame.
fn inside(frame: &Rect, (x, y): (f64, f64), w: f64, h: f64) -> Rect {
    let left = (x - 0.5 * w).min(frame.right - w).max(frame.left);
    let top = (y - 0.5 * h).min(frame.bottom - h).max(frame.top);
    Rect::new(left, top, left + w, top + h)
}

fn cost(place: &Rect, own: usize, dense: &[Line]) -> f64 {
    let own_gap = gap(place, &dense[own]);
    let mut cost = 40.0 * covered(place, &dense[own]) + 4.0 * (own_gap - 10.0).max(0.0);
    for (other, line) in dense.iter().enumerate() {
        if other != own {
            let gap = gap(place, line);
            cost += 60.0 * covered(place, line) + 6.0 * (NEAR - gap).max(0.0) + 0.4 * (ROOMY - gap).max(0.0);
        }
    }
    cost
}

/// How many points of the line the place covers.
fn covered(place: &Rect, line: &Line) -> f64 {
    let bounds = place.grown(GAP);
    line.iter().filter(|p| bounds.contains(**p)).count() as f64
}

/// The smallest distance between the place and a point of the line.
fn gap(place: &Rect, line: &Line) -> f64 {
    let square = |(x, y): (f64, f64)| {
        let dx = (place.left - x).max(x - place.right).max(0.0);
        let dy = (place.top - y).max(y - place.bottom).max(0.0);
        dx * dx + dy * dy
    };
    line.iter().map(|p| square(*p)).fold(f64::INFINITY, f64::min).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_clear_of_each_other_and_of_the_lines() {
        let frame = Rect::new(0.0, 0.0, 800.0, 500.0);
        let lines = vec![
            vec![(0.0, 500.0), (100.0, 0.0), (800.0, 0.0)],
            vec![(0.0, 500.0), (500.0, 100.0), (800.0, 0.0)],
        ];
        let places = place(&lines, &[(180.0, 30.0), (120.0, 30.0)], &frame);
        assert!(!places[0].overlaps(&places[1]));
        for own in [0, 1] {
            assert!(lines.iter().all(|line| densify(line).iter().all(|p| !places[own].contains(*p))));
            let near = gap(&places[own], &densify(&lines[own]));
            assert!(
                near < gap(&places[own], &densify(&lines[1 - own])),
                "label {own} stands by the other line"
            );
        }
    }

    #[test]
    fn labels_keep_clear_of_obstacles() {
        let frame = Rect::new(0.0, 0.0, 800.0, 500.0);
        let line = vec![vec![(0.0, 250.0), (800.0, 250.0)]];
        let edges = [vec![(0.0, 210.0), (800.0, 210.0)], vec![(0.0, 290.0), (800.0, 290.0)]];
        let places = place_among(&line, &[(180.0, 30.0)], &edges, &frame);
        assert!(places[0].bottom < 210.0 || places[0].top > 290.0, "outside the band: {:?}", places[0]);
    }

    #[test]
    fn a_label_wider_than_its_place_stays_in_the_frame_at_the_left() {
        let frame = Rect::new(10.0, 10.0, 60.0, 60.0);
        let places = place(&[vec![(10.0, 20.0), (60.0, 20.0)]], &[(45.0, 20.0)], &frame);
        assert!(places[0].left >= 10.0 && places[0].right <= 60.0);
    }
}
