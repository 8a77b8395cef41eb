//! The passes that change schemas: shared shapes, names, and room for new values.

pub(super) mod envelopes;
pub(super) mod filter_values;
pub(super) mod hoist;
pub(super) mod open_for_reading;
pub(super) mod schema_names;
pub(super) mod unused_schemas;
