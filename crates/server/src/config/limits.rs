//! How much one organization, person or address may ask for, so that nobody's storm is another's.

use serde::Deserialize;
use std::num::NonZeroU32;

/// Section `limits`. Each holds on this instance, and with a Redis for all together; bursts of three seconds' worth pass.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests a second of one organization.
    pub organization_per_second: NonZeroU32,
    /// Requests a second of one person.
    pub user_per_second: NonZeroU32,
    /// Requests a second of one address that shows no token, to the routes that need none.
    pub address_per_second: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        let each = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self { organization_per_second: each(200), user_per_second: each(50), address_per_second: each(50) }
    }
}
