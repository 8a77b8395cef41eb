//! What a listing says of lists that may not be whole.

use std::sync::Arc;

use futures::{FutureExt as _, TryStreamExt as _};
use keepnet_client::Page;
use serde_json::{Value, json};

use super::{Items, ListDoubt, ListOptions, Listing, Pages, Search, convert_page};
use crate::ErrorKind;

const SIZE: u32 = 2;

/// A list whose pages of two rows are these; a page of one row has the row of that number.
fn listing(pages: &[Value]) -> Listing<String> {
    let pages = Arc::new(pages.to_vec());
    let rows = pages.iter().filter_map(|page| page["results"].as_array());
    let rows: Arc<Vec<Value>> = Arc::new(rows.flatten().cloned().collect());
    let search: Search<String> = Box::new(move |number, size| {
        let at = number as usize - 1;
        let page = match size {
            SIZE => pages.get(at).cloned().unwrap_or_default(),
            _ => json!({"results": rows.get(at..=at).unwrap_or_default()}),
        };
        async move {
            let page: Page<String> = serde_json::from_value(page).unwrap();
            convert_page(page, |row| row)
        }
        .boxed()
    });
    Listing {
        action: "listing the letters",
        company: None,
        searches: vec![search],
        digest: 7,
        id: String::as_str,
    }
}

fn options(resume: Option<String>) -> ListOptions {
    ListOptions {
        page_size: SIZE,
        prefetch: 1,
        resume,
    }
}

/// The rows and the doubt, or the kind of the error.
type Listed = Result<(String, Option<ListDoubt>), ErrorKind>;

#[tokio::test]
async fn list_is_whole_only_if_its_count_agrees() {
    let check = async |pages: &[Value], expected: Listed| {
        let mut streamed = Items::new(Pages::new(listing(pages), &options(None)));
        let rows: Result<Vec<String>, _> = (&mut streamed).try_collect().await;
        let doubt = streamed.doubt();
        let listed = rows.map(|rows| (rows.concat(), doubt));
        assert_eq!(listed.map_err(|it| it.kind()), expected, "{pages:?}");

        let fetched = Pages::new(listing(pages), &options(None)).fetch_all().await;
        let listed = fetched.map(|(rows, doubt)| (rows.concat(), doubt));
        assert_eq!(listed.map_err(|it| it.kind()), expected, "all: {pages:?}");
    };
    let listed = |rows: &str, doubt: Option<ListDoubt>| Ok((rows.to_owned(), doubt));
    let page =
        |rows: &[&str], total: Value| json!({"results": rows, "totalNumberOfRecords": total});
    let of_pages = |rows: &[&str], total: u64| {
        json!({
            "results": rows, "totalNumberOfRecords": total, "totalNumberOfPages": total.div_ceil(2),
        })
    };
    check(&[page(&["a"], json!(1))], listed("a", None)).await;
    check(
        &[of_pages(&["a", "b"], 3), of_pages(&["c"], 3)],
        listed("abc", None),
    )
    .await;

    // A row came twice in the place of another.
    let changed = Some(ListDoubt::Changed);
    check(&[of_pages(&["a", "a"], 2)], listed("a", changed)).await;
    check(
        &[of_pages(&["a", "b"], 4), of_pages(&["b", "c"], 4)],
        listed("abc", changed),
    )
    .await;
    // Nothing is missing where the count is that of the rows without the second ones.
    check(
        &[
            page(&["a", "b"], json!(3)),
            page(&["b", "c"], json!(3)),
            page(&[], json!(3)),
        ],
        listed("abc", None),
    )
    .await;

    // A count that is none.
    let not_counted = Some(ListDoubt::NotCounted);
    for total in [
        json!(null),
        json!(-5),
        json!(1.5),
        json!(1e20),
        json!("many"),
        json!([]),
    ] {
        check(&[page(&["a"], total)], listed("a", not_counted)).await;
    }
    check(&[json!({"results": ["a"]})], listed("a", not_counted)).await;
    // A count of fewer rows than came.
    let counted_too_few = Some(ListDoubt::CountedTooFew);
    for total in [0, 1] {
        let page = page(&["a", "b"], json!(total));
        check(
            &[page, json!({"results": []})],
            listed("ab", counted_too_few),
        )
        .await;
    }
    // A count of more.
    let protocol = Err(ErrorKind::Protocol);
    for total in [json!(2), json!(8e15)] {
        check(&[page(&["a"], total)], protocol.clone()).await;
    }

    // No rows.
    check(&[page(&[], json!(0))], listed("", None)).await;
    check(&[json!({"results": []})], listed("", not_counted)).await;
    for total in [json!(null), json!(-5), json!("none")] {
        check(&[page(&[], total)], listed("", not_counted)).await;
    }
    check(&[json!({"totalNumberOfRecords": 0})], listed("", None)).await;
    check(
        &[json!({"results": null, "totalNumberOfRecords": 0})],
        listed("", None),
    )
    .await;
    check(&[page(&[], json!(3))], protocol.clone()).await;
    check(&[json!({})], protocol.clone()).await;
    check(&[json!({"results": null})], protocol.clone()).await;
    check(&[json!({"totalNumberOfRecords": "none"})], protocol.clone()).await;
    // A page without rows that does not say that it has none is not the end.
    let first = page(&["a", "b"], json!(null));
    check(&[first, json!({})], protocol).await;
}

#[tokio::test]
async fn row_that_came_twice_is_counted_across_a_pause() {
    let check = async |pages: &[Value], expected: &str, doubt: Option<ListDoubt>| {
        for listed_before in 0..=expected.len() {
            let mut first = Items::new(Pages::new(listing(pages), &options(None)));
            let mut rows = Vec::new();
            while rows.len() < listed_before {
                rows.push(first.try_next().await.unwrap().unwrap());
            }
            let mut last = first.doubt();
            if let Some(token) = first.resume_token() {
                let mut rest = Items::new(Pages::new(listing(pages), &options(Some(token))));
                let others: Vec<String> = (&mut rest).try_collect().await.unwrap();
                rows.extend(others);
                last = rest.doubt();
            }
            let listed = (rows.concat(), last);
            let expected = (expected.to_owned(), doubt);
            assert_eq!(listed, expected, "{pages:?} after {listed_before}");
        }
    };
    let page = |rows: &[&str], total: u64| {
        json!({
            "results": rows, "totalNumberOfRecords": total, "totalNumberOfPages": total.div_ceil(2),
        })
    };
    check(&[page(&["a", "b"], 3), page(&["c"], 3)], "abc", None).await;
    let changed = Some(ListDoubt::Changed);
    check(&[page(&["a", "a"], 3), page(&["b"], 3)], "ab", changed).await;
    check(
        &[page(&["a", "b"], 4), page(&["c", "c"], 4)],
        "abc",
        changed,
    )
    .await;
}
