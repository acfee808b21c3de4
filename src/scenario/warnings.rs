//! What is legal but surely not meant.

use super::problem::{Problems, Span};
use super::resolve::ClassPlace;
use super::view::View;
use crate::spec::Scenario;

/// Where things stand that a warning may point at.
pub struct Places<'v, 'a> {
    pub root: &'v View<'a>,
    pub classes: &'v [ClassPlace<'a>],
    pub systems: &'v [Span],
}

pub fn warn(_scenario: &Scenario, _places: &Places<'_, '_>, _out: &mut Problems) {}
