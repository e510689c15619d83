//! Famous bugs, put back.
