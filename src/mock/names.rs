//! Closed lists of behaviours that are chosen by name.

use std::fmt;

/// No behaviour has that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// `fault` or `variant`.
    pub what: &'static str,
    /// The name that was asked for.
    pub name: String,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name } = self;
        write!(f, "no {what} is called `{name}`; `anchor-conformance list {what}s` shows them all")
    }
}

impl std::error::Error for UnknownName {}

/// Declares an enum whose variants have a stable name, a title, and the source that they break or stand on.
macro_rules! named {
    (
        $(#[$about:meta])* $what:literal $type:ident
        { $($variant:ident $name:literal $title:literal $effect:literal $source:literal)+ }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
        pub enum $type {
            $(
                #[doc = $title]
                #[doc = ""]
                #[doc = $effect]
                #[serde(rename = $name)]
                $variant,
            )+
        }

        impl $type {
            /// All of them, in the order of the sources.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// One line for a list.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// What the mock anchor does.
            #[must_use]
            pub fn effect(self) -> &'static str {
                match self { $(Self::$variant => $effect),+ }
            }

            /// Where it comes from.
            #[must_use]
            pub fn source(self) -> &'static str {
                match self { $(Self::$variant => $source),+ }
            }
        }

        impl std::str::FromStr for $type {
            type Err = super::names::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|one| one.name() == name);
                found.copied().ok_or_else(|| super::names::UnknownName { what: $what, name: name.to_owned() })
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(super) use named;
