//! When customers were synchronized, by the records and tickets of a folder.

use std::time::{Duration, SystemTime};

use super::format::SyncStep;
use crate::companies::RecordedSyncs;
use crate::import::{CompletedSync, TicketFolder};
use crate::{Reseller, Result};

impl TicketFolder {
    /// When customers of this service were synchronized completely, as far as the folder shows it: by its
    /// records, and by the tickets of a release that kept no records.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the folder cannot be read. Of a customer whose record
    /// cannot be read, the last synchronization is not known.
    pub fn recorded_syncs(&self, reseller: &Reseller) -> Result<RecordedSyncs> {
        let base_url = reseller.raw().base_url();
        let mut recorded = RecordedSyncs::default();
        for ticket in self.readable_syncs()?.tickets {
            let is_complete = match &ticket.step {
                SyncStep::Done { receipt } => receipt.is_complete(),
                _ => false,
            };
            if is_complete && ticket.plan.base_url == base_url {
                recorded.record_ticket(ticket.plan.company.id, time(ticket.updated));
            }
        }
        let records = self.read_all::<CompletedSync>(|name| name.starts_with("synced-"))?;
        for sync in records.tickets {
            if sync.base_url == base_url {
                recorded.record(sync.company_id, time(sync.completed));
            }
        }
        Ok(recorded)
    }
}

/// The time of a number of seconds since 1970. One that is out of range was written by nobody, and is as
/// a time of the future.
fn time(seconds: u64) -> SystemTime {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_secs(u32::MAX.into()))
}
