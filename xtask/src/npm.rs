//! The packages of the Node programs in `tests/interop`, installed as their lock files say.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::{Outcome, cargo};

/// What npm leaves behind when it is through.
const INSTALLED: &str = "node_modules/.package-lock.json";

/// Installs them, unless that was done since the lock file has changed.
pub(crate) fn install(directory: &str) -> Outcome {
    let directory = Path::new(directory);
    if is_current(changed(&directory.join("package-lock.json")), changed(&directory.join(INSTALLED))) {
        return Ok(());
    }
    let mut command = Command::new("npm");
    command.args(["ci", "--omit=dev", "--no-audit", "--no-fund"]).current_dir(directory).stdout(Stdio::null());
    cargo::run(&mut command).map_err(|error| format!("{error} (Node.js and npm must be installed)").into())
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

fn is_current(locked: Option<SystemTime>, installed: Option<SystemTime>) -> bool {
    installed.is_some_and(|installed| locked.is_some_and(|locked| locked <= installed))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_lock_file_that_is_newer_than_the_packages_is_installed_again() {
        let earlier = Some(SystemTime::UNIX_EPOCH);
        let later = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1));
        assert!(is_current(earlier, later));
        assert!(!is_current(later, earlier));
        assert!(!is_current(earlier, None));
        assert!(!is_current(None, later));
    }
}
