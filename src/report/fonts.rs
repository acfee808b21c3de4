//! The embedded font: the same letters on a machine that has none.
//!
//! It never looks at the system's fonts. `fonts/README.md` says where the files come from.

use std::sync::{Arc, Once};

use plotters::style::{FontStyle, register_font};
use resvg::usvg::fontdb;

/// The key under which plotters knows the font and, at the same time, the CSS family list of the figures.
pub const FAMILY: &str = "Inter, DejaVu Sans, Arial, sans-serif";

/// `@font-face` rules with both weights inside, for stand-alone figures and for the page.
pub const CSS: &str = include_str!("fonts/inter.css");

const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");

/// Makes the font known to plotters, which measures text with it; calls after the first do nothing.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, SEMI_BOLD)] {
            assert!(register_font(FAMILY, style, bytes).is_ok(), "the embedded font is broken");
        }
    });
}

/// The font for the rasteriser, and no other.
pub fn database() -> Arc<fontdb::Database> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMI_BOLD.to_vec());
    Arc::new(fonts)
}
