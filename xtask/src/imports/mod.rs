//! `cargo xtask imports`: which module may use which, checked as text.
//!
//! The features built alone let the compiler enforce a part of this; the rest is here. Comments and literals do not
//! count. Paths are followed through `crate::`, through groups, and through `super::` where it climbs to the top.

mod source;

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::arguments::Arguments;
use source::{Token, tokens};

/// What one top module may not do.
struct Rule {
    module: &'static str,
    modules: Modules,
    /// Crates that may not even be named.
    crates: &'static [&'static str],
    why: &'static str,
}

enum Modules {
    /// Itself and these.
    Only(&'static [&'static str]),
    Never(&'static [&'static str]),
}

use Modules::{Never, Only};

const RUNTIME: &[&str] = &["hyper", "hyper_util", "http_body_util", "tokio", "tokio_rustls", "wiremock"];

const RULES: &[Rule] = &[
    Rule { module: "sep12", modules: Only(&[]), crates: RUNTIME, why: "the protocol's words are pure" },
    Rule { module: "sep1", modules: Only(&["sep12"]), crates: RUNTIME, why: "SEP-1 is pure" },
    Rule { module: "sep10", modules: Only(&["sep12"]), crates: RUNTIME, why: "SEP-10 is pure" },
    Rule { module: "wire", modules: Only(&[]), crates: &["wiremock"], why: "sockets only, no SEP-12" },
    Rule {
        module: "platform",
        modules: Never(&["mock", "suite", "scenario", "sandbox", "report", "generate", "cli", "fuzzing"]),
        crates: &["wiremock", "multer"],
        why: "the platform shares no code with what tests it",
    },
    Rule {
        module: "mock",
        modules: Never(&["platform", "suite", "scenario", "sandbox", "report", "generate", "cli", "fuzzing"]),
        crates: &[],
        why: "one bug must not hide at both ends",
    },
    Rule {
        module: "suite",
        modules: Never(&["platform", "mock", "scenario", "sandbox", "cli", "fuzzing"]),
        crates: &["wiremock", "multer"],
        why: "the suite knows a target by its URL only",
    },
    Rule {
        module: "sandbox",
        modules: Never(&["suite", "scenario", "cli", "fuzzing"]),
        crates: &[],
        why: "the command line calls it",
    },
    Rule {
        module: "scenario",
        modules: Never(&["sandbox", "cli", "fuzzing"]),
        crates: &[],
        why: "the command line calls it",
    },
    Rule { module: "generate", modules: Only(&["sep12"]), crates: RUNTIME, why: "strategies are for users' tests too" },
    Rule { module: "report", modules: Only(&["suite", "sep12"]), crates: RUNTIME, why: "a report is a pure function" },
    Rule {
        module: "fuzzing",
        modules: Only(&["platform", "mock", "suite", "scenario"]),
        crates: RUNTIME,
        why: "it names what those four open to the fuzz targets, and has nothing of its own",
    },
];

/// The modules of `lib.rs`, to tell a path that climbs out of its module from one that does not.
const TOP_MODULES: &[&str] = &[
    "sep12", "sep1", "sep10", "wire", "platform", "mock", "generate", "suite", "report", "scenario", "sandbox", "cli",
    "fuzzing",
];

#[derive(Debug, PartialEq, Eq)]
struct Violation {
    line: usize,
    rule: String,
}

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    let mut count = 0;
    for path in rust_files(Path::new("src"))? {
        let text = fs::read_to_string(&path).map_err(|error| format!("failed to read {}: {error}", path.display()))?;
        for violation in violations(&path, &text) {
            count += 1;
            let line = text.lines().nth(violation.line - 1).unwrap_or_default().trim();
            println!("{}:{}: {line}\n    {}", path.display(), violation.line, violation.rule);
        }
    }
    if count > 0 {
        return Err(format!("{count} lines break the import rules").into());
    }
    println!("the import rules hold");
    Ok(())
}

fn rust_files(directory: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn violations(path: &Path, text: &str) -> Vec<Violation> {
    let place = Place::of(path);
    if place.module == "lib" {
        return code_in_lib(text);
    }
    let Some(rule) = RULES.iter().find(|rule| rule.module == place.module) else {
        return Vec::new();
    };
    let tokens = tokens(text);
    let mut found = forbidden_crates(rule, &tokens);
    found.extend(forbidden_modules(rule, &place, &tokens));
    found.sort_by_key(|violation| violation.line);
    found
}

/// Where a file stands in the tree of modules.
struct Place {
    /// The top module that it belongs to.
    module: String,
    /// How many `super` lead from it to the top of the crate.
    depth: usize,
}

impl Place {
    fn of(path: &Path) -> Self {
        let inside = path.strip_prefix("src").unwrap_or(path).with_extension("");
        let mut names: Vec<String> = inside.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        names.pop_if(|name| name == "mod");
        Self { depth: names.len(), module: names.first().cloned().unwrap_or_default() }
    }
}

fn forbidden_crates(rule: &Rule, tokens: &[Token<'_>]) -> Vec<Violation> {
    let named = tokens.iter().filter(|token| rule.crates.contains(&token.text));
    named.map(|token| Violation { line: token.line, rule: rule.without_crate(token.text) }).collect()
}

fn forbidden_modules(rule: &Rule, place: &Place, tokens: &[Token<'_>]) -> Vec<Violation> {
    let used = used_modules(place, tokens).into_iter().filter(|token| !rule.allows(token.text));
    used.map(|token| Violation { line: token.line, rule: rule.without_module(token.text) }).collect()
}

impl Rule {
    fn allows(&self, module: &str) -> bool {
        match self.modules {
            Only(allowed) => module == self.module || allowed.contains(&module),
            Never(forbidden) => !forbidden.contains(&module),
        }
    }

    fn without_crate(&self, name: &str) -> String {
        format!("`{}` never names the crate {name}: {}", self.module, self.why)
    }

    fn without_module(&self, name: &str) -> String {
        match self.modules {
            Never(_) => format!("`{}` never uses crate::{name}: {}", self.module, self.why),
            Only([]) => format!("`{}` uses only itself, not crate::{name}: {}", self.module, self.why),
            Only(allowed) => {
                format!(
                    "`{}` uses only itself and {}, not crate::{name}: {}",
                    self.module,
                    allowed.join(", "),
                    self.why
                )
            }
        }
    }
}

/// The names that stand right behind the top of the crate.
fn used_modules<'a>(place: &Place, tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let behind = match token.text {
            "crate" => behind_crate(tokens, index),
            "super" => behind_super(tokens, index, place.depth),
            _ => None,
        };
        let climbs = token.text == "super";
        if let Some(start) = behind {
            let names = path_heads(&tokens[start..]);
            found.extend(names.into_iter().filter(|name| !climbs || TOP_MODULES.contains(&name.text)));
        }
    }
    found
}

fn behind_crate(tokens: &[Token<'_>], index: usize) -> Option<usize> {
    is(tokens, index + 1, "::").then_some(index + 2)
}

/// Where the path goes on, if this `super` starts a chain that climbs to the top.
fn behind_super(tokens: &[Token<'_>], index: usize, depth: usize) -> Option<usize> {
    let continues = index >= 2 && is(tokens, index - 1, "::") && is(tokens, index - 2, "super");
    if continues {
        return None;
    }
    let (mut end, mut length) = (index, 0);
    while is(tokens, end, "super") && is(tokens, end + 1, "::") {
        end += 2;
        length += 1;
    }
    (length >= depth).then_some(end)
}

fn is(tokens: &[Token<'_>], index: usize, text: &str) -> bool {
    tokens.get(index).is_some_and(|token| token.text == text)
}

/// The first names of the path, or of each path of the group, that starts here.
fn path_heads<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    match tokens.first() {
        Some(first) if first.text == "{" => group_heads(tokens),
        Some(first) => vec![*first],
        None => Vec::new(),
    }
}

fn group_heads<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut at_head = false;
    for token in tokens {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if at_head && depth == 1 => heads.push(*token),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        at_head = matches!(token.text, "{" | ",");
    }
    heads
}

/// `lib.rs` is a map: modules, re-exports, attributes and docs.
fn code_in_lib(text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut in_use = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let starts_use = line.starts_with("pub use ");
        if !(in_use || starts_use || is_map_line(line)) {
            found.push(Violation { line: number, rule: "`lib.rs` has no code, only modules and `pub use`".to_owned() });
        }
        in_use = (in_use || starts_use) && !line.ends_with(';');
    }
    found
}

fn is_map_line(line: &str) -> bool {
    let module = ["mod ", "pub mod ", "pub(crate) mod "].iter().any(|start| line.starts_with(start));
    line.is_empty() || line.starts_with("//") || line.starts_with("#") || (module && line.ends_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    fn lines(path: &str, text: &str) -> Vec<usize> {
        violations(Path::new(path), text).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_pure_module_names_no_runtime() {
        assert_eq!(lines("src/sep12/memo.rs", "use std::fmt;\nuse tokio::net;\n"), [2]);
        assert_eq!(lines("src/sep12/memo.rs", "/// Unlike tokio's.\nconst A: &str = \"hyper\";\n"), NONE);
        assert_eq!(lines("src/sep12/memo.rs", "fn hyperbole() {}\n"), NONE);
    }

    #[test]
    fn a_module_uses_only_what_its_rule_allows() {
        assert_eq!(lines("src/sep12/memo.rs", "use crate::sep12::account;\nuse crate::wire::Listener;\n"), [2]);
        assert_eq!(lines("src/sep10/mod.rs", "use crate::sep12::Memo;\nuse crate::sep1::Toml;\n"), [2]);
        assert_eq!(lines("src/mock/store.rs", "fn f() -> crate::platform::Reply {}\n"), [1]);
        assert_eq!(lines("src/mock/store.rs", "pub(in crate::mock) fn f() {}\n"), NONE);
    }

    #[test]
    fn groups_are_looked_into() {
        let text = "use crate::{\n    sep12::{Memo, mock},\n    wire,\n    mock::Mock,\n};\n";
        assert_eq!(lines("src/platform/reply.rs", text), [4]);
    }

    #[test]
    fn super_counts_where_it_reaches_the_top() {
        assert_eq!(lines("src/wire/mod.rs", "use super::sep12;\n"), [1]);
        assert_eq!(lines("src/wire/listener.rs", "use super::sep12;\n"), NONE);
        assert_eq!(lines("src/wire/listener.rs", "use super::super::sep12;\n"), [1]);
        assert_eq!(lines("src/wire/mod.rs", "mod tests { use super::*; use super::accept; }\n"), NONE);
    }

    #[test]
    fn the_library_root_is_only_a_map() {
        let map = "//! Docs.\n\n#[cfg(feature = \"x\")]\npub mod a;\nmod b;\n\npub use a::{\n    One,\n    Two,\n};\n";
        assert_eq!(lines("src/lib.rs", map), NONE);
        assert_eq!(lines("src/lib.rs", "mod a;\nmod b {\n}\nuse a::B;\nfn c() {}\n"), [2, 3, 4, 5]);
    }

    #[test]
    fn a_rule_explains_itself() {
        let found = violations(Path::new("src/generate/mod.rs"), "use crate::suite;\n");
        let rule = "`generate` uses only itself and sep12, not crate::suite: strategies are for users' tests too";
        assert_eq!(found, [Violation { line: 1, rule: rule.to_owned() }]);
    }
}
