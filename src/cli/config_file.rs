//! `--config FILE`: options in a YAML file, as if they stood first on the command line.
//!
//! Keys are the options' long names. A list gives a repeatable option several times, `true` sets a flag. An option on
//! the command line wins over the file's; repeatable ones add up.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::ArgAction;
use serde::Deserialize;

use super::Usage;

#[derive(Deserialize)]
#[serde(untagged)]
enum Setting {
    Flag(bool),
    Number(u64),
    Text(String),
    List(Vec<String>),
}

/// The command line with the file's options behind the command's name; unchanged if it names no file.
pub(super) fn insert(mut arguments: Vec<OsString>, cli: &clap::Command) -> Result<Vec<OsString>, Usage> {
    let Some(file) = named_file(&arguments) else { return Ok(arguments) };
    let file = file.ok_or_else(|| Usage::new("--config needs a file"))?;
    let text = std::fs::read_to_string(&file).map_err(|error| Usage::new(format!("{}: {error}", file.display())))?;
    // Without the lines around the mistake: a secret may stand in one.
    let wrong = |error: serde_saphyr::Error| Usage::new(format!("{}: {}", file.display(), error.without_snippet()));
    let settings: BTreeMap<String, Setting> = serde_saphyr::from_str(&text).map_err(wrong)?;
    let (command, depth) = innermost(cli, &arguments);
    let mut options = Vec::new();
    for (name, setting) in settings {
        let option = command.get_arguments().find(|option| option.get_long() == Some(&name) && name != "config");
        let option = option.ok_or_else(|| {
            let known: Vec<_> =
                command.get_arguments().filter_map(clap::Arg::get_long).filter(|name| *name != "config").collect();
            Usage::new(format!("{}: no such option: {name} (this command has {})", file.display(), known.join(", ")))
        })?;
        let is_flag = matches!(option.get_action(), ArgAction::SetTrue);
        match setting {
            Setting::Flag(true) if is_flag => options.push(format!("--{name}").into()),
            Setting::Flag(false) if is_flag => {}
            _ if is_flag => return Err(Usage::new(format!("{}: {name} is true or false", file.display()))),
            Setting::Flag(value) => options.push(format!("--{name}={value}").into()),
            Setting::Number(value) => options.push(format!("--{name}={value}").into()),
            Setting::Text(value) => options.push(format!("--{name}={value}").into()),
            Setting::List(values) => options.extend(values.into_iter().map(|value| format!("--{name}={value}").into())),
        }
    }
    arguments.splice(depth..depth, options);
    Ok(arguments)
}

/// The file of `--config FILE` or `--config=FILE`; `Some(None)` if the name is missing.
fn named_file(arguments: &[OsString]) -> Option<Option<std::path::PathBuf>> {
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return Some(arguments.next().map(Into::into));
        }
        if let Some(file) = argument.to_str().and_then(|argument| argument.strip_prefix("--config=")) {
            return Some(Some(file.into()));
        }
    }
    None
}

/// The command that the arguments name, and how many words its name takes, the program's included.
fn innermost<'a>(cli: &'a clap::Command, arguments: &[OsString]) -> (&'a clap::Command, usize) {
    let (mut command, mut depth) = (cli, 1);
    while let Some(found) = arguments.get(depth).and_then(|name| command.find_subcommand(name)) {
        (command, depth) = (found, depth + 1);
    }
    (command, depth)
}
