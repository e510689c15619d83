//! One case: two events at a distance, and how each message of it must end.

use restante::trial::Outcome;

pub(crate) const HEAD_FIXED: &str = "\
# Written from the table in tests/lattice; not by hand.
title = \"Whatever meets at a deadline, in whichever order, the same one wins each time\"
why = \"Each pair of expiry, ETRN, end and failure of a transfer, retry, crash, clock step and pause, a microsecond apart and at one instant: decisions at equal instants are a table, not an accident.\"
";

pub(crate) const HEAD_SHUFFLED: &str = "\
# Written from the table in tests/lattice; not by hand.
title = \"Whatever meets at a deadline, in whichever order, every promise is kept\"
why = \"The pairs of the deadline lattice with the ties of independent events shuffled: no promise may rest on the order in which two things that know nothing of each other come.\"
seeds = [1, 2, 3, 4, 5, 6, 7, 8]
ties = \"shuffled\"
";

/// A ladder of one rung; a sender who can always be told.
pub(crate) const HUB: &str = "
[hub]
retry = [\"1h\"]

[[route]]
domain = \"office.example\"
mode = \"direct\"
";

/// How far the second event lies from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offset {
    Before,
    At,
    After,
}

impl Offset {
    pub(crate) const ALL: [Offset; 3] = [Offset::Before, Offset::At, Offset::After];

    const fn micros(self) -> i64 {
        match self {
            Offset::Before => -1,
            Offset::At => 0,
            Offset::After => 1,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Offset::Before => "before",
            Offset::At => "at",
            Offset::After => "after",
        }
    }
}

/// Two events that meet.
pub(crate) struct Pair {
    /// The first, which comes at the meeting, and the second, which comes about it.
    pub(crate) events: [&'static str; 2],
    /// What must come of it when the second comes before, at and after the meeting.
    pub(crate) ends: [Ends; 3],
    /// Writes the case.
    pub(crate) script: fn(&mut Script),
}

/// How the message of a case ends.
pub(crate) type Ends = Outcome;

/// One message and its end.
pub(crate) struct Mail {
    pub(crate) name: String,
    pub(crate) ends: Outcome,
}

/// One case.
pub(crate) struct Case {
    pub(crate) mail: Vec<Mail>,
    text: String,
}

/// A case in the making. Times are in seconds from the meeting.
pub(crate) struct Script {
    name: String,
    meeting_s: i64,
    offset: Offset,
    ends: Outcome,
    site: String,
    /// What stands in tables below that of the host.
    below_site: String,
    mode: &'static str,
    traffic: String,
    events: String,
    mail: Vec<Mail>,
}

/// A point in time: so many seconds from the meeting, or from the second event about it.
#[derive(Clone, Copy)]
pub(crate) enum When {
    Meeting(i64),
    Second(i64),
}

pub(crate) const HOUR: i64 = 3_600;
pub(crate) const TIMEOUT: i64 = 48 * HOUR;

impl Case {
    pub(crate) fn new(number: i64, pair: &Pair, offset: Offset) -> Case {
        let [first, second] = pair.events;
        let name = format!("{first}-{}-{second}", offset.word());
        let ends = pair.ends[offset as usize];
        // A week each; the first after ten days, for what has to come long before.
        let meeting_s = (10 + 7 * number) * 24 * HOUR;
        let mut script = Script {
            name,
            meeting_s,
            offset,
            ends,
            site: String::new(),
            below_site: String::new(),
            mode: "held",
            traffic: String::new(),
            events: String::new(),
            mail: Vec::new(),
        };
        (pair.script)(&mut script);
        let Script { name, site, below_site, mode, traffic, events, mail, .. } = script;
        let text = format!(
            "\n[[site]]\nname = \"{name}\"\n{site}{below_site}\n[[route]]\ndomain = \"{name}.example\"\nsite = \
             \"{name}\"\nmode = \"{mode}\"\n{traffic}{events}"
        );
        Case { mail, text }
    }

    pub(crate) fn text(&self) -> String {
        self.text.clone()
    }
}

impl Script {
    /// The time as the scenario has it.
    pub(crate) fn time(&self, when: When) -> String {
        let (seconds, micros) = match when {
            When::Meeting(seconds) => (self.meeting_s + seconds, 0),
            When::Second(seconds) => (self.meeting_s + seconds, self.offset.micros()),
        };
        let text = if seconds % HOUR == 0 {
            format!("{}h", seconds / HOUR)
        } else {
            format!("{seconds}s")
        };
        match micros {
            -1 => format!("{text} - 1us"),
            1 => format!("{text} + 1us"),
            _ => text,
        }
    }

    /// The message that the case is about.
    pub(crate) fn mail(&mut self, accepted: When) {
        let (name, ends) = (self.name.clone(), self.ends);
        self.more_mail(name, accepted, ends);
    }

    /// Another message for the same host.
    pub(crate) fn other_mail(&mut self, accepted: When, ends: Outcome) {
        self.more_mail(format!("{}-other", self.name), accepted, ends);
    }

    fn more_mail(&mut self, name: String, accepted: When, ends: Outcome) {
        let at = self.time(accepted);
        self.traffic.push_str(&format!(
            "\n[[traffic]]\nname = \"{name}\"\nfrom = \"clerk@office.example\"\nto = \
             \"shop@{}.example\"\nat = [\"{at}\"]\n",
            self.name
        ));
        self.mail.push(Mail { name, ends });
    }

    /// The host calls at these times.
    pub(crate) fn calls(&mut self, calls: &[When]) {
        let mut times: Vec<String> = Vec::new();
        for call in calls {
            times.push(format!("\"{}\"", self.time(*call)));
        }
        self.site.push_str(&format!("calls = {{ at = [{}] }}\n", times.join(", ")));
    }

    /// The host never calls.
    pub(crate) fn never_calls(&mut self) {
        self.site.push_str("calls = \"never\"\n");
    }

    /// The route is direct.
    pub(crate) fn direct(&mut self) {
        self.mode = "direct";
    }

    /// The host cannot be reached from the one time to the other.
    pub(crate) fn out(&mut self, from: When, until: When) {
        let (from, until) = (self.time(from), self.time(until));
        self.site.push_str(&format!("outages = [\"{from}..{until}\"]\n"));
    }

    /// Each message takes so long.
    pub(crate) fn transfer_takes(&mut self, seconds: u64) {
        self.site.push_str(&format!("line.per_message = \"{seconds}s\"\n"));
    }

    /// The line drops.
    pub(crate) fn drops(&mut self, when: When) {
        let at = self.time(when);
        self.site.push_str(&format!("line.drops_at = [\"{at}\"]\n"));
    }

    /// Another key of the host.
    pub(crate) fn host(&mut self, line: &str) {
        self.site.push_str(line);
        self.site.push('\n');
    }

    /// The first message that the host is offered is refused for now.
    pub(crate) fn refuses_first(&mut self) {
        self.below_site.push_str(
            "[[site.trouble]]\nphase = \"command\"\ndoes = \"refuse\"\nstatus = \"4.2.2\"\nnth = [1]\n",
        );
    }

    fn event(&mut self, when: When, what: &str) {
        let at = self.time(when);
        self.events.push_str(&format!("\n[[event]]\nat = \"{at}\"\n{what}\n"));
    }

    /// The hub crashes, and is back a minute later.
    pub(crate) fn crash(&mut self, when: When) {
        self.event(when, "crash = { down = \"1m\" }");
    }

    /// The hub crashes, and is back at once.
    pub(crate) fn short_crash(&mut self, when: When) {
        self.event(when, "crash = { down = \"0s\" }");
    }

    /// The wall clock is set forward by an hour.
    pub(crate) fn clock_step(&mut self, when: When) {
        self.event(when, "clock_step = \"1h\"");
    }

    /// The host's route is paused until a minute after the meeting.
    pub(crate) fn pause(&mut self, when: When) {
        let domain = format!("{}.example", self.name);
        self.event(when, &format!("pause = \"{domain}\""));
        self.event(When::Meeting(60), &format!("resume = \"{domain}\""));
    }
}
