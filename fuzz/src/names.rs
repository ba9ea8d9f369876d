//! Names that the platform refuses because a parser at the anchor could take them for others, told anew.

/// Whether `docs/platform.md` lets no field have this name.
#[must_use]
pub fn is_refused(name: &str) -> bool {
    let is_blank = |char: char| char.is_whitespace() || char.is_control() || char == '\u{feff}';
    let blank = name.chars().next().is_none_or(is_blank) || name.chars().next_back().is_none_or(is_blank);
    let word = name.find("=?").is_some_and(|at| name[at + 2..].contains("?="));
    let bracket = name.find('[').filter(|at| name[*at..].contains(']')).unwrap_or(name.len());
    let stem: String = name[..bracket]
        .chars()
        .map(|char| if matches!(char, '.' | ' ' | '[') { '_' } else { char })
        .map(|char| if char == '\u{17f}' { 's' } else { char })
        .flat_map(char::to_lowercase)
        .collect();
    let lower = name.to_ascii_lowercase();
    let open: String = lower.chars().filter(|char| !char.is_ascii_whitespace()).collect();
    let parameter = ["name=", "name*="].iter().any(|word| open.contains(word))
        || [" ", "\t", "\n", "\r", "\u{c}", ";"].iter().any(|before| lower.contains(&format!("{before}filename")));
    blank || name.contains('\0') || word || parameter || (stem != name && is_parameter(&stem))
}

/// Whether the platform itself reads the field.
#[must_use]
pub fn is_parameter(name: &str) -> bool {
    ["id", "account", "memo", "memo_type", "type", "transaction_id"].contains(&name)
}
