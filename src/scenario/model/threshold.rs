//! Bounds on statistics of a run.

/// A bound on a statistic: `p99(time_to_terminal) <= 48h5m`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// As the file has it.
    pub text: String,
    /// Which statistic.
    pub statistic: Statistic,
    /// Of what.
    pub metric: Metric,
    /// How it must compare.
    pub relation: Relation,
    /// With what: microseconds, bytes or a count, as the metric has it.
    pub bound: u64,
}

/// A statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The mean, rounded down.
    Mean,
    /// The nearest rank of so many hundredths of a percent: 9900 is the 99th percentile.
    Percentile(u32),
}

/// What a statistic is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// From acceptance to the end, whatever it was, of mail.
    TimeToTerminal,
    /// From acceptance to delivery, of mail.
    TimeToDelivery,
    /// From acceptance to the failed report, of mail.
    TimeToReturn,
    /// Tries made for each message that ended.
    Attempts,
    /// Messages that wait, at the run's sampling instants.
    Waiting,
    /// What they weigh together, in bytes.
    WaitingBytes,
    /// Connections open or being opened, at the run's sampling instants.
    Connections,
}

/// How two numbers must compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}
