//! Enumerations of the fault grammar, with the names of their values.

use super::spec::{ErrorBody, MappingFault, ResetPoint};

/// A value that is one of a few names.
pub(super) trait Choice: Copy + 'static {
    const CHOICES: &'static [Self];

    fn name(&self) -> &'static str;
}

impl Choice for ErrorBody {
    const CHOICES: &'static [Self] = &[Self::Envelope, Self::Html, Self::Empty];

    fn name(&self) -> &'static str {
        match self {
            Self::Envelope => "envelope",
            Self::Html => "html",
            Self::Empty => "empty",
        }
    }
}

impl Choice for ResetPoint {
    const CHOICES: &'static [Self] = &[Self::Before, Self::After, Self::Body];

    fn name(&self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Body => "body",
        }
    }
}

impl Choice for MappingFault {
    const CHOICES: &'static [Self] = &[Self::Fails, Self::Sticks, Self::Expires];

    fn name(&self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Sticks => "sticks",
            Self::Expires => "expires",
        }
    }
}
