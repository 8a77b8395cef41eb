//! What a synchronization would do.

mod guards;
mod items;
mod make_plan;
mod matching;
mod people;
mod possible_refusals;
mod refusal;
mod remainder;
mod renames;
mod rows;
mod saving;
mod seats;
mod sync_plan;
mod values;

pub use items::KeptReason;
pub use possible_refusals::PossibleRefusal;
pub use refusal::SyncRefusal;
pub use renames::PossibleRename;
pub use rows::SyncRow;
pub use sync_plan::SyncPlan;

pub(crate) use items::{Leaver, Mover};
pub(crate) use make_plan::{ListColumns, PlanRequest, make_plan};
pub(crate) use people::list_people;
