//! `check`: run the suite against a target.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use tokio::net::TcpListener;

use super::{Usage, secret, server};
use crate::mock::{Anchor, Config, Variant};
use crate::report::console::{self, Colour};
use crate::report::json;
use crate::sep12;
use crate::suite::{self, ApiKey, Credentials, Glob, Options, OtherIdentity, Run, Target};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    target: TargetCommand,
}

#[derive(Subcommand)]
enum TargetCommand {
    /// Check an anchor's callback API
    Anchor(Box<AnchorArguments>),
}

#[derive(clap::Args)]
struct AnchorArguments {
    /// The callback API's base URL; without one, the built-in mock anchor is checked
    url: Option<Target>,
    /// Credentials: none, api-key:VALUE or jwt:VALUE, VALUE being env:NAME, file:PATH or the secret itself
    #[arg(long, value_name = "AUTH", default_value = "none")]
    auth: String,
    /// Certificate authorities to trust beside the system's, in PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// A customer type to check with (repeatable)
    #[arg(long, value_name = "NAME")]
    r#type: Vec<String>,
    /// A value to send instead of an invented one; {unique} in it differs from customer to customer (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    field: Vec<(String, String)>,
    /// A file to send instead of an invented picture (repeatable)
    #[arg(long, value_name = "NAME=PATH", value_parser = pair)]
    file: Vec<(String, String)>,
    /// Whom the anchor serves beside G and M accounts and id memos: text-memo, hash-memo, uuid-memo, contract; it must
    /// then tell them apart (repeatable)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    identities: Vec<OtherIdentity>,
    /// Decides everything that is invented; below 2^53 [default: chosen anew and printed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..1 << 53))]
    seed: Option<u64>,
    /// How many random cases are tried where chance is of use
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(..=1000))]
    cases: u16,
    /// How many checks run at a time [default: 8; 32 for the built-in mock anchor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Run only checks whose id matches, as put/* (repeatable)
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Run no check whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,
    /// Let warnings count as failures
    #[arg(long)]
    strict: bool,
    /// Leave the customers that were created
    #[arg(long)]
    keep: bool,
    /// How long to wait for what an anchor may do later
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    settle: u64,
    /// How long one exchange may take
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    timeout: u64,
    /// Write a report: json=FILE (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report)]
    report: Vec<PathBuf>,
    /// Take options from a YAML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn report(text: &str) -> Result<PathBuf, String> {
    match text.split_once('=') {
        Some(("json", file)) if !file.is_empty() => Ok(file.into()),
        _ => Err("it must be json=FILE".to_owned()),
    }
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        match self.target {
            TargetCommand::Anchor(arguments) => server::runtime()?.block_on(arguments.run()),
        }
    }
}

impl AnchorArguments {
    async fn run(self: Box<Self>) -> Result<u8, Usage> {
        let reports = open(&self.report)?;
        let is_mock = self.url.is_none();
        let options = match self.url.clone() {
            Some(target) => self.into_options(target)?,
            None if self.auth != "none" => {
                return Err(Usage::new("--auth needs a URL; the built-in mock anchor has its own"));
            }
            None => {
                let jobs = self.jobs.unwrap_or(MOCK_JOBS);
                for_mock(Box::new(Self { jobs: Some(jobs), ..*self }).into_options(mock().await?)?)
            }
        };
        let colour = colour();
        greet(&options, is_mock);
        let show = |result: &suite::CheckResult| drop(console::line(result, colour, &mut std::io::stdout()));
        let run = suite::run(&options, show, server::stop_signal())
            .await
            .map_err(|error| Usage::new(format!("--ca: {error}")))?;
        // A closed pipe (`| head`) is no reason to lose the reports or the exit code.
        let _ = console::summary(&run, colour, &mut std::io::stdout());
        write(&run, reports)?;
        Ok(run.outcome().exit_code())
    }

    fn into_options(self, target: Target) -> Result<Options, Usage> {
        let roots = match &self.ca {
            Some(path) => Some(read(path)?),
            None => None,
        };
        let replay = self.replay();
        let defaults = Options::new(target);
        let globs = |patterns: Vec<String>| patterns.into_iter().map(Glob::new).collect();
        let files = self.file.into_iter().map(|(name, path)| Ok((name, load(path.as_ref())?)));
        let options = Options {
            roots,
            auth: secret::auth_or_literal(&self.auth).map_err(|usage| Usage::new(format!("--auth: {usage}")))?,
            types: self.r#type,
            fields: self.field,
            files: files.collect::<Result<_, Usage>>()?,
            identities: self.identities,
            seed: self.seed.unwrap_or_else(any_seed),
            cases: self.cases.into(),
            jobs: self.jobs.map_or(defaults.jobs, |jobs| jobs.max(1)),
            only: globs(self.only),
            skip: globs(self.skip),
            strict: self.strict,
            keep: self.keep,
            settle: Duration::from_secs(self.settle),
            timeout: Duration::from_secs(self.timeout.max(1)),
            replay,
            ..defaults
        };
        if options.selection().is_empty() {
            return Err(Usage::new(
                "no check is left by --only and --skip (`anchor-conformance list checks` names them)",
            ));
        }
        Ok(options)
    }

    /// The options that name files, as they were given.
    fn replay(&self) -> Vec<String> {
        let ca = self.ca.iter().flat_map(|path| ["--ca".to_owned(), path.display().to_string()]);
        let files = self.file.iter().flat_map(|(name, path)| ["--file".to_owned(), format!("{name}={path}")]);
        ca.chain(files).collect()
    }
}

/// Reports are opened before anything is tested: a path that cannot be written is known at once.
fn open(paths: &[PathBuf]) -> Result<Vec<(PathBuf, File)>, Usage> {
    let open = |path: &PathBuf| match File::create(path) {
        Ok(file) => Ok((path.clone(), file)),
        Err(error) => Err(cannot(path, &error)),
    };
    paths.iter().map(open).collect()
}

fn write(run: &Run, reports: Vec<(PathBuf, File)>) -> Result<(), Usage> {
    for (path, file) in reports {
        let mut file = BufWriter::new(file);
        json::write(run, &mut file).and_then(|()| file.flush()).map_err(|error| cannot(&path, &error))?;
    }
    Ok(())
}

fn cannot(path: &Path, error: &std::io::Error) -> Usage {
    Usage::new(format!("{}: {error}", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>, Usage> {
    std::fs::read(path).map_err(|error| cannot(path, &error))
}

/// A file as a wallet would send it: named, and typed by its ending.
fn load(path: &Path) -> Result<sep12::File, Usage> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let content_type = match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    };
    Ok(sep12::File {
        file_name: path.file_name().and_then(|name| name.to_str()).map(str::to_owned),
        content_type: Some(content_type.to_owned()),
        bytes: read(path)?.into(),
    })
}

/// The credentials of the built-in mock anchor, which nobody else can reach.
const MOCK_KEY: &str = "the built-in mock anchor's key";
/// How many checks it can take at a time: it is there for nobody else.
const MOCK_JOBS: usize = 32;
/// Two of its types that ask for different things.
const MOCK_TYPES: [&str; 2] = ["default", "sep31-receiver"];
/// What it does beside the default, so that more checks apply: legal, all of it.
const MOCK_VARIANTS: [Variant; 3] = [Variant::SlashedIds, Variant::MessagesAlways, Variant::OffersChoices];

/// The built-in mock anchor, on a free port, for as long as the program runs.
async fn mock() -> Result<Target, Usage> {
    let config = Config { api_key: Some(MOCK_KEY.to_owned()), ..Config::with_variants(MOCK_VARIANTS) };
    let cannot = |error: std::io::Error| Usage::new(format!("the mock anchor cannot listen: {error}"));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(cannot)?;
    let url = format!("http://{}", listener.local_addr().map_err(cannot)?);
    tokio::spawn(crate::mock::run(listener, Arc::new(Anchor::new(config)), std::future::pending()));
    url.parse().map_err(|error| Usage::new(format!("{url}: {error}")))
}

fn for_mock(options: Options) -> Options {
    let types = MOCK_TYPES.map(str::to_owned).to_vec();
    Options {
        auth: ApiKey::new(MOCK_KEY).map_or(Credentials::None, Credentials::ApiKey),
        types: if options.types.is_empty() { types } else { options.types },
        identities: OtherIdentity::ALL.to_vec(),
        ..options
    }
}

fn any_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ (since.as_secs() << 20) & ((1 << 53) - 1)
}

fn colour() -> Colour {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && std::io::stdout().is_terminal() { Colour::On } else { Colour::Off }
}

fn greet(options: &Options, is_mock: bool) {
    let what = if is_mock { " (the built-in mock anchor; give a URL to check yours)" } else { "" };
    println!("checking {}{what}, seed {}\n", options.target, options.seed);
}
