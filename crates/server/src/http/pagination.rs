//! Pages as the specification has them: `items, total, page, limit, totalPages`.

use crate::access::caller::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Rows in all pages together.
    pub total: i64,
    /// This page, from 1.
    pub page: i64,
    /// Rows a page.
    pub limit: i64,
    /// Pages in all.
    pub total_pages: i64,
}

impl<T> Page<T> {
    /// A page of `items` out of `total`.
    pub fn new(items: Vec<T>, total: i64, window: Window) -> Self {
        let total_pages = (total + window.limit - 1) / window.limit;
        Self { items, total, page: window.page, limit: window.limit, total_pages }
    }

    /// All there is, of a list that is always short.
    pub fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Self { items, total, page: 1, limit: total.max(1), total_pages: 1 }
    }

    /// The same page with each item made into another.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(make).collect(),
            total: self.total,
            page: self.page,
            limit: self.limit,
            total_pages: self.total_pages,
        }
    }
}

/// The page that `list` reads, with the true total also where it lies beyond the last one: a list counts by its
/// rows, and there are none. (A closure that borrows the transaction would not be `Send` for every lifetime.)
macro_rules! read_page {
    ($window:expr, |$at:ident| $list:expr) => {{
        let $at = $window;
        let (items, mut total) = $list;
        if items.is_empty() && $at.page > 1 {
            let $at = $crate::http::Window { page: 1, limit: 1 };
            total = $list.1;
        }
        $crate::http::Page::new(items, total, $window)
    }};
}
pub(crate) use read_page;

/// `page` and `limit` alone, for lists without filters.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// From 1.
    #[param(minimum = 1, default = 1)]
    pub page: Option<i64>,
    /// 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<i64>,
}

text_enum! {
    /// Which end of a sorted list comes first.
    Order {
        /// The smallest.
        Asc = "asc",
        /// The greatest.
        Desc = "desc",
    }
}

/// Which rows to read.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// From 1.
    pub page: i64,
    /// 1 to 200.
    pub limit: i64,
}

impl Window {
    /// From what the client asked for; out of range is drawn in, so that a stale link still shows something.
    pub fn new(page: Option<i64>, limit: Option<i64>) -> Self {
        Self { page: page.unwrap_or(1).clamp(1, 1_000_000), limit: limit.unwrap_or(50).clamp(1, 200) }
    }

    /// Rows to skip.
    pub fn offset(self) -> i64 {
        (self.page - 1) * self.limit
    }
}
