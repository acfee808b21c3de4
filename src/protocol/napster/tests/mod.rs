mod client;
mod index;
