//! Letters: how wide words are, and how they break into lines.

use plotters::style::{FontDesc, FontFamily, FontStyle, RGBColor};

use super::canvas::SCALE;
use super::fonts;
use super::palette::INK;

/// plotters writes a font size divided by this.
const PLOTTERS_FONT_FACTOR: f64 = 1.24;

/// How words look.
#[derive(Clone, Copy, Debug)]
pub struct Font {
    pub size: f64,
    pub bold: bool,
    pub colour: RGBColor,
}

impl Font {
    pub fn plain(size: f64) -> Font {
        Font { size, bold: false, colour: INK }
    }
    pub fn bold(size: f64) -> Font {
        Font { size, bold: true, colour: INK }
    }
    pub fn colour(self, colour: RGBColor) -> Font {
        Font { colour, ..self }
    }

    pub fn desc(&self) -> FontDesc<'static> {
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        FontDesc::new(FontFamily::Name(fonts::FAMILY), self.size * SCALE * PLOTTERS_FONT_FACTOR, style)
    }

    /// Width of `text` in figure units.
    pub fn width(&self, text: &str) -> f64 {
        fonts::register();
        let (width, _) = self.desc().box_size(text).expect("the font is registered");
        f64::from(width) / SCALE
    }

    /// `text` itself, or as much of it as `room` has place for and an ellipsis.
    pub fn fit(&self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut short: String = text.to_owned();
        while short.pop().is_some() {
            let candidate = format!("{}…", short.trim_end());
            if self.width(&candidate) <= room {
                return candidate;
            }
        }
        String::new()
    }

    /// `text` broken between words into lines no wider than `room`.
    pub fn wrap(&self, text: &str, room: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        // A no-break space breaks no line.
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}")) <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                Some(_) | None => lines.push(self.fit(word, room)),
            }
        }
        lines
    }
}

impl Font {
    /// As [`Font::wrap`], in no more lines, but in lines of about the same length: no word stands alone in the last one.
    pub fn wrap_evenly(&self, text: &str, room: f64) -> Vec<String> {
        evenly(room, |room| self.wrap(text, room))
    }

    /// Phrases with a dot between them, broken between phrases only, as long as each fits a line of its own.
    pub fn wrap_phrases(&self, phrases: &str, room: f64) -> Vec<String> {
        let lines = |room: f64| {
            let mut lines: Vec<String> = Vec::new();
            for phrase in phrases.split(DOT) {
                match lines.last_mut() {
                    Some(line) if self.width(&format!("{line}{DOT}{phrase}")) <= room => {
                        line.push_str(DOT);
                        line.push_str(phrase);
                    }
                    Some(_) | None => lines.extend(self.wrap_evenly(phrase, room)),
                }
            }
            lines
        };
        evenly(room, lines)
    }
}

/// Stands between the phrases of a subtitle.
const DOT: &str = " · ";

/// The lines that `wrap` makes of something in the least room that needs no more lines than `room` does.
fn evenly(room: f64, wrap: impl Fn(f64) -> Vec<String>) -> Vec<String> {
    const STEPS: u32 = 24;
    let lines = wrap(room);
    let narrower = (1..STEPS).rev().map(|step| room * f64::from(step) / f64::from(STEPS));
    let as_few = |narrow: &Vec<String>| narrow.len() <= lines.len();
    let even = narrower.map(&wrap).take_while(as_few).last();
    even.filter(|_| lines.len() > 1).unwrap_or(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_alone_in_the_last_line() {
        let (font, text) = (Font::plain(24.0), "one two three four five six seven eight");
        let room = font.width(text) - 5.0;
        assert_eq!(font.wrap(text, room).last().unwrap(), "eight");
        let even = font.wrap_evenly(text, room);
        assert_eq!(even.len(), 2);
        assert!(even[1].split(' ').count() >= 3, "{even:?}");
        assert_eq!(even.join(" "), text);
        assert_eq!(font.wrap_evenly("one two", room), ["one two"]);
        let narrow = font.width("two") + 1.0;
        assert_eq!(font.wrap("in 2\u{a0}h", narrow), ["in", "2\u{a0}h"]);
    }

    #[test]
    fn a_subtitle_breaks_between_its_phrases() {
        let font = Font::plain(24.0);
        let text = "n = 303 peers · ended after 20 min to 3 h 4 min · 3 runs pooled";
        let room = font.width(text) - 5.0;
        assert_eq!(
            font.wrap_phrases(text, room),
            ["n = 303 peers · ended after 20 min to 3 h 4 min", "3 runs pooled"]
        );
        assert_eq!(font.wrap_phrases(text, 2.0 * room), [text]);
    }
}
