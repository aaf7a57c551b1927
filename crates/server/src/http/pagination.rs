//! Pages as the specification has them: `items, total, page, limit, totalPages`.

use crate::access::caller::text_enum;
use crate::error::{ApiError, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Lists without an end are counted up to here, and numbered pages end here: what is behind is reached from the other
/// end or by a narrower question, as quickly as the first page.
pub const COUNTED: i64 = 10_000;

/// How many rows a list has.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    rows: i64,
    capped: bool,
}

impl Total {
    /// Of a list that was counted to one more than [`COUNTED`] at most.
    pub fn counted(rows: i64) -> Self {
        Self { rows: rows.min(COUNTED), capped: rows > COUNTED }
    }

    /// Refuses a page that numbers do not reach.
    pub fn reaches(self, window: Window) -> Result<()> {
        if !self.capped || window.offset() < COUNTED {
            return Ok(());
        }
        let message =
            format!("pages by number end at {COUNTED} entries; narrow the list or turn the order round");
        Err(ApiError::invalid("page", message))
    }
}

impl From<i64> for Total {
    fn from(rows: i64) -> Self {
        Self { rows, capped: false }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Rows in all pages together.
    pub total: i64,
    /// Whether there are more than `total`: counting ends at 10,000 where a list has no end.
    pub total_capped: bool,
    /// This page, from 1.
    pub page: i64,
    /// Rows a page.
    pub limit: i64,
    /// Pages in all.
    pub total_pages: i64,
}

impl<T> Page<T> {
    /// A page of `items` out of `total`.
    pub fn new(items: Vec<T>, total: impl Into<Total>, window: Window) -> Self {
        let Total { rows: total, capped: total_capped } = total.into();
        let total_pages = (total + window.limit - 1) / window.limit;
        Self { items, total, total_capped, page: window.page, limit: window.limit, total_pages }
    }

    /// All there is, of a list that is always short.
    pub fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Self { items, total, total_capped: false, page: 1, limit: total.max(1), total_pages: 1 }
    }

    /// The same page with each item made into another.
    pub fn map<U>(mut self, make: impl FnMut(T) -> U) -> Page<U> {
        let items = std::mem::take(&mut self.items);
        self.with(items.into_iter().map(make).collect())
    }

    /// The same page with other items.
    pub fn with<U>(self, items: Vec<U>) -> Page<U> {
        Page {
            items,
            total: self.total,
            total_capped: self.total_capped,
            page: self.page,
            limit: self.limit,
            total_pages: self.total_pages,
        }
    }
}

/// The page that `list` reads, with the true total also where it lies beyond the last one: a list counts by its
/// rows, and there are none. A page so deep that numbers may not reach it is not read before that is known. (A closure
/// that borrows the transaction would not be `Send` for every lifetime.)
macro_rules! read_page {
    ($window:expr, |$at:ident| $list:expr) => {{
        if $window.offset() >= $crate::http::COUNTED {
            let $at = $crate::http::Window::ONE;
            $crate::http::Total::from($list.1).reaches($window)?;
        }
        let $at = $window;
        let (items, mut total) = $list;
        if items.is_empty() && $at.page > 1 {
            let $at = $crate::http::Window::ONE;
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
    /// The first row alone.
    pub const ONE: Self = Self { page: 1, limit: 1 };

    /// From what the client asked for; out of range is drawn in, so that a stale link still shows something.
    pub fn new(page: Option<i64>, limit: Option<i64>) -> Self {
        Self { page: page.unwrap_or(1).clamp(1, 1_000_000), limit: limit.unwrap_or(50).clamp(1, 200) }
    }

    /// Rows to skip.
    pub fn offset(self) -> i64 {
        (self.page - 1) * self.limit
    }
}
