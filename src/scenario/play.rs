//! A scenario, played: step by step up to the first that does not go as the file says.

use std::time::Duration;

use super::anchor_receives::{AnchorReceives, AnchorRequest};
use super::client_gets::ClientGets;
use super::compare::{Row, Section};
use super::connection::{ClientAnswer, Exchange, exchange, still_answers};
use super::curl::{again, hint};
use super::facts::{of_expected_answer, of_expected_request, of_received_answer, of_received_request};
use super::file::{Scenario, Step};
use super::front::Front;
use super::report::{Failure, Outcome};
use super::request::Sent;
use super::servers::Servers;
use crate::mock::{Received, ReceivedBody};
use crate::sep12;

/// Plays a scenario on a platform and a mock anchor of its own.
///
/// # Errors
///
/// When the servers cannot be started.
pub fn run(scenario: &Scenario, front: Front) -> std::io::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let servers = Servers::start(scenario, front).await?;
        let mut play = Play { scenario, front, servers, ids: Vec::new(), seen: 0, tolerated: 0 };
        for step in scenario.steps() {
            if let Some(failure) = play.step(step).await? {
                return Ok(Outcome::Failed(Box::new(failure)));
            }
        }
        Ok(play.end().await.map_or(Outcome::Passed, |failure| Outcome::Failed(Box::new(failure))))
    })
}

struct Play<'a> {
    scenario: &'a Scenario,
    front: Front,
    servers: Servers,
    /// What each step so far got as id.
    ids: Vec<Option<String>>,
    /// The complete requests that the steps so far account for.
    seen: usize,
    /// The steps so far after which a request may have broken off.
    tolerated: usize,
}

impl Play<'_> {
    async fn step(&mut self, step: &Step) -> std::io::Result<Option<Failure>> {
        self.servers.anchor().advance(Duration::from_secs(step.seconds_later.into()));
        let answers = step.anchor_answers.resolve(&self.ids);
        let answered = answers.len();
        answers.into_iter().for_each(|answer| self.servers.anchor().script_next(answer));
        let sent = Sent::of(&step.send, &self.ids);
        let written = sent.written(step.client_gets.closes());
        let exchange = exchange(self.servers.platform_address, &written).await?;
        self.ids.push(exchange.answers.iter().find_map(id));
        self.tolerated += usize::from(step.anchor_receives.tolerates_broken_off());

        let complete = complete(self.servers.anchor().received());
        let arrived = complete.get(self.seen..).unwrap_or_default();
        self.seen = complete.len();
        let mut sections = requests(&step.anchor_receives, arrived, &self.ids);
        if arrived.len() < answered {
            sections.push(count("the anchor's answers", "given", answered, arrived.len()));
        }
        sections.extend(answer_sections(&step.client_gets, &exchange, &self.ids));
        if !still_answers(self.servers.platform_address).await {
            sections.push(row("afterwards", "another request", "is answered", "is not answered"));
        }
        Ok(self.judge(sections, step, &sent))
    }

    /// Stops everything: what arrives only now belongs to no step.
    async fn end(self) -> Option<Failure> {
        let Self { scenario, front, servers, ids, seen, tolerated } = self;
        let step = scenario.steps().next_back()?;
        let journal = servers.stop().await;
        let broken_off = journal.iter().filter(|received| is_broken_off(received)).count();
        let late = complete(journal);
        let mut sections = requests(&AnchorReceives::Many(Vec::new()), late.get(seen..).unwrap_or_default(), &ids);
        if broken_off > tolerated {
            sections.push(count("requests that broke off", "arrived", tolerated, broken_off));
        }
        let sent = Sent::of(&step.send, &ids);
        let differs = sections.iter().any(|section| !section.agrees());
        differs.then(|| failure(scenario, front, ids.len(), step, sections, &sent))
    }

    fn judge(&self, sections: Vec<Section>, step: &Step, sent: &Sent) -> Option<Failure> {
        let differs = sections.iter().any(|section| !section.agrees());
        differs.then(|| failure(self.scenario, self.front, self.ids.len(), step, sections, sent))
    }
}

fn failure(
    scenario: &Scenario,
    front: Front,
    number: usize,
    step: &Step,
    sections: Vec<Section>,
    sent: &Sent,
) -> Failure {
    Failure {
        front,
        scenario: scenario.about.clone(),
        source: scenario.source.clone(),
        step: number,
        about: step.about.clone(),
        sections,
        token: hint(sent),
        again: again(sent),
    }
}

fn is_broken_off(received: &Received) -> bool {
    matches!(received.body, ReceivedBody::Incomplete)
}

fn complete(journal: Vec<Received>) -> Vec<Received> {
    journal.into_iter().filter(|received| !is_broken_off(received)).collect()
}

/// Expected and received requests, matched in order.
fn requests(expected: &AnchorReceives, arrived: &[Received], ids: &[Option<String>]) -> Vec<Section> {
    let expected = expected.requests();
    let unasked = AnchorRequest::default();
    let section = |at: usize| {
        let (asked, received) = (expected.get(at), arrived.get(at));
        let left = asked.map(|asked| of_expected_request(asked, ids)).unwrap_or_default();
        let right = received.map(|received| of_received_request(received, asked.unwrap_or(&unasked)));
        Section::of(format!("the anchor receives, request {}", at + 1), left, right.unwrap_or_default())
    };
    (0..expected.len().max(arrived.len())).map(section).collect()
}

/// Expected and received answers, matched in order.
fn answer_sections(expected: &ClientGets, exchange: &Exchange, ids: &[Option<String>]) -> Vec<Section> {
    let (expected, answers) = (expected.answers(), &exchange.answers);
    let number = expected.len().max(answers.len());
    let section = |at: usize| {
        let asked = expected.get(at);
        let left = asked.map(|asked| of_expected_answer(asked, ids)).unwrap_or_default();
        let right = answers.get(at).map(|answer| of_received_answer(answer, asked)).unwrap_or_default();
        let which = if number > 1 { format!(", answer {}", at + 1) } else { String::new() };
        Section::of(format!("the client gets{which}"), left, right)
    };
    let mut sections: Vec<Section> = (0..number.max(1)).map(section).collect();
    if expected.iter().any(|answer| answer.closes) && !exchange.closed {
        sections.push(row("the connection", "after the last answer", "is closed", "stays open"));
    }
    sections
}

fn count(title: &str, name: &str, expected: usize, received: usize) -> Section {
    row(title, name, &expected.to_string(), &received.to_string())
}

fn row(title: &str, name: &str, expected: &str, received: &str) -> Section {
    let agrees = expected == received;
    let row = Row { name: name.to_owned(), expected: expected.to_owned(), received: received.to_owned(), agrees };
    Section { title: title.to_owned(), rows: vec![row] }
}

fn id(answer: &ClientAnswer) -> Option<String> {
    let body = sep12::json::read(&answer.body).ok()?;
    body.get("id")?.as_str().map(str::to_owned)
}
