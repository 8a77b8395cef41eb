//! The number of users of a company.

use serde_json::{Value, json};

use crate::api::companies::{count_monthly_users, month_start, months_until};
use crate::call::Call;
use crate::http::{HandlerResult, Reply};
use crate::state::State;

/// Handles `GET /api/target-users/count-summary`.
pub(crate) fn count_summary(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    let counts = company.people.counts();
    let figure = call.rules().monthly_figure;
    let months = months_until(call.now());
    let monthly = months.iter().map(|month| {
        let start = month_start(*month);
        json!({
            "period": month.strftime("%B %Y").to_string(),
            "periodStart": call.dialect().timestamp(start),
            "count": count_monthly_users(company, *month, figure),
        })
    });
    Ok(Reply::data(json!({
        "totalNumberOfActiveUsers": counts.active,
        "totalNumberOfInActiveUsers": counts.inactive,
        "totalNumberOfDeletedUsers": counts.deleted,
        "monthlyActiveUsers": monthly.collect::<Value>(),
    })))
}
