//! The Napster system: its rules one by one in times and counted events, its index as a queue, and towns drawn at random.

mod index;
mod people;
mod queue;
mod suppliers;
mod town;
mod worlds;
