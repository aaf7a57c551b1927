//! The demonstration: a provider, three customers, their people, and machines that really answer. It is filled
//! in through the API itself, so everything in it went the way that everything goes, the audit log included.

mod cast;
mod client;
mod fill;
mod machines;
mod shell;

pub use fill::fill;
pub use machines::Machines;

use std::fmt::Write as _;

/// What to try, for the terminal of `./start`.
pub fn accounts() -> String {
    let mut text = format!("\nSign in with the password  {}\n", cast::PASSWORD);
    for person in
        cast::PROVIDER_PEOPLE.iter().chain(cast::CUSTOMERS.iter().flat_map(|customer| customer.people))
    {
        let _ = writeln!(text, "  {:<36} {:<17} {}", person.email, person.role, person.about);
    }
    text
}
