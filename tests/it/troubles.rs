//! Troubles of the mock anchor: on the command line, in the docs, and in the platform behind them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::binary::{Server, command, run, text};

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the table of `docs/platform.md` says: trouble, case, status, scenario.
fn rows() -> Vec<[String; 4]> {
    let page = page("docs/platform.md");
    let (_, section) = page.split_once("## When the anchor is in trouble").expect("the section");
    let lines = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect::<Vec<_>>();
    lines.take_while(|line| line.starts_with('|')).map(|line| cells(line).try_into().expect("four cells")).collect()
}

#[test]
fn each_row_of_the_table_is_a_step_of_its_scenario_with_that_status() {
    for [_, case, status, file] in rows() {
        let scenario: Value = serde_saphyr::from_str(&page(&format!("scenarios/{file}.yaml"))).expect("YAML");
        let steps = scenario["steps"].as_array().expect("steps");
        let step =
            steps.iter().find(|step| step["about"] == *case).unwrap_or_else(|| panic!("{file}: no step `{case}`"));
        assert_eq!(step["client-gets"]["status"].to_string(), status, "{file}: {case}");
    }
}

fn names_of(list: &str) -> Vec<String> {
    let output = run(&["list", list, "--json"]);
    let entries: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    entries.iter().map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn each_trouble_is_a_row_of_the_table() {
    let told: BTreeSet<String> = rows().into_iter().map(|[trouble, ..]| trouble).collect();
    for name in names_of("troubles") {
        assert!(told.contains(&name), "{name}");
    }
}

#[test]
fn each_trouble_is_explained_and_no_name_means_two_things() {
    let others: Vec<String> = ["faults", "variants", "magic"].iter().flat_map(|list| names_of(list)).collect();
    for name in names_of("troubles") {
        let explained = text(&run(&["explain", &name]).stdout);
        assert!(explained.starts_with(&format!("trouble {name}: ")), "{explained}");
        assert!(!others.contains(&name), "{name}");
    }
}

async fn status(server: &Server) -> String {
    let mut stream = TcpStream::connect(server.address()).await.expect("connect");
    let request = "GET /customer?account=x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("send");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).unwrap_or("none").to_owned()
}

#[tokio::test]
async fn the_mock_on_the_command_line_is_in_trouble() {
    let server = Server::start(command(&[
        "mock",
        "--listen",
        "127.0.0.1:0",
        "--trouble",
        "status=503,retry-after=3,on=get-customer,next=1",
        "--trouble",
        "garbage,next=1",
    ]));
    let seen = [status(&server).await, status(&server).await, status(&server).await];
    assert_eq!(seen, ["503", "none", "400"]);
    let (_, _, stderr) = server.stop();
    assert!(!stderr.contains("seed"), "nothing is left to chance: {stderr}");
}

async fn statuses_by_chance(arguments: &[&str]) -> (Vec<String>, String) {
    let mock = ["mock", "--listen", "127.0.0.1:0", "--trouble", "status=503,chance=50%"];
    let server = Server::start(command(&[&mock, arguments].concat()));
    let mut seen = Vec::new();
    for _ in 0..30 {
        seen.push(status(&server).await);
    }
    let (_, _, stderr) = server.stop();
    let seed = stderr.split("--seed ").nth(1).and_then(|rest| rest.split(')').next()).expect("a seed").to_owned();
    (seen, seed)
}

#[tokio::test]
async fn a_seed_that_was_made_up_is_told_and_makes_the_same_choice_again() {
    let (first, seed) = statuses_by_chance(&[]).await;
    let (again, told) = statuses_by_chance(&["--seed", &seed]).await;
    assert_eq!((first, &seed), (again, &told));
}

#[test]
fn a_wrong_trouble_exits_with_2_and_says_what_would_be_right() {
    for (trouble, hint) in
        [("rain", "list troubles"), ("status=200", "400 to 599"), ("refused,on=get-customer", "leave out `on`")]
    {
        let output = run(&["mock", "--trouble", trouble]);
        let stderr = text(&output.stderr);
        assert!(output.status.code() == Some(2) && stderr.contains(hint), "{trouble}: {stderr}");
    }
}
