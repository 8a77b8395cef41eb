//! The filter of a search.
//!
//! The body of a search always has all its properties: the service answers 500 to a null filter, 400 to
//! a null inside it or to a null order, and on some tenants 400 if one of the two groups is missing.

use keepnet_client::types::{
    CommonFilter, CommonFilterGroup, CommonFilterItem, Filter, FilterGroup, FilterItem,
};

/// Conditions that must all hold, and texts of which one must be found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    all: Vec<FilterItem>,
    texts: Vec<FilterItem>,
}

impl Conditions {
    pub(crate) fn and(mut self, field: &str, operator: &str, value: impl Into<String>) -> Self {
        self.all.push(item(field, operator, value));
        self
    }

    /// The users who are deleted, or those who are not. The document has the value of a condition as a
    /// text; the service's web client sends a boolean here, and the service reads both alike.
    pub(crate) fn with_deleted(self, deleted: bool) -> Self {
        self.and("IsDeleted", "Contains", deleted.to_string())
    }

    /// One of these fields contains the text.
    pub(crate) fn text_in_any_of(mut self, text: &str, fields: &[&str]) -> Self {
        let items = fields.iter().map(|field| item(field, "Contains", text));
        self.texts = items.collect();
        self
    }

    /// The field contains one of these texts.
    pub(crate) fn any_text_in(mut self, field: &str, texts: &[&str]) -> Self {
        let items = texts.iter().map(|text| item(field, "Contains", *text));
        self.texts = items.collect();
        self
    }

    pub(crate) fn filter(&self) -> Filter {
        Filter::default()
            .condition("AND")
            .search_input_text_value("")
            .filter_groups([
                group("AND", self.all.clone()),
                group("OR", self.texts.clone()),
            ])
    }
}

/// The same filter for an export, which has its own types in the contract.
pub(crate) fn for_export(filter: Filter) -> CommonFilter {
    let item = |item: FilterItem| {
        let mut common = CommonFilterItem::default();
        common.field_name = item.field_name;
        common.operator = item.operator;
        common.value = item.value;
        common
    };
    let items = |items: Vec<FilterItem>| items.into_iter().map(item).collect();
    let group = |group: FilterGroup| {
        let mut common = CommonFilterGroup::default().filter_groups([]);
        common.condition = group.condition;
        common.filter_items = group.filter_items.map(items);
        common
    };
    let groups = |groups: Vec<FilterGroup>| groups.into_iter().map(group).collect();
    let mut common = CommonFilter::default();
    common.condition = filter.condition;
    common.search_input_text_value = filter.search_input_text_value;
    common.filter_groups = filter.filter_groups.map(groups);
    common
}

fn group(condition: &str, items: Vec<FilterItem>) -> FilterGroup {
    FilterGroup::default()
        .condition(condition)
        .filter_items(items)
        .filter_groups([])
}

fn item(field: &str, operator: &str, value: impl Into<String>) -> FilterItem {
    FilterItem::default()
        .field_name(field)
        .operator(operator)
        .value(value.into())
}
