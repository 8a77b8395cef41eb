//! What `-v` shows of the requests: one line per answer on standard error.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Begins to show requests; with `ids`, their operation, company and request id too.
pub(crate) fn show(ids: bool) {
    let trace = Trace {
        ids,
        next: AtomicU64::new(1),
        spans: Mutex::default(),
    };
    // A second subscriber would be refused, and there is none: this is the program's start.
    let _ = tracing::subscriber::set_global_default(trace);
}

/// Writes the events of our own crates, each behind the spans it happened in.
/// A subscriber of a few lines keeps the program light to build.
struct Trace {
    ids: bool,
    next: AtomicU64,
    spans: Mutex<HashMap<u64, Span>>,
}

struct Span {
    text: String,
    handles: usize,
}

thread_local! {
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

impl Subscriber for Trace {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("keepnet_client")
            || metadata.target().starts_with("keepnet_flows")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut line = Line::new(self.ids);
        attributes.record(&mut line);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let span = Span {
            text: line.text,
            handles: 1,
        };
        self.spans().insert(id, span);
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut line = Line::new(self.ids);
        values.record(&mut line);
        if let Some(span) = self.spans().get_mut(&id.into_u64()) {
            span.text.push_str(&line.text);
        }
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = String::from("keepnet:");
        let spans = self.spans();
        if !event.is_root() {
            ENTERED.with_borrow(|entered| {
                for span in entered.iter().filter_map(|id| spans.get(id)) {
                    text.push_str(&span.text);
                }
            });
        }
        drop(spans);
        let mut line = Line::new(true);
        event.record(&mut line);
        text.push_str(&line.text);
        // Nobody can be told that standard error is closed.
        let _ = writeln!(std::io::stderr(), "{}", text.replace(char::is_control, " "));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(id.into_u64()));
    }

    fn exit(&self, id: &Id) {
        let id = id.into_u64();
        ENTERED.with_borrow_mut(|entered| {
            if let Some(position) = entered.iter().rposition(|entered| *entered == id) {
                entered.remove(position);
            }
        });
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(span) = self.spans().get_mut(&id.into_u64()) {
            span.handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut spans = self.spans();
        let Some(span) = spans.get_mut(&id.into_u64()) else {
            return false;
        };
        span.handles -= 1;
        let is_last = span.handles == 0;
        if is_last {
            spans.remove(&id.into_u64());
        }
        is_last
    }
}

impl Trace {
    fn spans(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fields of a span or an event: what is asked is written bare, the rest with its name.
struct Line {
    text: String,
    ids: bool,
}

impl Line {
    fn new(ids: bool) -> Line {
        Line {
            text: String::new(),
            ids,
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            // A first try needs no number, unless all is asked for.
            "number" if value <= 1 && !self.ids => {}
            "elapsed_ms" => self.record_debug(field, &format_args!("{value} ms")),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let name = field.name();
        // Writing to a text does not fail.
        let _ = match name {
            "message" | "method" | "path" | "elapsed_ms" => write!(self.text, " {value:?}"),
            "number" => write!(self.text, " try {value:?}"),
            "operation" | "company" | "request_id" if !self.ids => Ok(()),
            _ => write!(self.text, " {name}={value:?}"),
        };
    }
}
