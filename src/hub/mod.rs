//! The joint: what the queue must not forget goes to the spool, and nothing that rests on it is told
//! before it is there.
