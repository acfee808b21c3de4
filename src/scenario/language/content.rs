//! The keys of `[content]`.

use super::FILE;
use crate::scenario::grammar::{Record, Shape, Variant, Word, key, variant};
use crate::scenario::quantity::{Quantity, SIZE};

pub static CONTENT: Record = Record {
    place: "in [content]",
    keys: &[
        key("files", &FILE_COUNT, "How many files are shared. More than one make a catalogue with titles and performers; each is a torrent of its own.").or("1"),
        key("size", &FILE_SIZE, "Length of the file, or of each. Required unless `metainfo` gives it."),
        key("piece", &PIECE, "Length of a piece: a power of two from 16 KiB to 16 MiB.").or("\"256 KiB\""),
        key("popularity", &POPULARITY, "How likely each file of a catalogue is to be held and wished for.").or("{ zipf = 0.8 }"),
        key("performers", &FILE_COUNT, "So many performers share the files of a catalogue. Without it one for twenty files."),
        key(
            "metainfo",
            &FILE,
            "A .torrent file that gives size, piece length and number of pieces, instead of `size` and `piece`.",
        ),
    ],
    later: &[],
};
static FILE_COUNT: Shape = Shape::whole(1, 4_000_000, "1000");
pub static SIZE_SHAPE: Shape = Shape::quantity(SIZE);
static FILE_SIZE: Shape = Shape::quantity(SIZE).or_one_of(FILE_SIZES, &[]);
pub static FILE_SIZES: &[Variant] = &[
    variant("uniform", &SIZE_UNIFORM_SHAPE, "Uniform between two sizes, in a catalogue."),
    variant("log-normal", &SIZE_LOG_NORMAL_SHAPE, "A log-normal distribution, in a catalogue."),
];
static SIZE_UNIFORM_SHAPE: Shape = Shape::record(&SIZE_UNIFORM);
pub static SIZE_UNIFORM: Record = Record {
    place: "in a uniform size",
    keys: &[
        key("from", &SIZE_SHAPE, "The smallest.").required(),
        key("to", &SIZE_SHAPE, "The largest.").required(),
    ],
    later: &[],
};
static SIZE_LOG_NORMAL_SHAPE: Shape = Shape::record(&SIZE_LOG_NORMAL);
pub static SIZE_LOG_NORMAL: Record = Record {
    place: "in a log-normal size",
    keys: &[
        key("median", &SIZE_SHAPE, "Half of the files are smaller.").required(),
        key("sigma", &super::SIGMA, "Standard deviation of the natural logarithm.").required(),
    ],
    later: &[],
};
static PIECE: Shape = Shape::quantity(Quantity {
    min: 16_384.0,
    max: 16_777_216.0,
    range: "a power of two from 16 KiB to 16 MiB",
    example: "256 KiB",
    ..SIZE
});
static POPULARITY: Shape =
    Shape::words(&[Word { text: "uniform", doc: "All alike." }]).or_one_of(POPULARITIES, &[]);
pub static POPULARITIES: &[Variant] =
    &[variant("zipf", &ZIPF_EXPONENT, "The file of rank k with weight 1 / k to this power.")];
static ZIPF_EXPONENT: Shape = Shape::number(0.0, 5.0, "0.8");
