//! The workspace seen as an outside consumer.
