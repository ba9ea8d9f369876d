//! The report on a terminal: one line a check while it runs, and at the end what to do about it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::visible::visible;
use crate::suite::{
    CheckResult, Excerpt, Forwarded, Outcome, Received, Requirement, Run, Summary, Verdict, requirement,
};

/// Whether words are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escape sequences.
    On,
    /// Plain text.
    Off,
}

/// How many of a check's requests are shown; the JSON report has them all.
const SHOWN_REQUESTS: usize = 4;
/// How many characters of an answer's body are shown.
const SHOWN_BODY: usize = 200;
const WIDTH: usize = 100;

/// The line of one check that has ended: verdict, id, title.
///
/// # Errors
///
/// When writing fails.
pub fn line(result: &CheckResult, colour: Colour, out: &mut impl Write) -> io::Result<()> {
    let verdict = colour.verdict(result.verdict);
    let padding = " ".repeat(12 - result.verdict.as_str().len());
    writeln!(out, "{verdict}{padding}  {:<36}  {}", result.id, result.title)
}

/// The end of the report: what was broken and why it matters, what was not tested and why, the numbers, the next step.
///
/// # Errors
///
/// When writing fails.
pub fn summary(run: &Run, colour: Colour, out: &mut impl Write) -> io::Result<()> {
    for verdict in [Verdict::Warn, Verdict::Fail] {
        for result in run.checks.iter().filter(|result| result.verdict == verdict) {
            broken(result, colour, out)?;
        }
    }
    reasons(run, Verdict::Skip, "skipped", out)?;
    reasons(run, Verdict::Inconclusive, "inconclusive", out)?;
    for note in &run.notes {
        paragraph("note: ", note, out)?;
    }
    numbers(run, colour, out)?;
    next_step(run, out)
}

fn broken(result: &CheckResult, colour: Colour, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}  {}  ({})", colour.verdict(result.verdict), result.id, result.level)?;
    paragraph("  claim     ", result.title, out)?;
    if let Some(expected) = &result.expected {
        paragraph("  expected  ", expected, out)?;
    }
    if let Some(actual) = &result.actual {
        paragraph("  actual    ", actual, out)?;
    }
    for Requirement { why, source, .. } in result.requirements.iter().filter_map(|id| requirement(id)) {
        paragraph("  why       ", why, out)?;
        paragraph("  source    ", source, out)?;
    }
    let from = result.exchanges.len().saturating_sub(SHOWN_REQUESTS);
    if from > 0 {
        writeln!(out, "  asked     {from} requests before these are in the JSON report")?;
    }
    for exchange in &result.exchanges[from..] {
        writeln!(out, "  asked     {}", visible(&exchange.curl))?;
        for Forwarded { request, response, error } in &exchange.forwarded {
            let body = body(request.body.as_ref());
            writeln!(out, "  anchor    {} {}{body}", visible(&request.method), visible(path(&request.url)))?;
            writeln!(out, "  sent      {}", told(response.as_ref(), error.as_deref()))?;
        }
        writeln!(out, "  got       {}", told(exchange.response.as_ref(), exchange.error.as_deref()))?;
    }
    writeln!(out, "  again     {}", result.replay)
}

/// The status and the beginning of the body, or why there is none, on one line.
fn told(response: Option<&Received>, error: Option<&str>) -> String {
    match response {
        Some(response) => format!("{}{}", response.status, body(response.body.as_ref())),
        None => visible(error.unwrap_or("no answer")).into_owned(),
    }
}

/// Path and query of a URL.
fn path(url: &str) -> &str {
    let behind_scheme = url.find("://").map_or(0, |at| at + 3);
    url[behind_scheme..].find('/').map_or("/", |at| &url[behind_scheme + at..])
}

/// The beginning of a body behind a blank.
fn body(body: Option<&Excerpt>) -> String {
    match body {
        None => String::new(),
        Some(Excerpt::Bytes { .. }) => " (a body that is not text, or long)".to_owned(),
        Some(Excerpt::Text(text)) => {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let more = if line.chars().count() > SHOWN_BODY { "..." } else { "" };
            let shown: String = line.chars().take(SHOWN_BODY).collect();
            format!(" {}{more}", visible(&shown))
        }
    }
}

/// Each reason once, with the checks that it applies to.
fn reasons(run: &Run, verdict: Verdict, word: &str, out: &mut impl Write) -> io::Result<()> {
    let mut checks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in run.checks.iter().filter(|result| result.verdict == verdict) {
        checks.entry(result.reason.as_deref().unwrap_or("no reason given")).or_default().push(result.id);
    }
    for (reason, ids) in checks {
        writeln!(out)?;
        let label = format!("{word}: ");
        if ids.len() == run.checks.len() {
            paragraph(&label, &format!("all checks: {reason}"), out)?;
        } else {
            paragraph(&label, reason, out)?;
            paragraph("    ", &ids.join(", "), out)?;
        }
    }
    Ok(())
}

fn numbers(run: &Run, colour: Colour, out: &mut impl Write) -> io::Result<()> {
    let Summary { passed, failed, warned, skipped, inconclusive } = run.summary();
    let word = colour.paint(run.outcome().as_str(), outcome_colour(run.outcome()));
    writeln!(
        out,
        "\n{word}: {passed} passed, {failed} failed, {warned} warned, {skipped} skipped, {inconclusive} inconclusive \
         in {:.1} s ({}, seed {})",
        run.duration.as_secs_f64(),
        run.target.url,
        run.seed
    )
}

fn next_step(run: &Run, out: &mut impl Write) -> io::Result<()> {
    let Summary { failed, warned, inconclusive, .. } = run.summary();
    let first = |verdict| run.checks.iter().find(|result| result.verdict == verdict);
    let worst = first(Verdict::Fail).or_else(|| first(Verdict::Warn).filter(|_| run.strict));
    match (run.outcome(), worst) {
        (Outcome::Failed, Some(worst)) => writeln!(
            out,
            "next: `anchor-conformance explain {}` shows what is right; the line at `again` runs a check alone",
            worst.id
        ),
        (Outcome::Untestable, _) => writeln!(out, "next: nothing was tested; see the reason above"),
        _ if failed + warned == 0 && inconclusive > 0 => {
            writeln!(out, "next: give the inconclusive checks what they lack, as the reasons above say")
        }
        _ => Ok(()),
    }
}

/// Text broken into lines behind a label. What a target says in it cannot reach the terminal as a command.
fn paragraph(label: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    let indent = " ".repeat(label.chars().count());
    let mut line = label.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace().map(visible) {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{line}")?;
            line.clone_from(&indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(&word);
        is_empty = false;
    }
    writeln!(out, "{line}")
}

fn outcome_colour(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "32",
        Outcome::Failed => "31",
        Outcome::Untestable => "35",
    }
}

impl Colour {
    fn verdict(self, verdict: Verdict) -> String {
        let code = match verdict {
            Verdict::Pass => "32",
            Verdict::Fail => "31",
            Verdict::Warn => "33",
            Verdict::Skip => "36",
            Verdict::Inconclusive => "35",
        };
        self.paint(verdict.as_str(), code)
    }

    fn paint(self, word: &str, code: &str) -> String {
        match self {
            Self::On => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
            Self::Off => word.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::sample::{result, run};

    fn text(run: &Run, colour: Colour) -> String {
        let mut text = Vec::new();
        summary(run, colour, &mut text).expect("memory takes it");
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn a_failure_is_told_with_all_that_is_needed_to_mend_it() {
        let text = text(&run(vec![result(Verdict::Pass), result(Verdict::Fail)]), Colour::Off);
        for part in [
            "fail  put/same-customer-same-id  (must)",
            "  expected  the id 1 again\n",
            "  actual    the id 2\n",
            "  why       Wallets repeat requests",
            "  source    SEP-12, Customer PUT",
            "  asked     curl -i -X PUT --data-raw '{\"account\":\"G\"}' http://anchor.example/kyc/customer\n",
            "  got       200 {\"id\":\"2\"}\n",
            "--only 'put/x'\n",
            "failed: 1 passed, 1 failed, 0 warned, 0 skipped, 0 inconclusive in 1.2 s",
            "explain put/same-customer-same-id",
        ] {
            assert!(text.contains(part), "{part}\n---\n{text}");
        }
    }

    #[test]
    fn a_cause_that_many_checks_share_is_named_once() {
        let checks = || vec![result(Verdict::Inconclusive), result(Verdict::Inconclusive)];
        let reason = "the anchor asks for no date";
        let all = text(&run(checks()), Colour::Off);
        assert_eq!(all.matches(reason).count(), 1, "{all}");
        assert!(all.contains("all checks") && all.contains("untestable"), "{all}");
        let some = text(&run([checks(), vec![result(Verdict::Pass)]].concat()), Colour::Off);
        assert_eq!(some.matches(reason).count(), 1, "{some}");
    }

    #[test]
    fn nothing_that_a_target_says_commands_the_terminal() {
        let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}";
        let mut failed = result(Verdict::Fail);
        failed.expected = Some(format!("the id {evil}"));
        failed.actual.clone_from(&failed.expected);
        failed.exchanges[0].curl.push_str(evil);
        failed.exchanges[0].error = Some(evil.to_owned());
        failed.exchanges[0].response = None;
        let mut skipped = result(Verdict::Skip);
        skipped.reason = Some(evil.to_owned());
        let mut run = run(vec![failed, skipped]);
        run.notes.push(evil.to_owned());
        let text = text(&run, Colour::Off);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{text:?}");
        assert_eq!(text.matches(r"\u{1b}]0;x\u{7}").count(), 6, "{text}");
    }

    #[test]
    fn colour_is_only_where_it_is_wanted() {
        let run = run(vec![result(Verdict::Fail)]);
        assert!(!text(&run, Colour::Off).contains('\u{1b}'));
        assert!(text(&run, Colour::On).contains("\u{1b}[31mfail\u{1b}[0m"));
    }

    #[test]
    fn a_line_has_verdict_id_and_title() {
        let mut text = Vec::new();
        line(&result(Verdict::Pass), Colour::Off, &mut text).expect("memory takes it");
        let text = String::from_utf8(text).expect("UTF-8");
        assert_eq!(text, "pass          put/same-customer-same-id             the claim\n");
    }
}
