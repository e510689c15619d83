//! The pairs, and who wins when the second event comes a microsecond before the first, at the same
//! instant, and a microsecond after it.

use restante::trial::Outcome::{self, Delivered, Ndr};

use crate::case::When::{Meeting, Second};
use crate::case::{HOUR, Pair, Script, TIMEOUT};

const EXPIRY: &str = "expiry";
const ETRN: &str = "etrn";
const END: &str = "transfer-end";
const FAILURE: &str = "transfer-failure";
const RETRY: &str = "retry";
const CRASH: &str = "crash";
const STEP: &str = "clock-step";
const PAUSE: &str = "pause";

const fn pair(
    first: &'static str,
    second: &'static str,
    ends: [Outcome; 3],
    script: fn(&mut Script),
) -> Pair {
    Pair { events: [first, second], ends, script }
}

const ALWAYS: [Outcome; 3] = [Delivered; 3];
const NEVER: [Outcome; 3] = [Ndr; 3];
const ONLY_BEFORE: [Outcome; 3] = [Delivered, Ndr, Ndr];
const NOT_BEFORE: [Outcome; 3] = [Ndr, Delivered, Delivered];

pub(crate) const PAIRS: &[Pair] = &[
    pair(EXPIRY, ETRN, ONLY_BEFORE, |it| {
        it.mail(Meeting(-TIMEOUT));
        it.calls(&[Second(0)]);
    }),
    // A transfer that was under way at the deadline has grace.
    pair(EXPIRY, END, ALWAYS, |it| {
        it.mail(Meeting(-TIMEOUT));
        it.transfer_takes(10);
        it.calls(&[Second(-10)]);
    }),
    // What fails before the deadline waits for it; what fails at it or after it is returned at once.
    pair(EXPIRY, FAILURE, NEVER, |it| {
        it.mail(Meeting(-TIMEOUT));
        it.transfer_takes(60);
        it.calls(&[Meeting(-10)]);
        it.drops(Second(0));
    }),
    // The ladder was begun by an older message, which has expired an hour before.
    pair(EXPIRY, RETRY, ONLY_BEFORE, |it| {
        it.direct();
        it.other_mail(Second(-49 * HOUR), Ndr);
        it.mail(Meeting(-TIMEOUT));
        it.out(Meeting(-50 * HOUR), Meeting(-HOUR / 2));
    }),
    pair(EXPIRY, CRASH, NEVER, |it| {
        it.mail(Meeting(-TIMEOUT));
        it.never_calls();
        it.crash(Second(0));
    }),
    pair(EXPIRY, STEP, NEVER, |it| {
        it.mail(Meeting(-TIMEOUT));
        it.never_calls();
        it.clock_step(Second(0));
    }),
    pair(EXPIRY, PAUSE, NEVER, |it| {
        it.mail(Meeting(-TIMEOUT));
        it.never_calls();
        it.pause(Second(0));
    }),
    // What the host refused is offered again, by the flush that is on or by a new one.
    pair(ETRN, END, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.other_mail(Meeting(-HOUR / 2), Delivered);
        it.transfer_takes(10);
        it.refuses_first();
        it.calls(&[Second(-10), Meeting(0)]);
    }),
    // A call that joins a flush ends with it.
    pair(FAILURE, ETRN, NOT_BEFORE, |it| {
        it.mail(Meeting(-HOUR));
        it.transfer_takes(60);
        it.calls(&[Meeting(-10), Second(0)]);
        it.drops(Meeting(0));
    }),
    pair(RETRY, ETRN, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-HOUR));
        it.host("line.call_length = \"10m\"");
        it.calls(&[Second(0)]);
    }),
    pair(CRASH, ETRN, ONLY_BEFORE, |it| {
        it.mail(Meeting(-HOUR));
        it.calls(&[Second(0)]);
        it.crash(Meeting(0));
    }),
    pair(STEP, ETRN, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.calls(&[Second(0)]);
        it.clock_step(Meeting(0));
    }),
    // A flush that is opened while its route is paused begins at the resume.
    pair(PAUSE, ETRN, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.host("line.patience = \"5m\"");
        it.calls(&[Second(0)]);
        it.pause(Meeting(0));
    }),
    pair(END, FAILURE, NOT_BEFORE, |it| {
        it.mail(Meeting(-HOUR));
        it.transfer_takes(10);
        it.calls(&[Meeting(-10)]);
        it.drops(Second(0));
    }),
    // The other message was refused an hour ago and has its own retry.
    pair(END, RETRY, ALWAYS, |it| {
        it.direct();
        it.other_mail(Second(-HOUR), Delivered);
        it.mail(Meeting(-10));
        it.transfer_takes(10);
        it.refuses_first();
    }),
    pair(END, CRASH, NOT_BEFORE, |it| {
        it.mail(Meeting(-HOUR));
        it.transfer_takes(10);
        it.calls(&[Meeting(-10)]);
        it.crash(Second(0));
    }),
    pair(END, STEP, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.transfer_takes(10);
        it.calls(&[Meeting(-10)]);
        it.clock_step(Second(0));
    }),
    // What is in transfer when its route is paused may finish.
    pair(END, PAUSE, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.transfer_takes(10);
        it.calls(&[Meeting(-10)]);
        it.pause(Second(0));
    }),
    pair(FAILURE, RETRY, ALWAYS, |it| {
        it.direct();
        it.other_mail(Second(-HOUR), Delivered);
        it.mail(Meeting(-10));
        it.transfer_takes(60);
        it.refuses_first();
        it.drops(Meeting(0));
    }),
    pair(FAILURE, CRASH, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-10));
        it.transfer_takes(60);
        it.drops(Meeting(0));
        it.crash(Second(0));
    }),
    pair(FAILURE, STEP, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-10));
        it.transfer_takes(60);
        it.drops(Meeting(0));
        it.clock_step(Second(0));
    }),
    pair(FAILURE, PAUSE, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-10));
        it.transfer_takes(60);
        it.drops(Meeting(0));
        it.pause(Second(0));
    }),
    pair(RETRY, CRASH, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-HOUR));
        it.out(Meeting(-2 * HOUR), Meeting(-HOUR / 2));
        it.crash(Second(0));
    }),
    pair(RETRY, STEP, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-HOUR));
        it.out(Meeting(-2 * HOUR), Meeting(-HOUR / 2));
        it.clock_step(Second(0));
    }),
    pair(RETRY, PAUSE, ALWAYS, |it| {
        it.direct();
        it.mail(Meeting(-HOUR));
        it.out(Meeting(-2 * HOUR), Meeting(-HOUR / 2));
        it.pause(Second(0));
    }),
    // A step while the hub is down is taken for time that has passed.
    pair(CRASH, STEP, NEVER, |it| {
        it.mail(Meeting(-HOUR));
        it.never_calls();
        it.crash(Meeting(0));
        it.clock_step(Second(0));
    }),
    // A pause outlasts a crash.
    pair(CRASH, PAUSE, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.host("line.patience = \"5m\"");
        it.calls(&[Meeting(30)]);
        it.short_crash(Meeting(0));
        it.pause(Second(0));
    }),
    pair(STEP, PAUSE, ALWAYS, |it| {
        it.mail(Meeting(-HOUR));
        it.host("line.patience = \"5m\"");
        it.calls(&[Meeting(30)]);
        it.clock_step(Meeting(0));
        it.pause(Second(0));
    }),
];
