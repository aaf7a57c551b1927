//! How each operation is called well: for whoever calls, a fresh subject and a request that fits. A recipe is
//! named by its operation, and after a colon by what it is about where one operation has several.

mod access;
mod api_tokens;
mod assets;
mod audit;
mod auth;
mod credentials;
mod emergency;
mod factors;
mod grants;
mod health;
mod keys;
mod mail;
mod organizations;
mod passkeys;
mod proposals;
mod recordings;
mod requests;
mod sessions;
mod sso;
mod users;

use super::call::Call;
use super::people::Who;
use super::world::World;
use futures::future::BoxFuture;

/// One way to call one operation.
pub struct Recipe {
    pub name: &'static str,
    /// The entries that success leaves; empty: the one entry of the operation's own kind, if it changes anything.
    pub leaves: &'static [(&'static str, &'static str)],
    pub make: for<'a> fn(&'a World, Who) -> BoxFuture<'a, Call>,
}

impl Recipe {
    pub fn operation(&self) -> &'static str {
        self.name.split(':').next().unwrap()
    }

    pub fn about(&self) -> &'static str {
        self.name.split_once(": ").map_or("", |(_, about)| about)
    }
}

/// `"name" => |world, who| call`, with `leaves [("code", "outcome"), …]` before the comma where it differs.
macro_rules! recipes {
    ($($name:literal => |$world:tt, $who:tt| $call:expr $(; leaves [$($entry:expr),* $(,)?])?),* $(,)?) => {
        pub const ALL: &[super::Recipe] = &[$(super::Recipe {
            name: $name,
            leaves: &[$($($entry),*)?],
            make: |$world, $who| Box::pin(async move { $call }),
        }),*];
    };
}
pub(crate) use recipes;

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Recipe> {
    [
        access::ALL,
        api_tokens::ALL,
        assets::ALL,
        audit::ALL,
        auth::ALL,
        credentials::ALL,
        emergency::ALL,
        factors::ALL,
        grants::ALL,
        health::ALL,
        keys::ALL,
        mail::ALL,
        organizations::ALL,
        passkeys::ALL,
        proposals::ALL,
        recordings::ALL,
        requests::ALL,
        sessions::ALL,
        sso::ALL,
        users::ALL,
    ]
    .into_iter()
    .flatten()
}
