//! The report on paper: what the API says, told to the crate that sets it.

mod turns;

#[cfg(feature = "pdf")]
mod set;

#[cfg(feature = "pdf")]
pub(super) use set::pdf;
pub use turns::Papers;
pub(super) use turns::Place;

/// A build without the feature `pdf` keeps the route, so that the API is the same, and says why there is nothing behind.
#[cfg(not(feature = "pdf"))]
pub(super) async fn pdf(
    _app: &crate::app::App,
    _caller: &crate::access::Caller,
    _report: super::ComplianceReport,
    _place: Place,
) -> crate::error::Result<Vec<u8>> {
    Err(crate::error::ApiError::new(
        axum::http::StatusCode::NOT_IMPLEMENTED,
        "not_built",
        "This build of Sallyport makes no PDF. Print the page instead, or take the report as JSON.",
    ))
}
