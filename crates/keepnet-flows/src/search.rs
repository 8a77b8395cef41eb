//! The body of a search.
//!
//! All five properties are always there: the service answers 500 to a filter that is null, 400 to a
//! null within it or to a null order, and some tenants 400 where the two groups are missing.

use keepnet_client::types::{
    CommonFilter, CommonFilterGroup, CommonFilterItem, Filter, FilterGroup, FilterItem,
};
use serde_json::Value;

/// Column conditions, which must all hold, and a free text, which must be in one of some fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    columns: Vec<FilterItem>,
    text: Vec<FilterItem>,
}

impl Conditions {
    pub(crate) fn and(mut self, field: &str, operator: &str, value: impl Into<Value>) -> Self {
        self.columns.push(item(field, operator, value));
        self
    }

    pub(crate) fn containing(mut self, text: &str, fields: &[&str]) -> Self {
        self.text = fields
            .iter()
            .map(|field| item(field, "Contains", text))
            .collect();
        self
    }

    /// Only what has one of these texts in a field.
    pub(crate) fn containing_any(mut self, field: &str, texts: &[&str]) -> Self {
        self.text = texts
            .iter()
            .map(|text| item(field, "Contains", *text))
            .collect();
        self
    }

    pub(crate) fn filter(&self) -> Filter {
        Filter {
            condition: Some("AND".to_owned()),
            search_input_text_value: Some(String::new()),
            filter_groups: Some(vec![
                group("AND", self.columns.clone()),
                group("OR", self.text.clone()),
            ]),
        }
    }
}

/// The same filter for an export, whose type in the contract is another one.
pub(crate) fn for_export(filter: Filter) -> CommonFilter {
    CommonFilter {
        condition: filter.condition,
        search_input_text_value: filter.search_input_text_value,
        filter_groups: filter
            .filter_groups
            .map(|groups| groups.into_iter().map(export_group).collect()),
    }
}

fn export_group(group: FilterGroup) -> CommonFilterGroup {
    let items = group.filter_items.into_iter().flatten();
    let groups = group.filter_groups.into_iter().flatten();
    CommonFilterGroup {
        condition: group.condition,
        filter_items: Some(
            items
                .map(|item| CommonFilterItem {
                    field_name: item.field_name,
                    operator: item.operator,
                    value: item.value,
                })
                .collect(),
        ),
        filter_groups: Some(groups.map(export_group).collect()),
    }
}

fn group(condition: &str, items: Vec<FilterItem>) -> FilterGroup {
    FilterGroup {
        condition: Some(condition.to_owned()),
        filter_items: Some(items),
        filter_groups: Some(Vec::new()),
    }
}

fn item(field: &str, operator: &str, value: impl Into<Value>) -> FilterItem {
    FilterItem {
        field_name: Some(field.to_owned()),
        operator: Some(operator.to_owned()),
        value: Some(value.into()),
        custom_field_name: None,
    }
}
