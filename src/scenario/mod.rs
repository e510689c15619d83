//! What was asked for.

mod chance;
mod model;

pub use model::{
    Address, Arrivals, Calls, Count, CsvRows, Expect, Line, Policy, PolicyChanges, PolicyName,
    Presence, Record, Route, RouteMode, Scenario, Site, Source, Terms,
};
