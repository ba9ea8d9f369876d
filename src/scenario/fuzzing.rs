//! A scenario file from text, and what would be sent for it.

use super::client::Request;
use super::load::read;
use super::request::Sent;
use super::token::{NoToken, Token};

/// A scenario in a form that two can be compared in: places in the file do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Everything that it says.
    pub content: Vec<String>,
    /// The requests as they would be written, if no step had got an id. What asks for more than a megabyte without
    /// writing it down is left out, and so are clients of bytes.
    pub requests: Vec<Vec<u8>>,
}

/// Reads a file's text.
///
/// # Errors
///
/// Where it is wrong, line and column counted from 1, and why.
pub fn load(text: &str) -> Result<Shown, (Option<(u64, u64)>, String)> {
    let scenario = read(text)?;
    let mut content =
        vec![format!("{:?} {:?}", scenario.about(), scenario.source()), format!("{:?}", scenario.platform)];
    content.push(format!("{:?} {:?}", scenario.anchor, scenario.fronts()));
    content.extend(scenario.steps().map(|step| format!("{step:?}")));
    let ids = vec![None; scenario.steps().count()];
    let small = scenario.steps().map(|step| &step.send);
    let small = small.filter(|send| send.raw.is_none() && send.asked() <= MEGABYTE);
    // A token has the time in it.
    let without_token = |send: &Request| Request { token: Token::None(NoToken::None), ..send.clone() };
    let written = |send: &Request| Sent::of(&without_token(send), &ids).written(false).bytes;
    let requests = small.map(written).collect();
    Ok(Shown { content, requests })
}

const MEGABYTE: usize = 1_000_000;
