//! The text of a report (RFC 3464, RFC 6522): what a sender reads, and what its software does.
//!
//! In: what became of a message, its envelope and the beginning of its body. Out: the report as mail. It
//! says what RFC 3464 asks for and what is known: nothing of a remote host where none was reached, and an
//! original recipient or envelope id only where the sender gave one.

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use super::envelope::{Addressee, Envelope, Returns};
use crate::base::{Kind, MessageId, Status};

/// The most of a message that a report gives back, in bytes.
pub(super) const MOST_GIVEN_BACK_BYTES: usize = 64 * 1024;

/// Who makes reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name in DNS.
    pub name: String,
}

/// What a report is about.
#[derive(Clone, Debug)]
pub(super) struct Original {
    pub(super) envelope: Envelope,
    /// Its body, or the first [`MOST_GIVEN_BACK_BYTES`] of it.
    pub(super) beginning: Vec<u8>,
    /// How long all of its body is, in bytes.
    pub(super) size_bytes: u64,
}

/// What is to be told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    /// The recipient that it is about.
    pub(super) about: MessageId,
    /// Which report.
    pub(super) kind: Kind,
    /// The status in it.
    pub(super) status: Status,
    /// The tries that had been made.
    pub(super) attempts: u16,
    /// When it was born, by the wall clock.
    pub(super) at_unix_us: i64,
}

impl Report {
    /// The report as mail to the sender of what it is about, with the reverse-path `<>`.
    pub(super) fn written(&self, original: &Original, host: &Host) -> (Envelope, Vec<u8>) {
        let about = &original.envelope;
        let nobody = Addressee { address: String::new(), original: None };
        let number = usize::from(self.about.recipient());
        let addressee = about.recipients.get(number).unwrap_or(&nobody);
        let parts = vec![
            MimePart::new(ContentType::new("text/plain"), self.for_people(addressee)),
            plain(
                "message/delivery-status",
                self.for_programs(about, addressee, host).into_bytes(),
            ),
            given_back(original, self.kind),
        ];
        let report_type = ContentType::new("multipart/report")
            .attribute("report-type", "delivery-status")
            .attribute("boundary", self.boundary(&original.beginning));
        let message = MessageBuilder::new()
            .from(Address::new_address(
                Some("Mail Delivery System"),
                format!("postmaster@{}", host.name),
            ))
            .to(Address::new_address(None::<String>, about.reverse_path.clone()))
            .subject(self.subject())
            .date(Date::new(self.at_unix_us.div_euclid(1_000_000)))
            .message_id(format!("{}@{}", self.about.report(self.kind), host.name))
            .header("Auto-Submitted", Raw::new("auto-replied"))
            .body(MimePart::new(report_type, BodyPart::Multipart(parts)));
        let mut text = Vec::new();
        message.serialize(&mut text);
        let recipients = vec![Addressee { address: about.reverse_path.clone(), original: None }];
        let envelope = Envelope {
            reverse_path: String::new(),
            recipients,
            envelope_id: None,
            returns: Returns::Headers,
            arrived_unix_us: self.at_unix_us,
        };
        (envelope, text)
    }

    /// A line that stands nowhere in what is given back.
    fn boundary(&self, body: &[u8]) -> String {
        let mut boundary = format!("=_{}", self.about.report(self.kind));
        while body.windows(boundary.len()).any(|here| here == boundary.as_bytes()) {
            boundary.push('_');
        }
        boundary
    }

    fn subject(&self) -> &'static str {
        match self.kind {
            Kind::Delayed => "Your message is delayed",
            Kind::Relayed => "Your message was relayed",
            Kind::Failed | Kind::Mail => "Your message could not be delivered",
        }
    }

    /// The part for people. A class 5 says that no later try could help, but for a by-time that has passed
    /// (RFC 2852 4); all else ran out of time or of tries.
    fn for_people(&self, addressee: &Addressee) -> String {
        let recipient = &addressee.address;
        let tries = match self.attempts {
            0 => "No delivery was tried".to_owned(),
            1 => "One delivery was tried".to_owned(),
            tries => format!("{tries} deliveries were tried"),
        };
        let what = match self.kind {
            Kind::Delayed => {
                "has not been delivered yet. It is still being held or tried; you need \
                 not send it again."
                    .to_owned()
            }
            Kind::Relayed => {
                "was handed on to a host that sends no reports of its own: you will hear no more \
                 of it."
                    .to_owned()
            }
            _ if self.status == Status::EXPIRED || self.status == Status::BY_TIME_PASSED => {
                "could not be delivered within its time, and is not tried any more.".to_owned()
            }
            _ => "could not be delivered, and is not tried any more.".to_owned(),
        };
        format!(
            "Your message to\r\n\r\n    {recipient}\r\n\r\n{what}\r\n{tries}; status {}.\r\n",
            self.status
        )
    }

    /// The part for programs (RFC 3464 2). A message that was never tried has no remote host and no date
    /// of a last try to speak of.
    fn for_programs(&self, about: &Envelope, addressee: &Addressee, host: &Host) -> String {
        let mut fields = format!("Reporting-MTA: dns; {}\r\n", host.name);
        if let Some(envelope_id) = &about.envelope_id {
            fields.push_str(&format!("Original-Envelope-Id: {envelope_id}\r\n"));
        }
        let arrived = Date::new(about.arrived_unix_us.div_euclid(1_000_000)).to_rfc822();
        fields.push_str(&format!("Arrival-Date: {arrived}\r\n\r\n"));
        if let Some(original) = &addressee.original {
            let original = original.replacen(';', "; ", 1);
            fields.push_str(&format!("Original-Recipient: {original}\r\n"));
        }
        let action = match self.kind {
            Kind::Delayed => "delayed",
            Kind::Relayed => "relayed",
            Kind::Failed | Kind::Mail => "failed",
        };
        fields.push_str(&format!(
            "Final-Recipient: rfc822; {}\r\nAction: {action}\r\nStatus: {}\r\n",
            addressee.address, self.status
        ));
        fields
    }
}

/// A part that is given as it is.
fn plain(kind: &'static str, bytes: Vec<u8>) -> MimePart<'static> {
    MimePart::new(ContentType::new(kind), bytes).transfer_encoding("8bit")
}

/// The message that the report is about, or its header fields: those alone where its sender asked for no
/// more, where it has not failed (RFC 3461 6.2), or where it is too long to be given back whole.
fn given_back(original: &Original, kind: Kind) -> MimePart<'static> {
    let Original { envelope, beginning, size_bytes } = original;
    let is_here = *size_bytes == beginning.len() as u64;
    if is_here && envelope.returns == Returns::Full && kind == Kind::Failed {
        return plain("message/rfc822", beginning.clone());
    }
    let end = beginning.windows(4).position(|here| here == b"\r\n\r\n").map(|end| end + 2);
    plain("text/rfc822-headers", beginning[..end.unwrap_or(beginning.len())].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINAL: &[u8] =
        b"From: sales@office.example\r\nSubject: an order\r\n\r\n=_0.0.failed stands here\r\n";

    fn report(kind: Kind, status: Status, attempts: u16, returns: Returns) -> String {
        let about = Envelope {
            reverse_path: "sales@office.example".to_owned(),
            recipients: vec![Addressee {
                address: "clerk@branch.example".to_owned(),
                original: Some("rfc822;books@branch.example".to_owned()),
            }],
            envelope_id: Some("QQ314159".to_owned()),
            returns,
            arrived_unix_us: 978_307_200_000_000,
        };
        let about_id = MessageId::mail(0, 0).expect("small");
        let at_unix_us = about.arrived_unix_us + 172_800_000_000;
        let facts = Report { about: about_id, kind, status, attempts, at_unix_us };
        let host = Host { name: "hub.example".to_owned() };
        let size_bytes = ORIGINAL.len() as u64;
        let original = Original { envelope: about, beginning: ORIGINAL.to_vec(), size_bytes };
        let (envelope, text) = facts.written(&original, &host);
        assert_eq!(envelope.reverse_path, "", "reports are sent from <> (RFC 3461 6.1)");
        assert_eq!(envelope.recipients[0].address, "sales@office.example");
        String::from_utf8(text).expect("a report in ASCII")
    }

    #[test]
    fn a_report_has_its_three_parts_and_says_what_rfc_3464_asks_for() {
        let text = report(Kind::Failed, Status::EXPIRED, 0, Returns::Headers);
        for line in [
            "To: <sales@office.example>",
            "Auto-Submitted: auto-replied",
            "Date: Wed, 3 Jan 2001 00:00:00 +0000",
            "Content-Type: message/delivery-status",
            "Reporting-MTA: dns; hub.example",
            "Original-Envelope-Id: QQ314159",
            "Arrival-Date: Mon, 1 Jan 2001 00:00:00 +0000",
            "Original-Recipient: rfc822; books@branch.example",
            "Final-Recipient: rfc822; clerk@branch.example",
            "Action: failed",
            "Status: 4.4.7",
            "No delivery was tried; status 4.4.7.",
            "Content-Type: text/rfc822-headers",
            "Subject: an order",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}:\n{text}");
        }
        for absent in ["Remote-MTA", "Diagnostic-Code", "Last-Attempt-Date", "Will-Retry-Until"] {
            assert!(!text.contains(absent), "{absent}:\n{text}");
        }
        assert!(!text.contains("stands here"), "only the header fields go back:\n{text}");
    }

    #[test]
    fn the_message_goes_back_whole_only_where_that_was_asked_for_and_it_failed() {
        for (kind, returns, is_whole) in [
            (Kind::Failed, Returns::Full, true),
            (Kind::Failed, Returns::Headers, false),
            (Kind::Delayed, Returns::Full, false),
            (Kind::Relayed, Returns::Full, false),
        ] {
            let text = report(kind, Status::EXPIRED, 2, returns);
            assert_eq!(text.contains("stands here"), is_whole, "{kind:?} {returns:?}:\n{text}");
            let action = format!("Action: {}", kind.name());
            assert!(text.contains(&action), "{action}:\n{text}");
        }
    }

    #[test]
    fn the_boundary_stands_nowhere_in_what_is_given_back() {
        let text = report(Kind::Failed, Status::EXPIRED, 1, Returns::Full);
        let ends = text.lines().filter(|line| *line == "--=_0.0.failed_--").count();
        assert_eq!(ends, 1, "{text}");
    }
}
