//! The hub with a spool in memory: what is told when, and what is there after a restart.

use restante::base::{
    Clocks, Instant, Kind, MessageId, Notify, Order, Priority, RouteId, SiteId, Span, State,
    Status, Target,
};
use restante::hub::{
    Addressee, Content, Envelope, Host, Hub, Letter, Recovered, Returns, StartError, mail, store,
};
use restante::queue::{
    ClientId, Effect, EtrnAnswer, Extensions, ForwardPath, Input, Mode, Policy, Production, Route,
    Routes, Submission,
};
use restante::spool::{Memory, Settings, Spool};

const HELD: RouteId = RouteId(0);
const HOME: RouteId = RouteId(1);
const OWNER: ClientId = ClientId(7);
const WALL_UNIX_US: i64 = 978_307_200_000_000;

/// A hub, the volume of its spool, and what it bade since that was last looked at.
struct Post {
    hub: Hub,
    spool: Spool,
    volume: Memory,
    now: Instant,
    effects: Vec<Effect>,
}

fn routes(domains: &[&str]) -> Routes {
    let route = |domain: &&str| Route {
        domain: (*domain).to_owned(),
        mode: if domain.starts_with("branch") { Mode::Held } else { Mode::Direct },
        owner: OWNER,
        site: SiteId(0),
        queue: None,
    };
    Routes::new(domains.iter().map(route).collect()).expect("domains that differ")
}

fn start(
    volume: &Memory,
    domains: &[&str],
    wall_unix_us: i64,
) -> Result<(Hub, Spool, Instant), StartError> {
    let spool = Spool::open(volume, Settings::default()).expect("a spool");
    let contents = spool.read().expect("it can be read");
    let recovered = Recovered::read(contents, &routes(domains), wall_unix_us)?;
    let now = recovered.now();
    let hub = Hub::start(Production, Policy::ims(), routes(domains), recovered)?;
    Ok((hub, spool, now))
}

impl Post {
    fn new() -> Post {
        let volume = Memory::new();
        let (hub, spool, now) =
            start(&volume, &["branch.example", "home.example"], WALL_UNIX_US).expect("empty");
        Post { hub, spool, volume, now, effects: Vec::new() }
    }

    fn wall_unix_us(&self) -> i64 {
        WALL_UNIX_US + i64::try_from(self.now.micros()).expect("early")
    }

    /// Offers a short message to the clerk.
    fn submit(&mut self, ordinal: u64) {
        let body = format!("Subject: {}\r\n\r\nhello\r\n", message(ordinal)).into_bytes();
        self.submit_body(ordinal, body, Returns::Headers);
    }

    fn submit_body(&mut self, ordinal: u64, body: Vec<u8>, returns: Returns) {
        let message = message(ordinal);
        let submission = Submission {
            message,
            priority: Priority::Normal,
            size_bytes: 100,
            sender: Some(HOME),
            release_at: None,
            deliver_by: None,
            recipients: &[ForwardPath { route: HELD, notify: Notify::ABSENT }],
        };
        let envelope = Envelope {
            reverse_path: "sales@home.example".to_owned(),
            recipients: vec![Addressee {
                address: "clerk@branch.example".to_owned(),
                original: None,
            }],
            envelope_id: None,
            returns,
            arrived_unix_us: self.wall_unix_us(),
        };
        let content = Content::Whole(body);
        self.hub.submit(self.now, submission, Letter { envelope, content }, &mut self.effects);
    }

    fn tell(&mut self, input: Input<'_>) {
        self.hub.handle(self.now, input, &mut self.effects);
    }

    /// Stores what is outgoing until nothing is.
    fn settle(&mut self) {
        let host = Host { name: "hub.example".to_owned() };
        while let Some(outgoing) = self.hub.take_outgoing() {
            let clocks = Clocks { hub: self.now, wall_unix_us: self.wall_unix_us() };
            store(&mut self.spool, &outgoing, clocks, &host).expect("memory does not fail");
            self.hub.stored(self.now, &mut self.effects);
        }
    }

    fn wait(&mut self, span: Span) {
        self.now += span;
        self.tell(Input::Wake);
    }

    /// The power goes, and comes back after a time.
    fn restart(mut self, down: Span, domains: &[&str]) -> Result<Post, StartError> {
        self.now += down;
        let wall_unix_us = self.wall_unix_us();
        let Post { spool, volume, effects, .. } = self;
        drop(spool);
        let (hub, spool, now) = start(&volume, domains, wall_unix_us)?;
        Ok(Post { hub, spool, volume, now, effects })
    }

    /// The text of a report, which goes from nobody to the sender.
    fn text(&self, report: MessageId) -> String {
        let mail = mail(&self.spool, report).expect("a spool").expect("the report");
        assert_eq!(mail.envelope.reverse_path, "");
        assert_eq!(mail.envelope.recipients[0].address, "sales@home.example");
        let text: Vec<u8> = mail.body.flat_map(|chunk| chunk.expect("a spool")).collect();
        String::from_utf8(text).expect("ASCII")
    }

    fn accepted(&self) -> usize {
        self.effects.iter().filter(|it| matches!(it, Effect::Accepted { .. })).count()
    }
}

fn message(ordinal: u64) -> MessageId {
    MessageId::mail(0, ordinal).expect("a small number")
}

const BOTH: [&str; 2] = ["branch.example", "home.example"];

#[test]
fn nothing_is_acknowledged_before_it_is_stored_and_what_comes_meanwhile_shares_the_next_group() {
    let mut post = Post::new();
    post.settle();
    post.submit(0);
    let first = post.hub.take_outgoing().expect("a record");
    post.submit(1);
    post.submit(2);
    assert!(post.hub.take_outgoing().is_none(), "one group is under way at a time");
    assert_eq!((first.records(), post.accepted()), (1, 0));
    let host = Host { name: "hub.example".to_owned() };
    let clocks = Clocks { hub: post.now, wall_unix_us: WALL_UNIX_US };
    store(&mut post.spool, &first, clocks, &host).expect("memory does not fail");
    post.hub.stored(post.now, &mut post.effects);
    assert_eq!(post.accepted(), 1);
    let next = post.hub.take_outgoing().expect("two records");
    assert_eq!((next.records(), post.accepted()), (2, 1));
}

#[test]
fn a_restart_moves_no_deadline_and_returns_at_once_what_expired_meanwhile() {
    for (down, is_returned) in [(Span::from_hours(1), false), (Span::from_hours(47), true)] {
        let mut post = Post::new();
        post.submit(0);
        post.settle();
        post.wait(Span::from_hours(1));
        let before: Vec<_> = post.hub.list().collect();
        post.effects.clear();
        let mut post = post.restart(down, &BOTH).expect("its own spool");
        assert_eq!(post.now, Instant::ZERO + Span::from_hours(1) + down);
        assert_eq!(post.hub.list().collect::<Vec<_>>(), before);
        post.tell(Input::Wake);
        post.settle();
        let returned = |it: &Effect| matches!(it, Effect::Report { kind: Kind::Failed, .. });
        assert_eq!(post.effects.iter().any(returned), is_returned, "after {down}");
    }
}

#[test]
fn a_report_is_stored_with_the_end_of_what_it_is_about_and_has_a_text() {
    let mut post = Post::new();
    post.submit(0);
    post.settle();
    post.wait(Span::from_hours(48));
    post.settle();
    let report = message(0).report(Kind::Failed);
    let post = post.restart(Span::from_minutes(1), &BOTH).expect("its own spool");
    assert_eq!(post.hub.list().map(|it| it.message).collect::<Vec<_>>(), [report]);
    assert!(mail(&post.spool, message(0)).expect("a spool").is_none(), "it ended");
    let text = post.text(report);
    for part in ["Final-Recipient: rfc822; clerk@branch.example", "Status: 4.4.7", "Subject: 0.0"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn a_message_goes_back_whole_or_with_all_of_its_header_and_never_in_part() {
    const HEADER: usize = 4_200;
    // Around the sizes at which the spool cuts a body, and that at which a report gives no more back.
    for size in [4_071, 4_072, 5_000, 65_512, 65_536, 65_537, 200_000] {
        for (returns, is_whole) in [(Returns::Full, size <= 65_536), (Returns::Headers, false)] {
            let header = format!("Subject: {}\r\n", "long ".repeat(2_000));
            let header = &header[..HEADER.min(size / 2)];
            let mut body = format!("{header}\r\nLast: field\r\n\r\n").into_bytes();
            body.resize(size - 4, b'x');
            body.extend_from_slice(b"\r\nZ.");
            let mut post = Post::new();
            post.submit_body(0, body, returns);
            post.settle();
            post.wait(Span::from_hours(48));
            post.settle();
            let text = post.text(message(0).report(Kind::Failed));
            assert!(text.contains("\r\nLast: field\r\n"), "{size} {returns:?}");
            assert_eq!(text.contains("\r\nZ."), is_whole, "{size} {returns:?}");
        }
    }
}

#[test]
fn a_flush_does_not_go_on_after_a_restart() {
    let mut post = Post::new();
    post.submit(0);
    post.settle();
    post.tell(Input::Etrn { client: OWNER, node: "branch.example" });
    let begun = |it: &Effect| matches!(it, Effect::Connect { route: HELD, .. });
    assert!(post.effects.iter().any(begun));
    post.effects.clear();
    let mut post = post.restart(Span::ZERO, &BOTH).expect("its own spool");
    post.tell(Input::Wake);
    post.settle();
    assert!(!post.effects.iter().any(begun), "{:?}", post.effects);
    assert_eq!(post.hub.census().messages[State::Held as usize], 1);
}

#[test]
fn a_hub_that_cannot_store_refuses_mail_and_calls_and_cuts_what_is_open() {
    let mut post = Post::new();
    post.submit(0);
    post.settle();
    post.tell(Input::Etrn { client: OWNER, node: "branch.example" });
    let opened = post.effects.iter().find_map(|it| match it {
        Effect::Connect { connection, .. } => Some(*connection),
        _ => None,
    });
    let connection = opened.expect("a flush opens a connection");
    post.submit(1);
    assert!(post.hub.take_outgoing().is_some());
    // What is not even under way is certain not to be stored.
    post.submit(3);
    post.effects.clear();
    post.hub.latch(&mut post.effects);
    post.submit(2);
    post.tell(Input::Etrn { client: OWNER, node: "branch.example" });
    post.tell(Input::Connected { connection, offers: Extensions::default() });
    post.wait(Span::from_hours(100));
    let refused =
        |ordinal| Effect::Refused { message: message(ordinal), status: Status::HUB_UNABLE };
    let answer = Effect::EtrnAnswered { client: OWNER, answer: EtrnAnswer::Unable };
    let cut = Effect::Abort { connection, status: Status::BAD_CONNECTION };
    assert_eq!(post.effects, [cut, refused(3), refused(2), answer]);
    assert!(post.hub.take_outgoing().is_none());
    assert_eq!(post.hub.next_wakeup(), Instant::NEVER);
    // What was acknowledged is there when it is started again, and nothing else.
    let post = post.restart(Span::ZERO, &BOTH).expect("its own spool");
    assert_eq!(post.hub.list().map(|it| it.message).collect::<Vec<_>>(), [message(0)]);
}

#[test]
fn mail_goes_where_it_was_meant_to_go_however_routes_are_configured_later() {
    let mut post = Post::new();
    post.submit(0);
    post.settle();
    let error = post.restart(Span::ZERO, &["home.example"]).err();
    let domain = "branch.example".to_owned();
    assert_eq!(error, Some(StartError::NoRoute { domain }));

    let mut post = Post::new();
    post.submit(0);
    post.settle();
    let turned = ["home.example", "other.example", "branch.example"];
    let mut post = post.restart(Span::ZERO, &turned).expect("each is there");
    post.effects.clear();
    post.tell(Input::Etrn { client: OWNER, node: "branch.example" });
    let connects = |it: &Effect| matches!(it, Effect::Connect { route: RouteId(2), .. });
    assert!(post.effects.iter().any(connects), "{:?}", post.effects);
}

#[test]
fn what_an_order_about_many_took_out_is_out_of_the_spool_too() {
    let mut post = Post::new();
    (0..3).for_each(|ordinal| post.submit(ordinal));
    post.settle();
    post.tell(Input::Order { order: Order::Cancel, target: Target::All });
    post.settle();
    assert!(mail(&post.spool, message(0)).expect("a spool").is_none());
    // Nothing waits for the domain, so it may lose its route.
    let post = post.restart(Span::ZERO, &["home.example"]).expect("its own spool");
    assert_eq!(post.hub.list().count(), 0);
}

#[test]
fn what_an_order_about_many_ended_as_the_power_went_is_taken_out_at_the_start() {
    let mut post = Post::new();
    (0..3).for_each(|ordinal| post.submit(ordinal));
    post.settle();
    post.tell(Input::Order { order: Order::Cancel, target: Target::All });
    let outgoing = post.hub.take_outgoing().expect("the order");
    let host = Host { name: "hub.example".to_owned() };
    let clocks = Clocks { hub: post.now, wall_unix_us: WALL_UNIX_US };
    store(&mut post.spool, &outgoing, clocks, &host).expect("memory does not fail");
    let mut post = post.restart(Span::ZERO, &BOTH).expect("its own spool");
    assert_eq!(post.hub.list().count(), 0);
    assert!(mail(&post.spool, message(0)).expect("a spool").is_some());
    post.settle();
    assert!(mail(&post.spool, message(0)).expect("a spool").is_none());
}

#[test]
fn what_is_about_no_message_does_not_pile_up() {
    let mut post = Post::new();
    let apart = |post: &Post| {
        let contents = post.spool.read().expect("it can be read");
        contents.records().iter().filter(|(_, message, _)| message.is_none()).count()
    };
    for _ in 0..10 {
        post.tell(Input::Order { order: Order::Pause, target: Target::Route(HELD) });
        post.tell(Input::Order { order: Order::Resume, target: Target::Route(HELD) });
        post.settle();
    }
    assert_eq!(apart(&post), 21, "the domains, and every order");
    let contents = post.spool.read().expect("it can be read");
    post.hub.sweep(&contents).expect("whole");
    post.settle();
    assert_eq!(apart(&post), 2, "the domains, and the last order");
}

#[test]
fn a_wall_clock_that_went_back_is_told_and_takes_no_time_off() {
    let mut post = Post::new();
    post.wait(Span::from_hours(5));
    post.submit(0);
    post.settle();
    let Post { spool, volume, now, .. } = post;
    drop(spool);
    for (wall_us, expected, went_back) in
        [(-1, now, true), (0, now, false), (9, now + Span::from_micros(9), false)]
    {
        let spool = Spool::open(&volume, Settings::default()).expect("a spool");
        let wall_unix_us = WALL_UNIX_US + i64::try_from(now.micros()).expect("early") + wall_us;
        let contents = spool.read().expect("it can be read");
        let recovered = Recovered::read(contents, &routes(&BOTH), wall_unix_us).expect("whole");
        assert_eq!((recovered.now(), recovered.wall_went_back()), (expected, went_back));
    }
}
