//! A scenario without chance: what a run drew, written out as a scenario file.
//!
//! In: a scenario, a seed, and the [`Course`] of its run with that seed. Out: TOML that reads back to
//! the same names, routes, policies and events, with every call, drop, outage and message at its
//! instant. Only `ties = "shuffled"` still asks the seed, since it names an order, not an instant, and
//! a disk that a crash leaves reordered or torn.

mod hub;
mod quantity;
mod site;
mod traffic;

use self::quantity::{instant, length, text};
use super::Course;
use super::model::{CsvRows, Expect, Fidelity, Record, Route, RouteMode, Scenario, Site, Ties};
use crate::base::SiteId;

/// The scenario file of one run, without chance.
#[must_use]
pub fn resolved(scenario: &Scenario, seed: u64, course: &Course) -> String {
    let mut file = File::default();
    file.key("title", text(&scenario.title));
    file.key("why", text(&scenario.why));
    file.key("seeds", format!("[{seed}]"));
    file.key("horizon", instant(scenario.horizon));
    file.key("start", quantity::wall_clock(scenario.start_unix_us));
    if scenario.ties == Ties::Shuffled {
        file.key("ties", text("shuffled"));
    }
    if scenario.fidelities != Fidelity::usual(&scenario.disk) {
        let names = scenario.fidelities.iter().map(|fidelity| text(fidelity.name()));
        file.key("fidelity", quantity::list(names));
    }
    hub::write(&mut file, scenario, course);
    let own = own_hosts(scenario);
    let written = &scenario.sites[..own.index()];
    for (number, site) in written.iter().enumerate() {
        site::write(&mut file, scenario, site, course.sites.get(number));
    }
    for route in &scenario.routes {
        write_route(&mut file, scenario, route, own);
    }
    for (number, source) in scenario.sources.iter().enumerate() {
        let sent = course.sources.get(number).map_or(&[][..], Vec::as_slice);
        traffic::write(&mut file, source, sent);
    }
    write_expect(&mut file, &scenario.expect);
    write_report(&mut file, &scenario.record);
    file.text
}

/// The text of a file as it grows.
#[derive(Default)]
struct File {
    text: String,
}

impl File {
    /// A line with a key and its value, which is TOML.
    fn key(&mut self, key: &str, value: impl AsRef<str>) {
        self.text.extend([key, " = ", value.as_ref(), "\n"]);
    }

    /// The head of a table or of an element of a list of tables, with its brackets.
    fn head(&mut self, head: &str) {
        self.text.extend(["\n", head, "\n"]);
    }
}

/// Keys and values of a table on one line.
#[derive(Default)]
struct Inline(Vec<String>);

impl Inline {
    fn key(&mut self, key: &str, value: impl AsRef<str>) {
        self.0.push(format!("{key} = {}", value.as_ref()));
    }

    fn text(&self) -> String {
        if self.0.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", self.0.join(", ")) }
    }
}

/// The first of the hosts at the end of the table that direct routes have of their own: those need no
/// `[[site]]`, and their names, being domains, may be longer than that of a site can be.
fn own_hosts(scenario: &Scenario) -> SiteId {
    let mut owners: Vec<Vec<&Route>> = vec![Vec::new(); scenario.sites.len()];
    for route in &scenario.routes {
        owners[route.site.index()].push(route);
    }
    let is_own = |site: &Site, routes: &[&Route]| {
        let [Route { domain, mode: RouteMode::Direct, queue: None, .. }] = routes else {
            return false;
        };
        *domain == site.name && site::is_plain(site)
    };
    let hosts = scenario.sites.iter().zip(&owners).rev();
    let own = hosts.take_while(|(site, routes)| is_own(site, routes)).count();
    SiteId((scenario.sites.len() - own) as u32)
}

fn write_route(file: &mut File, scenario: &Scenario, route: &Route, own: SiteId) {
    file.head("[[route]]");
    file.key("domain", text(&route.domain));
    if route.site < own {
        file.key("site", text(&scenario.sites[route.site.index()].name));
    }
    file.key(
        "mode",
        text(match route.mode {
            RouteMode::Held => "held",
            RouteMode::Direct => "direct",
        }),
    );
    if let Some(queue) = &route.queue {
        file.key("queue", text(queue));
    }
}

fn write_expect(file: &mut File, expect: &Expect) {
    file.head("[expect]");
    if let Some((exhibit, rule)) = &expect.caught {
        file.key("exhibit", text(exhibit));
        file.key("rule", text(rule.id()));
    }
    file.key("slack", length(expect.slack));
    for (count, number) in &expect.counts {
        file.key(count.name(), number.to_string());
    }
    if !expect.thresholds.is_empty() {
        let thresholds = expect.thresholds.iter().map(|threshold| text(&threshold.text));
        file.key("thresholds", quantity::list(thresholds));
    }
}

fn write_report(file: &mut File, record: &Record) {
    file.head("[report]");
    file.key(
        "csv",
        text(match record.csv {
            CsvRows::None => "none",
            CsvRows::Failed => "failed",
            CsvRows::All => "all",
        }),
    );
    file.key("sample_interval", length(record.sample_interval));
}
