//! The spool from outside: what it keeps, what it refuses, and what is left when something breaks.

mod batches;
mod damage;
mod faulty;
mod formats;
mod model;
mod names;
mod room;
mod sight;
