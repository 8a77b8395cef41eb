//! What `--verbose` prints about requests: one line per response, on standard error.

use std::fmt;
use std::io;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::text::one_line;

/// Prints requests from now on; `with_ids` adds their operation, company and request id.
pub(crate) fn print_requests(with_ids: bool) {
    let own_crates = Targets::new()
        .with_target("keepnet_client", Level::DEBUG)
        .with_target("keepnet_flows", Level::DEBUG);
    let fields = debug_fn(move |out, field, value| {
        // Text is quoted in a Debug.
        let value = format!("{value:?}");
        write_field(out, field.name(), value.trim_matches('"'), with_ids)
    });
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(fields)
        .event_format(Line)
        .with_writer(io::stderr)
        // Its own message about a closed standard error would panic.
        .log_internal_errors(false);
    let log = Registry::default().with(lines.with_filter(own_crates));
    // It cannot fail: this is the start of the program, which has no other subscriber.
    let _ = tracing::subscriber::set_global_default(log);
}

/// Writes a field after a space; without its name if the value explains itself.
fn write_field(out: &mut Writer<'_>, name: &str, value: &str, with_ids: bool) -> fmt::Result {
    match name {
        "message" | "method" | "path" => write!(out, " {value}"),
        "elapsed_ms" => write!(out, " {value} ms"),
        "operation" | "company" | "request_id" if !with_ids => Ok(()),
        // Most calls need only one try.
        "number" if !with_ids && value == "1" => Ok(()),
        "number" => write!(out, " try {value}"),
        _ => write!(out, " {name}={value}"),
    }
}

/// Formats an event as a line: the fields of its spans, then its own.
struct Line;

impl<S, F> FormatEvent<S, F> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, F>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::from("keepnet:");
        for span in context
            .event_scope()
            .into_iter()
            .flat_map(|spans| spans.from_root())
        {
            if let Some(fields) = span.extensions().get::<FormattedFields<F>>() {
                line.push_str(fields);
            }
        }
        context.format_fields(Writer::new(&mut line), event)?;
        writeln!(out, "{}", one_line(&line))
    }
}
