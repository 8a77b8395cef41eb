//! `fleet plan`: what a fleet would do for each customer.

use futures::StreamExt as _;
use keepnet_flows::FleetPlan;

use super::file::FleetArguments;
use super::summary::Summary;
use super::warning_lines::warning_lines_of_plan;
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;
use crate::ui::{self, Column, Columns, ManyBars, Record, print_message};

pub(super) async fn run(global: &GlobalOptions, arguments: &FleetArguments) -> Result {
    let file = arguments.read()?;
    let context = Context::new(global).await?;
    let fleet = arguments
        .fleet(&context.reseller_without_call()?, &file)
        .await?;
    let selected = fleet.selected();
    print_message(&format!("note: {selected}"));
    let mut summary = Summary::new(selected.companies().len());
    let mut plans = fleet.plan();
    let columns = Columns::of::<FleetPlan>(global.output);
    let mut list = ui::stdout(global.output).list::<FleetPlan>(columns)?;
    let mut bars = ManyBars::new(summary.total());
    while let Some(plan) = plans.next().await {
        let line = summary.add_plan(&plan);
        bars.finish(&plan.company_id, &line, &summary.counts());
        bars.suspend(|| {
            warning_lines_of_plan(&plan)
                .iter()
                .for_each(|it| print_message(it));
            list.push(&plan)
        })?;
    }
    drop(bars);
    list.finish(summary.outcome(), None)?;
    print_message(&summary.to_string());
    Ok(summary.outcome().status())
}

impl Record for FleetPlan {
    const COLUMNS: &'static [Column] = &[
        Column::whole("company_id"),
        Column::name("company"),
        Column::whole("outcome"),
        Column::whole("join"),
        Column::whole("change"),
        Column::whole("leave"),
        Column::whole("stay"),
        Column::whole("rejected"),
        Column::whole("warning_count"),
        Column::text("why"),
        Column::text("refusals"),
        Column::text("warnings"),
        Column::text("possible_renames"),
        Column::text("possible_refusals"),
    ];
    const TABLE_COLUMNS: usize = 10;
}
