//! Where a run's results go: lines on stdout while it runs, a summary, and files.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Usage, heard};
use crate::report::console::{self, Colour};
use crate::report::json;
use crate::suite::{CheckResult, Run};

/// The reports of one run.
pub(super) struct Reports {
    colour: Colour,
    files: Vec<(PathBuf, File)>,
}

impl Reports {
    /// Files are opened before anything is tested: a path that cannot be written is known at once.
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, Usage> {
        let open = |path: &PathBuf| match File::create(path) {
            Ok(file) => Ok((path.clone(), file)),
            Err(error) => Err(cannot(path, &error)),
        };
        let files = paths.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self { colour: colour(), files })
    }

    /// Shows a check that has ended.
    pub(super) fn show(&self) -> impl FnMut(&CheckResult) + use<> {
        let colour = self.colour;
        move |result| heard(console::line(result, colour, &mut std::io::stdout()))
    }

    /// Shows what was found, and writes the files.
    pub(super) fn finish(self, run: &Run) -> Result<(), Usage> {
        heard(console::summary(run, self.colour, &mut std::io::stdout()));
        for (path, file) in self.files {
            let mut file = BufWriter::new(file);
            json::write(run, &mut file).and_then(|()| file.flush()).map_err(|error| cannot(&path, &error))?;
        }
        Ok(())
    }
}

/// What cannot be done with a file.
pub(super) fn cannot(path: &Path, error: &std::io::Error) -> Usage {
    Usage::new(format!("{}: {error}", path.display()))
}

fn colour() -> Colour {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && std::io::stdout().is_terminal() { Colour::On } else { Colour::Off }
}
