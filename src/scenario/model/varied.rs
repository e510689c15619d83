//! What may differ from message to message.

use crate::base::Priority;

/// What may differ from message to message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Varied<T> {
    /// The same for all.
    Same(T),
    /// Drawn evenly between these two.
    Between(T, T),
    /// Drawn from these, each as likely as its weight.
    Weighted(Vec<(T, u32)>),
    /// One for each message, in order.
    Each(Vec<T>),
}

impl Varied<Priority> {
    /// Whether any message may have this one.
    #[must_use]
    pub fn includes(&self, priority: Priority) -> bool {
        match self {
            Varied::Same(only) => *only == priority,
            Varied::Between(first, last) => (*first..=*last).contains(&priority),
            Varied::Weighted(choices) => {
                choices.iter().any(|(it, weight)| *it == priority && *weight > 0)
            }
            Varied::Each(all) => all.contains(&priority),
        }
    }
}
