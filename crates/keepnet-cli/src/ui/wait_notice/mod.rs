//! What the program says while its calls wait: for a service that limits requests or does not respond, or
//! for each other.

mod silence;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keepnet_client::{Observer, RequestInfo, TryInfo, Wait};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::message::print_message;
use silence::Silences;

/// A shorter wait is not worth a message.
const SHORTEST: Duration = Duration::from_secs(2);
/// After this time in the client's own queue, the program says so.
const QUEUED: Duration = Duration::from_secs(5);

/// Says on standard error why nothing happens: in the line of the progress bar, or as a line of its own.
#[derive(Debug)]
pub(crate) struct WaitNotice {
    print: fn(&str),
}

impl WaitNotice {
    /// Prints to standard error.
    pub(crate) const STDERR: WaitNotice = WaitNotice {
        print: print_unless_bar,
    };
}

/// The waits of all calls of the program.
static WAITS: Mutex<Waits> = Mutex::new(Waits::new());

fn waits() -> MutexGuard<'static, Waits> {
    WAITS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there is a progress bar, whose line says what waits.
static HAS_BAR: AtomicBool = AtomicBool::new(false);

/// Says that a progress bar is shown from now on, or no longer.
pub(super) fn set_bar(is_shown: bool) {
    HAS_BAR.store(is_shown, Ordering::Relaxed);
}

/// What the line of a progress bar says about the waits, such as `, waiting 30 s (throttled)`; nothing
/// if no call waits.
pub(super) fn in_progress_line() -> String {
    let text = waits().in_progress_line(Instant::now());
    text.unwrap_or_default()
}

impl Observer for WaitNotice {
    fn on_wait(&self, _: &TryInfo<'_>, wait: Wait) -> Option<Box<dyn Send>> {
        match wait {
            Wait::NextTry { after, status } => {
                let line = waits().add_pause(Instant::now(), after, Reason::of(status));
                say(line, self.print);
                None
            }
            Wait::Permit => {
                let id = waits().add_queued(Instant::now());
                let print = self.print;
                let task = tokio::spawn(async move {
                    tokio::time::sleep(QUEUED).await;
                    let line = waits().queue_line(Instant::now());
                    say(line, print);
                });
                Some(Box::new(Queued(id, task.abort_handle())))
            }
            _ => None,
        }
    }

    fn on_request(&self, request: &RequestInfo<'_>) -> Option<Box<dyn Send>> {
        let id = waits().silences.add(Instant::now(), request);
        let print = self.print;
        let task = tokio::spawn(async move {
            loop {
                let looked = waits().silences.look(Instant::now(), id);
                let Some((line, next_look)) = looked else {
                    break;
                };
                say(line, print);
                tokio::time::sleep_until(next_look).await;
            }
        });
        Some(Box::new(Sent(id, task.abort_handle())))
    }
}

fn say(line: Option<String>, print: fn(&str)) {
    if let Some(line) = line {
        print(&format!("note: {line}"));
    }
}

/// Prints the line, unless a progress bar says it.
fn print_unless_bar(line: &str) {
    if !HAS_BAR.load(Ordering::Relaxed) {
        print_message(line);
    }
}

/// A request that has not ended.
struct Sent(u64, AbortHandle);

impl Drop for Sent {
    fn drop(&mut self) {
        waits().silences.remove(self.0);
        self.1.abort();
    }
}

/// A call in the queue.
struct Queued(u64, AbortHandle);

impl Drop for Queued {
    fn drop(&mut self) {
        waits().queued.remove(&self.0);
        self.1.abort();
    }
}

/// Why a call is not tried again at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Throttled,
    Unavailable,
}

impl Reason {
    fn of(status: Option<u16>) -> Reason {
        match status {
            Some(429) => Reason::Throttled,
            _ => Reason::Unavailable,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Throttled => "the service limits requests",
            Reason::Unavailable => "the last request failed",
        })
    }
}

struct Waits {
    /// The longest pause before another try.
    pause: Option<(Instant, Reason)>,
    /// The calls in the queue, and since when.
    queued: BTreeMap<u64, Instant>,
    next_id: u64,
    /// When a line has said that calls are queued.
    queue_said_at: Option<Instant>,
    silences: Silences,
}

impl Waits {
    const fn new() -> Waits {
        Waits {
            pause: None,
            queued: BTreeMap::new(),
            next_id: 0,
            queue_said_at: None,
            silences: Silences::new(),
        }
    }

    /// The line for a log, unless an earlier line covers this pause.
    fn add_pause(&mut self, now: Instant, after: Duration, reason: Reason) -> Option<String> {
        let end = now + after;
        // Calls that were refused together wait together.
        let is_covered = |(until, _): (Instant, Reason)| end <= until + SHORTEST;
        if after < SHORTEST || self.pause.is_some_and(is_covered) {
            return None;
        }
        self.pause = Some((end, reason));
        let seconds = after.as_secs_f64().ceil();
        Some(format!("waiting {seconds} s: {reason}"))
    }

    fn add_queued(&mut self, now: Instant) -> u64 {
        self.next_id += 1;
        self.queued.insert(self.next_id, now);
        self.next_id
    }

    /// The line for a log, at most one a minute.
    fn queue_line(&mut self, now: Instant) -> Option<String> {
        const MINUTE: Duration = Duration::from_secs(60);
        let is_said = |said| now.duration_since(said) < MINUTE;
        if !self.is_queue_long(now) || self.queue_said_at.is_some_and(is_said) {
            return None;
        }
        self.queue_said_at = Some(now);
        Some("waiting: earlier requests have no response yet".to_owned())
    }

    fn is_queue_long(&self, now: Instant) -> bool {
        let mut queued = self.queued.values();
        queued.any(|since| now.duration_since(*since) >= QUEUED)
    }

    fn in_progress_line(&self, now: Instant) -> Option<String> {
        match self.pause {
            Some((until, reason)) if until > now => {
                let seconds = (until - now).as_secs_f64().ceil();
                let reason = match reason {
                    Reason::Throttled => "throttled",
                    Reason::Unavailable => "failed",
                };
                Some(format!(", waiting {seconds} s ({reason})"))
            }
            _ => {
                let queued = || {
                    let is_long = self.is_queue_long(now);
                    is_long.then(|| ", waiting (queued)".to_owned())
                };
                // A queue is long because those ahead have no response.
                self.silences.in_progress_line(now).or_else(queued)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn long_pauses_are_said_once() {
        let mut waits = Waits::new();
        let start = Instant::now();
        let mut check = |at: u32, after: f64, status: Option<u16>, expected: Option<&str>| {
            let after = Duration::from_secs_f64(after);
            let line = waits.add_pause(start + at * SECOND, after, Reason::of(status));
            assert_eq!(line.as_deref(), expected, "{at} {after:?}");
        };
        check(0, 1.9, Some(429), None);
        let thirty = "waiting 30 s: the service limits requests";
        check(0, 29.5, Some(429), Some(thirty));
        check(1, 30.0, Some(429), None);
        check(20, 30.0, Some(429), Some(thirty));
        check(
            60,
            4.0,
            Some(503),
            Some("waiting 4 s: the last request failed"),
        );
        check(99, 4.0, None, Some("waiting 4 s: the last request failed"));
    }

    #[tokio::test(start_paused = true)]
    async fn progress_line_counts_down() {
        let mut waits = Waits::new();
        let start = Instant::now();
        waits.add_pause(start, 30 * SECOND, Reason::Throttled);
        let check = |waits: &Waits, at: u32, expected: Option<&str>| {
            let line = waits.in_progress_line(start + at * SECOND);
            assert_eq!(line.as_deref(), expected, "{at}");
        };
        check(&waits, 0, Some(", waiting 30 s (throttled)"));
        check(&waits, 29, Some(", waiting 1 s (throttled)"));
        check(&waits, 30, None);
        let id = waits.add_queued(start + 30 * SECOND);
        check(&waits, 34, None);
        check(&waits, 35, Some(", waiting (queued)"));
        assert!(waits.queue_line(start + 34 * SECOND).is_none());
        assert!(waits.queue_line(start + 35 * SECOND).is_some());
        assert!(waits.queue_line(start + 36 * SECOND).is_none());
        waits.queued.remove(&id);
        check(&waits, 36, None);
    }
}
