//! The whole API, driven by the OpenAPI document that it serves: every operation, called by everybody. An
//! operation without a recipe here, or without its lines in `tests/api_table.txt`, fails by its name.

mod bodies;
mod call;
mod decisions;
mod document;
mod foreign;
mod framing;
mod idempotency;
mod injection;
mod levels;
mod lists;
mod pages;
mod people;
mod races;
mod recipes;
mod recordings;
mod refusals;
mod sockets;
mod table;
mod traces;
mod ways;
mod world;
