//! A SCIM client that others made: Python's `scim2-tester`, which asks a server whatever the RFCs say of one.

use anyhow::{Context as _, Result};
use std::process::{Command, Stdio};

/// Whether it finds the server right, and all that it says. `domain` is that of people's addresses.
pub fn check(url: &str, token: &str, domain: &str) -> Result<(bool, String)> {
    let folder = crate::tool("scim-client")?;
    let ran = Command::new(folder.join("venv/bin/python"))
        .arg(folder.join("check.py"))
        .args([url, domain])
        .env("SCIM_TOKEN", token)
        .stdin(Stdio::null())
        .output()
        .context("cannot start the SCIM client")?;
    let said = [ran.stdout.as_slice(), &ran.stderr].concat();
    Ok((ran.status.success(), String::from_utf8_lossy(&said).into_owned()))
}
