//! What all figures share: title, subtitle, footer, and panels side by side.

use super::canvas::{Align, Canvas, Font};
use super::palette::{INK, SOFT};

/// Width of every figure: a slide's, and that of its PNG in pixels.
pub const WIDTH: u32 = 1600;
pub const MARGIN: f64 = 36.0;
/// Sizes of letters, for the back row.
pub const TITLE: f64 = 44.0;
pub const TEXT: f64 = 27.0;
pub const SMALL: f64 = 24.0;

/// The words around a figure.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub title: String,
    /// Who, how many, until when, how many runs.
    pub subtitle: String,
    /// What a reader must know besides; a line each.
    pub notes: Vec<String>,
}

impl Words {
    fn room() -> f64 {
        f64::from(WIDTH) - 2.0 * MARGIN
    }

    fn lines(&self) -> (Vec<String>, Vec<String>) {
        let title = Font::bold(TITLE).wrap_evenly(&self.title, Words::room());
        let subtitle = Font::plain(TEXT).wrap_phrases(&self.subtitle, Words::room());
        (title, subtitle)
    }

    fn note_lines(&self) -> Vec<String> {
        self.notes.iter().flat_map(|note| Font::plain(SMALL).wrap_evenly(note, Words::room())).collect()
    }

    /// Height that the words above the plot need.
    pub fn head(&self) -> f64 {
        let (title, subtitle) = self.lines();
        24.0 + title.len() as f64 * 54.0 + subtitle.len() as f64 * 36.0 + 10.0
    }

    /// Height that the words below the plot need.
    pub fn foot(&self) -> f64 {
        16.0 + self.note_lines().len() as f64 * 32.0
    }

    /// Writes them on a sheet of that height.
    pub fn write(&self, canvas: &Canvas, height: f64) {
        let (title, subtitle) = self.lines();
        let mut y = 24.0;
        for line in title {
            canvas.text(&line, (MARGIN, y + 27.0), Align::Start, Font::bold(TITLE));
            y += 54.0;
        }
        for line in subtitle {
            canvas.text(&line, (MARGIN, y + 18.0), Align::Start, Font::plain(TEXT).colour(SOFT));
            y += 36.0;
        }
        let notes = self.note_lines();
        let mut y = height - 12.0 - notes.len() as f64 * 32.0;
        for line in notes {
            canvas.text(&line, (MARGIN, y + 16.0), Align::Start, Font::plain(SMALL).colour(INK));
            y += 32.0;
        }
    }
}

/// How many panels stand side by side.
pub fn columns(panels: usize) -> usize {
    match panels {
        0 | 1 => 1,
        2 | 4 => 2,
        _ => 3,
    }
}
