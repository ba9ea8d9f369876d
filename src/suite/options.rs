//! What a run is told.

use std::time::Duration;

use super::check::Check;
use super::checks::checks;
use super::glob::Glob;
use super::identities::OtherIdentity;
use super::run::TargetKind;
use crate::sep10::credentials::Credentials;
use crate::sep12::File;
use crate::wire::certificate::Certificate;
use crate::wire::target::Target;

/// How long to wait for what an anchor may do later, unless something else is said.
pub(super) const DEFAULT_SETTLE: Duration = Duration::from_secs(10);
/// How long one exchange may take, unless something else is said.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many random cases are tried, unless something else is said.
pub(super) const DEFAULT_CASES: usize = 4;

/// What to test, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The base URL; the callback API stands behind it at `/customer`.
    pub target: Target,
    /// Certificate authorities in PEM form, beside the system's.
    pub roots: Option<Vec<u8>>,
    /// What the target is shown if it asks for a client certificate.
    pub certificate: Option<Certificate>,
    /// The credentials to show.
    pub auth: Credentials,
    /// The customer types to ask for; none sends no `type`. Checks use the first, acceptance is checked for each.
    pub types: Vec<String>,
    /// Values to send instead of invented ones. `{unique}` in a value stands for a text of its own for each customer.
    /// A name that the anchor does not ask for is sent all the same.
    pub fields: Vec<(String, String)>,
    /// Files to send instead of invented pictures.
    pub files: Vec<(String, File)>,
    /// Whom the anchor serves beside `G` and `M` accounts and id memos; checks of other customers run only then.
    pub identities: Vec<OtherIdentity>,
    /// Decides all that is invented: the same seed sends the same requests, times aside. Below 2^53.
    pub seed: u64,
    /// How many random cases are tried where chance is of use: texts, and requests of random fields in random order.
    pub cases: usize,
    /// How many checks run at a time; at least one.
    pub jobs: usize,
    /// Run only checks that one of these matches; none means all.
    pub only: Vec<Glob>,
    /// Run no check that one of these matches.
    pub skip: Vec<Glob>,
    /// Whether warnings count as failures.
    pub strict: bool,
    /// Whether the customers created stay at the anchor.
    pub keep: bool,
    /// How long to wait for what an anchor may do later.
    pub settle: Duration,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// How long a platform waits for its anchor, if that is known: whether it gives up at all can be judged only then.
    pub anchor_timeout: Option<Duration>,
    /// Words for the command that runs a check again which cannot be told from the rest, as the paths of files.
    pub replay: Vec<String>,
    /// What curl needs to reach the target as the suite does, as `--cacert` and a path.
    pub curl: Vec<String>,
}

impl Options {
    /// The defaults for a target. The seed is 0: the caller chooses another.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self {
            target,
            roots: None,
            certificate: None,
            auth: Credentials::None,
            types: Vec::new(),
            fields: Vec::new(),
            files: Vec::new(),
            identities: Vec::new(),
            seed: 0,
            cases: DEFAULT_CASES,
            jobs: 8,
            only: Vec::new(),
            skip: Vec::new(),
            strict: false,
            keep: false,
            settle: DEFAULT_SETTLE,
            timeout: DEFAULT_TIMEOUT,
            anchor_timeout: None,
            replay: Vec::new(),
            curl: Vec::new(),
        }
    }

    /// The checks of that kind of target that `only` and `skip` leave. Empty most likely means a typing error.
    #[must_use]
    pub fn selection(&self, target: TargetKind) -> Vec<&'static Check> {
        let matches = |globs: &[Glob], check: &Check| globs.iter().any(|glob| glob.matches(check.id));
        checks()
            .filter(|check| check.target() == target)
            .filter(|check| self.only.is_empty() || matches(&self.only, check))
            .filter(|check| !matches(&self.skip, check))
            .collect()
    }
}
