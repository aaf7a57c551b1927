//! The demonstration: a provider, three customers, their people, and machines that really answer. It is filled
//! in through the API itself, so everything in it went the way that everything goes, the audit log included.

mod cast;
mod client;
mod file;
mod fill;
mod leftovers;
mod machines;
mod shell;

pub use fill::fill;
pub use machines::Machines;

use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What to try, for the terminal of `./start`: everybody, and how whoever has an authenticator app gets its code.
pub fn accounts(data_dir: &Path) -> Result<String> {
    let mut text = format!("\nSign in with the password  {}\n", cast::PASSWORD);
    for person in
        cast::PROVIDER_PEOPLE.iter().chain(cast::CUSTOMERS.iter().flat_map(|customer| customer.people))
    {
        let _ = writeln!(text, "  {:<36} {:<17} {}", person.email, person.role, person.about);
    }
    let kept = file::read(data_dir)?;
    let users = kept.as_ref().and_then(|kept| kept.get("users")?.as_array()).into_iter().flatten();
    let secrets: Vec<_> = users
        .filter_map(|user| Some((user.get("email")?.as_str()?, user.get("totpSecret")?.as_str()?)))
        .collect();
    if !secrets.is_empty() {
        let program = std::env::current_exe().context("where this program lies")?;
        text.push_str("\nThe provider's people need a code too. This prints it, or type the secret into your own app:\n");
        for (email, secret) in secrets {
            let _ = writeln!(text, "  {email:<36} {} totp {secret}", shown(&program).display());
        }
    }
    Ok(text)
}

/// A path as one would type it here.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    below.map_or_else(|| path.to_owned(), |below| Path::new(".").join(below))
}
