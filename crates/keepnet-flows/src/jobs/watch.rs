//! Watching a job until it ends.

use std::time::Duration;

use futures::stream::{self, Stream};

use super::fetch::FetchedJob;
use super::job::JobDetail;
use crate::polling::Polling;
use crate::{Company, Result};

/// After this time without progress, a job is given up.
const STALL_TIMEOUT: Duration = Duration::from_secs(30 * 60);

impl Company {
    /// Polls a background job until it has ended, with or without success, and returns what each poll
    /// shows. The last item is the job as it ended; a failed job is no error. Polls are 1 s apart at
    /// first and at most 15 s later. Dropping the stream stops the polling, and the job continues.
    ///
    /// # Errors
    ///
    /// Those of [`job`](Company::job), and [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if the job
    /// has made no progress for 30 minutes; it may still finish. After an error the stream ends.
    pub fn watch_job(&self, id: &str) -> impl Stream<Item = Result<JobDetail>> + use<> {
        let watch = Watch {
            company: self.clone(),
            id: id.to_owned(),
            polling: Polling::new(self.raw().client(), STALL_TIMEOUT),
            last: None,
        };
        stream::try_unfold(watch, async |mut watch| {
            let next = watch.next().await?;
            Ok(next.map(|detail| (detail, watch)))
        })
    }
}

struct Watch {
    company: Company,
    id: String,
    polling: Polling<JobDetail>,
    /// What the last poll showed, and whether the job had ended.
    last: Option<(JobDetail, bool)>,
}

impl Watch {
    async fn next(&mut self) -> Result<Option<JobDetail>> {
        match &self.last {
            Some((_, true)) => return Ok(None),
            Some((detail, false)) => {
                let (id, progress) = (detail.job.id.clone(), detail.job.progress);
                let job = || format!("the job {id} ({progress} %)");
                let waited = self.polling.wait(detail.clone(), job).await;
                waited.map_err(self.company.context("watching the job"))?;
            }
            None => {}
        }
        let job = FetchedJob::of(&self.company, &self.id).await?;
        let has_ended = job.has_ended();
        self.last = Some((job.detail.clone(), has_ended));
        Ok(Some(job.detail))
    }
}
