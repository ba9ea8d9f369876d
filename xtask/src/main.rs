//! The project's own tasks: `cargo xtask <task>`, one file a task.
//!
//! Nothing here links to the crate under test: the tasks run its binary, read its JSON and its source text, and stand
//! at both ends of its sockets. What they share: [`arguments`] reads the options of a task, [`cargo`] runs cargo and
//! builds the binary, [`process`] starts servers, [`npm`] installs what Node programs need, [`platform`] starts ours,
//! [`http`] and [`multipart`] are a client by hand, so that no code of ours checks itself.

mod arguments;
mod cargo;
mod http;
mod multipart;
mod npm;
mod platform;
mod process;

mod browser;
mod ci;
mod customers;
mod detection;
mod docs;
mod fuzz;
mod imports;
mod interop;
mod licences;
mod memory;
mod parsers;
mod privacy;
mod replicas;
mod scenarios;
mod soak;
mod stores;
mod two_hosts;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use arguments::Arguments;

/// What a task comes back with; an error is one message for the person at the keyboard.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

struct Task {
    name: &'static str,
    options: &'static str,
    about: &'static str,
    run: fn(Arguments) -> Outcome,
}

const TASKS: &[Task] = &[
    Task { name: "ci", options: "", about: "everything that CI runs", run: ci::run },
    Task {
        name: "docs",
        options: "[--check]",
        about: "write the generated pages of docs/, or check that they are current",
        run: docs::run,
    },
    Task {
        name: "scenarios",
        options: "[FILE...]",
        about: "run the scenario files; those in scenarios/invalid must be refused",
        run: scenarios::run,
    },
    Task { name: "imports", options: "", about: "check which module may use which", run: imports::run },
    Task {
        name: "licences",
        options: "",
        about: "check the dependencies' licences, duplicates and sources with cargo-deny",
        run: licences::run,
    },
    Task {
        name: "customers",
        options: "[--cases N] [--seed N]",
        about: "run the property tests over many generated customers",
        run: customers::run,
    },
    Task {
        name: "parsers",
        options: "[--cases N] [--seed N] [--all]",
        about: "let parsers of other languages read what the platform forwards",
        run: parsers::run,
    },
    Task {
        name: "interop",
        options: "",
        about: "let the Stellar Wallet SDK go through KYC with the sandbox",
        run: interop::run,
    },
    Task {
        name: "browser",
        options: "[--screenshot FILE]",
        about: "open the sandbox's page in Chromium, press its buttons, attack it from another site",
        run: browser::run,
    },
    Task {
        name: "detection",
        options: "[--check] [--target anchor|platform] [--only GLOB] [--jobs N]",
        about: "let the suite look for every fault, and write docs/detection*.md",
        run: detection::run,
    },
    Task {
        name: "fuzz",
        options: "[--target NAME] [--seconds N] [--runs N] [--seed N] [--debug]",
        about: "run the fuzz targets with cargo-fuzz, a minute each if nothing else is said",
        run: fuzz::run,
    },
    Task {
        name: "memory",
        options: "[--size-mb N] [--limit-mb N]",
        about: "send the platform a big file and measure its memory",
        run: memory::run,
    },
    Task {
        name: "soak",
        options: "[--requests N] [--clients N] [--seed N] [--release | --binary FILE] [--customer N]",
        about: "load the platform between many clients and a troublesome anchor, and judge every request",
        run: soak::run,
    },
    Task {
        name: "replicas",
        options: "[--seconds N] [--clients N] [--seed N] [--release | --binary FILE] [--balancer NAME] [--polite]",
        about: "the same load on three replicas behind nginx or HAProxy, one of which ends every second",
        run: replicas::run,
    },
    Task {
        name: "stores",
        options: "",
        about: "run the tests of `mock --store` on SQLite and on a PostgreSQL server of their own",
        run: stores::run,
    },
    Task {
        name: "privacy",
        options: "[--prove]",
        about: "look for customers' data and secrets in all that the servers say and write",
        run: privacy::run,
    },
    Task {
        name: "two-hosts",
        options: "",
        about: "check the mock anchor from another host's point of view",
        run: two_hosts::run,
    },
];

/// Exit codes: 0 the task is done, 1 it failed, 2 there is no such task.
fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(name) = words.next() else {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    };
    let Some(task) = find(&name) else {
        eprint!("no task is called `{name}`\n\n{}", usage());
        return ExitCode::from(2);
    };
    match enter_workspace().and_then(|()| (task.run)(Arguments::new(words))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn find(name: &str) -> Option<&'static Task> {
    TASKS.iter().find(|task| task.name == name)
}

fn usage() -> String {
    let mut text = String::from("cargo xtask TASK\n\n");
    for task in TASKS {
        let call = format!("{} {}", task.name, task.options);
        text += &format!("  {call:<48}{}\n", task.about);
    }
    text
}

/// Every path in the tasks is relative to the top of the workspace.
fn enter_workspace() -> Outcome {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = member.parent().ok_or("xtask has no directory above it")?;
    std::env::set_current_dir(top).map_err(|error| format!("failed to enter {}: {error}", top.display()).into())
}
