//! The options that do not depend on the target's kind.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::reports::cannot;
use super::{Usage, certificate};
use crate::sep12;
use crate::suite::{Glob, Options, Target, TargetKind};

#[derive(clap::Args)]
pub(super) struct Common {
    /// Certificate authorities to trust beside the system's, in PEM
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    /// What is shown to a target that wants a client certificate, in PEM with those of its issuers behind it
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The private key of --client-cert, in PEM and not encrypted
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
    /// A value to send instead of an invented one; {unique} in it differs from customer to customer (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) field: Vec<(String, String)>,
    /// A file to send instead of an invented picture (repeatable)
    #[arg(long, value_name = "NAME=PATH", value_parser = pair)]
    pub(super) file: Vec<(String, String)>,
    /// Decides everything that is invented; below 2^53 [default: chosen anew and printed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..1 << 53))]
    seed: Option<u64>,
    /// How many random cases are tried where chance is of use
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(..=1000))]
    cases: u16,
    /// How many checks run at a time [default: 8; 32 for what is built in]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// Run only checks whose id matches, as put/* (repeatable)
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Run no check whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,
    /// Let warnings count as failures
    #[arg(long)]
    strict: bool,
    /// How long one exchange may take
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    timeout: u64,
    /// Write a report: json=FILE (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report)]
    pub(super) report: Vec<PathBuf>,
    /// Take options from a YAML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How many checks what is built in can take at a time: it is there for nobody else.
const BUILT_IN_JOBS: usize = 32;

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

impl Common {
    /// The same for a target that is built in.
    pub(super) fn for_built_in(self) -> Self {
        Self { jobs: Some(self.jobs.unwrap_or(BUILT_IN_JOBS)), ..self }
    }

    /// The options for a target of that kind.
    pub(super) fn into_options(self, target: Target, kind: TargetKind) -> Result<Options, Usage> {
        let roots = match &self.ca {
            Some(path) => Some(read(path)?),
            None => None,
        };
        let (chain, key) = (self.client_cert.as_deref(), self.client_key.as_deref());
        let certificate = certificate::read(chain, key, ["--client-cert", "--client-key"])?;
        let (replay, curl) = (self.replay(), self.curl());
        let defaults = Options::new(target);
        let globs = |patterns: Vec<String>| patterns.into_iter().map(Glob::new).collect();
        let files = self.file.into_iter().map(|(name, path)| Ok((name, load(path.as_ref())?)));
        let options = Options {
            roots,
            certificate,
            fields: self.field,
            files: files.collect::<Result<_, Usage>>()?,
            seed: self.seed.unwrap_or_else(any_seed),
            cases: self.cases.into(),
            jobs: self.jobs.map_or(defaults.jobs, |jobs| jobs.max(1)),
            only: globs(self.only),
            skip: globs(self.skip),
            strict: self.strict,
            timeout: Duration::from_secs(self.timeout.max(1)),
            replay,
            curl,
            ..defaults
        };
        if options.selection(kind).is_empty() {
            return Err(Usage::new(
                "no check is left by --only and --skip (`anchor-conformance list checks` names them)",
            ));
        }
        Ok(options)
    }

    /// The options that name files, as they were given.
    fn replay(&self) -> Vec<String> {
        let paths = self.tls_files(["--ca", "--client-cert", "--client-key"]);
        let paths = paths.flat_map(|(option, path)| [option.to_owned(), path]);
        let files = self.file.iter().flat_map(|(name, path)| ["--file".to_owned(), format!("{name}={path}")]);
        paths.chain(files).collect()
    }

    /// The options with which curl reaches the target.
    fn curl(&self) -> Vec<String> {
        let written = |option: &str, path: String| match option {
            // Behind a colon curl would look for the certificate's password.
            "--cert" => path.replace('\\', r"\\").replace(':', r"\:"),
            _ => path,
        };
        let files = self.tls_files(["--cacert", "--cert", "--key"]);
        files.flat_map(|(option, path)| [option.to_owned(), written(option, path)]).collect()
    }

    /// The files that TLS needs, behind such options.
    fn tls_files(&self, options: [&'static str; 3]) -> impl Iterator<Item = (&'static str, String)> {
        let paths = options.into_iter().zip([&self.ca, &self.client_cert, &self.client_key]);
        paths.filter_map(|(option, path)| Some((option, path.as_ref()?.display().to_string())))
    }
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

fn any_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ (since.as_secs() << 20) & ((1 << 53) - 1)
}
