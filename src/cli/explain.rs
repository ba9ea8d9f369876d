//! `explain`: one requirement, check, fault, variant, trouble or magic value in plain words.

use super::{EXIT_OK, Usage, say};
use crate::mock::{Fault, MAGIC, Magic, TROUBLES, TroubleEndpoint, TroubleInfo, Variant};
use crate::suite::{Check, Requirement, check, checks, requirement};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The id of a requirement or check, or the name of a fault, variant, trouble or magic value
    id: String,
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        let id = self.id.as_str();
        let explained = check(id)
            .map(explain_check)
            .or_else(|| requirement(id).map(explain_requirement))
            .or_else(|| id.parse().ok().map(explain_fault))
            .or_else(|| id.parse().ok().map(explain_variant))
            .or_else(|| TROUBLES.iter().find(|trouble| trouble.name == id).map(explain_trouble))
            .or_else(|| MAGIC.iter().find(|magic| magic.name == id).map(explain_magic));
        match explained {
            Some(text) => say(&text),
            None => {
                return Err(Usage::new(format!(
                    "nothing is called {id}; `anchor-conformance list WHAT` names all that can be explained"
                )));
            }
        }
        Ok(EXIT_OK)
    }
}

fn explain_check(check: &Check) -> String {
    let requirements: String =
        check.required().map(|requirement| format!("\n{}", explain_requirement(requirement))).collect();
    format!("check {} of a target of kind {}: {}\n{requirements}", check.id, check.target().as_str(), check.title)
}

fn explain_requirement(requirement: &Requirement) -> String {
    let Requirement { id, title, level, source_level, source, why, right, wrong } = requirement;
    let source_level = source_level.map(|word| format!(", in the source {word}")).unwrap_or_default();
    let tested: Vec<&str> = checks().filter(|check| check.requirements.contains(id)).map(|check| check.id).collect();
    format!(
        "requirement {id} ({level}{source_level})\n  {title}\n  why     {why}\n  right   {right}\n  wrong   {wrong}\n  \
         source  {source}\n  tested  {}\n",
        tested.join(", ")
    )
}

fn explain_fault(fault: Fault) -> String {
    format!("fault {}: {}\n  {}\n  source  {}\n", fault.name(), fault.title(), fault.effect(), fault.source())
}

fn explain_variant(variant: Variant) -> String {
    format!(
        "legal variant {}: {}\n  {}\n  source  {}\n",
        variant.name(),
        variant.title(),
        variant.effect(),
        variant.source()
    )
}

fn explain_trouble(trouble: &TroubleInfo) -> String {
    let TroubleInfo { name, value, effect, acts, .. } = trouble;
    let (of_itself, values) = match *value {
        "" => ("", String::new()),
        value => ("=VALUE", format!("  VALUE    {value}\n")),
    };
    let of_status = if *name == "status" { "[,retry-after=SECONDS]" } else { "" };
    let of_requests = if *name == "refused" { "" } else { "[,on=ENDPOINT]" };
    let acts = if *acts { "acts on the request all the same" } else { "does not act on the request" };
    format!(
        "trouble {name}: {effect}\n  anchor   {acts}\n  \
         option   --trouble {name}{of_itself}{of_status}{of_requests}[,next=N][,chance=P%]\n{values}  \
         TIME     as 1.5s, 200ms or 20us\n  ENDPOINT {}\n",
        TroubleEndpoint::ALL.map(TroubleEndpoint::name).join(", ")
    )
}

fn explain_magic(magic: &Magic) -> String {
    format!(
        "magic value {}: {}\n  value   {}\n  in      {}\n  source  {}\n",
        magic.name,
        magic.effect,
        magic.value,
        magic.place.describe(),
        magic.source
    )
}
