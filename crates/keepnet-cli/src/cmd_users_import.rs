//! `users import`: a staff list into a company, with a preview before anything is written.

use std::cell::Cell;
use std::io;

use futures::{Stream, TryStreamExt as _};
use keepnet_flows::{ImportMode, ImportReport, Progress, Stage};

use crate::arguments::{Format, Global, ImportUsers, Mode};
use crate::ask;
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output;
use crate::progress::{Watch, say};
use crate::staff_list::{counted, show_rejected};

pub(crate) async fn run(
    global: &Global,
    arguments: ImportUsers,
    stage: &Cell<Option<Stage>>,
) -> Result<Status, Failure> {
    // All that can be wrong without the service is found before it is asked.
    let mapper = arguments.list.mapper()?;
    let sheet = arguments.list.open()?;
    arguments.list.map(&mapper, &sheet)?;
    if !(arguments.yes || arguments.dry_run || ask::can_ask()) {
        return Err(Failure::new(
            Status::Usage,
            "an import writes, and nobody can be asked here",
        )
        .hint("add --yes to import, or --dry-run to see the preview"));
    }

    let context = Context::new(global).await?;
    let company = context.company().await?;
    let mut import = company.import_users(sheet).mapper(mapper);
    import = match arguments.mode {
        Mode::All => import.mode(ImportMode::All),
        Mode::New => import.mode(ImportMode::New),
        Mode::Existing => import.mode(ImportMode::Existing),
        Mode::Selected => arguments
            .select
            .iter()
            .fold(import, |import, email| import.select(email)),
    };
    import = arguments
        .group
        .iter()
        .fold(import, |import, group| import.group(group));
    if arguments.create_groups {
        import = import.create_groups();
    }
    let mut import = import.start();
    watch(&mut import, stage).await?;
    let preview = import.await?;
    if arguments.dry_run {
        let mut lines = show_rejected(preview.rejected());
        lines.push(preview.to_string());
        print(global.output, &preview.report(), &lines)?;
        return Ok(status_of(&preview.report()));
    }
    say(&preview.to_string());
    if !arguments.yes {
        show_rejected(preview.rejected())
            .iter()
            .for_each(|line| say(line));
        let people = counted(preview.to_import(), "person", "people");
        if !ask::is_confirmed(&format!("import {people}?")).await? {
            return Err(Failure::new(
                Status::Failed,
                "not confirmed; nothing was written",
            ));
        }
    }

    let mut confirm = preview.confirm();
    watch(&mut confirm, stage).await?;
    let receipt = confirm.await?;
    // Who was asked has seen the rejected rows already, but for those that failed since.
    let mut lines = match arguments.yes || receipt.failed > 0 {
        true => show_rejected(&receipt.rejected),
        false => Vec::new(),
    };
    lines.push(receipt.to_string());
    print(global.output, &receipt.report(), &lines)?;
    if let Some(counted) = receipt.reconciliation.filter(|counted| !counted.agrees()) {
        say(&format!(
            "warning: {} new users were expected, but the number of users went from {} to {}",
            counted.expected_new, counted.users_before, counted.users_after
        ));
    }
    Ok(status_of(&receipt.report()))
}

async fn watch(
    progress: &mut (impl Stream<Item = keepnet_flows::Result<Progress>> + Unpin),
    stage: &Cell<Option<Stage>>,
) -> Result<(), Failure> {
    let mut watch = Watch::new();
    while let Some(progress) = progress.try_next().await? {
        stage.set(Some(progress.stage));
        watch.show(&progress);
    }
    Ok(())
}

/// A part is done where rows were rejected, here or by the service, or failed.
fn status_of(report: &ImportReport) -> Status {
    if report.rows.invalid == 0 && report.failed == 0 {
        Status::Done
    } else {
        Status::Partial
    }
}

/// Prints the report; a pipe that nobody reads any more changes nothing about what was done.
fn print(format: Format, report: &ImportReport, lines: &[String]) -> Result<(), Failure> {
    let output = output::stdout(format);
    let printed = match format {
        Format::Table => output.lines(lines),
        Format::Json | Format::Ndjson => output.document(report),
        Format::Csv => output.records(&report.rejected),
    };
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}
