//! SVG to PNG, with the embedded font alone.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::fonts;

/// Rasterises a figure at its nominal size, one pixel a unit. The same input gives the same bytes everywhere.
pub fn render(svg: &str) -> Vec<u8> {
    let options = Options { fontdb: fonts::database(), font_family: "Inter".into(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).expect("our own SVG parses");
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).expect("a figure has a size");
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().expect("a picture in memory encodes")
}
