//! The three files that PostgreSQL reads at its start.

use std::path::Path;

use crate::home::Home;
use crate::{Config, Durability, Error};

pub(crate) fn write(home: &Home, config: &Config) -> Result<(), Error> {
    home.write("postgresql.conf", &postgresql_conf(home, config))?;
    home.write("pg_hba.conf", PG_HBA)?;
    home.write("pg_ident.conf", &pg_ident(&home.me.name, &config.superuser, &config.login_roles))
}

/// No password exists: the kernel tells PostgreSQL who is at the other end of the socket.
const PG_HBA: &str = "\
# Written at each start. Only a process of the OS users in pg_ident.conf gets in, and only by the socket.
local all all peer map=ours
";

fn pg_ident(os_user: &str, superuser: &str, login_roles: &[String]) -> String {
    let mut file = "# Written at each start: which OS user may be which role.\n".to_owned();
    for role in login_roles.iter().map(String::as_str).chain([superuser]) {
        file = file + "ours \"" + os_user + "\" " + role + "\n";
    }
    file
}

fn postgresql_conf(home: &Home, config: &Config) -> String {
    let durability = match config.durability {
        Durability::Full => "",
        Durability::None => {
            "\n# For tests: nothing survives a power cut.\n\
             fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nwal_level = minimal\nmax_wal_senders = 0\n"
        }
    };
    // PostgreSQL would grumble about an absent file at each start.
    let local = if home.root.join("local.conf").exists() { "include 'local.conf'\n" } else { "" };
    format!(
        "\
# Written at each start. Put your own settings into local.conf beside this file; they outrank these.
data_directory = {data}
hba_file = {hba}
ident_file = {ident}
cluster_name = '{name}'

# A socket in a folder that only PostgreSQL's own account may enter, and no network.
listen_addresses = ''
port = {port}
unix_socket_directories = {socket}
unix_socket_permissions = 0700
max_connections = {connections}

shared_buffers = 128MB
# Queries here are short; compiling them costs more than it saves.
jit = off

# English without the values of rows, because logs travel further than data.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_error_verbosity = terse
log_checkpoints = off
lc_messages = 'C'

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
default_text_search_config = 'pg_catalog.simple'
{durability}{local}",
        data = quoted(&home.data),
        hba = quoted(&home.root.join("pg_hba.conf")),
        ident = quoted(&home.root.join("pg_ident.conf")),
        name = home.cluster_name,
        port = crate::home::PORT,
        socket =
            quoted(format!("\"{}\"", home.socket_dir.display().to_string().replace('"', "\"\"")).as_ref()),
        connections = config.max_connections,
    )
}

/// A string of postgresql.conf.
fn quoted(path: &Path) -> String {
    let escaped = path.display().to_string().replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n");
    format!("'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted() {
        assert_eq!(quoted(Path::new("/it's\\a\ndir")), r"'/it''s\\a\ndir'");
    }

    #[test]
    fn only_the_named_roles_are_mapped() {
        let file = pg_ident("root", "sallyport_owner", &["sallyport_app".to_owned()]);
        let lines: Vec<_> = file.lines().skip(1).collect();
        assert_eq!(lines, ["ours \"root\" sallyport_app", "ours \"root\" sallyport_owner"]);
    }
}
