//! What travels in requests and responses: the wrappers, the times, and how generated types are
//! read and written.

mod envelope;
mod open_enum;
mod page;
mod record;
mod timestamp;
pub mod tolerant;

pub use envelope::Envelope;
pub use page::Page;
pub use timestamp::{DateOrder, Timestamp};

pub(crate) use open_enum::open_enum;
pub(crate) use record::{
    FieldValue, Record, RecordFields, deserialize_record, hide_fields, received, sent, setters,
};
