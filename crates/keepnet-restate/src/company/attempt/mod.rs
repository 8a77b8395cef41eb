//! An attempt of the engine at an import or a synchronization: from one ticket in the journal to the next.

mod engine_tickets;
mod step;
mod work;
mod work_run;
mod writers;

pub(super) use step::{KeptTicket, ShownTicket, Step};
pub(super) use work::{Attempt, Work};
pub(super) use work_run::{Shared, WorkRun, restored};
pub(super) use writers::Writers;
